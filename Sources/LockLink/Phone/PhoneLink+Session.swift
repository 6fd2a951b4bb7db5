import LockCore
import LockHAL

extension PhoneLink {
    // MARK: Handshakes

    /// The inbox can be written: the handshake begins.
    mutating func begin() -> Event {
        let prologue = Link<C>.prologue
        let own = PrivateKey(identity.key)
        if let secret = identity.invitation {
            handshake = Handshake<C>(
                .xxpsk3, isInitiator: true, prologue: prologue.span, own: own, ephemeral: PrivateKey(ephemeral),
                remote: nil)
            let invitation = Invitation(secret)
            let id = InvitationHash.id(of: invitation, C.self)
            guard write(.xxFirst, id.span) else { return fail(.malformed) }
            phase = .xxFirstSent
        } else {
            guard let lock = identity.lock else { return fail(.notAuthentic) }
            handshake = Handshake<C>(
                .ik, isInitiator: true, prologue: prologue.span, own: own, ephemeral: PrivateKey(ephemeral),
                remote: lock)
            guard write(.ikFirst, Span()) else { return fail(.malformed) }
            phase = .ikSent
        }
        return .nothing
    }

    mutating func message() -> Event {
        guard let type = MessageType(rawValue: assembler.bytes[0]) else { return fail(.malformed) }
        switch (type, phase) {
        case (.ikSecond, .ikSent):
            guard let count = read() else { return fail(.notAuthentic) }
            return splitAndBeWelcome(count)
        case (.xxSecond, .xxFirstSent):
            guard read() == 0, let lock = handshake?.remoteStatic else { return fail(.notAuthentic) }
            // The link said which lock it is: no other gets the phone's key.
            if let known = identity.lock, known != lock { return fail(.notAuthentic) }
            return enrol(lock)
        case (.session, .xxThirdSent), (.session, .session):
            guard let count = open() else { return fail(.notAuthentic) }
            return heard(count)
        case (.refusal, _):
            guard phase != .session, assembler.count == 2, let reason = ClearRefusal(rawValue: assembler.bytes[1])
            else {
                return fail(.malformed)
            }
            phase = .failed
            return .refused(reason)
        default: return fail(.malformed)
        }
    }

    private mutating func enrol(_ lock: PublicKey) -> Event {
        guard let secret = identity.invitation else { return fail(.malformed) }
        handshake?.setPSK(Link<C>.presharedKey(of: Invitation(secret)))
        let label = identity.label
        guard write(.xxThird, label.bytes.span.extracting(0..<Int(label.count))) else { return fail(.malformed) }
        guard let finished = handshake.take() else { return fail(.malformed) }
        transport = finished.split()
        phase = .xxThirdSent
        identity.lock = lock
        return .nothing
    }

    private mutating func splitAndBeWelcome(_ count: Int) -> Event {
        guard let finished = handshake.take() else { return fail(.malformed) }
        transport = finished.split()
        textCount = count
        return welcome(from: 1)
    }

    private mutating func welcome(from start: Int) -> Event {
        guard field(.challenge, from: start)?.count == ChallengeSize.all,
            let user = field(.user, from: start), user.count == 2,
            let role = field(.role, from: start), role.count == 1,
            let phone = field(.phone, from: start), phone.count == 2,
            let known = Role(rawValue: assembler.bytes[role.lowerBound])
        else { return fail(.malformed) }
        takeChallenge(from: start)
        self.user = UserIndex(assembler.bytes.span.uint16(at: user.lowerBound))
        self.role = known
        self.phone = PhoneIndex(assembler.bytes.span.uint16(at: phone.lowerBound))
        if let place = field(.advertisingKey, from: start), place.count == 32 {
            var key = InlineArray<32, UInt8>(repeating: 0)
            for index in 0..<32 { key[index] = assembler.bytes[place.lowerBound + index] }
            advertisingKey = key
        }
        identity.invitation = nil
        phase = .session
        return .welcomed
    }

    /// Reads a handshake message in the assembler; its payload stands behind the first byte then.
    private mutating func read() -> Int? {
        guard var running = handshake.take() else { return nil }
        var text = InlineArray<256, UInt8>(repeating: 0)
        var count: Int?
        do throws(NoiseFault) {
            var room = text.mutableSpan
            count = try running.read(assembler.bytes.span.extracting(1..<assembler.count), payload: &room)
        } catch {
            count = nil
        }
        handshake = consume running
        if let count { assembler.replace(with: text.span.extracting(0..<count)) }
        return count
    }

