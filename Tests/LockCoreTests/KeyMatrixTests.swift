import Testing

@testable import LockCore

/// Contacts of a matrix without diodes.
///
/// Current finds every way through closed contacts, so three corners of a
/// rectangle close the fourth.
private struct Contacts {
    /// Keys that a finger holds.
    var held = KeySet()
    /// A column whose line is broken: it is never answered.
    var broken: UInt8?

    func rows(of column: UInt8) -> RowSet {
        var columns: UInt8 = 1 << column
        var rows: UInt8 = 0
        for _ in 0..<4 {
            for index in UInt8(0)..<12 where held.contains(Key(index: index)) {
                let (row, column) = (UInt8(1) << (index / 3), UInt8(1) << (index % 3))
                if columns & column != 0 { rows |= row }
                if rows & row != 0 { columns |= column }
            }
        }
        return RowSet(bits: rows)
    }
}

/// A matrix with fingers on it, driven through its orders, a millisecond at a time.
private struct Bench {
    var matrix = KeyMatrix(debounceTime: .milliseconds(20), stuckTime: .seconds(10))
    var contacts = Contacts()
    var now = Instant.ms(1_000)
    var pressed: [UInt8] = []
    var stuck: [UInt8] = []
    var ghosts = 0
    var enters = 0
    var readings = 0
    private var watched: UInt8 = 0

    init() { obey(matrix.start()) }

    /// As the lock starts, with fingers or a fault on these keys.
    init(startedWith held: [Key]) {
        now = .zero
        for key in held { press(key) }
        obey(matrix.start())
    }

    /// After a brown-out, with fingers or a fault on these keys.
    init(restartedWith held: [Key], broken: UInt8? = nil) {
        contacts.broken = broken
        for key in held { press(key) }
        obey(matrix.restart(at: now))
    }

    mutating func press(_ key: Key) { contacts.held.insert(key) }
    mutating func release(_ key: Key) { contacts.held.bits &= ~(1 << UInt16(key.index)) }

    /// Lets time pass, answering at once whatever the matrix asks for.
    mutating func run(_ milliseconds: UInt64) {
        let end = now + .milliseconds(milliseconds)
        while true {
            let isActive = (UInt8(0)..<3).contains { watched & (1 << $0) != 0 && contacts.rows(of: $0).bits != 0 }
            if isActive {
                watched = 0
                obey(matrix.rowsChanged(at: now))
                continue
            }
            if let deadline = matrix.deadline, deadline <= now {
                obey(matrix.wake(at: now))
                continue
            }
            guard now < end else { return }
            now = now + .milliseconds(1)
        }
    }

    private mutating func obey(_ first: KeyMatrix.Order) {
        var order = first
        while true {
            switch order {
            case .nothing: return
            case .watch(let columns):
                watched = columns
                return
            case .read(let column):
                watched = 0
                guard column != contacts.broken else { return }
                let reading = matrix.columnRead(column, rows: contacts.rows(of: column), at: now)
                if column == 2 { readings += 1 }
                note(reading)
                order = reading.order
            }
        }
    }

    private mutating func note(_ reading: KeyMatrix.Reading) {
        for index in UInt8(0)..<12 {
            if reading.pressed.contains(Key(index: index)) { pressed.append(index) }
            if reading.stuck.contains(Key(index: index)) { stuck.append(index) }
        }
        if reading.isGhost { ghosts += 1 }
        if reading.isEnterReleased { enters += 1 }
    }
}

@Suite struct KeyMatrixTests {
    @Test(arguments: UInt8(0)..<12)
    func `each key is taken once, after it has held for the debounce time`(index: UInt8) {
        var bench = Bench()
        bench.press(Key(index: index))
        bench.run(19)
        #expect(bench.pressed == [])
        bench.run(1)
        #expect(bench.pressed == [index])
        bench.run(1_000)
        #expect(bench.pressed == [index], "a held key does not repeat")
    }

    @Test func `a touch of nineteen milliseconds is no key`() {
        var bench = Bench()
        bench.press(.digit(5))
        bench.run(19)
        bench.release(.digit(5))
        bench.run(100)
        #expect(bench.pressed == [])
    }

    @Test func `a bouncing contact is one key`() {
        var bench = Bench()
        for _ in 0..<5 {
            bench.press(.digit(5))
            bench.run(3)
            bench.release(.digit(5))
            bench.run(2)
        }
        bench.press(.digit(5))
        bench.run(60)
        for _ in 0..<5 {
            bench.release(.digit(5))
            bench.run(3)
            bench.press(.digit(5))
            bench.run(3)
        }
        bench.release(.digit(5))
        bench.run(60)
        #expect(bench.pressed == [Key.digit(5).index])
    }

    @Test func `the same key twice is two keys`() {
        var bench = Bench()
        for _ in 0..<2 {
            bench.press(.digit(5))
            bench.run(60)
            bench.release(.digit(5))
            bench.run(60)
        }
        #expect(bench.pressed == [Key.digit(5).index, Key.digit(5).index])
    }

