/// One of the twelve keys of the 4x3 matrix.
///
///     1 2 3     row 0
///     4 5 6     row 1
///     7 8 9     row 2
///     * 0 #     row 3
public struct Key: Equatable, Sendable, BitwiseCopyable {
    /// How many keys there are.
    public static var count: Int { 12 }
    /// How many columns the matrix has.
    public static var columnCount: UInt8 { 3 }

    /// Its place in reading order, 0 to 11.
    public let index: UInt8

    /// The key at a place in reading order, which must be below 12.
    public init(index: UInt8) {
        precondition(index < 12, "a key beyond the twelve")
        self.index = index
    }

    /// Row from the top, 0 to 3.
    public var row: UInt8 { index / 3 }
    /// Column from the left, 0 to 2.
    public var column: UInt8 { index % 3 }

    /// The key with a digit (0 to 9) on it.
    public static func digit(_ digit: UInt8) -> Self {
        precondition(digit <= 9, "a digit is 0 to 9")
        return Self(index: digit == 0 ? 10 : digit - 1)
    }
    /// `*`, which clears.
    public static var star: Self { Self(index: 9) }
    /// `#`, which enters.
    public static var pound: Self { Self(index: 11) }

    /// The digit on it, or `nil` for `*` and `#`.
    public var digit: UInt8? {
        switch index {
        case 9, 11: nil
        case 10: 0
        default: index + 1
        }
    }
}

/// Some of the twelve keys: bit n stands for the key at index n.
public struct KeySet: Equatable, Sendable, BitwiseCopyable {
    /// One bit a key, 12 bits.
    public var bits: UInt16

    /// Those keys.
    public init(bits: UInt16 = 0) { self.bits = bits & 0xFFF }

    /// Whether there is none.
    public var isEmpty: Bool { bits == 0 }
    /// Whether the key is one of them.
    public func contains(_ key: Key) -> Bool { bits & (1 << UInt16(key.index)) != 0 }
    /// Adds a key.
    public mutating func insert(_ key: Key) { bits |= 1 << UInt16(key.index) }
    /// Takes a key out.
    public mutating func remove(_ key: Key) { bits &= ~(1 << UInt16(key.index)) }
    /// Those that are not in the other set.
    public func subtracting(_ other: Self) -> Self { Self(bits: bits & ~other.bits) }
    /// Those that are in both.
    public func intersection(_ other: Self) -> Self { Self(bits: bits & other.bits) }

    /// The columns in which there is at least one: bit 0 is the left column.
    public var columns: UInt8 {
        let folded = (bits | bits >> 3 | bits >> 6 | bits >> 9) & 0b111
        return UInt8(folded)
    }

    /// Whether two rows share two columns.
    ///
    /// Without diodes the fourth corner of such a rectangle closes by itself, so
    /// nobody can tell which three (or four) keys are meant.
    public var hasGhost: Bool {
        for upper in UInt16(0)..<3 {
            for lower in (upper + 1)..<4 {
                let shared = (bits >> (upper * 3)) & (bits >> (lower * 3)) & 0b111
                if shared.nonzeroBitCount >= 2 { return true }
            }
        }
        return false
    }
}
