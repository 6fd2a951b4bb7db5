public import LockCore

/// A set of users.
public struct UserSet: Equatable, Sendable {
    private var words = InlineArray<16, UInt64>(repeating: 0)
    /// How many there are.
    public private(set) var count = 0

    /// Nobody.
    public init() {}

    /// Whether there is nobody.
    public var isEmpty: Bool { count == 0 }

    /// Whether the user is among them.
    public func contains(_ user: UserIndex) -> Bool {
        user <= .last && words[Int(user.value / 64)] & Self.bit(user) != 0
    }

    /// Adds a user, whose slot must be one of the store's.
    public mutating func insert(_ user: UserIndex) {
        precondition(user <= .last, "a user beyond the last slot")
        guard !contains(user) else { return }
        words[Int(user.value / 64)] |= Self.bit(user)
        count += 1
    }

    /// Takes in all of another set.
    public mutating func formUnion(_ other: Self) {
        count = 0
        for index in 0..<16 {
            words[index] |= other.words[index]
            count += words[index].nonzeroBitCount
        }
    }

    /// Takes out the one with the lowest slot; `nil` if there is nobody.
    public mutating func popFirst() -> UserIndex? {
        for index in 0..<16 where words[index] != 0 {
            let bit = words[index].trailingZeroBitCount
            words[index] &= words[index] &- 1
            count -= 1
            return UserIndex(UInt16(index * 64 + bit))
        }
        return nil
    }

    private static func bit(_ user: UserIndex) -> UInt64 { 1 << UInt64(user.value % 64) }

    /// Equal if the same users are in them.
    public static func == (lhs: Self, rhs: Self) -> Bool {
        for index in 0..<16 where lhs.words[index] != rhs.words[index] { return false }
        return true
    }
}
