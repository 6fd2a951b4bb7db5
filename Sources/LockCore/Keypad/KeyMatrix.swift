/// Reads the key matrix: drives columns one by one, and believes a key when its level has held.
///
///                    a row becomes active
///     watching ---------------------------> reading column 0, 1, 2
///        ^                                     |          ^
///        |    all keys up and believed         v          | time to read again
///        +--------------------------------- (judged) --> resting(until:)
///
/// While every key is up it costs nothing: all columns are driven and the rows wait for an edge. While a key is down
/// the matrix is read every `readPeriod`, because a second key in the same row makes no edge.
public struct KeyMatrix: Equatable, Sendable {
    /// What the board is to do next.
    public enum Order: Equatable, Sendable {
        case nothing
        case read(column: UInt8)
        case watch(columns: UInt8)
    }

    /// What a whole reading showed.
    public struct Reading: Equatable, Sendable {
        /// Keys that went down and are believed now.
        public var pressed = KeySet()
        /// Whether a `#` that was down at the start came up: then it is a finger's, and not stuck.
        public var isEnterReleased = false
        /// Keys that are stuck from now on.
        public var stuck = KeySet()
        /// Whether three or four corners of a rectangle are down, reported once until they are released.
        public var isGhost = false
        /// What the board is to do next.
        public var order = Order.nothing
    }

    private enum State: Equatable, Sendable {
        case off
        case watching
        case reading(column: UInt8, seen: KeySet, giveUpAt: Instant)
        case resting(until: Instant)
    }

    /// Between two readings while a key is down.
    ///
    /// *Chosen*: half of the debounce time, so that three equal readings
    /// in a row make a key.
    public static var readPeriod: Interval { .milliseconds(10) }
    /// Between two readings while only stuck keys are down, or a ghost that has held as long as makes a key stuck.
    ///
    /// *Chosen*: four a second, to spare the cells.
    public static var stuckReadPeriod: Interval { .milliseconds(250) }

    /// How long a whole reading may take before it is given up.
    ///
    /// *Chosen*: three times what a board promises.
    public static var answerTimeMax: Interval { .milliseconds(20) }

    /// A `#` that is down so early was down at the start.
    ///
    /// *Chosen*: a first reading, debounced, with a bounce.
    public static var startTime: Interval { .milliseconds(100) }

    private let debounceTime: Interval
    private let stuckTime: Interval
    private var state = State.off
    private var level = KeySet()
    private var levelSince = Instant.zero
    private var believed = KeySet()
    /// When each key went down, in milliseconds modulo 2^32: more than long enough for ten seconds.
    private var downSince = InlineArray<12, UInt32>(repeating: 0)
    private var isGhostReported = false
    /// Whether nothing has been read since a start after a brown-out.
    private var isFirstReading = false
    /// Keys that were down at a start after a brown-out, until they come up: the light of one that is stuck would bring a weak
    /// supply down again, and every start would type it.
    private var heldSinceStart = KeySet()
    /// Keys that are held beyond reason and ignored until they come up.
    public private(set) var stuck = KeySet()

    /// A matrix at rest; nothing is read until `start`.
    public init(debounceTime: Interval, stuckTime: Interval) {
        self.debounceTime = debounceTime
        self.stuckTime = stuckTime
    }

    /// When it wants `wake`.
    public var deadline: Instant? {
        switch state {
        case .off, .watching: nil
        case .reading(_, _, let giveUpAt): giveUpAt
        case .resting(let until): until
        }
    }

    /// Begins after a brown-out, with a reading: what is down then is not pressed.
    public mutating func restart(at now: Instant) -> Order {
        isFirstReading = true
        return beginReading(at: now)
    }

    /// Begins to watch.
    public mutating func start() -> Order {
        state = .watching
        return .watch(columns: 0b111)
    }

    /// A row became active.
    public mutating func rowsChanged(at now: Instant) -> Order {
        switch state {
        case .watching, .resting: beginReading(at: now)
        case .off, .reading: .nothing
        }
    }

    /// The rows cannot be watched: they are read rarely until they can, so that the keypad is not dead for good.
    public mutating func watchFailed(at now: Instant) {
        switch state {
        case .watching, .resting: state = .resting(until: now + Self.stuckReadPeriod)
        case .off, .reading: break
        }
    }

