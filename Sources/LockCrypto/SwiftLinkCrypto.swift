import Crypto
import Foundation
public import LockHAL

/// The radio's cryptography: AES-256-GCM, SHA-256 and X25519.
///
/// HMAC-SHA-256 is the same as the store's. BoringSSL's AES takes the same time whatever key and text are, with the
/// processor's instructions for it or without.
extension SwiftCrypto: LinkCrypto {
    /// SHA-256 (FIPS 180-4).
    public static func hash(_ message: Span<UInt8>) -> InlineArray<32, UInt8> {
        var hash = SHA256()
        unsafe message.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
        return unsafe hash.finalize().withUnsafeBytes { unsafe array($0) }
    }

    /// AES-256-GCM (NIST SP 800-38D) with a nonce of 96 bits and a tag of 128.
    public static func sealAES(
        _ buffer: inout MutableSpan<UInt8>, header: Span<UInt8>, nonce: InlineArray<12, UInt8>,
        key: InlineArray<32, UInt8>
    ) -> InlineArray<16, UInt8> {
        let box: AES.GCM.SealedBox
        do {
            box = try unsafe buffer.span.withUnsafeBytes { text in
                try unsafe header.withUnsafeBytes { header in
                    try unsafe nonce.span.withUnsafeBytes { nonce in
                        try unsafe AES.GCM.seal(
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

    /// The inverse of `sealAES`.
    public static func openAES(
        _ buffer: inout MutableSpan<UInt8>, header: Span<UInt8>, tag: InlineArray<16, UInt8>,
        nonce: InlineArray<12, UInt8>, key: InlineArray<32, UInt8>
    ) -> Bool {
        do {
            let box = try unsafe buffer.span.withUnsafeBytes { text in
                try unsafe tag.span.withUnsafeBytes { tag in
                    try unsafe nonce.span.withUnsafeBytes { nonce in
                        try unsafe AES.GCM.SealedBox(nonce: .init(data: nonce), ciphertext: text, tag: tag)
                    }
                }
            }
            let opened = try unsafe header.withUnsafeBytes { header in
                try unsafe AES.GCM.open(box, using: symmetric(key), authenticating: header)
            }
            copy(opened, into: &buffer)
            return true
        } catch {
            return false
        }
    }

    /// X25519 with the base point (RFC 7748, 5 and 6.1).
    public static func publicKey(of key: borrowing PrivateKey) -> PublicKey {
        unsafe PublicKey(curve(key).publicKey.rawRepresentation.withUnsafeBytes { unsafe array($0) })
    }

    /// X25519 (RFC 7748, 6.1).
    ///
    /// The library leaves the check for zeros to its caller on Linux. Makes the private key's public one by the way, which
    /// is thrown away: the library makes both or none.
    public static func agree(_ key: borrowing PrivateKey, with other: PublicKey) -> LockHAL.SharedSecret? {
        let bytes: InlineArray<32, UInt8>
        do {
            let point = try unsafe other.bytes.span.withUnsafeBytes { bytes in
                try unsafe Curve25519.KeyAgreement.PublicKey(rawRepresentation: bytes)
            }
            let shared = try curve(key).sharedSecretFromKeyAgreement(with: point)
            bytes = unsafe shared.withUnsafeBytes { unsafe array($0) }
        } catch {
            return nil
        }
        var union: UInt8 = 0
        for index in 0..<32 { union |= bytes[index] }
        return union == 0 ? nil : LockHAL.SharedSecret(bytes)
    }

    // MARK: Between inline arrays and the library's types

    private static func curve(_ key: borrowing PrivateKey) -> Curve25519.KeyAgreement.PrivateKey {
        do {
            return try unsafe key.bytes.span.withUnsafeBytes { bytes in
                try unsafe Curve25519.KeyAgreement.PrivateKey(rawRepresentation: bytes)
            }
        } catch {
            // Any 32 bytes are a private key (RFC 7748, 5).
            preconditionFailure("the library refused a private key of 32 bytes")
        }
    }

    private static func array(_ bytes: UnsafeRawBufferPointer) -> InlineArray<32, UInt8> {
        precondition(bytes.count == 32, "the library has other sizes than its standards")
        return InlineArray { unsafe bytes[$0] }
    }
}
