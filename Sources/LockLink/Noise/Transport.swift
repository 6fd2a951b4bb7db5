public import LockHAL

/// What follows a handshake: a cipher for each direction (Noise revision 34, 5.3, Split).
///
/// Messages are opened in the order in which they were sealed, each once; any other is refused.
public struct Transport<C: LinkCrypto>: ~Copyable {
    private var sending: CipherState<C>
    private var receiving: CipherState<C>

    /// The keys of both directions; tests begin with other nonces than 0.
    init(sending: InlineArray<32, UInt8>, receiving: InlineArray<32, UInt8>, nonce: UInt64 = 0) {
        self.sending = CipherState(key: sending, nonce: nonce)
        self.receiving = CipherState(key: receiving, nonce: nonce)
    }

    private init(copyOf other: borrowing Self) {
        sending = other.sending.copy()
        receiving = other.receiving.copy()
    }

    /// Another one with the same keys and nonces; see `PhoneLink.copy`.
    borrowing func copy() -> Self { Self(copyOf: self) }

    /// Encrypts the first `count` bytes in place, puts the tag behind them and returns the length of both.
    ///
    /// Throws `.noRoom` if there are no 16 bytes behind the text, and `.exhausted`; nothing is changed then.
    public mutating func seal(_ buffer: inout MutableSpan<UInt8>, count: Int) throws(NoiseFault) -> Int {
        precondition(count >= 0, "a negative length")
        guard buffer.count - NoiseSizes.tag >= count else { throw .noRoom }
        var text = buffer._mutatingExtracting(0..<count)
        let tag = try sending.seal(&text, header: Span())
        for index in 0..<NoiseSizes.tag { buffer[count + index] = tag[index] }
        return count + NoiseSizes.tag
    }

    /// Decrypts the first `count` bytes, a text with its tag, in place, and returns the length of the text.
    ///
    /// Throws `.malformed` if that cannot be a message, `.notAuthentic` and `.exhausted`. The next message to open is
    /// the same one then as before; what the buffer holds after `.notAuthentic` means nothing.
    public mutating func open(_ buffer: inout MutableSpan<UInt8>, count: Int) throws(NoiseFault) -> Int {
        guard count >= NoiseSizes.tag, count <= buffer.count else { throw .malformed }
        let length = count - NoiseSizes.tag
        var tag = InlineArray<16, UInt8>(repeating: 0)
        for index in 0..<NoiseSizes.tag { tag[index] = buffer[length + index] }
        var text = buffer._mutatingExtracting(0..<length)
        try receiving.open(&text, header: Span(), tag: tag)
        return length
    }

    /// Overwrites both keys, when the session ends; every later call throws `.exhausted`.
    public mutating func wipe() {
        sending.wipe()
        receiving.wipe()
    }
}
