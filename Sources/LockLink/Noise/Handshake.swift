public import LockHAL

/// One side of a handshake (Noise revision 34, 5.3).
///
///     write <--> read, in turns ---- after the last message ----> split
///        |         |
///        +---------+---- a message was not right ----> failed, for good
///
/// Nothing is sent or received here, and nothing is allocated: messages lie in the caller's buffers. `.outOfTurn` and
/// `.noRoom` change nothing; any other fault ends the handshake, and its keys are overwritten.
public struct Handshake<C: LinkCrypto>: ~Copyable {
    private let pattern: NoisePattern
    private let isInitiator: Bool
    private var phase = Phase.turn(0)
    private var symmetric: SymmetricState<C>
    private var own: InlineArray<32, UInt8>
    private var ephemeral: InlineArray<32, UInt8>
    private var secret = InlineArray<32, UInt8>(repeating: 0)
    private var hasSecret = false
    private var otherStatic: PublicKey?
    private var otherEphemeral: PublicKey?

    /// How far the handshake has come.
    private enum Phase: Equatable {
        /// The message of that number is the next.
        case turn(Int)
        /// All messages were right.
        case finished
        /// One was not.
        case failed
    }

    /// Begins a handshake.
    ///
    /// - Parameters:
    ///   - prologue: What both sides must agree on without saying it; 272 bytes at most.
    ///   - own: This side's static key. A copy is kept until the handshake ends.
    ///   - ownPublic: The public key of `own`, if it is at hand; `nil` = it is reckoned if it is needed.
    ///   - ephemeral: 32 fresh random bytes, for this handshake only.
    ///   - remote: The responder's static key for the initiator of IK, which must know it; otherwise `nil`.
    ///
    /// Without `ownPublic` it costs the responder of IK one multiplication on the curve.
    public init(
        _ pattern: NoisePattern, isInitiator: Bool, prologue: Span<UInt8>, own: borrowing PrivateKey,
        ownPublic: PublicKey? = nil, ephemeral: consuming PrivateKey, remote: PublicKey?
    ) {
        let knowsRemote = pattern == .ik && isInitiator
        precondition((remote != nil) == knowsRemote, "the initiator of IK knows the other side, and nobody else does")
        self.pattern = pattern
        self.isInitiator = isInitiator
        self.own = own.bytes
        self.ephemeral = ephemeral.bytes
        otherStatic = remote
        symmetric = SymmetricState(name: pattern.name)
        symmetric.mix(prologue)
        if pattern == .ik { symmetric.mix((remote ?? ownPublic ?? C.publicKey(of: own)).bytes.span) }
    }

    private init(copyOf other: borrowing Self) {
        pattern = other.pattern
        isInitiator = other.isInitiator
        phase = other.phase
        symmetric = other.symmetric.copy()
        own = other.own
        ephemeral = other.ephemeral
        secret = other.secret
        hasSecret = other.hasSecret
        otherStatic = other.otherStatic
        otherEphemeral = other.otherEphemeral
    }

    /// Another one in the same state; see `PhoneLink.copy`.
    borrowing func copy() -> Self { Self(copyOf: self) }

    /// Gives the secret that both sides share; before the third message of XXpsk3, which neither writes nor reads without.
    public mutating func setPSK(_ psk: borrowing PreSharedKey) {
        guard case .turn = phase else { return }
        secret = psk.bytes
        hasSecret = true
    }

    /// Writes the next message around `payload` and returns its length.
    ///
    /// Throws `.noRoom` if the message does not fit or the payload has more than 256 bytes; `.outOfTurn`; `.badKey`.
    public mutating func write(
        _ payload: Span<UInt8>, into message: inout MutableSpan<UInt8>
    ) throws(NoiseFault) -> Int {
        let number = try nextMessage(isWritten: true)
        let overhead = pattern.overhead(ofMessage: number)
        guard payload.count <= NoiseSizes.handshakePayloadMax else { throw .noRoom }
        guard message.count - overhead >= payload.count else { throw .noRoom }
        do throws(NoiseFault) {
            try writeMessage(number, payload, into: &message)
        } catch {
            fail()
            throw error
        }
        advance(after: number)
        return overhead + payload.count
    }

    /// Reads the next message, puts its payload into `payload` and returns that one's length.
    ///
    /// Throws `.malformed`, `.notAuthentic` and `.badKey`, and then `payload` is all zeros as far as it was written;
    /// `.noRoom` if the payload does not fit; `.outOfTurn`.
    public mutating func read(
        _ message: Span<UInt8>, payload: inout MutableSpan<UInt8>
    ) throws(NoiseFault) -> Int {
        let number = try nextMessage(isWritten: false)
        let count = message.count - pattern.overhead(ofMessage: number)
        guard count >= 0, count <= NoiseSizes.handshakePayloadMax else {
            fail()
            throw .malformed
        }
        guard payload.count >= count else { throw .noRoom }
        var text = payload._mutatingExtracting(0..<count)
        do throws(NoiseFault) {
            try readMessage(number, message, payload: &text)
        } catch {
            text.update(repeating: 0)
            fail()
            throw error
        }
        advance(after: number)
        return count
    }

    /// Whether all messages were exchanged.
    public var isFinished: Bool { phase == .finished }

