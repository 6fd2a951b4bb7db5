public import LockCore
import LockHAL
import LockLink

/// A phone: what it keeps, and what it is doing.
///
/// Its app does as the link protocol wants: it connects, takes the newest challenge, asks, tries again a few times when
/// it is told to, and hangs up when nobody has asked for anything in ten seconds.
public struct PhoneModel: Sendable {
    /// How old a challenge may be for an unlock, as the phone counts.
    ///
    /// *Chosen*: well within the lock's limit of 700 ms.
    static var challengeAgeMax: UInt64 { 400 }
    /// From a packet to what the phone answers: its stack, its app, its arithmetic.
    ///
    /// *Chosen*.
    static var thinkingTime: UInt64 { 50 }
    /// How long a connection is kept that nobody needs.
    static var lingerTime: UInt64 { 10_000 }
    /// How long the app waits for an answer.
    static var patience: UInt64 { 5_000 }
    /// How long the app looks for the lock.
    static var searchTime: UInt64 { 10_000 }
    /// How often the app tries the same thing.
    static var triesMax: Int { 4 }

    /// What it is called: its first owner's name.
    public let name: String
    /// Whether it has power and its radio is on.
    public internal(set) var isOn = true
    /// How full its battery is; it is off at 0 %.
    public internal(set) var battery = Percent(100)
    /// In whose name it speaks; `nil` = the lock does not know it.
    public internal(set) var user: UserIndex?
    /// The most bytes of a packet that it takes.
    ///
    /// 247 is what most phones ask for.
    public var mtu = 247

    /// What no packet may ever show: its private key, and the invitation that it was sent.
    public var secrets: [[UInt8]] {
        var secrets = [(0..<32).map { key[$0] }]
        if let invitation { secrets.append((0..<16).map { invitation[$0] }) }
        if let advertisingKey { secrets.append((0..<32).map { advertisingKey[$0] }) }
        return secrets
    }

    let key: InlineArray<32, UInt8>
    let label: PhoneLabel
    /// Whether the lock knows it when the run begins.
    var isEnrolledAtFirst: Bool
    var lockKey: PublicKey?
    var advertisingKey: InlineArray<32, UInt8>?
    var handles: AttributeClient.Handles?
    var slot: PhoneIndex?
    /// An invitation that somebody has sent.
    var invitation: InlineArray<16, UInt8>?
    var random: SeededRandom

    // What it is doing.
    var session: PhoneSession?
    var connection: Int?
    var wishes: [PhoneWish] = []
    var tries = 0
    var searchEnds: UInt64 = 0
    var challengedAt: UInt64 = 0
    var asked: PhoneQuestion?
    /// Slots that are to be removed, when a list has come.
    var doomed: [PhoneIndex]?
    var timer = Timer.none
    /// Grows with each timer, so that earlier ones are dropped.
    var timerLife: UInt32 = 0

    // Figures.
    /// How often the phone has waited for the lock since its last connection stood.
    public internal(set) var roundTrips = 0
    /// When its last connection stood.
    public internal(set) var connectedAt = WorldTime.start

    enum Timer: Equatable, Sendable {
        case none
        case search
        case again
        case answer
        case hangUp
    }

    init(name: String, of user: UserIndex?, seed: UInt64, number: Int, isEnrolledAtFirst: Bool) {
        self.name = name
        self.user = isEnrolledAtFirst ? user : nil
        self.isEnrolledAtFirst = isEnrolledAtFirst
        random = SeededRandom(seed: seed ^ 0xF0_2E ^ UInt64(number) << 32)
        key = Self.draw(&random)
        var label = PhoneLabel()
        for byte in name.utf8 where byte < 0x80 { _ = label.append(byte) }
        if label.count == 0 { _ = label.append(0x3F) }
        self.label = label
    }

    static func draw(_ random: inout SeededRandom) -> InlineArray<32, UInt8> {
        var bytes = InlineArray<32, UInt8>(repeating: 0)
        for index in 0..<32 { bytes[index] = UInt8(truncatingIfNeeded: random.next()) }
        return bytes
    }

    /// Notes what is worth keeping of an enrolment.
    mutating func remember(_ lock: PublicKey, _ advertisingKey: InlineArray<32, UInt8>, _ slot: PhoneIndex) {
        lockKey = lock
        self.advertisingKey = advertisingKey
        self.slot = slot
        handles = AttributeClient.Handles(
            inbox: Attribute.inbox.rawValue, outbox: Attribute.outbox.rawValue,
            configuration: Attribute.outboxConfiguration.rawValue)
    }

    /// Whether requests can be made.
    var isWelcome: Bool { session?.isWelcome ?? false }
}

/// What somebody wants of their phone.
enum PhoneWish: Equatable, Sendable {
    case operate(LockOperation)
    /// Use the invitation.
    case enrol
    /// Make an invitation for somebody, and send it to that phone.
    case invite(UserIndex, hours: UInt8, phone: Int)
    /// End all phones of a user.
    case removePhones(of: UserIndex)
    /// End a user, with their PIN and phones.
    case removeUser(UserIndex)
}
