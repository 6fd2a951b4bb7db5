import LockHAL

/// Keyed checks without encryption: fast, and the fuzzer cannot forge them.
///
/// Good for nothing else.
enum StrictCrypto: Crypto {
    static func seal(
        _ buffer: inout MutableSpan<UInt8>, header: Span<UInt8>, nonce: InlineArray<12, UInt8>,
        key: InlineArray<32, UInt8>
    ) -> InlineArray<16, UInt8> {
        tag(over: buffer.span, header: header, nonce: nonce, key: key)
    }

    static func open(
        _ buffer: inout MutableSpan<UInt8>, header: Span<UInt8>, tag: InlineArray<16, UInt8>,
        nonce: InlineArray<12, UInt8>, key: InlineArray<32, UInt8>
    ) -> Bool {
        let expected = self.tag(over: buffer.span, header: header, nonce: nonce, key: key)
        var difference: UInt8 = 0
        for index in 0..<16 { difference |= expected[index] ^ tag[index] }
        return difference == 0
    }

    static func authenticate(_ message: Span<UInt8>, key: InlineArray<32, UInt8>) -> InlineArray<32, UInt8> {
        var mixer = Mixer(key)
        for index in message.indices { mixer.take(message[index]) }
        var result = InlineArray<32, UInt8>(repeating: 0)
        for index in 0..<32 { result[index] = mixer.next() }
        return result
    }

    private static func tag(
        over bytes: Span<UInt8>, header: Span<UInt8>, nonce: InlineArray<12, UInt8>, key: InlineArray<32, UInt8>
    ) -> InlineArray<16, UInt8> {
        var mixer = Mixer(key)
        for index in 0..<12 { mixer.take(nonce[index]) }
        for index in header.indices { mixer.take(header[index]) }
        for index in bytes.indices { mixer.take(bytes[index]) }
        var result = InlineArray<16, UInt8>(repeating: 0)
        for index in 0..<16 { result[index] = mixer.next() }
        return result
    }
}

/// Believes every tag, as if the attacker had the key: nothing but the decoders stands in the way.
enum TrustingCrypto: Crypto {
    static func seal(
        _ buffer: inout MutableSpan<UInt8>, header: Span<UInt8>, nonce: InlineArray<12, UInt8>,
        key: InlineArray<32, UInt8>
    ) -> InlineArray<16, UInt8> {
        StrictCrypto.seal(&buffer, header: header, nonce: nonce, key: key)
    }

    static func open(
        _ buffer: inout MutableSpan<UInt8>, header: Span<UInt8>, tag: InlineArray<16, UInt8>,
        nonce: InlineArray<12, UInt8>, key: InlineArray<32, UInt8>
    ) -> Bool { true }

    static func authenticate(_ message: Span<UInt8>, key: InlineArray<32, UInt8>) -> InlineArray<32, UInt8> {
        StrictCrypto.authenticate(message, key: key)
    }
}

/// 64 bits of state, stirred with each byte.
private struct Mixer {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    init(_ key: InlineArray<32, UInt8>) {
        for index in 0..<32 { take(key[index]) }
    }

    mutating func take(_ byte: UInt8) {
        state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        state ^= state >> 29
    }

    mutating func next() -> UInt8 {
        take(0x5C)
        return UInt8(truncatingIfNeeded: state >> 24)
    }
}
