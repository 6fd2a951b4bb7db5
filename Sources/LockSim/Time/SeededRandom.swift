/// Numbers that look random and follow from a seed: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
///
/// Small, fast, and the same on every machine. Good enough for bounce and swarms, useless for secrets.
public struct SeededRandom: Sendable, BitwiseCopyable {
    private var state: UInt64

    /// The sequence that belongs to a seed.
    ///
    /// Every seed is as good as any other, zero included.
    public init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// A number from the range, which must not be empty.
    ///
    /// Multiplies instead of dividing; the bias is below 2^-32 for
    /// ranges below 2^32.
    public mutating func next(in range: Range<UInt64>) -> UInt64 {
        precondition(!range.isEmpty, "a number from an empty range")
        return range.lowerBound + (range.upperBound - range.lowerBound).multipliedFullWidth(by: next()).high
    }

    /// A number from the range, both ends included.
    public mutating func next(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next(in: 0..<UInt64(range.upperBound - range.lowerBound + 1)))
    }

    /// Whether something with that chance in a thousand happens.
    public mutating func happens(inThousand chance: UInt64) -> Bool { next(in: 0..<1_000) < chance }

    /// A well-mixed number that depends on all of the input's bits: for noise at a place or a time without a sequence.
    static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
