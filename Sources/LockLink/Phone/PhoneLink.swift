public import LockCore
public import LockHAL

/// A phone's end of the link: for simulated phones, for the command line, and for the bridge to a browser.
///
///     idle --connected--> reaching --subscribed--> shaking hands --welcome--> session
///
/// Sans-IO like the lock's end. One request at a time; whatever the other side sends, the phone goes on, ignores it, or
/// fails, and after that the connection is of no use.
public struct PhoneLink<C: LinkCrypto>: ~Copyable {
    /// What came of a packet.
    public enum Event: Equatable, Sendable {
        /// Nothing that concerns anybody.
        case nothing
        /// The lock knows this phone: requests can be made.
        case welcomed
        /// The answer to a request; more of it stands in `field`.
        case answered(RequestKind, number: UInt8, RequestResult)
        /// The lock tells what the bolt does.
        case operated(LockOperation, OperationOutcome)
        /// The lock does not hear this phone, and said so in clear: anybody could have.
        case refused(ClearRefusal)
        /// There is no talking to the other side.
        case failed(Failure)
    }

    /// Why there is no talking to the other side.
    public enum Failure: Error, Equatable, Sendable {
        /// It is no lock, or its attribute server makes no sense.
        case attributes(AttributeClient.Failure)
        /// Its fragments or messages make no sense.
        case malformed
        /// It is not the lock that this phone knows, or somebody changed what was said.
        case notAuthentic
    }

    /// What a phone brings along.
    public struct Identity: Sendable {
        /// The phone's private key.
        var key: InlineArray<32, UInt8>
        /// The lock's public key; `nil` if only 26 characters were typed.
        public var lock: PublicKey?
        /// The invitation, for a phone that is not enrolled yet.
        var invitation: InlineArray<16, UInt8>?
        /// What the phone is called.
        var label: PhoneLabel

        /// A phone that the lock knows.
        public init(key: borrowing PrivateKey, lock: PublicKey) {
            self.key = key.bytes
            self.lock = lock
            label = PhoneLabel()
        }

        /// A phone that was invited.
        public init(
            key: borrowing PrivateKey, invitation: borrowing Invitation, label: PhoneLabel, lock: PublicKey? = nil
        ) {
            self.key = key.bytes
            self.lock = lock
            self.invitation = invitation.bytes
            self.label = label
        }
    }

    enum Phase: Equatable {
        case idle
        case reaching
        case ikSent
        case xxFirstSent
        /// The third message is sent: nothing is believed before the lock's first session message has opened.
        case xxThirdSent
        case session
        case failed
    }

    var phase = Phase.idle
    var identity: Identity
    let ephemeral: InlineArray<32, UInt8>
    /// The attribute client: handles and MTU.
    public internal(set) var client: AttributeClient
    var assembler = Assembler()
    var outgoing = OutgoingMessages()
    var handshake: Handshake<C>?
    var transport: Transport<C>?
    var challenge = InlineArray<20, UInt8>(repeating: 0)
    var packet = [UInt8](repeating: 0, count: LinkLimits.mtuMax)
    var packetCount = 0
    var textCount = 0
    var number = UInt8(0)
    /// The request that is being written.
    public var request = MessageWriter()

    /// In whose name this phone speaks, once it is welcome.
    public internal(set) var user = UserIndex.owner
    /// What that user may do.
    public internal(set) var role = Role.guest
    /// This phone's slot in the lock's list.
    public internal(set) var phone = PhoneIndex(0)
    /// What the lock's advertisements are recognized by; given at enrolment.
    public internal(set) var advertisingKey: InlineArray<32, UInt8>?

    /// A phone that is about to connect.
    ///
    /// - Parameters:
    ///   - ephemeral: 32 fresh random bytes, for this connection only.
    ///   - handles: where the lock has its inbox and outbox, if the phone was here before.
    ///   - mtu: the largest that the phone takes.
    public init(
        _ identity: Identity, ephemeral: InlineArray<32, UInt8>, knowing handles: AttributeClient.Handles? = nil,
        mtu: Int = LinkLimits.mtuMax
    ) {
        self.identity = identity
        self.ephemeral = ephemeral
        client = AttributeClient(knowing: handles, mtu: mtu)
    }

