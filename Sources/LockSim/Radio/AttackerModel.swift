import LockCore

/// Somebody with a radio of their own, and what they do with it.
struct AttackerModel: Sendable {
    /// What it is for.
    enum Attack: Equatable, Sendable {
        /// Sends the packets of an earlier connection again.
        case replay([[UInt8]])
        /// Connects again and again: half of the time with garbage, half of the time without a word.
        case flood(until: WorldTime)
    }

    var person: Int
    var attack: Attack
    var connections: [Int] = []
    var count = 0
}

/// Two radios that carry packets between a phone far away and the lock.
struct Relay: Equatable, Sendable {
    var phone: Int
    /// Who stands at the door.
    var person: Int
    /// One way, its own connection not counted.
    var delay: Interval
}
