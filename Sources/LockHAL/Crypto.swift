/// The few primitives that the firmware needs.
///
/// Implemented by a library, never here.
///
/// All sizes in bytes. Keys are 32, nonces 12, tags 16. Nothing here keeps state.
public protocol Crypto {
    /// Encrypts `buffer` in place with an AEAD, and returns the tag that also covers `header`.
    ///
    /// A nonce must never be used twice with the same key.
    static func seal(
        _ buffer: inout MutableSpan<UInt8>, header: Span<UInt8>, nonce: InlineArray<12, UInt8>,
        key: InlineArray<32, UInt8>
    ) -> InlineArray<16, UInt8>

    /// Decrypts `buffer` in place if the tag is right for it and `header`, and says whether it was. If not, what the
    /// buffer holds means nothing.
    static func open(
        _ buffer: inout MutableSpan<UInt8>, header: Span<UInt8>, tag: InlineArray<16, UInt8>,
        nonce: InlineArray<12, UInt8>, key: InlineArray<32, UInt8>
    ) -> Bool

    /// A keyed hash (HMAC-SHA-256) of the message.
    static func authenticate(_ message: Span<UInt8>, key: InlineArray<32, UInt8>) -> InlineArray<32, UInt8>
}
