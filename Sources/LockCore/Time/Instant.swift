/// A point on the lock's monotonic clock.
///
/// Counts milliseconds since cold start. It says nothing about the time of day and restarts from zero after a power
/// cut, so never store one in flash.
public struct Instant: Comparable, Sendable, BitwiseCopyable {
    /// Milliseconds since cold start.
    ///
    /// 64 bits outlast the door.
    public let milliseconds: UInt64

    /// The instant that many milliseconds after cold start.
    public init(milliseconds: UInt64) { self.milliseconds = milliseconds }

    /// Cold start itself.
    public static var zero: Self { Self(milliseconds: 0) }

    /// The earlier comes first.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.milliseconds < rhs.milliseconds }

    /// The instant that much later.
    ///
    /// The end of time stays the end of time.
    public static func + (lhs: Self, rhs: Interval) -> Self {
        let (sum, overflow) = lhs.milliseconds.addingReportingOverflow(rhs.milliseconds)
        return Self(milliseconds: overflow ? .max : sum)
    }

    /// How long ago `earlier` was; zero if it is yet to come.
    public func since(_ earlier: Self) -> Interval {
        .milliseconds(milliseconds > earlier.milliseconds ? milliseconds - earlier.milliseconds : 0)
    }
}

/// The earlier of two deadlines, where `nil` is "never".
func earlier(_ one: Instant?, _ other: Instant?) -> Instant? {
    guard let one else { return other }
    guard let other else { return one }
    return min(one, other)
}
