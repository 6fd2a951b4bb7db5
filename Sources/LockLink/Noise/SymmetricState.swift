import LockHAL

/// What both sides have said so far, as a hash and as keys (Noise revision 34, 5.2).
struct SymmetricState<C: LinkCrypto>: ~Copyable {
    /// A hash of the protocol's name, the prologue and all that was sent.
    private(set) var hash: InlineArray<32, UInt8>
    private var chainingKey: InlineArray<32, UInt8>
    private var cipher: CipherState<C>
    /// Both patterns have a key before they encrypt anything; this says so.
    private var isKeyed = false

    /// Begins with the name of the protocol.
    init(name: InlineArray<32, UInt8>) {
        hash = name
        chainingKey = name
        cipher = CipherState(key: InlineArray(repeating: 0))
    }

    private init(copyOf other: borrowing Self) {
        hash = other.hash
        chainingKey = other.chainingKey
        cipher = other.cipher.copy()
        isKeyed = other.isKeyed
    }

    /// Another one with the same keys; see `PhoneLink.copy`.
    borrowing func copy() -> Self { Self(copyOf: self) }

    /// MixHash.
    mutating func mix(_ bytes: Span<UInt8>) {
        precondition(bytes.count <= NoiseSizes.prologueMax, "a prologue or payload is longer than the handshake takes")
        // The library hashes one piece, so that the two are put together here.
        var joined = InlineArray<304, UInt8>(repeating: 0)
        for index in 0..<32 { joined[index] = hash[index] }
        for index in bytes.indices { joined[32 + index] = bytes[index] }
        hash = C.hash(joined.span.extracting(0..<32 + bytes.count))
    }

    /// MixKey.
    mutating func mixKey(_ material: Span<UInt8>) {
        var keys = Derivation(C.self, from: material, chainingKey: chainingKey)
        chainingKey = keys.first
        cipher = CipherState(key: keys.second)
        isKeyed = true
        keys.wipe()
    }

    /// MixKeyAndHash.
    mutating func mixKeyAndHash(_ secret: Span<UInt8>) {
        var keys = Derivation(C.self, from: secret, chainingKey: chainingKey)
        chainingKey = keys.first
        mix(keys.second.span)
        cipher = CipherState(key: keys.third)
        isKeyed = true
        keys.wipe()
    }

    /// EncryptAndHash: the text that the span begins with, in place, its tag after it.
    mutating func seal(_ span: inout MutableSpan<UInt8>, count: Int) throws(NoiseFault) {
        precondition(isKeyed, "a pattern that encrypts before it has a key")
        var text = span._mutatingExtracting(0..<count)
        let tag = try cipher.seal(&text, header: hash.span)
        for index in 0..<NoiseSizes.tag { span[count + index] = tag[index] }
        mix(span.span.extracting(0..<count + NoiseSizes.tag))
    }

    /// DecryptAndHash: a text with its tag, into a span that has as many bytes as the text.
    mutating func open(_ sealed: Span<UInt8>, into text: inout MutableSpan<UInt8>) throws(NoiseFault) {
        precondition(isKeyed, "a pattern that decrypts before it has a key")
        precondition(sealed.count == text.count + NoiseSizes.tag, "a text of another length than its span")
        for index in text.indices { text[index] = sealed[index] }
        var tag = InlineArray<16, UInt8>(repeating: 0)
        for index in 0..<NoiseSizes.tag { tag[index] = sealed[text.count + index] }
        try cipher.open(&text, header: hash.span, tag: tag)
        mix(sealed)
    }

    /// Split: the keys of the two directions.
    func split() -> Derivation { Derivation(C.self, from: Span(), chainingKey: chainingKey) }

    /// Overwrites the keys; the hash is no secret.
    mutating func wipe() {
        isKeyed = false
        cipher.wipe()
        LockLink.wipe(&chainingKey)
    }

    /// Three keys made of one (HKDF in the Noise specification, revision 34, 4.3).
    struct Derivation: ~Copyable {
        private(set) var first: InlineArray<32, UInt8>
        private(set) var second: InlineArray<32, UInt8>
        private(set) var third: InlineArray<32, UInt8>

        fileprivate init(_ crypto: C.Type, from material: Span<UInt8>, chainingKey: InlineArray<32, UInt8>) {
            var temporary = crypto.authenticate(material, key: chainingKey)
            var message = InlineArray<33, UInt8>(repeating: 0)
            message[0] = 1
            first = crypto.authenticate(message.span.extracting(0..<1), key: temporary)
            for index in 0..<32 { message[index] = first[index] }
            message[32] = 2
            second = crypto.authenticate(message.span, key: temporary)
            for index in 0..<32 { message[index] = second[index] }
            message[32] = 3
            third = crypto.authenticate(message.span, key: temporary)
            LockLink.wipe(&temporary)
        }

        mutating func wipe() {
            LockLink.wipe(&first)
            LockLink.wipe(&second)
            LockLink.wipe(&third)
        }
    }
}