    @Test func `with every key up nothing is read and nothing is due`() {
        var bench = Bench()
        bench.run(10_000)
        #expect(bench.readings == 0)
        #expect(bench.matrix.deadline == nil)
        bench.press(.digit(1))
        bench.run(60)
        bench.release(.digit(1))
        bench.run(60)
        let readings = bench.readings
        bench.run(10_000)
        #expect(bench.readings == readings)
        #expect(bench.matrix.deadline == nil)
    }

    @Test func `fast fingers roll over in one row and lose no key`() {
        var bench = Bench()
        bench.press(.digit(1))
        bench.run(40)
        bench.press(.digit(2))
        bench.run(40)
        bench.release(.digit(1))
        bench.press(.digit(3))
        bench.run(40)
        bench.release(.digit(2))
        bench.run(40)
        bench.release(.digit(3))
        bench.run(40)
        #expect(bench.pressed == [0, 1, 2])
    }

    @Test func `C07: three corners of a rectangle are a ghost, told once, and no key`() {
        var bench = Bench()
        bench.press(.digit(1))
        bench.press(.digit(2))
        bench.press(.digit(4))
        bench.run(500)
        #expect(bench.pressed == [])
        #expect(bench.ghosts == 1)
    }

    @Test func `a ghost that grew out of believed keys adds none, and the next one is told again`() {
        var bench = Bench()
        bench.press(.digit(1))
        bench.run(60)
        for _ in 0..<2 {
            bench.press(.digit(2))
            bench.press(.digit(4))
            bench.run(60)
            bench.release(.digit(2))
            bench.release(.digit(4))
            bench.run(60)
        }
        #expect(bench.pressed == [0])
        #expect(bench.ghosts == 2)
        bench.release(.digit(1))
        bench.run(60)
        bench.press(.digit(4))
        bench.run(60)
        #expect(bench.pressed == [0, 3], "the keypad is as before")
    }

    @Test func `a ghost that stays, as moisture does, is read as rarely as a stuck key after ten seconds`() {
        var bench = Bench()
        for key in [Key.digit(1), .digit(2), .digit(4)] { bench.press(key) }
        bench.run(9_900)
        #expect(bench.readings > 900, "until then a hundred times a second")
        bench.run(200)
        let readings = bench.readings
        bench.run(10_000)
        #expect(bench.readings - readings <= 41, "four a second")
        #expect(bench.pressed == [])
        #expect(bench.ghosts == 1)
        for key in [Key.digit(1), .digit(2), .digit(4)] { bench.release(key) }
        bench.run(400)
        #expect(bench.matrix.deadline == nil, "it has dried, and costs nothing")
        bench.press(.digit(2))
        bench.run(60)
        #expect(bench.pressed == [Key.digit(2).index])
    }

    @Test func `the key after a ghost of fingers is not missed`() {
        var bench = Bench()
        for key in [Key.digit(1), .digit(2), .digit(4)] { bench.press(key) }
        bench.run(9_900)
        for key in [Key.digit(1), .digit(2), .digit(4)] { bench.release(key) }
        bench.run(30)
        bench.press(.digit(2))
        bench.run(40)
        #expect(bench.pressed == [Key.digit(2).index])
    }

    @Test func `a key is stuck after ten seconds and not before`() {
        var bench = Bench()
        bench.press(.digit(8))
        bench.run(20 + 9_990)
        #expect(bench.stuck == [])
        bench.run(10)
        #expect(bench.stuck == [Key.digit(8).index])
        bench.run(60_000)
        #expect(bench.stuck == [Key.digit(8).index], "told once")
    }

    @Test func `a stuck key is read rarely, and the others still work`() {
        var bench = Bench()
        bench.press(.digit(8))
        bench.run(10_100)
        let readings = bench.readings
        bench.run(10_000)
        #expect(bench.readings - readings <= 41, "four a second")
        bench.press(.digit(4))
        bench.run(40)
        bench.release(.digit(4))
        bench.run(60)
        #expect(bench.pressed == [Key.digit(8).index, Key.digit(4).index])
        // In the stuck key's own column there is no edge: it takes a touch of a quarter of a second.
        bench.press(.digit(2))
        bench.run(300)
        bench.release(.digit(2))
        bench.run(60)
        #expect(bench.pressed.last == Key.digit(2).index)
    }

    @Test func `a stuck key that comes up is an ordinary key again`() {
        var bench = Bench()
        bench.press(.digit(8))
        bench.run(11_000)
        bench.release(.digit(8))
        bench.run(400)
        #expect(bench.matrix.stuck == KeySet())
        #expect(bench.matrix.deadline == nil)
        bench.press(.digit(8))
        bench.run(60)
        #expect(bench.pressed == [Key.digit(8).index, Key.digit(8).index])
        #expect(bench.stuck.count == 1)
    }

    @Test func `a column that does not answer is given up, and read again when it does`() {
        var bench = Bench()
        bench.contacts.broken = 1
        bench.press(.digit(1))
        bench.run(200)
        #expect(bench.pressed == [])
        bench.contacts.broken = nil
        bench.run(60)
        #expect(bench.pressed == [0])
    }

