public import LockCore
public import LockHAL

/// What a phone asks for, taken apart and checked as far as one can without the lock.
public enum Command: Sendable {
    case challenge
    case status
    case lock
    case unlock
    case log(from: UInt32, count: UInt8)
    case users(from: UserIndex, count: UInt8)
    /// `user` is `nil` for the first free slot.
    case addUser(user: UserIndex?, Role, Validity, pin: Code?)
    case changeUser(UserIndex, UserStatus)
    case removeUser(UserIndex)
    case setPIN(UserIndex, Code)
    case phones(from: PhoneIndex, count: UInt8)
    case removePhone(PhoneIndex)
    case invite(UserIndex, hours: UInt8)
    case setTime(WallTime)
    case settings
    case changeSetting(UInt8, UInt32)
    case firmware
    case changePhone(PhoneIndex, isPINWanted: Bool)
    case invitations(from: InvitationIndex, count: UInt8)
    case cancelInvitation(InvitationIndex)

    /// Its kind.
    public var kind: RequestKind {
        switch self {
        case .challenge: .challenge
        case .status: .status
        case .lock: .lock
        case .unlock: .unlock
        case .log: .log
        case .users: .users
        case .addUser: .addUser
        case .changeUser: .changeUser
        case .removeUser: .removeUser
        case .setPIN: .setPIN
        case .phones: .phones
        case .removePhone: .removePhone
        case .invite: .invite
        case .setTime: .setTime
        case .settings: .settings
        case .changeSetting: .changeSetting
        case .firmware: .firmware
        case .changePhone: .changePhone
        case .invitations: .invitations
        case .cancelInvitation: .cancelInvitation
        }
    }
}

/// A request as it came.
public struct Request: Sendable {
    /// The phone's number for it.
    public let number: UInt8
    /// The challenge that it answers.
    public let challenge: InlineArray<20, UInt8>
    /// What is asked for.
    public let command: Command
    /// The PIN of the user who asks, if the phone sent it: with an unlock, or with something that changes the lock.
    public private(set) var pin: Code?

    /// The request without that PIN, once it has been taken for judging: no secret is kept longer than it is of use.
    public var withoutPIN: Self {
        var request = self
        request.pin = nil
        return request
    }
}

/// The fields of a request, each at most once.
struct RequestFields {
    private var fields = Bounded<8, Place>()

    private struct Place: Sendable, BitwiseCopyable {
        var tag: FieldTag
        var start: UInt16
        var end: UInt16
    }

    /// Takes all fields; throws if one comes twice, or if there are more than any request has.
    init(_ bytes: Span<UInt8>, from start: Int) throws(MessageFault) {
        var reader = FieldReader(from: start, to: bytes.count)
        while let field = try reader.next(in: bytes) {
            guard range(of: field.tag) == nil else { throw .malformed }
            let place = Place(
                tag: field.tag, start: UInt16(field.range.lowerBound), end: UInt16(field.range.upperBound))
            guard fields.appendIfRoom(place) else { throw .malformed }
        }
    }

    private func range(of tag: FieldTag) -> Range<Int>? {
        for index in fields.indices where fields[index].tag == tag {
            return Int(fields[index].start)..<Int(fields[index].end)
        }
        return nil
    }

    /// Takes a field out, if it is there; throws if it has another length.
    mutating func take(_ tag: FieldTag, length: ClosedRange<Int>) throws(MessageFault) -> Range<Int>? {
        for index in fields.indices where fields[index].tag == tag {
            let range = Int(fields[index].start)..<Int(fields[index].end)
            guard length.contains(range.count) else { throw .malformed }
            fields.remove(at: index)
            return range
        }
        return nil
    }

    /// Takes a field out that must be there.
    mutating func need(_ tag: FieldTag, length: ClosedRange<Int>) throws(MessageFault) -> Range<Int> {
        guard let range = try take(tag, length: length) else { throw .malformed }
        return range
    }

    /// Nothing may be left over.
    func end() throws(MessageFault) {
        guard fields.isEmpty else { throw .malformed }
    }
}

extension Request {
    /// Takes a message apart.
    ///
    /// Throws `.malformed` for bytes that are no request, and `.unknownCommand` for a kind that nobody knows.
    public init(_ bytes: Span<UInt8>) throws(MessageFault) {
        guard bytes.count >= 2 else { throw .malformed }
        guard let kind = RequestKind(rawValue: bytes[0]) else { throw .unknownCommand }
        // Number 0 is the lock's own, of what it says unasked.
        guard bytes[1] > 0 else { throw .malformed }
        number = bytes[1]
        var fields = try RequestFields(bytes, from: 2)
        let place = try fields.need(.challenge, length: ChallengeSize.all...ChallengeSize.all)
        var challenge = InlineArray<20, UInt8>(repeating: 0)
        for index in 0..<ChallengeSize.all { challenge[index] = bytes[place.lowerBound + index] }
        self.challenge = challenge
        command = try Self.command(kind, &fields, bytes)
        pin = try Self.pin(kind, &fields, bytes)
        try fields.end()
    }

    private static func pin(
        _ kind: RequestKind, _ fields: inout RequestFields, _ bytes: Span<UInt8>
    ) throws(MessageFault) -> Code? {
        if kind == .unlock { return try fields.pin(in: bytes) }
        return kind.changesNothing ? nil : try fields.ownPIN(in: bytes)
    }

