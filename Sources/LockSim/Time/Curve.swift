/// A curve given as eleven values at equal distances, with straight lines between them.
///
/// Tables instead of formulas, so that every machine computes the same bits: there is no `exp` in the world.
public struct Curve: Equatable, Sendable {
    private let values: InlineArray<11, Double>
    private let low: Double
    private let high: Double

    /// The curve through eleven values at equal distances from `low` to `high`.
    public init(from low: Double, to high: Double, _ values: InlineArray<11, Double>) {
        precondition(low < high, "a curve over an empty range")
        self.low = low
        self.high = high
        self.values = values
    }

    /// The value at `x`; outside the range, the one at its nearer end.
    public func value(at x: Double) -> Double {
        let place = (x - low) / (high - low) * 10
        if place <= 0 { return values[0] }
        if place >= 10 { return values[10] }
        let index = Int(place)
        let fraction = place - Double(index)
        return values[index] + (values[index + 1] - values[index]) * fraction
    }
}

extension Curve {
    /// Equal if they cover the same range with the same values.
    public static func == (lhs: Self, rhs: Self) -> Bool {
        guard lhs.low == rhs.low, lhs.high == rhs.high else { return false }
        for index in 0..<11 where lhs.values[index] != rhs.values[index] { return false }
        return true
    }
}
