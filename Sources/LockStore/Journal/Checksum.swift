/// CRC-32 (IEEE 802.3, reflected, as in zlib): finds torn and rotten bytes, and is no protection against anybody.
struct Checksum {
    /// The remainder of each byte.
    ///
    /// 1 KiB, made once.
    private let table: [UInt32]

    init() {
        table = (0..<256).map { byte in
            var remainder = UInt32(byte)
            for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1 }
            return remainder
        }
    }

    /// The checksum of all the bytes.
    func callAsFunction(_ bytes: Span<UInt8>) -> UInt32 {
        let table = table.span
        var remainder = UInt32.max
        for index in bytes.indices {
            remainder = remainder >> 8 ^ table[Int(UInt8(truncatingIfNeeded: remainder) ^ bytes[index])]
        }
        return ~remainder
    }
}

extension Span<UInt8> {
    /// Four bytes as a number, the lowest first.
    func number(at index: Int) -> UInt32 {
        UInt32(self[index]) | UInt32(self[index + 1]) << 8 | UInt32(self[index + 2]) << 16
            | UInt32(self[index + 3]) << 24
    }

    /// Whether all bytes read as erased.
    var isErased: Bool {
        var conjunction: UInt8 = 0xFF
        for index in indices { conjunction &= self[index] }
        return conjunction == 0xFF
    }
}

extension InlineArray<112, UInt8> {
    /// Puts a number there, the lowest byte first.
    mutating func put(_ number: UInt32, at index: Int) {
        self[index] = UInt8(truncatingIfNeeded: number)
        self[index + 1] = UInt8(truncatingIfNeeded: number >> 8)
        self[index + 2] = UInt8(truncatingIfNeeded: number >> 16)
        self[index + 3] = UInt8(truncatingIfNeeded: number >> 24)
    }
}