    private static func command(
        _ kind: RequestKind, _ fields: inout RequestFields, _ bytes: Span<UInt8>
    ) throws(MessageFault) -> Command {
        switch kind {
        case .challenge: return .challenge
        case .status: return .status
        case .lock: return .lock
        case .unlock: return .unlock
        case .log:
            let from = bytes.uint32(at: try fields.need(.sequence, length: 4...4).lowerBound)
            return .log(from: from, count: try fields.page(in: bytes))
        case .users: return .users(from: try fields.user(in: bytes), count: try fields.page(in: bytes))
        case .addUser:
            let user = try fields.take(.user, length: 2...2).map { UserIndex(bytes.uint16(at: $0.lowerBound)) }
            if let user, user > .last { throw .malformed }
            let place = try fields.need(.role, length: 1...1).lowerBound
            guard let role = Role(rawValue: bytes[place]) else { throw .malformed }
            return .addUser(
                user: user, role, try fields.validity(in: bytes), pin: try fields.pin(in: bytes))
        case .changeUser:
            let user = try fields.user(in: bytes)
            let place = try fields.need(.userStatus, length: 1...1).lowerBound
            guard let status = UserStatus(rawValue: bytes[place]), status != .available else { throw .malformed }
            return .changeUser(user, status)
        case .removeUser: return .removeUser(try fields.user(in: bytes))
        case .setPIN:
            let user = try fields.user(in: bytes)
            guard let pin = try fields.pin(in: bytes) else { throw .malformed }
            return .setPIN(user, pin)
        case .phones: return .phones(from: try fields.phone(in: bytes), count: try fields.page(in: bytes))
        case .removePhone: return .removePhone(try fields.phone(in: bytes))
        case .invite:
            let user = try fields.user(in: bytes)
            let hours = bytes[try fields.need(.hours, length: 1...1).lowerBound]
            guard (1...168).contains(hours) else { throw .malformed }
            return .invite(user, hours: hours)
        case .setTime:
            return .setTime(WallTime(seconds: bytes.uint32(at: try fields.need(.time, length: 5...5).lowerBound)))
        case .settings: return .settings
        case .changeSetting:
            let place = try fields.need(.setting, length: 5...5).lowerBound
            return .changeSetting(bytes[place], bytes.uint32(at: place + 1))
        case .firmware: return .firmware
        case .changePhone:
            let phone = try fields.phone(in: bytes)
            let flags = bytes[try fields.need(.phoneFlags, length: 1...1).lowerBound]
            guard flags <= 1 else { throw .malformed }
            return .changePhone(phone, isPINWanted: flags == 1)
        case .invitations:
            return .invitations(from: try fields.invitation(in: bytes), count: try fields.page(in: bytes))
        case .cancelInvitation: return .cancelInvitation(try fields.invitation(in: bytes))
        }
    }
}

extension Validity {
    /// Whether a new credential can have it: no number beyond its range, and nothing begun yet.
    fileprivate var isOffered: Bool {
        switch self {
        case .always, .once: true
        case .between(let first, let end): first < end
        case .weekly(let days, let from, let until): (1..<128).contains(days) && from < 1_440 && until <= 1_440
        case .expiring(let minutes, let since): (1...2_880).contains(minutes) && since == nil
        }
    }
}

extension RequestFields {
    fileprivate mutating func user(in bytes: Span<UInt8>) throws(MessageFault) -> UserIndex {
        let user = UserIndex(bytes.uint16(at: try need(.user, length: 2...2).lowerBound))
        guard user <= .last else { throw .malformed }
        return user
    }

    fileprivate mutating func phone(in bytes: Span<UInt8>) throws(MessageFault) -> PhoneIndex {
        let phone = PhoneIndex(bytes.uint16(at: try need(.phone, length: 2...2).lowerBound))
        guard Int(phone.value) < PhoneIndex.count else { throw .malformed }
        return phone
    }

    fileprivate mutating func invitation(in bytes: Span<UInt8>) throws(MessageFault) -> InvitationIndex {
        let place = bytes[try need(.place, length: 1...1).lowerBound]
        guard Int(place) < InvitationIndex.count else { throw .malformed }
        return InvitationIndex(place)
    }

    /// How many are asked for at once.
    fileprivate mutating func page(in bytes: Span<UInt8>) throws(MessageFault) -> UInt8 {
        let count = bytes[try need(.count, length: 1...1).lowerBound]
        guard (1...16).contains(count) else { throw .malformed }
        return count
    }

    fileprivate mutating func pin(in bytes: Span<UInt8>) throws(MessageFault) -> Code? {
        try Self.code(at: take(.pin, length: 4...10), in: bytes)
    }

    fileprivate mutating func ownPIN(in bytes: Span<UInt8>) throws(MessageFault) -> Code? {
        try Self.code(at: take(.ownPIN, length: 4...10), in: bytes)
    }

    private static func code(at range: Range<Int>?, in bytes: Span<UInt8>) throws(MessageFault) -> Code? {
        guard let range else { return nil }
        var code = Code()
        for place in range {
            guard bytes[place] <= 9, code.append(bytes[place]) else { throw .malformed }
        }
        return code
    }

    fileprivate mutating func validity(in bytes: Span<UInt8>) throws(MessageFault) -> Validity {
        let range = try need(.validity, length: 1...9)
        var record = RecordBytes()
        for place in range { record.append(bytes[place]) }
        var reader = RecordReader(record)
        guard let validity = Validity(from: &reader), reader.isAtEnd, validity.isOffered else { throw .malformed }
        return validity
    }
}
