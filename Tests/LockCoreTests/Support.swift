import LockCore

extension Instant {
    /// So many milliseconds after cold start.
    static func ms(_ count: UInt64) -> Self { Self(milliseconds: count) }
    /// So many seconds after cold start.
    static func s(_ count: UInt64) -> Self { Self(milliseconds: count * 1_000) }
}

extension Code {
    /// The digits of a text; other characters are left out.
    init(_ digits: String) {
        self.init()
        for character in digits.utf8 where (48...57).contains(character) { _ = append(character - 48) }
    }
}

/// A small generator whose seed a failing test prints (SplitMix64, Steele and others 2014).
struct Dice {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number below `bound`.
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    /// One of them.
    mutating func pick<T>(_ choices: [T]) -> T { choices[below(choices.count)] }
    /// True once in so many times.
    mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }
}
