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

    /// A fault begins or ends: the contacts that it changes follow at once, and nobody types them.
    mutating func expect(_ fault: Fault, at time: WorldTime) {
        expectedAt = time
        switch fault {
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
