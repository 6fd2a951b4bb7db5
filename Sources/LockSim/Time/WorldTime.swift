public import LockCore

/// A point on the world's own clock: milliseconds since the scenario began.
///
/// Unlike `Instant` it goes on while the lock has no power.
public struct WorldTime: Comparable, Sendable, BitwiseCopyable {
    /// Milliseconds since the scenario began.
    public let milliseconds: UInt64

    /// The point that many milliseconds after the beginning.
    public init(milliseconds: UInt64) { self.milliseconds = milliseconds }

    /// The beginning of the scenario.
    public static var start: Self { Self(milliseconds: 0) }
    /// Later than anything that happens.
    public static var never: Self { Self(milliseconds: .max) }

    /// The earlier comes first.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.milliseconds < rhs.milliseconds }

    /// The point that much later; `never` stays `never`.
    public static func + (lhs: Self, rhs: Interval) -> Self {
        let (sum, overflow) = lhs.milliseconds.addingReportingOverflow(rhs.milliseconds)
        return Self(milliseconds: overflow ? .max : sum)
    }

    /// How long ago `earlier` was; zero if it is yet to come.
    public func since(_ earlier: Self) -> Interval {
        .milliseconds(milliseconds > earlier.milliseconds ? milliseconds - earlier.milliseconds : 0)
    }
}
