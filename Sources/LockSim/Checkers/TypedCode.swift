public import LockCore

/// What people have typed, read off the contacts the way the lock should understand it: digits, `*` clears, `#` enters,
/// ten seconds of silence discard.
struct TypedCode: Sendable {
    private var digits = Code()
    private var isTooLong = false
    private var lastAt = WorldTime.start
    private var down = KeySet()
    private var last: Key?
    /// Contacts that a fault closes or opens next; no finger does.
    private var expected = KeySet()
    private var expectedAt = WorldTime.start

    /// A fault begins or ends: the contacts that it changes follow at once, and nobody types them.
    mutating func expect(_ fault: Fault, at time: WorldTime) {
        expectedAt = time
        switch fault {
        case .keyStuck(let key): expected = KeySet(bits: 1 << UInt16(key.index))
        case .keyGhost: expected = Fault.ghostKeys
        default: expected = KeySet()
        }
    }

    /// Hears a contact; answers the code that was entered with it, if one was.
    mutating func hear(_ key: Key, isDown: Bool, at time: WorldTime) -> Code? {
        // A faulty `#` ends what a finger has typed all the same; a faulty digit is nobody's.
        if expected.contains(key), time == expectedAt, !(isDown && key == .pound) {
            let only = KeySet(bits: 1 << UInt16(key.index))
            expected = expected.subtracting(only)
            if isDown { down.insert(key) } else { down = down.subtracting(only) }
            return nil
        }
        // A finger on a key that is stuck closes nothing.
        guard isDown != down.contains(key) else { return nil }
        guard isDown else {
            down = down.subtracting(KeySet(bits: 1 << UInt16(key.index)))
            return nil
        }
        down.insert(key)
        last = key
        if time.since(lastAt) > .seconds(10) { clear() }
        lastAt = time
        if let digit = key.digit {
            if !digits.append(digit) { isTooLong = true }
            return nil
        }
        defer { clear() }
        return key == .pound && digits.count > 0 && !isTooLong ? digits : nil
    }

    /// The keypad goes live: what was typed before is nobody's code, but for a key that is still down.
    mutating func restart() {
        clear()
        if let last, down.contains(last), let digit = last.digit { _ = digits.append(digit) }
    }

    mutating func clear() {
        digits.wipe()
        isTooLong = false
    }
}

/// The codes that the judges know to be valid.
public struct KnownCodes: Sendable {
    /// All of them, in the order in which they were told.
    public private(set) var codes: [Code] = []

    /// Nobody has a code.
    public init() {}

    /// From now on this one opens.
    public mutating func insert(_ code: Code) {
        if !contains(code) { codes.append(code) }
    }

    /// From now on this one does not.
    public mutating func remove(_ code: Code) { codes.removeAll { $0.matches(code) } }

    /// Whether this one opens.
    public func contains(_ code: Code) -> Bool {
        for known in codes where known.matches(code) { return true }
        return false
    }
}
