/// What the radio protocol needs besides: AES-GCM and X25519, because that is what a browser has.
///
/// Implemented by a library, never here. Nothing here keeps state.
public protocol LinkCrypto: SendableMetatype {
    /// SHA-256 (FIPS 180-4) of the message.
    static func hash(_ message: Span<UInt8>) -> InlineArray<32, UInt8>

    /// HMAC-SHA-256 (RFC 2104) of the message.
    static func authenticate(_ message: Span<UInt8>, key: InlineArray<32, UInt8>) -> InlineArray<32, UInt8>

    /// Encrypts `buffer` in place with AES-256-GCM, and returns the tag that also covers `header`.
    ///
    /// A nonce must never be used twice with the same key.
    static func sealAES(
        _ buffer: inout MutableSpan<UInt8>, header: Span<UInt8>, nonce: InlineArray<12, UInt8>,
        key: InlineArray<32, UInt8>
    ) -> InlineArray<16, UInt8>

    /// Decrypts `buffer` in place if the tag is right for it and `header`, and says whether it was. If not, what the
    /// buffer holds means nothing.
    static func openAES(
        _ buffer: inout MutableSpan<UInt8>, header: Span<UInt8>, tag: InlineArray<16, UInt8>,
        nonce: InlineArray<12, UInt8>, key: InlineArray<32, UInt8>
    ) -> Bool

    /// The X25519 public key (RFC 7748) of a private key.
    static func publicKey(of key: borrowing PrivateKey) -> PublicKey

    /// The X25519 shared secret; `nil` if it is all zeros, which means that the other side's key is no key.
    static func agree(_ key: borrowing PrivateKey, with other: PublicKey) -> SharedSecret?
}

/// An X25519 private key.
public struct PrivateKey: ~Copyable {
    /// 32 bytes.
    ///
    /// Read by `LinkCrypto` only.
    public let bytes: InlineArray<32, UInt8>

    /// Takes the bytes over; any 32 random ones will do.
    public init(_ bytes: InlineArray<32, UInt8>) { self.bytes = bytes }
}

/// What two X25519 keys agree on.
public struct SharedSecret: ~Copyable {
    /// 32 bytes.
    public let bytes: InlineArray<32, UInt8>

    /// Takes the bytes over.
    public init(_ bytes: InlineArray<32, UInt8>) { self.bytes = bytes }
}

/// An X25519 public key: who a phone or a lock is.
///
/// No secret, but it identifies: it is never sent in clear.
public struct PublicKey: Sendable, BitwiseCopyable {
    /// 32 bytes.
    public var bytes: InlineArray<32, UInt8>

    /// That key.
    public init(_ bytes: InlineArray<32, UInt8>) { self.bytes = bytes }
}

extension PublicKey: Equatable {
    /// Equal if all bytes are; looks at each of them.
    public static func == (lhs: Self, rhs: Self) -> Bool {
        var difference: UInt8 = 0
        for index in 0..<32 { difference |= lhs.bytes[index] ^ rhs.bytes[index] }
        return difference == 0
    }
}
