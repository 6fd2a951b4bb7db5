/// An electric potential against ground, in millivolts.
public struct Millivolts: Comparable, Sendable, BitwiseCopyable {
    /// The value, -1,000,000 to 1,000,000: no more than a kilovolt, so that no arithmetic on it overflows.
    public let value: Int32

    /// That many millivolts, held within a kilovolt: a converter gone mad must not stop the firmware.
    public init(_ value: Int32) { self.value = min(max(value, -1_000_000), 1_000_000) }

    /// The lower comes first.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.value < rhs.value }
    /// The difference, which may be negative.
    public static func - (lhs: Self, rhs: Self) -> Self { Self(lhs.value - rhs.value) }
    /// The sum.
    public static func + (lhs: Self, rhs: Self) -> Self { Self(lhs.value + rhs.value) }
}

/// An electric current in milliamperes.
public struct Milliamperes: Comparable, Sendable, BitwiseCopyable {
    /// The value in milliamperes, -1,000,000 to 1,000,000.
    public let value: Int32

    /// That many milliamperes, held within a thousand amperes.
    public init(_ value: Int32) { self.value = min(max(value, -1_000_000), 1_000_000) }

    /// The lower comes first.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.value < rhs.value }
}

/// A resistance in milliohms.
public struct Milliohms: Comparable, Sendable, BitwiseCopyable {
    /// The value in milliohms.
    public let value: Int32

    /// That many milliohms.
    public init(_ value: Int32) { self.value = value }

    /// The lower comes first.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.value < rhs.value }

    /// The drop that a current makes across it.
    ///
    /// 64-bit inside, so nothing overflows below 2 kV.
    public static func * (lhs: Self, rhs: Milliamperes) -> Millivolts {
        Millivolts(Int32(clamping: Int64(lhs.value) * Int64(rhs.value) / 1_000))
    }
}

/// A temperature in tenths of a degree Celsius.
public struct Decidegrees: Comparable, Sendable, BitwiseCopyable {
    /// Tenths of a degree Celsius; a door sees about -400 to 700.
    public let value: Int16

    /// That many tenths of a degree.
    public init(_ value: Int16) { self.value = value }

    /// The colder comes first.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.value < rhs.value }
}

/// A share of a whole, 0 to 100.
public struct Percent: Comparable, Sendable, BitwiseCopyable {
    /// The value, 0 to 100.
    public let value: UInt8

    /// That share; more than 100 is held at 100.
    public init(_ value: UInt8) { self.value = min(value, 100) }

    /// The smaller comes first.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.value < rhs.value }
}
