/// A point in time as a calendar knows it: seconds since 1970-01-01 00:00:00 UTC, leap seconds not counted.
///
/// 32 bits without a sign reach the year 2106.
public struct WallTime: Comparable, Sendable, BitwiseCopyable {
    /// Seconds since 1970-01-01 00:00:00 UTC.
    public let seconds: UInt32

    /// The point that many seconds after 1970-01-01 00:00:00 UTC.
    public init(seconds: UInt32) { self.seconds = seconds }

    /// The earlier comes first.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.seconds < rhs.seconds }

    /// The time that many seconds later; stays at the last second of the range.
    public func advanced(bySeconds count: UInt64) -> Self {
        let sum = UInt64(seconds) + count
        return Self(seconds: sum > UInt64(UInt32.max) ? .max : UInt32(sum))
    }

    /// Day of the week, 0 = Sunday to 6 = Saturday (the order of Matter's DaysMaskMap), in UTC.
    public var weekday: UInt8 { UInt8((seconds / 86_400 + 4) % 7) }

    /// Minutes since midnight UTC, 0 to 1439.
    public var minuteOfDay: UInt16 { UInt16(seconds % 86_400 / 60) }
}

/// Where the lock's idea of the time of day comes from, best last.
public enum TimeTrust: UInt8, Comparable, Sendable, BitwiseCopyable, CaseIterable {
    /// Nobody has said. Dated credentials are refused (R7).
    case unknown = 0
    /// The clock chip says so, but it stopped at some point since it was last known right.
    case guessed = 1
    /// The clock chip has run without a break since an authenticated source or the owner set the time.
    case kept = 2
    /// An authenticated source said so since cold start.
    case authenticated = 3

    /// The weaker comes first.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }

    /// Whether a dated credential may be judged by it (R7).
    public var isTrusted: Bool { self >= .kept }
}

/// What the clock chip shows: seconds on its own counter, which the firmware never sets.
///
/// Wall time is this plus an offset in the journal. So a time set from outside can never shorten a penalty, and a chip
/// whose battery died says so instead of lying.
public struct ChipTime: Equatable, Sendable, BitwiseCopyable {
    /// Seconds on the chip's counter.
    public let seconds: UInt32
    /// Whether the chip's oscillator has run without a break since the firmware last cleared its stop flag.
    public let isContinuous: Bool

    /// A reading of the chip.
    public init(seconds: UInt32, isContinuous: Bool) {
        self.seconds = seconds
        self.isContinuous = isContinuous
    }
}
