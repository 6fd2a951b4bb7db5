import LockCore
import LockHAL
import LockLink

/// What a phone has heard.
enum PhoneHeard: Equatable, Sendable {
    case nothing
    case welcomed
    case answered(RequestKind, RequestResult)
    case operated(LockOperation, OperationOutcome)
    case refused(ClearRefusal)
    case failed
}

/// What a phone asks for, with its fields.
enum PhoneQuestion: Equatable, Sendable {
    case plain(RequestKind)
    case phones(from: PhoneIndex)
    case removePhone(PhoneIndex)
    case removeUser(UserIndex)
    case invite(UserIndex, hours: UInt8)

    var kind: RequestKind {
        switch self {
        case .plain(let kind): kind
        case .phones: .phones
        case .removePhone: .removePhone
        case .removeUser: .removeUser
        case .invite: .invite
        }
    }
}

/// A phone's end of one connection, whatever its cryptography.
///
/// A class, because a `PhoneLink` cannot be copied and a world must be: whoever changes one asks first whether it is
/// shared, and if so takes a `fork`. So no two worlds change the same one, and it may go from one thread to another.
class PhoneSession: @unchecked Sendable {
    func fork() -> PhoneSession { self }
    func connected() {}
    func takePacket() -> [UInt8]? { nil }
    func receive(_ packet: [UInt8]) -> PhoneHeard { .failed }
    func ask(_ question: PhoneQuestion) -> Bool { false }

    var isWelcome: Bool { false }
    var slot: PhoneIndex { PhoneIndex(0) }
    var user: UserIndex { .owner }
    var handles: AttributeClient.Handles? { nil }
    var lockKey: PublicKey? { nil }
    var advertisingKey: InlineArray<32, UInt8>? { nil }
    /// The invitation in the last answer.
    var invitation: InlineArray<16, UInt8>? { nil }
    /// The phones in the last answer, with their users.
    var phones: [(PhoneIndex, UserIndex)] { [] }
}

/// Such a session with real cryptography.
final class LinkSession<C: LinkCrypto>: PhoneSession, @unchecked Sendable {
    private var link: PhoneLink<C>

    private init(_ link: consuming PhoneLink<C>) { self.link = link }

    /// The session of a phone that is about to connect.
    convenience init(_ phone: PhoneModel, ephemeral: InlineArray<32, UInt8>) {
        let key = PrivateKey(phone.key)
        if let secret = phone.invitation {
            self.init(
                PhoneLink<C>(
                    .init(key: key, invitation: Invitation(secret), label: phone.label, lock: phone.lockKey),
                    ephemeral: ephemeral, knowing: phone.handles, mtu: phone.mtu))
        } else {
            let lock = phone.lockKey ?? PublicKey(InlineArray(repeating: 9))
            self.init(
                PhoneLink<C>(
                    .init(key: key, lock: lock), ephemeral: ephemeral, knowing: phone.handles, mtu: phone.mtu))
        }
    }

    override func fork() -> PhoneSession { LinkSession<C>(link.copy()) }
    override func connected() { link.connected() }

    override func takePacket() -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: LinkLimits.mtuMax)
        var room = bytes.mutableSpan
        let count = link.nextPacket(into: &room)
        guard count > 0 else { return nil }
        link.packetSent()
        return Array(bytes[0..<count])
    }

    override func receive(_ packet: [UInt8]) -> PhoneHeard {
        switch link.receive(packet.span) {
        case .nothing: .nothing
        case .welcomed: .welcomed
        case .answered(let kind, _, let result): .answered(kind, result)
        case .operated(let operation, let outcome): .operated(operation, outcome)
        case .refused(let reason): .refused(reason)
        case .failed: .failed
        }
    }

    override func ask(_ question: PhoneQuestion) -> Bool {
        _ = link.begin(question.kind)
        switch question {
        case .plain: break
        case .phones(let from):
            link.request.put(.phone, from.value)
            link.request.put(.count, UInt8(16))
        case .removePhone(let index): link.request.put(.phone, index.value)
        case .removeUser(let user): link.request.put(.user, user.value)
        case .invite(let user, let hours):
            link.request.put(.user, user.value)
            link.request.put(.hours, hours)
        }
        return link.send()
    }

    override var isWelcome: Bool { link.isWelcome }
    override var slot: PhoneIndex { link.phone }
    override var user: UserIndex { link.user }
    override var handles: AttributeClient.Handles? { link.client.isReady ? link.client.handles : nil }
    override var lockKey: PublicKey? { link.lockKey }
    override var advertisingKey: InlineArray<32, UInt8>? { link.advertisingKey }

    override var invitation: InlineArray<16, UInt8>? {
        guard let place = link.field(.invitation), place.count == 16 else { return nil }
        var secret = InlineArray<16, UInt8>(repeating: 0)
        for index in 0..<16 { secret[index] = link.text[place.lowerBound + index] }
        return secret
    }

    override var phones: [(PhoneIndex, UserIndex)] {
        var found: [(PhoneIndex, UserIndex)] = []
        var last: PhoneIndex?
        let text = link.text
        var fields = link.fields
        do throws(MessageFault) {
            while let field = try fields.next(in: text.span) {
                let place = field.range.lowerBound
                guard field.range.count == 2 else { continue }
                let number = UInt16(text[place]) | UInt16(text[place + 1]) << 8
                if field.tag == .phone { last = PhoneIndex(number) }
                if field.tag == .user, let phone = last { found.append((phone, UserIndex(number))) }
            }
        } catch {
            return found
        }
        return found
    }
}

/// The session of a phone, with that cryptography.
func makeSession<C: LinkCrypto>(
    _ crypto: C.Type, _ phone: PhoneModel, ephemeral: InlineArray<32, UInt8>
) -> PhoneSession {
    LinkSession<C>(phone, ephemeral: ephemeral)
}