    private mutating func write(_ type: MessageType, _ text: Span<UInt8>) -> Bool {
        guard var running = handshake.take() else { return false }
        var message = InlineArray<400, UInt8>(repeating: 0)
        var count = 0
        do throws(NoiseFault) {
            var room = message.mutableSpan
            count = try running.write(text, into: &room)
        } catch {
            return false
        }
        handshake = consume running
        return outgoing.append(type, message.span.extracting(0..<count))
    }

    // MARK: Requests

    /// Begins a request, which answers the newest challenge; more fields may follow in `request`, then `send`.
    ///
    /// Answers its number.
    public mutating func begin(_ kind: RequestKind) -> UInt8 {
        number = number == .max ? 1 : number + 1
        request.begin(kind.rawValue, request: number)
        let bytes = challenge
        request.put(.challenge, bytes.span)
        return number
    }

    /// Seals the request and lets it wait to be sent.
    ///
    /// Answers `false` if there is no session, or no room for it.
    public mutating func send() -> Bool {
        guard phase == .session, !request.isOverfull, var ciphers = transport.take() else { return false }
        var size = 0
        do throws(NoiseFault) {
            size = try request.seal(&ciphers)
        } catch {
            return false
        }
        transport = consume ciphers
        let sealed = request.bytes
        request.clear()
        return outgoing.append(.session, sealed.span.extracting(0..<size))
    }

    /// Asks for something that needs no fields; answers the request's number, or `nil` if it cannot be asked now.
    public mutating func ask(_ kind: RequestKind) -> UInt8? {
        let number = begin(kind)
        return send() ? number : nil
    }

    // MARK: Answers

    private mutating func open() -> Int? {
        guard var ciphers = transport.take() else { return nil }
        var count: Int?
        do throws(NoiseFault) {
            count = try assembler.open(&ciphers)
        } catch {
            count = nil
        }
        transport = consume ciphers
        return count
    }

    private mutating func heard(_ count: Int) -> Event {
        guard count >= 2 else { return fail(.malformed) }
        textCount = count
        let kind = assembler.bytes[1]
        if phase == .xxThirdSent {
            guard kind == RequestKind.welcome, assembler.bytes[2] == 0 else { return fail(.malformed) }
            return welcome(from: 3)
        }
        if kind == RequestKind.operation {
            guard let place = field(.operation, from: 3), place.count == 2,
                let operation = LockOperation(rawValue: assembler.bytes[place.lowerBound]),
                let outcome = OperationOutcome(rawValue: assembler.bytes[place.lowerBound + 1])
            else { return fail(.malformed) }
            return .operated(operation, outcome)
        }
        guard let place = field(.result, from: 3), place.count == 1,
            let result = RequestResult(rawValue: assembler.bytes[place.lowerBound])
        else { return fail(.malformed) }
        takeChallenge(from: 3)
        guard let asked = RequestKind(rawValue: kind & ~RequestKind.answerBit) else { return .nothing }
        return .answered(asked, number: assembler.bytes[2], result)
    }

    private mutating func takeChallenge(from start: Int) {
        guard let place = field(.challenge, from: start), place.count == ChallengeSize.all else { return }
        for index in 0..<ChallengeSize.all { challenge[index] = assembler.bytes[place.lowerBound + index] }
    }

    // MARK: Fields

    /// The bytes of the answer that came last; places are those of `fields`.
    public var text: [UInt8] { assembler.bytes }

    /// The fields of the answer that came last, one after the other.
    public var fields: FieldReader { FieldReader(from: 3, to: textCount + 1) }

    /// The first field with that tag in the answer that came last.
    public func field(_ tag: FieldTag) -> Range<Int>? { field(tag, from: 3) }

    private func field(_ tag: FieldTag, from start: Int) -> Range<Int>? {
        var reader = FieldReader(from: start, to: textCount + 1)
        do throws(MessageFault) {
            while let field = try reader.next(in: assembler.bytes.span) {
                if field.tag == tag { return field.range }
            }
        } catch {
            return nil
        }
        return nil
    }
}
