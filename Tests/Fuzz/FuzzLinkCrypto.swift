import LockHAL

/// As for `Crypto`: fast, and good for nothing else.
extension StrictCrypto: LinkCrypto {
    static func hash(_ message: Span<UInt8>) -> InlineArray<32, UInt8> {
        authenticate(message, key: InlineArray(repeating: 0x36))
    }

    static func sealAES(
        _ buffer: inout MutableSpan<UInt8>, header: Span<UInt8>, nonce: InlineArray<12, UInt8>,
        key: InlineArray<32, UInt8>
    ) -> InlineArray<16, UInt8> {
        seal(&buffer, header: header, nonce: nonce, key: key)
    }

    static func openAES(
        _ buffer: inout MutableSpan<UInt8>, header: Span<UInt8>, tag: InlineArray<16, UInt8>,
        nonce: InlineArray<12, UInt8>, key: InlineArray<32, UInt8>
    ) -> Bool {
        open(&buffer, header: header, tag: tag, nonce: nonce, key: key)
    }

    static func publicKey(of key: borrowing PrivateKey) -> PublicKey {
        PublicKey(InlineArray { key.bytes[$0] ^ 0x5A })
    }

    /// Both sides add the same two keys; all zeros are no key, as with the curve.
    static func agree(_ key: borrowing PrivateKey, with other: PublicKey) -> SharedSecret? {
        guard other != PublicKey(InlineArray(repeating: 0)) else { return nil }
        let own = publicKey(of: key)
        let sum = InlineArray<32, UInt8> { own.bytes[$0] &+ other.bytes[$0] }
        return SharedSecret(hash(sum.span))
    }
}

/// Believes every tag and agrees with every key but zeros.
extension TrustingCrypto: LinkCrypto {
    static func hash(_ message: Span<UInt8>) -> InlineArray<32, UInt8> { StrictCrypto.hash(message) }

    static func sealAES(
        _ buffer: inout MutableSpan<UInt8>, header: Span<UInt8>, nonce: InlineArray<12, UInt8>,
        key: InlineArray<32, UInt8>
    ) -> InlineArray<16, UInt8> {
        StrictCrypto.seal(&buffer, header: header, nonce: nonce, key: key)
    }

    static func openAES(
        _ buffer: inout MutableSpan<UInt8>, header: Span<UInt8>, tag: InlineArray<16, UInt8>,
        nonce: InlineArray<12, UInt8>, key: InlineArray<32, UInt8>
    ) -> Bool { true }

    static func publicKey(of key: borrowing PrivateKey) -> PublicKey { StrictCrypto.publicKey(of: key) }

    static func agree(_ key: borrowing PrivateKey, with other: PublicKey) -> SharedSecret? {
        StrictCrypto.agree(key, with: other)
    }
}
