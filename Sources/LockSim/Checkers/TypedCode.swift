public import LockCore

/// What people have typed, read off the contacts the way the lock should understand it: digits, `*` clears, `#` enters,
/// ten seconds of silence discard.
struct TypedCode: Sendable {
    private var digits = Code()
    private var isTooLong = false
    private var lastAt = WorldTime.start
    private var held: Key?

    /// Hears a contact; answers the code that was entered with it, if one was.
    mutating func hear(_ key: Key, at time: WorldTime) -> Code? {
        if time.since(lastAt) > .seconds(10) { clear() }
        lastAt = time
        held = key
        if let digit = key.digit {
            if !digits.append(digit) { isTooLong = true }
            return nil
        }
        defer { clear() }
        return key == .pound && digits.count > 0 && !isTooLong ? digits : nil
    }

    /// Hears that a key came up.
    mutating func released(_ key: Key) {
        if held == key { held = nil }
    }

    /// The keypad goes live: what was typed before is nobody's code, but for a key that is still down.
    mutating func restart() {
        clear()
        if let digit = held?.digit { _ = digits.append(digit) }
    }

    mutating func clear() {
        digits.wipe()
        isTooLong = false
    }
}

/// The codes that the judges know to be valid.
public struct KnownCodes: Sendable {
    private var codes: [Code] = []

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
