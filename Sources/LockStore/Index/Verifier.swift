/// What is left of a code in the store: a keyed hash of its derived key, cut to 128 bits.
///
/// A secret (R8): with the device key, a code can be tried against it. Compared by `VerifierTable` only.
struct Verifier {
    let low: UInt64
    let high: UInt64

    /// A verifier that no slot with a credential has.
    static var none: Self { Self(low: 0, high: 0) }

    init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// The first 16 bytes of a keyed hash.
    init(_ hash: InlineArray<32, UInt8>) {
        var low: UInt64 = 0
        var high: UInt64 = 0
        for index in 0..<8 {
            low |= UInt64(hash[index]) << (8 * UInt64(index))
            high |= UInt64(hash[8 + index]) << (8 * UInt64(index))
        }
        self.init(low: low, high: high)
    }
}

#if !hasFeature(Embedded)
    extension Verifier: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
        var description: String { "Verifier(redacted)" }
        var debugDescription: String { description }
        var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
    }
#endif

/// The verifiers of a fixed number of slots, and the search that looks at all of them whatever it finds.
struct VerifierTable: ~Copyable {
    private var low: [UInt64]
    private var high: [UInt64]
    /// All ones where a slot is taken, zero where it is free.
    private var taken: [UInt64]

    init(slots: Int) {
        low = [UInt64](repeating: 0, count: slots)
        high = [UInt64](repeating: 0, count: slots)
        taken = [UInt64](repeating: 0, count: slots)
    }

    /// What a search found, and how many slots it compared.
    struct Finding {
        var slot: Int?
        var comparisons: Int
    }

    subscript(slot: Int) -> Verifier { Verifier(low: low[slot], high: high[slot]) }

    mutating func set(_ slot: Int, to verifier: Verifier) {
        low[slot] = verifier.low
        high[slot] = verifier.high
        taken[slot] = .max
    }

    mutating func clear(_ slot: Int) {
        low[slot] = 0
        high[slot] = 0
        taken[slot] = 0
    }

    /// Compares with every slot, free ones included, without a branch that depends on what is there.
    ///
    /// If several match, which enrolment prevents, the last one is found.
    func search(_ verifier: Verifier) -> Finding {
        var found: UInt64 = 0
        var comparisons = 0
        for slot in 0..<low.count {
            let difference = (low[slot] ^ verifier.low) | (high[slot] ^ verifier.high) | ~taken[slot]
            // All ones if there is no difference, else zero.
            let mask = ((difference | (0 &- difference)) >> 63) &- 1
            found = (found & ~mask) | (UInt64(slot + 1) & mask)
            comparisons += 1
        }
        return Finding(slot: found == 0 ? nil : Int(found) - 1, comparisons: comparisons)
    }
}