    /// The other side's static key: once it was given, or came in a message that was right.
    ///
    /// `nil` again after a failure. A key that came in a message belongs to whoever made that message; IK's first one may
    /// be a replay of his, so that he is there for sure only when his first session message opens.
    public var remoteStatic: PublicKey? { otherStatic }

    /// The hash of the whole handshake, which no two of them share (revision 34, 11.2, channel binding).
    ///
    /// Says something only when the handshake is finished; no secret.
    public var hash: InlineArray<32, UInt8> { symmetric.hash }

    /// The ciphers for what follows.
    ///
    /// Only when `isFinished`; a trap otherwise.
    public consuming func split() -> Transport<C> {
        precondition(phase == .finished, "a handshake that is not finished has no keys")
        var keys = symmetric.split()
        let transport =
            isInitiator
            ? Transport<C>(sending: keys.first, receiving: keys.second)
            : Transport<C>(sending: keys.second, receiving: keys.first)
        keys.wipe()
        symmetric.wipe()
        return transport
    }

    /// Gives the handshake up, as when the connection is lost, and overwrites its keys.
    ///
    /// Whoever forgets a handshake before its end calls this first: Swift lets no destructor write.
    public mutating func wipe() { fail() }
}

// MARK: What the messages are made of

extension Handshake {
    /// The number of the next message, if it goes that way.
    private func nextMessage(isWritten: Bool) throws(NoiseFault) -> Int {
        guard case .turn(let number) = phase else { throw .outOfTurn }
        // The initiator writes the messages 0 and 2.
        guard (number % 2 == 0) == (isInitiator == isWritten) else { throw .outOfTurn }
        guard hasSecret || !pattern.needsSecret(forMessage: number) else { throw .outOfTurn }
        return number
    }

    private mutating func advance(after number: Int) {
        if number + 1 < pattern.messageCount {
            phase = .turn(number + 1)
        } else {
            phase = .finished
            wipePrivateKeys()
        }
    }

    private mutating func fail() {
        phase = .failed
        symmetric.wipe()
        wipePrivateKeys()
        otherStatic = nil
        otherEphemeral = nil
    }

    private mutating func wipePrivateKeys() {
        LockLink.wipe(&own)
        LockLink.wipe(&ephemeral)
        LockLink.wipe(&secret)
        hasSecret = false
    }

    private mutating func writeMessage(
        _ number: Int, _ payload: Span<UInt8>, into message: inout MutableSpan<UInt8>
    ) throws(NoiseFault) {
        let tokens = pattern.tokens(ofMessage: number)
        var place = 0
        for index in tokens.indices {
            let token = tokens[index]
            switch token {
            case .e:
                let key = C.publicKey(of: PrivateKey(ephemeral))
                for index in 0..<NoiseSizes.key { message[place + index] = key.bytes[index] }
                mixEphemeral(key)
            case .s:
                let key = C.publicKey(of: PrivateKey(own))
                for index in 0..<NoiseSizes.key { message[place + index] = key.bytes[index] }
                var rest = message._mutatingExtracting(place...)
                try symmetric.seal(&rest, count: NoiseSizes.key)
            case .ee, .es, .se, .ss: try agree(token)
            case .psk: symmetric.mixKeyAndHash(secret.span)
            case .none: break
            }
            place += token.size
        }
        for index in payload.indices { message[place + index] = payload[index] }
        var rest = message._mutatingExtracting(place...)
        try symmetric.seal(&rest, count: payload.count)
    }

    private mutating func readMessage(
        _ number: Int, _ message: Span<UInt8>, payload: inout MutableSpan<UInt8>
    ) throws(NoiseFault) {
        let tokens = pattern.tokens(ofMessage: number)
        var place = 0
        for index in tokens.indices {
            let token = tokens[index]
            switch token {
            case .e:
                var key = PublicKey(InlineArray(repeating: 0))
                for index in 0..<NoiseSizes.key { key.bytes[index] = message[place + index] }
                otherEphemeral = key
                mixEphemeral(key)
            case .s:
                var key = InlineArray<32, UInt8>(repeating: 0)
                var span = key.mutableSpan
                try symmetric.open(message.extracting(place..<place + token.size), into: &span)
                otherStatic = PublicKey(key)
            case .ee, .es, .se, .ss: try agree(token)
            case .psk: symmetric.mixKeyAndHash(secret.span)
            case .none: break
            }
            place += token.size
        }
        try symmetric.open(message.extracting(place...), into: &payload)
    }

    /// With a shared secret, ephemeral keys are mixed into the keys as well (revision 34, 9.2).
    private mutating func mixEphemeral(_ key: PublicKey) {
        symmetric.mix(key.bytes.span)
        if pattern == .xxpsk3 { symmetric.mixKey(key.bytes.span) }
    }

    /// Mixes in what two keys agree on.
    private mutating func agree(_ token: NoiseToken) throws(NoiseFault) {
        let isOwnStatic = token == .ss || token == (isInitiator ? .se : .es)
        let isOtherStatic = token == .ss || token == (isInitiator ? .es : .se)
        guard let other = isOtherStatic ? otherStatic : otherEphemeral else {
            preconditionFailure("a pattern agrees on a key before it was sent")
        }
        guard let shared = C.agree(PrivateKey(isOwnStatic ? own : ephemeral), with: other) else { throw .badKey }
        symmetric.mixKey(shared.bytes.span)
    }
}
