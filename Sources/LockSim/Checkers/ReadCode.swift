import LockCore

/// What a lock can have read of the contacts: a key counts when all contacts have rested for a while, and none does while three
/// corners of a rectangle or more are closed, for nobody can tell then which keys are meant.
///
/// A key that is held beyond reason is stuck, and what was typed until then is nobody's code.
///
/// So what is typed while moisture bridges contacts goes unread, a `#` as well: it ends nothing, and the next one does. A key
/// that is still down when the bridge is gone is read then. So it is with a keypad on which no key makes contact.
///
/// Where contacts rested too short for a lock to have read them surely, and long enough that it may have, it is followed both
/// ways: so there is not one half-typed code but a handful, which a `#` that was surely read makes one again. What the lock does
/// for a code shows that it has read one, and ends the others.
struct ReadCode: Sendable {
    /// A code, and when its `#` came.
    typealias Entered = (code: Code, at: WorldTime)

    /// Contacts that have rested for so long may have been read, and for so long surely have.
    ///
    /// A membrane bounces for 5 to 10 ms; *chosen*, two and four times that.
    static var restTime: (least: Interval, most: Interval) { (.milliseconds(20), .milliseconds(40)) }

    /// The longest rest that is needed in the columns of keys that are stuck, and of a ghost that lasts: they are looked at only
    /// four times a second, to spare the cells.
    static var rareRestTime: Interval { .milliseconds(290) }

    /// Held for so long, a key may be stuck, and for so long it surely is.
    static var stuckTime: (least: Interval, most: Interval) { (.seconds(10), .milliseconds(10_100)) }

    /// A code is answered this soon after its `#`, or never.
    static var answerTime: Interval { GuessChecker.answerTime }

    /// How many ways are followed; beyond that those in which most went unread are dropped.
    ///
    /// *Chosen*: eight doubtful keys between two that are not.
    static var readingsMax: Int { 256 }

    private var contacts = Contacts()
    private var shown = KeySet()
    private var shownSince = WorldTime.start
    private var isOff = false
    /// Those in which more was read come first.
    private var readings = [Reading()]
    private var fresh: [Entered] = []

    /// The code that was entered last if there is no doubt about it: in whatever way the lock has read.
    var sureEntry: Entered? {
        guard let first = readings.first?.entered else { return nil }
        let isSure = readings.allSatisfy { reading in
            reading.entered.map { $0.at == first.at && $0.code.matches(first.code) } ?? false
        }
        return isSure ? first : nil
    }

    /// A fault begins or ends.
    ///
    /// `settle` must have been called before.
    mutating func expect(_ fault: Fault, begins: Bool, at time: WorldTime) {
        contacts.expect(fault, begins: begins, at: time)
        look(at: time)
    }

    /// Hears a contact; `settle` must have been called before.
    mutating func hear(_ key: Key, isDown: Bool, at time: WorldTime) {
        _ = contacts.hear(key, isDown: isDown, at: time)
        look(at: time)
    }

    /// Time has passed: what has rested is read.
    ///
    /// Answers the codes that have been entered since it was last asked.
    ///
    /// - Parameter digits: how long the code is for which the lock does now what it does for one: then it may have read the last
    ///   key sooner. `nil` = it does nothing.
    mutating func settle(at time: WorldTime, answering digits: Int? = nil) -> [Entered] {
        guard !isOff else { return [] }
        for index in readings.indices { readings[index].forgetEntered(at: time) }
        dropStuck(at: time)
        readSurely(at: time)
        if let digits {
            fork(at: time)
            keepThose(thatEntered: digits)
        }
        merge()
        defer { fresh = [] }
        return fresh
    }

    /// The lock does not run: nobody reads what is typed.
    mutating func stop() {
        isOff = true
        readings = [Reading()]
        fresh = []
    }

    /// The lock starts: nothing has been read; after a brown-out what is down is not pressed until it comes up.
    mutating func start(at time: WorldTime, after cause: ResetCause? = nil) {
        isOff = false
        var reading = Reading()
        if cause == .brownOut {
            reading.read = shown
            reading.since = InlineArray(repeating: time)
        }
        readings = [reading]
        shownSince = time
    }

    private func rest(at time: WorldTime) -> Interval { time.since(shownSince) }

    /// The contacts may show something else now.
    private mutating func look(at time: WorldTime) {
        let levels = contacts.shown
        guard levels != shown else { return }
        if !isOff { fork(at: time) }
        let isLasting = shown.hasGhost && rest(at: time) >= Self.stuckTime.least
        for index in readings.indices { readings[index].look(from: shown, isLasting: isLasting, to: levels) }
        shown = levels
        shownSince = time
        merge()
    }

