public import LockCore

/// What people have typed, read off the contacts the way the lock should understand it: a key counts as soon as it closes, and
/// none does on a keypad that is dead or a lock that does not run.
struct TypedCode: Sendable {
    private var entry = TypedEntry()
    private var contacts = Contacts()
    private var last: Key?
    private var isOff = false
    private let readsStuck: Bool

    /// Nothing typed yet.
    ///
    /// - Parameter readsStuck: whether the digits of stuck keys count: a finger on one closes nothing, and its digit counts all
    ///   the same.
    init(readsStuck: Bool = false) { self.readsStuck = readsStuck }

    /// A fault begins or ends.
    mutating func expect(_ fault: Fault, begins: Bool, at time: WorldTime) {
        contacts.expect(fault, begins: begins, at: time)
    }

    /// Hears a contact; answers the code that was entered with it, if one was.
    mutating func hear(_ key: Key, isDown: Bool, at time: WorldTime) -> Code? {
        guard case .closed(let cause) = contacts.hear(key, isDown: isDown, at: time) else { return nil }
        guard !isOff, !contacts.areDead else { return nil }
        // A faulty `#` ends what a finger has typed all the same; a faulty digit is nobody's.
        switch cause {
        case .finger: return press(key, at: time)
        case .stuckKey: return readsStuck || key == .pound ? press(key, at: time) : nil
        // No lock can read it.
        case .ghost: return nil
        }
    }

    private mutating func press(_ key: Key, at time: WorldTime) -> Code? {
        last = key
        return entry.press(key, at: time)
    }

    /// The keypad goes live: what was typed before is nobody's code, but for a key that is still down.
    mutating func restart() {
        let isDown = last.map { contacts.closed.contains($0) && !contacts.areDead } ?? false
        entry.restart(at: nil, with: isDown ? [last].compactMap(\.self) : [])
    }

    /// The lock does not run: nobody reads what is typed.
    mutating func stop() {
        isOff = true
        entry.clear()
    }

    /// The lock starts: all that is down shows anew, in the order of the keys, unless nobody can tell what it is.
    mutating func start(at time: WorldTime) {
        isOff = false
        let isReadable = !contacts.areDead && !contacts.closed.throughWires.hasGhost
        let down = readsStuck ? contacts.closed : contacts.byFingers
        entry.restart(at: time, with: isReadable ? down.keys : [])
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
