import LockHAL

/// A key and how often it was used (Noise revision 34, 5.1).
struct CipherState<C: LinkCrypto>: ~Copyable {
    private var key: InlineArray<32, UInt8>
    private var nonce: UInt64

    /// A new key; tests begin with another nonce than 0.
    init(key: InlineArray<32, UInt8>, nonce: UInt64 = 0) {
        self.key = key
        self.nonce = nonce
    }

    /// Another one with the same key and nonce; see `PhoneLink.copy`.
    borrowing func copy() -> Self { Self(key: key, nonce: nonce) }

    /// Encrypts in place and returns the tag.
    mutating func seal(
        _ text: inout MutableSpan<UInt8>, header: Span<UInt8>
    ) throws(NoiseFault) -> InlineArray<16, UInt8> {
        guard nonce < .max else { throw .exhausted }
        let tag = C.sealAES(&text, header: header, nonce: nonceBytes, key: key)
        nonce += 1
        return tag
    }

    /// Decrypts in place.
    ///
    /// On failure the nonce stays, and what the span holds means nothing.
    mutating func open(
        _ text: inout MutableSpan<UInt8>, header: Span<UInt8>, tag: InlineArray<16, UInt8>
    ) throws(NoiseFault) {
        guard nonce < .max else { throw .exhausted }
        guard C.openAES(&text, header: header, tag: tag, nonce: nonceBytes, key: key) else { throw .notAuthentic }
        nonce += 1
    }

    /// Overwrites the key; whoever seals or opens afterwards finds the nonces used up.
    mutating func wipe() {
        nonce = .max
        LockLink.wipe(&key)
    }

    /// 32 bits of zeros, then the nonce, big-endian (revision 34, 12.4).
    private var nonceBytes: InlineArray<12, UInt8> {
        var bytes = InlineArray<12, UInt8>(repeating: 0)
        for index in 0..<8 { bytes[4 + index] = UInt8(truncatingIfNeeded: nonce >> UInt64(56 - 8 * index)) }
        return bytes
    }
}

/// Overwrites a secret.
///
/// Unoptimized, because an optimizer drops a write that nobody reads, and a call of which it can see that it does nothing
/// else. What the compiler copied elsewhere is out of reach.
@inline(never) @_optimize(none)
func wipe(_ bytes: inout InlineArray<32, UInt8>) { overwrite(&bytes) }

/// The overwriting itself, optimized: a loop that is not takes a hundred times as long.
@inline(never)
private func overwrite(_ bytes: inout InlineArray<32, UInt8>) { bytes = InlineArray(repeating: 0) }
