public import LockCore

/// What people have typed, read off the contacts the way the lock should understand it: digits, `*` clears, `#` enters,
/// ten seconds of silence discard.
struct TypedCode: Sendable {
    private var digits = Code()
    private var isTooLong = false
    private var lastAt = WorldTime.start
    private var contacts = Contacts()
    private var last: Key?
    private let readsStuck: Bool

    /// Nothing typed yet.
    ///
    /// - Parameter readsStuck: whether the digits of stuck keys count: a finger on one closes nothing, and its digit counts all
    ///   the same.
    init(readsStuck: Bool = false) { self.readsStuck = readsStuck }

    /// A fault begins or ends.
    mutating func expect(_ fault: Fault, at time: WorldTime) { contacts.expect(fault, at: time) }

    /// Hears a contact; answers the code that was entered with it, if one was.
    mutating func hear(_ key: Key, isDown: Bool, at time: WorldTime) -> Code? {
        guard case .closed(let cause) = contacts.hear(key, isDown: isDown, at: time) else { return nil }
        // A faulty `#` ends what a finger has typed all the same; a faulty digit is nobody's.
        switch cause {
        case .finger: return press(key, at: time)
        case .stuckKey: return readsStuck || key == .pound ? press(key, at: time) : nil
        // No lock can read it.
        case .ghost: return nil
        }
    }

    /// A key counts; answers the code that was entered with it, if one was.
    mutating func press(_ key: Key, at time: WorldTime) -> Code? {
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
        if let last, contacts.closed.contains(last), let digit = last.digit { _ = digits.append(digit) }
    }

    /// The lock starts: all that is down shows anew, in the order of the keys, unless nobody can tell what it is.
    mutating func start(at time: WorldTime) {
        clear()
        lastAt = time
        guard !contacts.closed.throughWires.hasGhost else { return }
        let down = readsStuck ? contacts.closed : contacts.byFingers
        for index in UInt8(0)..<UInt8(Key.count) where down.contains(Key(index: index)) {
            if let digit = Key(index: index).digit { _ = digits.append(digit) }
        }
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
