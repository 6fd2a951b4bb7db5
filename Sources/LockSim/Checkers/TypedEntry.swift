import LockCore

/// What has been typed since the last code: digits, `*` clears, `#` enters, ten seconds of silence discard.
struct TypedEntry: Sendable {
    /// Silence that discards.
    static var silence: Interval { .seconds(10) }

    private var digits = Code()
    private var isTooLong = false
    private var lastAt = WorldTime.start

    /// Whether both will come to the same codes.
    static func == (lhs: Self, rhs: Self) -> Bool {
        if lhs.isTooLong || rhs.isTooLong {
            return lhs.isTooLong && rhs.isTooLong && lhs.lastAt == rhs.lastAt
        }
        return lhs.digits.matches(rhs.digits) && (lhs.digits.count == 0 || lhs.lastAt == rhs.lastAt)
    }

    /// A key counts; answers the code that was entered with it, if one was.
    mutating func press(_ key: Key, at time: WorldTime) -> Code? {
        if time.since(lastAt) > Self.silence { clear() }
        lastAt = time
        if let digit = key.digit {
            if !digits.append(digit) { isTooLong = true }
            return nil
        }
        defer { clear() }
        return key == .pound && digits.count > 0 && !isTooLong ? digits : nil
    }

    /// The keypad goes live: what was typed before is nobody's code, and what is down may count.
    mutating func restart(at time: WorldTime?, with down: some Sequence<Key>) {
        clear()
        if let time { lastAt = time }
        for key in down {
            if let digit = key.digit { _ = digits.append(digit) }
        }
    }

    mutating func clear() {
        digits.wipe()
        isTooLong = false
    }
}
