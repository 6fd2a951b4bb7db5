/// Reading and writing the bytes of packets.
enum AttributePacket {
    /// Two bytes, least significant first (Core 5.4, Vol 3, Part F, 3.3.1).
    static func number(at index: Int, in bytes: Span<UInt8>) -> UInt16 {
        UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8
    }

    static func put(_ number: UInt16, at index: Int, in bytes: inout MutableSpan<UInt8>) {
        bytes[index] = UInt8(truncatingIfNeeded: number)
        bytes[index + 1] = UInt8(truncatingIfNeeded: number >> 8)
    }

    static func put(_ type: AttributeType, at index: Int, in bytes: inout MutableSpan<UInt8>) {
        for place in 0..<type.count { bytes[index + place] = type[place] }
    }

    static func put(_ piece: Span<UInt8>, at index: Int, in bytes: inout MutableSpan<UInt8>) {
        for place in piece.indices { bytes[index + place] = piece[place] }
    }

    /// An Error Response (Core 5.4, Vol 3, Part F, 3.4.1.1); returns its length.
    static func putError(
        _ refusal: AttributeRefusal, to opcode: UInt8, in bytes: inout MutableSpan<UInt8>
    ) -> Int {
        bytes[0] = AttributeOpcode.errorResponse
        bytes[1] = opcode
        put(refusal.handle, at: 2, in: &bytes)
        bytes[4] = refusal.error.rawValue
        return 5
    }
}