    /// Time passed.
    public mutating func wake(at now: Instant) -> Order {
        switch state {
        case .resting(let until) where until <= now: return beginReading(at: now)
        case .reading(_, _, let giveUpAt) where giveUpAt <= now:
            isFirstReading = false
            return rest(at: now)
        case .off, .watching, .resting, .reading: return .nothing
        }
    }

    /// A column was read.
    ///
    /// Rows of a column that was not asked for are ignored.
    public mutating func columnRead(_ column: UInt8, rows: RowSet, at now: Instant) -> Reading {
        guard case .reading(column, var seen, let giveUpAt) = state else { return Reading() }
        for row in UInt8(0)..<4 where rows.bits & (1 << row) != 0 {
            seen.insert(Key(index: row * Key.columnCount + column))
        }
        if column + 1 < Key.columnCount {
            state = .reading(column: column + 1, seen: seen, giveUpAt: giveUpAt)
            return Reading(order: .read(column: column + 1))
        }
        if isFirstReading { heldSinceStart = seen }
        isFirstReading = false
        var reading = judge(seen, at: now)
        reading.order = rest(at: now)
        return reading
    }

    private mutating func beginReading(at now: Instant) -> Order {
        state = .reading(column: 0, seen: KeySet(), giveUpAt: now + Self.answerTimeMax)
        return .read(column: 0)
    }

    private mutating func judge(_ seen: KeySet, at now: Instant) -> Reading {
        var reading = Reading()
        if seen != level {
            level = seen
            levelSince = now
        }
        guard now.since(levelSince) >= debounceTime else { return reading }
        if level.hasGhost {
            reading.isGhost = !isGhostReported
            isGhostReported = true
            return reading
        }
        isGhostReported = false
        // A `#` that is stuck would ask every start for a lock, and on a weak source each of them would end the next life.
        let wasDownAtStart = UInt64(downSince[Int(Key.pound.index)]) < Self.startTime.milliseconds
        reading.isEnterReleased =
            believed.contains(.pound) && !level.contains(.pound) && wasDownAtStart
            && !stuck.contains(.pound) && !heldSinceStart.contains(.pound)
        heldSinceStart = heldSinceStart.intersection(level)
        let down = level.subtracting(believed)
        reading.pressed = down.subtracting(heldSinceStart)
        if now < .zero + Self.startTime { reading.pressed.remove(.pound) }
        believed = level
        stuck = stuck.intersection(believed)
        for index in UInt8(0)..<UInt8(Key.count) {
            let key = Key(index: index)
            if down.contains(key) { downSince[Int(index)] = now.shortened }
            guard believed.contains(key), !stuck.contains(key) else { continue }
            if UInt64(now.shortened &- downSince[Int(index)]) >= stuckTime.milliseconds {
                stuck.insert(key)
                reading.stuck.insert(key)
            }
        }
        return reading
    }

    /// Equal if they will do the same from now on.
    public static func == (lhs: Self, rhs: Self) -> Bool {
        for index in 0..<Key.count where lhs.downSince[index] != rhs.downSince[index] { return false }
        return lhs.state == rhs.state && lhs.level == rhs.level && lhs.levelSince == rhs.levelSince
            && lhs.believed == rhs.believed && lhs.stuck == rhs.stuck && lhs.isGhostReported == rhs.isGhostReported
            && lhs.isFirstReading == rhs.isFirstReading && lhs.heldSinceStart == rhs.heldSinceStart
            && lhs.debounceTime == rhs.debounceTime && lhs.stuckTime == rhs.stuckTime
    }

    private mutating func rest(at now: Instant) -> Order {
        if level.isEmpty && believed.isEmpty { return start() }
        guard isHopeless(at: now) else {
            state = .resting(until: now + Self.readPeriod)
            return .nothing
        }
        state = .resting(until: now + Self.stuckReadPeriod)
        return .watch(columns: 0b111 & ~level.columns)
    }

    /// Whether what is down will be no key: stuck keys, or a ghost that stays, such as moisture between the contacts.
    ///
    /// Fingers make ghosts too, by typing fast, and the key after one must not be missed: so a ghost is given as long as a
    /// key before it counts as stuck.
    private func isHopeless(at now: Instant) -> Bool {
        level.hasGhost ? now.since(levelSince) >= stuckTime : level == stuck && believed == stuck
    }
}

extension Instant {
    /// Milliseconds modulo 2^32.
    fileprivate var shortened: UInt32 { UInt32(truncatingIfNeeded: milliseconds) }
}
