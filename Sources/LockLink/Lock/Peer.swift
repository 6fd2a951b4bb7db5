import LockCore
import LockHAL

/// One connection, as the lock sees it.
///
///     free --connected--> waiting --IK--> session --disconnected--> free
///                         waiting --XX1--> invited --XX3--> enrolling --stored--> session
///                         any --refused, revoked, idle--> ending --said, or too late--> cut --disconnected--> free
struct Peer<C: LinkCrypto>: ~Copyable {
    enum Phase: Equatable {
        /// Nobody is connected.
        case free
        /// No handshake has come yet, or the runtime looks for whose the first message is.
        case waiting
        /// The lock has answered the first message of XXpsk3.
        case invited
        /// The handshake is done, and the runtime decides about the new phone.
        case enrolling
        /// Messages are heard in the name of this phone.
        case session
        /// Nothing is heard any more; what waits is still sent.
        case ending
        /// The radio was told to end the connection.
        case cut
    }

    enum Payer: Equatable {
        case nobody, strangers, acquaintances
    }

    var phase = Phase.free
    var server = AttributeServer()
    var assembler = Assembler()
    var outgoing = OutgoingMessages()
    var handshake: Handshake<C>?
    var transport: Transport<C>?
    /// Whether the phone has said something in this session: the first message of IK can be replayed, so that anybody may
    /// hold a session in which nobody can speak.
    var isProven = false
    /// Whose session it is.
    var phone = PhoneIndex(0)
    var user = UserIndex(0)
    /// Whether the user was owner or administrator when the session began.
    var isKeeper = false
    /// Whether the user's time has not come, or is over: such a session ends with the first answer.
    var isPassing = false
    /// Which allowance the handshake was taken from; whoever proves to be there gets it back.
    var payer = Payer.nobody
    /// By what the first message of IK is known again.
    var firstMessage = UInt64(0)
    var key = PublicKey(InlineArray(repeating: 0))
    /// The id of the invitation that the phone came with.
    var invitation = InlineArray<8, UInt8>(repeating: 0)
    /// Random bytes of this connection; the draws from them are counted.
    var seed = InlineArray<32, UInt8>(repeating: 0)
    var draws = UInt8(0)
    var challenge = InlineArray<20, UInt8>(repeating: 0)
    /// When the challenge's last packet was handed over.
    var challengedAt = Instant.zero
    /// Whether a message with a new challenge waits to be sent.
    var isChallengeWaiting = false
    var deadline: Instant?
    /// Whether something was still to be said when the connection began to end.
    var hasLastWords = false
    var connectedAt = Instant.zero
    var packetsSince = Instant.zero
    var packets = UInt16(0)
    /// Whether the radio takes no packet now.
    var isBusy = false
    /// An answer of the attribute server that the radio did not take.
    var answer = [UInt8](repeating: 0, count: LinkLimits.mtuMax)
    var answerCount = 0
    /// The battery's level that this phone was told last, and whether the packet that was looked at last tells it.
    var batteryTold = UInt8(0)
    var isTellingBattery = false
    /// The payload of the handshake message that was read last.
    var payload = InlineArray<32, UInt8>(repeating: 0)

    mutating func begin(seed: InlineArray<32, UInt8>, at now: Instant, until end: Instant) {
        phase = .waiting
        server.reset()
        assembler.reset()
        outgoing.reset()
        self.seed = seed
        draws = 0
        deadline = end
        connectedAt = now
        packetsSince = now
        packets = 0
        isBusy = false
        isChallengeWaiting = false
        isProven = false
        isKeeper = false
        isPassing = false
        payer = .nobody
        firstMessage = 0
        answerCount = 0
        isTellingBattery = false
        dropKeys()
    }

    mutating func end() {
        phase = .free
        deadline = nil
        assembler.reset()
        outgoing.reset()
        seed = InlineArray(repeating: 0)
        challenge = InlineArray(repeating: 0)
        answerCount = 0
        dropKeys()
    }

    mutating func dropKeys() {
        if handshake != nil { handshake!.wipe() }
        handshake = nil
        if transport != nil { transport!.wipe() }
        transport = nil
    }

    /// 32 bytes that nobody can foretell, new with each draw.
    mutating func draw() -> InlineArray<32, UInt8> {
        draws &+= 1
        // After 255 draws the seed itself moves on.
        let message: InlineArray<1, UInt8> = [draws]
        let bytes = C.authenticate(message.span, key: seed)
        if draws == .max {
            seed = C.authenticate(bytes.span, key: seed)
            draws = 0
            return C.authenticate(message.span, key: seed)
        }
        return bytes
    }
}