    private init(copyOf other: borrowing Self) {
        identity = other.identity
        ephemeral = other.ephemeral
        client = other.client
        phase = other.phase
        assembler = other.assembler
        outgoing = other.outgoing
        switch other.handshake {
        case .some(let running): handshake = running.copy()
        case .none: handshake = nil
        }
        switch other.transport {
        case .some(let ciphers): transport = ciphers.copy()
        case .none: transport = nil
        }
        challenge = other.challenge
        packet = other.packet
        packetCount = other.packetCount
        textCount = other.textCount
        number = other.number
        request = other.request
        user = other.user
        role = other.role
        phone = other.phone
        advertisingKey = other.advertisingKey
    }

    /// The same phone in the middle of the same talk.
    ///
    /// For a simulator whose world is a value: a copy of the world has a copy of its phones. Two copies must never both
    /// speak to the same lock, because they would use the same nonces twice.
    package borrowing func copy() -> Self { Self(copyOf: self) }

    /// Whether requests can be made.
    public var isWelcome: Bool { phase == .session }

    /// The lock's public key: known from the beginning, or since the lock has proved to have made the invitation.
    public var lockKey: PublicKey? { identity.lock }

    // MARK: Packets

    /// The connection stands: the first packet waits.
    public mutating func connected() {
        phase = .reaching
        var bytes = InlineArray<23, UInt8>(repeating: 0)
        var room = bytes.mutableSpan
        let count = client.start(in: &room)
        keep(bytes.span.extracting(0..<count))
    }

    /// Writes the next packet; its length, or 0 if nothing is to be sent now.
    ///
    /// The same one again until `packetSent`.
    public mutating func nextPacket(into bytes: inout MutableSpan<UInt8>) -> Int {
        if packetCount > 0 {
            for place in 0..<packetCount { bytes[place] = packet[place] }
            return packetCount
        }
        guard client.isReady else { return 0 }
        let header = AttributeClient.writeHeaderSize
        let size = outgoing.nextFragment(sizeMax: client.valueMax, into: &bytes, at: header)
        guard size > 0 else { return 0 }
        client.putCommandHeader(in: &bytes)
        return header + size
    }

    /// The packet that was looked at last is on its way.
    public mutating func packetSent() {
        if packetCount > 0 {
            packetCount = 0
        } else {
            _ = outgoing.fragmentSent()
        }
    }

    private mutating func keep(_ bytes: Span<UInt8>) {
        for place in bytes.indices { packet[place] = bytes[place] }
        packetCount = bytes.count
    }

    /// Takes a packet from the lock.
    public mutating func receive(_ bytes: Span<UInt8>) -> Event {
        guard phase != .failed, phase != .idle else { return .nothing }
        var room = InlineArray<23, UInt8>(repeating: 0)
        var answer = room.mutableSpan
        switch client.receive(bytes, answer: &answer) {
        case .nothing, .written, .read, .refused: return .nothing
        case .send(let count):
            keep(room.span.extracting(0..<count))
            return .nothing
        case .ready: return begin()
        case .failed(let failure): return fail(.attributes(failure))
        case .notified(let range): return take(bytes.extracting(range))
        }
    }

    /// Takes a value of the outbox, for whoever speaks to the attribute server in another way.
    public mutating func take(_ fragment: Span<UInt8>) -> Event {
        switch assembler.take(fragment) {
        case .incomplete: return .nothing
        case .violated: return fail(.malformed)
        case .complete: return message()
        }
    }

    mutating func fail(_ failure: Failure) -> Event {
        phase = .failed
        if handshake != nil { handshake!.wipe() }
        handshake = nil
        if transport != nil { transport!.wipe() }
        transport = nil
        return .failed(failure)
    }
}

#if !hasFeature(Embedded)
    /// Never the private key, nor the invitation.
    extension PhoneLink.Identity: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
        /// Says that there is one.
        public var description: String { "Identity(redacted)" }
        /// The same.
        public var debugDescription: String { description }
        /// Nothing to see.
        public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
    }
#endif
