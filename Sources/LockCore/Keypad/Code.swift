/// Digits that somebody typed: a PIN or a recovery code.
///
/// A secret (R8).
///
/// The core has to hold it between the first key and the derivation, and the core is copyable so that its states can
/// be explored; so this type is, too. It cannot be printed or reflected, and it compares in constant time.
public struct Code: Sendable {
    /// The longest code there is: a recovery code.
    public static var lengthMax: Int { 12 }

    private var digits: InlineArray<12, UInt8>
    private var length: UInt8 = 0

    /// How many digits there are, 0 to 12.
    public var count: Int { Int(length) }

    /// No digits.
    public init() { digits = InlineArray(repeating: 0) }

    /// The digit at `index`, 0 to 9.
    ///
    /// `index` must be below `count`.
    public func digit(at index: Int) -> UInt8 {
        precondition(index >= 0 && index < count, "a digit beyond the code")
        return digits[index]
    }

    /// Adds a digit (0 to 9) if there is room, and says whether there was.
    public mutating func append(_ digit: UInt8) -> Bool {
        precondition(digit <= 9, "a digit is 0 to 9")
        guard count < Self.lengthMax else { return false }
        digits[count] = digit
        length += 1
        return true
    }

    /// Overwrites the digits, so that nothing is left for whoever comes next.
    public mutating func wipe() {
        for index in 0..<Self.lengthMax { digits[index] = 0 }
        length = 0
    }

    /// Whether both are the same digits, leading zeros included.
    ///
    /// Looks at all twelve places whatever they hold.
    public func matches(_ other: borrowing Self) -> Bool {
        var difference = length ^ other.length
        for index in 0..<Self.lengthMax { difference |= digits[index] ^ other.digits[index] }
        return difference == 0
    }
}

extension Code: Equatable {
    /// Constant-time; exists so that a whole `Lock` can be compared in tests.
    public static func == (lhs: Self, rhs: Self) -> Bool { lhs.matches(rhs) }
}

#if !hasFeature(Embedded)
    extension Code: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
        /// Never the digits.
        public var description: String { "Code(redacted)" }
        /// Never the digits.
        public var debugDescription: String { description }
        /// Nothing to see, so that a failing test prints nothing either.
        public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
    }
#endif