    /// What has rested so long that any lock has looked at it is read.
    private mutating func readSurely(at time: WorldTime) {
        for index in readings.indices {
            let most = readings[index].unwatched != 0 ? Self.rareRestTime : Self.restTime.most
            guard rest(at: time) >= most + contacts.bounce else { continue }
            readings[index].unwatched = 0
            if readings[index].read != shown, !shown.hasGhost { read(index) }
        }
    }

    /// What may have been read, and need not have been, is followed both ways.
    private mutating func fork(at time: WorldTime) {
        guard !shown.hasGhost, rest(at: time) >= Self.restTime.least else { return }
        var unread: [Reading] = []
        for index in readings.indices where readings[index].read != shown {
            unread.append(readings[index])
            read(index)
        }
        readings += unread
    }

    private mutating func read(_ index: Int) {
        guard let code = readings[index].read(shown, since: shownSince) else { return }
        let isKnown = fresh.contains { $0.at == shownSince && $0.code.matches(code) }
        if !isKnown { fresh.append((code, shownSince)) }
    }

    /// Those in which such a code was entered are the ones that happened; if there are none, those in which any was.
    private mutating func keepThose(thatEntered digits: Int) {
        let fitting = readings.filter { $0.entered?.code.count == digits }
        let answered = fitting.isEmpty ? readings.filter { $0.entered != nil } : fitting
        if !answered.isEmpty { readings = answered }
        for index in readings.indices { readings[index].entered = nil }
    }

    private mutating func dropStuck(at time: WorldTime) {
        guard !shown.hasGhost else { return }
        for index in readings.indices where !readings[index].read.isEmpty {
            let before = readings[index]
            let isSure = readings[index].dropStuck(at: time, shown: shown)
            if !isSure { readings.append(before) }
        }
    }

    private mutating func merge() {
        guard readings.count > 1 else { return }
        var different: [Reading] = []
        for reading in readings where !different.contains(where: { $0 == reading }) { different.append(reading) }
        readings = Array(different.prefix(Self.readingsMax))
    }
}

/// One of the ways in which a lock may have read the contacts.
private struct Reading: Sendable {
    var entry = TypedEntry()
    /// The keys that are down for it.
    var read = KeySet()
    /// Since when each of them is down, and which of them are stuck.
    var since: InlineArray<12, WorldTime> = InlineArray(repeating: .start)
    var stuck = KeySet()
    /// The columns in which it notices nothing between two rare looks, bit 0 being the left one; 0 = it looks often.
    ///
    /// See `ReadCode.rareRestTime`.
    var unwatched: UInt8 = 0
    /// The last code, as long as it may be answered.
    var entered: ReadCode.Entered?

    /// Whether both will come to the same.
    static func == (lhs: Self, rhs: Self) -> Bool {
        guard lhs.read == rhs.read, lhs.stuck == rhs.stuck, lhs.unwatched == rhs.unwatched, lhs.entry == rhs.entry,
            lhs.entered?.at == rhs.entered?.at
        else { return false }
        if let one = lhs.entered, let other = rhs.entered, !one.code.matches(other.code) { return false }
        return lhs.read.keys.allSatisfy { lhs.since[Int($0.index)] == rhs.since[Int($0.index)] }
    }

    mutating func forgetEntered(at time: WorldTime) {
        if let last = entered, time.since(last.at) > ReadCode.answerTime { entered = nil }
    }

    /// The contacts show something else from now on.
    ///
    /// - Parameter isLasting: whether what they have shown is a ghost that has held for as long as makes a key stuck.
    mutating func look(from shown: KeySet, isLasting: Bool, to levels: KeySet) {
        let isStuck = !shown.isEmpty && read == shown && stuck == shown
        if isLasting || isStuck { unwatched = shown.columns }
        // A key in a column that is watched wakes the lock.
        if levels.columns & ~unwatched != 0 { unwatched = 0 }
    }

    /// Reads what shows; answers the code that was entered with it, if one was.
    mutating func read(_ shown: KeySet, since start: WorldTime) -> Code? {
        let pressed = shown.subtracting(read)
        read = shown
        stuck = stuck.intersection(shown)
        unwatched = 0
        var code: Code?
        for key in pressed.keys {
            since[Int(key.index)] = start
            if let complete = entry.press(key, at: start) { code = complete }
        }
        if let code { entered = (code, start) }
        return code
    }

    /// What was typed until a key was stuck is dropped; answers whether that is beyond doubt, or nothing was dropped.
    mutating func dropStuck(at time: WorldTime, shown: KeySet) -> Bool {
        var isSure = true
        for key in read.intersection(shown).subtracting(stuck).keys {
            let held = time.since(since[Int(key.index)])
            guard held >= ReadCode.stuckTime.least else { continue }
            stuck.insert(key)
            entry.clear()
            isSure = isSure && held >= ReadCode.stuckTime.most
        }
        return isSure
    }
}
