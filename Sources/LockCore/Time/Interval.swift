/// A length of time.
///
/// Never negative.
public struct Interval: Comparable, Sendable, BitwiseCopyable {
    /// The length in milliseconds.
    public let milliseconds: UInt64

    /// No time at all.
    ///
    /// As a setting it usually means "off"; the setting says so.
    public static var zero: Self { .milliseconds(0) }
    /// A length in milliseconds.
    public static func milliseconds(_ count: UInt64) -> Self { Self(milliseconds: count) }
    /// A length in seconds.
    ///
    /// Traps beyond 584 million years.
    public static func seconds(_ count: UInt64) -> Self { Self(milliseconds: count * 1_000) }
    /// A length in minutes.
    public static func minutes(_ count: UInt64) -> Self { .seconds(count * 60) }
    /// A length in hours.
    public static func hours(_ count: UInt64) -> Self { .seconds(count * 3_600) }
    /// A length in days of 24 hours.
    public static func days(_ count: UInt64) -> Self { .hours(count * 24) }

    /// Whole seconds in it, rounded down.
    public var wholeSeconds: UInt64 { milliseconds / 1_000 }

    /// The shorter comes first.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.milliseconds < rhs.milliseconds }

    /// Both one after the other.
    public static func + (lhs: Self, rhs: Self) -> Self {
        let (sum, overflow) = lhs.milliseconds.addingReportingOverflow(rhs.milliseconds)
        return Self(milliseconds: overflow ? .max : sum)
    }

    /// What is left of `lhs` after `rhs`; zero if nothing is.
    public static func - (lhs: Self, rhs: Self) -> Self {
        Self(milliseconds: lhs.milliseconds > rhs.milliseconds ? lhs.milliseconds - rhs.milliseconds : 0)
    }
}