    /// A column that did not answer while the finger left the key used to make the next press of the same key
    /// vanish, and to call it stuck.
    @Test func `a release that was missed does not swallow the next key`() {
        var bench = Bench()
        bench.press(.digit(1))
        bench.run(60)
        bench.contacts.broken = 0
        bench.run(15)
        bench.release(.digit(1))
        bench.run(100)
        bench.contacts.broken = nil
        bench.run(20_000)
        bench.press(.digit(1))
        bench.run(60)
        #expect(bench.pressed == [0, 0])
        #expect(bench.stuck == [])
    }

    @Test func `a key that is down when the lock gets power is pressed`() {
        var bench = Bench()
        bench.press(.digit(5))
        bench.run(60)
        #expect(bench.pressed == [4])
    }

    @Test func `a key that is down after a brown-out is not pressed, until it has been up`() {
        var bench = Bench(restartedWith: [.digit(5), .pound])
        bench.run(1_000)
        bench.press(.digit(1))
        bench.run(100)
        bench.release(.digit(1))
        bench.run(100)
        #expect(bench.pressed == [0], "the others are read as ever")
        bench.release(.digit(5))
        bench.run(100)
        bench.press(.digit(5))
        bench.run(100)
        #expect(bench.pressed == [0, 4])
        #expect(bench.stuck == [])
        bench.run(10_000)
        #expect(bench.stuck == [11, 4], "held beyond reason it is stuck like any other")
    }

    /// A `#` that is stuck asked every start for a lock, and on a weak source its load test brought the next one down: a life of
    /// minutes held a hundred thousand starts.
    @Test func `a # that is down at the start counts when it comes up, and one that is stuck never does`() {
        var bench = Bench(startedWith: [.pound, .digit(5)])
        bench.run(300)
        #expect(bench.pressed == [4] && bench.enters == 0)
        bench.release(.pound)
        bench.run(60)
        #expect(bench.pressed == [4] && bench.enters == 1)
        bench.press(.pound)
        bench.run(60)
        bench.release(.pound)
        bench.run(60)
        #expect(bench.pressed == [4, 11] && bench.enters == 1)

        var stuck = Bench(startedWith: [.pound])
        stuck.run(10_100)
        #expect(stuck.stuck == [11])
        stuck.release(.pound)
        stuck.run(300)
        #expect(stuck.pressed == [] && stuck.enters == 0)

        // After a brown-out no key that is down counts, and coming up is nothing either.
        var fallen = Bench(restartedWith: [.pound])
        fallen.release(.pound)
        fallen.run(100)
        #expect(fallen.pressed == [] && fallen.enters == 0)
    }

    @Test(arguments: [(79, 0, 1), (81, 1, 0)] as [(UInt64, Int, Int)])
    func `a # that goes down in the first tenth of a second was down at the start`(at: UInt64, now: Int, later: Int) {
        var bench = Bench(startedWith: [])
        bench.run(at)
        bench.press(.pound)
        bench.run(60)
        #expect(bench.pressed.count == now)
        bench.release(.pound)
        bench.run(60)
        #expect(bench.enters == later)
    }

    @Test func `a key that goes down a millisecond after the first reading is pressed`() {
        var bench = Bench(restartedWith: [])
        bench.run(1)
        bench.press(.digit(7))
        bench.run(60)
        #expect(bench.pressed == [6])
    }

    @Test func `a restart whose first reading stays without an answer takes nobody's key away`() {
        var bench = Bench(restartedWith: [], broken: 1)
        bench.run(100)
        bench.contacts.broken = nil
        bench.press(.digit(3))
        bench.run(100)
        #expect(bench.pressed == [2])
    }

    @Test func `answers that nobody asked for are ignored`() {
        var matrix = KeyMatrix(debounceTime: .milliseconds(20), stuckTime: .seconds(10))
        #expect(matrix.columnRead(0, rows: RowSet(bits: 15), at: .zero) == KeyMatrix.Reading())
        #expect(matrix.rowsChanged(at: .zero) == .nothing, "it has not been started")
        _ = matrix.start()
        let watching = matrix
        #expect(matrix.columnRead(2, rows: RowSet(bits: 15), at: .zero) == KeyMatrix.Reading())
        #expect(matrix == watching)
        #expect(matrix.rowsChanged(at: .zero) == .read(column: 0))
        #expect(matrix.columnRead(1, rows: RowSet(bits: 15), at: .zero) == KeyMatrix.Reading())
        #expect(matrix.rowsChanged(at: .zero) == .nothing, "it is being read already")
        #expect(matrix.columnRead(0, rows: RowSet(bits: 0), at: .zero).order == .read(column: 1))
    }

    @Test func `a wake before the deadline changes nothing`() {
        var bench = Bench()
        bench.press(.digit(1))
        bench.run(5)
        let before = bench.matrix
        #expect(bench.matrix.wake(at: bench.now) == .nothing)
        #expect(bench.matrix == before)
    }
}
