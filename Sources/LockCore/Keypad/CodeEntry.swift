/// Collects keys into a code.
///
/// `#` enters, `*` clears; `*` on an empty entry asks for programming: the next code opens a session instead of the
/// door. Silence discards what was typed, so that nothing is left for whoever comes next.
public struct CodeEntry: Equatable, Sendable {
    /// What a key did.
    public enum Outcome: Equatable, Sendable {
        /// The key was taken; more may follow.
        case taken
        /// What was typed is gone.
        case cleared
        /// `#` after some digits: `code` is complete.
        case entered
        /// `#` with no digit before it.
        case bareEnter
    }

    private let timeout: Interval
    /// The digits so far.
    public private(set) var code = Code()
    /// Whether more digits were typed than any code has.
    public private(set) var isOverlong = false
    /// Whether the code is to open a programming session.
    public private(set) var isForProgramming = false
    /// When what was typed will be discarded.
    public private(set) var deadline: Instant?

    /// Whether nothing has been typed.
    public var isEmpty: Bool { code.count == 0 && !isForProgramming }

    /// An empty entry.
    public init(timeout: Interval) { self.timeout = timeout }

    /// A key was pressed.
    ///
    /// After `.entered` the caller takes `code` and then calls `wipe`.
    public mutating func press(_ key: Key, at now: Instant) -> Outcome {
        deadline = now + timeout
        if let digit = key.digit {
            if !code.append(digit) { isOverlong = true }
            return .taken
        }
        if key == .pound { return code.count == 0 ? .bareEnter : .entered }
        guard code.count == 0 && !isForProgramming else {
            wipe()
            return .cleared
        }
        isForProgramming = true
        return .taken
    }

    /// Whether the silence has lasted too long; then everything is wiped.
    public mutating func expire(at now: Instant) -> Bool {
        guard let deadline, deadline <= now else { return false }
        wipe()
        return true
    }

    /// Forgets everything.
    public mutating func wipe() {
        code.wipe()
        isOverlong = false
        isForProgramming = false
        deadline = nil
    }
}
