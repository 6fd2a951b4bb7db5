import Crypto
import Foundation
public import LockHAL

/// The firmware's cryptography on swift-crypto, which is BoringSSL on Linux and CryptoKit on macOS.
///
/// ChaCha20-Poly1305 and HMAC-SHA-256. Keeps no state and no key: each call makes its key schedule anew, so that no
/// secret lies in static memory.
public enum SwiftCrypto: Crypto {
    /// ChaCha20-Poly1305 (RFC 8439).
    ///
    /// About 1.3 us for 64 bytes on a desktop core, most of it allocation.
    public static func seal(
        _ buffer: inout MutableSpan<UInt8>, header: Span<UInt8>, nonce: InlineArray<12, UInt8>,
        key: InlineArray<32, UInt8>
    ) -> InlineArray<16, UInt8> {
        let box: ChaChaPoly.SealedBox
        do {
            // Borrowed buffers rather than `Data`: three allocations fewer a call.
            box = try unsafe buffer.span.withUnsafeBytes { text in
                try unsafe header.withUnsafeBytes { header in
                    try unsafe nonce.span.withUnsafeBytes { nonce in
                        try unsafe ChaChaPoly.seal(
                            text, using: symmetric(key), nonce: .init(data: nonce), authenticating: header)
                    }
                }
            }
        } catch {
            // Sizes are fixed by the types, and nothing else can fail.
            preconditionFailure("the cipher refused a key of 32 bytes or a nonce of 12")
        }
        copy(box.ciphertext, into: &buffer)
        var tag = InlineArray<16, UInt8>(repeating: 0)
        var span = tag.mutableSpan
        copy(box.tag, into: &span)
        return tag
    }

    /// The inverse of `seal`.
    public static func open(
        _ buffer: inout MutableSpan<UInt8>, header: Span<UInt8>, tag: InlineArray<16, UInt8>,
        nonce: InlineArray<12, UInt8>, key: InlineArray<32, UInt8>
    ) -> Bool {
        do {
            let box = try unsafe buffer.span.withUnsafeBytes { text in
                try unsafe tag.span.withUnsafeBytes { tag in
                    try unsafe nonce.span.withUnsafeBytes { nonce in
                        try unsafe ChaChaPoly.SealedBox(nonce: .init(data: nonce), ciphertext: text, tag: tag)
                    }
                }
            }
            let opened = try unsafe header.withUnsafeBytes { header in
                try unsafe ChaChaPoly.open(box, using: symmetric(key), authenticating: header)
            }
            copy(opened, into: &buffer)
            return true
        } catch {
            return false
        }
    }

    /// HMAC-SHA-256 (RFC 2104).
    ///
    /// The two hashes are written out: the library's own type makes arrays of the key on Linux, and takes several times as long
    /// for a short message. A test holds the one against the other.
    public static func authenticate(
        _ message: Span<UInt8>, key: InlineArray<32, UInt8>
    ) -> InlineArray<32, UInt8> {
        let inner = hash(of: message, behind: padded(key, with: 0x36))
        return hash(of: inner.span, behind: padded(key, with: 0x5C))
    }

    /// The key as a block of SHA-256, filled up with zeros, each byte changed by `pad`.
    private static func padded(_ key: InlineArray<32, UInt8>, with pad: UInt8) -> InlineArray<64, UInt8> {
        var block = InlineArray<64, UInt8>(repeating: pad)
        for index in 0..<32 { block[index] ^= key[index] }
        return block
    }

    private static func hash(of message: Span<UInt8>, behind block: InlineArray<64, UInt8>) -> InlineArray<32, UInt8> {
        var hash = SHA256()
        unsafe block.span.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
        unsafe message.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
        var bytes = InlineArray<32, UInt8>(repeating: 0)
        unsafe hash.finalize().withUnsafeBytes { code in
            for index in 0..<32 { bytes[index] = unsafe code[index] }
        }
        return bytes
    }

    // MARK: Between spans and the library's types

    static func symmetric(_ key: InlineArray<32, UInt8>) -> SymmetricKey {
        unsafe key.span.withUnsafeBytes { unsafe SymmetricKey(data: $0) }
    }

    static func copy(_ data: Data, into bytes: inout MutableSpan<UInt8>) {
        precondition(data.count == bytes.count, "the cipher changed the length")
        unsafe data.withUnsafeBytes { source in
            unsafe bytes.withUnsafeMutableBytes { unsafe $0.copyMemory(from: source) }
        }
    }
}
