import LockCore

/// The contacts of a keypad as the judges hear them: which are closed, by a finger and by a fault.
struct Contacts: Sendable {
    /// Those that fingers close.
    private(set) var byFingers = KeySet()
    private var faults = KeySet()
    /// Contacts that a fault closes or opens next; no finger does.
    private var expected = KeySet()
    private var expectedAt = WorldTime.start
    private var expectedCause = Cause.finger
    private var deadCount = 0
    /// How long contacts bounce for each fault that makes them, the last one being in force.
    private var bounces: [UInt8] = []

    /// What closes a contact.
    enum Cause {
        case finger, stuckKey, ghost
    }

    /// What became of a contact.
    enum Change {
        /// It was closed already, or still is, or opened.
        case none
        /// It closed.
        case closed(by: Cause)
    }

    /// All that are closed, by whatever.
    var closed: KeySet { KeySet(bits: byFingers.bits | faults.bits) }

    /// Whether a fault keeps all of them from making contact.
    var areDead: Bool { deadCount > 0 }

    /// How long faults make them bounce.
    var bounce: Interval { .milliseconds(UInt64(bounces.max() ?? 0)) }

    /// What a lock can see of them: see `throughWires`.
    var shown: KeySet { areDead ? KeySet() : closed.throughWires }

    /// A fault begins or ends: the contacts that it changes follow at once, and nobody types them.
    mutating func expect(_ fault: Fault, begins: Bool, at time: WorldTime) {
        expectedAt = time
        switch fault {
        case .keypadDead: deadCount += begins ? 1 : -1
        case .keyBounce(let milliseconds):
            if begins {
                bounces.append(milliseconds)
            } else if let index = bounces.lastIndex(of: milliseconds) {
                bounces.remove(at: index)
            }
        case .keyStuck(let key):
            expected = KeySet(bits: 1 << UInt16(key.index))
            expectedCause = .stuckKey
        case .keyGhost:
            expected = Fault.ghostKeys
            expectedCause = .ghost
        default: expected = KeySet()
        }
    }

    /// Hears a contact.
    ///
    /// A finger on a key that is stuck closes nothing, and neither opens anything when it goes.
    mutating func hear(_ key: Key, isDown: Bool, at time: WorldTime) -> Change {
        let wasClosed = closed.contains(key)
        let only = KeySet(bits: 1 << UInt16(key.index))
        let isByFault = expected.contains(key) && time == expectedAt
        if isByFault {
            expected = expected.subtracting(only)
            if isDown { faults.insert(key) } else { faults = faults.subtracting(only) }
        } else {
            if isDown { byFingers.insert(key) } else { byFingers = byFingers.subtracting(only) }
        }
        return isDown && !wasClosed ? .closed(by: isByFault ? expectedCause : .finger) : .none
    }
}

extension KeySet {
    /// Its keys in the order in which they are read.
    var keys: [Key] {
        (UInt8(0)..<UInt8(Key.count)).map { Key(index: $0) }.filter { contains($0) }
    }

    /// What a matrix without diodes shows if these contacts are closed: where two rows share a column, current finds its way
    /// from each column of the one to the other.
    var throughWires: Self {
        var shown = bits
        // Each of four rows can join the others through a third one: three goes reach all.
        for _ in 0..<3 {
            for upper in UInt16(0)..<3 {
                for lower in (upper + 1)..<4 {
                    let both = (shown >> (upper * 3) | shown >> (lower * 3)) & 0b111
                    guard (shown >> (upper * 3)) & (shown >> (lower * 3)) & 0b111 != 0 else { continue }
                    shown |= both << (upper * 3) | both << (lower * 3)
                }
            }
        }
        return Self(bits: shown)
    }
}
