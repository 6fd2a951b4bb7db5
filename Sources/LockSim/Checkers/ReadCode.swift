import LockCore

/// What a lock can read of the contacts: a key counts when all contacts have rested for a while, and none does while three
/// corners of a rectangle or more are closed, for nobody can tell then which keys are meant.
///
/// A key that is held beyond reason is stuck, and what was typed until then is nobody's code.
///
/// So what is typed while moisture bridges contacts goes unread, a `#` as well: it ends nothing, and the next one does. A key
/// that is still down when the bridge is gone is read then.
struct ReadCode: Sendable {
    /// Contacts that have rested for so long may have been read, and for so long surely have.
    ///
    /// A membrane bounces for 5 to 10 ms; *chosen*, two and four times that.
    static var restTime: (least: Interval, most: Interval) { (.milliseconds(20), .milliseconds(40)) }

    /// Held for so long, a key is stuck.
    static var stuckTime: Interval { .seconds(10) }

    private var contacts = Contacts()
    private var typed = TypedCode()
    private var shown = KeySet()
    private var shownSince = WorldTime.start
    private var read = KeySet()
    /// Since when each key that was read is down, and which of them are stuck.
    private var since = InlineArray<12, WorldTime>(repeating: .start)
    private var stuck = KeySet()

    /// A fault begins or ends.
    mutating func expect(_ fault: Fault, at time: WorldTime) { contacts.expect(fault, at: time) }

    /// Hears a contact; `settle` must have been called before.
    mutating func hear(_ key: Key, isDown: Bool, at time: WorldTime) {
        _ = contacts.hear(key, isDown: isDown, at: time)
        let levels = contacts.closed.throughWires
        guard levels != shown else { return }
        shown = levels
        shownSince = time
    }

    /// Time has passed: what has rested is read.
    ///
    /// Answers the code that was entered with it, if one was, and when its `#` came.
    ///
    /// - Parameter isAnswered: whether the lock does now what it does for a code: then it may have read the last key sooner.
    mutating func settle(at time: WorldTime, isAnswered: Bool) -> (code: Code, at: WorldTime)? {
        dropStuck(at: time)
        let rest = isAnswered ? Self.restTime.least : Self.restTime.most
        guard shown != read, time.since(shownSince) >= rest, !shown.hasGhost else { return nil }
        let pressed = shown.subtracting(read)
        read = shown
        var entered: Code?
        for index in UInt8(0)..<UInt8(Key.count) where pressed.contains(Key(index: index)) {
            since[Int(index)] = shownSince
            if let code = typed.press(Key(index: index), at: shownSince) { entered = code }
        }
        return entered.map { ($0, shownSince) }
    }

    /// The lock starts: nothing has been read; after a brown-out what is down is not pressed until it comes up.
    mutating func start(at time: WorldTime, after cause: ResetCause? = nil) {
        typed.clear()
        read = cause == .brownOut ? shown : KeySet()
        stuck = KeySet()
        shownSince = time
    }

    private mutating func dropStuck(at time: WorldTime) {
        stuck = stuck.intersection(read)
        guard !read.isEmpty else { return }
        for index in 0..<Key.count where time.since(since[index]) >= Self.stuckTime {
            let key = Key(index: UInt8(index))
            guard read.contains(key), contacts.closed.contains(key), !stuck.contains(key) else { continue }
            stuck.insert(key)
            typed.clear()
        }
    }
}
