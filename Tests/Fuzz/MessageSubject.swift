import LockCore
import LockHAL
import LockLink

/// Lets a lock hear whatever packets somebody makes up, on all its connections, with everything that follows.
///
/// Every tag is believed, as if the attacker had all keys, so that what is in a session is heard as well. An input is a
/// row of steps, each of one byte: what happens and on which connection; a packet has one or two bytes of length and as
/// many others behind that.
func hearMessages(_ input: [UInt8]) {
    readRequest(input)
    var listener = Listener()
    var rest = input[...]
    while let step = rest.popFirst() { listener.take(step, &rest) }
}

/// The input as one plaintext, which is a request or is refused.
private func readRequest(_ input: [UInt8]) {
    do throws(MessageFault) {
        let request = try Request(input.span)
        precondition(request.command.kind.rawValue == input[0], "a request of another kind")
        precondition(request.number == input[1], "another number")
    } catch {
        precondition(error == .malformed || error == .unknownCommand, "an error that nobody knows")
    }
}

/// A link with somebody who answers its demands.
private struct Listener: ~Copyable {
    var link = Link<TrustingCrypto>(
        key: PrivateKey(InlineArray(repeating: 3)), advertisingKey: InlineArray(repeating: 4), sequence: 5,
        facts: AttributeFacts(
            manufacturer: AttributeValue("Bolthole"), model: AttributeValue("Fuzz"), firmware: AttributeValue("0"),
            battery: 50))
    var now = Instant.zero
    var isConnected = InlineArray<4, Bool>(repeating: false)
    /// Whether the lock had a reason to begin a session.
    var isWelcome = InlineArray<4, Bool>(repeating: false)
    let phone = Phone(
        index: PhoneIndex(7), user: UserIndex(9), key: PublicKey(InlineArray(repeating: 1)), label: PhoneLabel())

    init() { link.radioChanged(isUp: true) }

    mutating func take(_ step: UInt8, _ rest: inout ArraySlice<UInt8>) {
        let connection = ConnectionNumber(step & 3)
        let index = Int(step & 3)
        switch step >> 2 & 7 {
        case 0: connect(connection)
        case 1:
            isConnected[index] = false
            isWelcome[index] = false
            link.disconnected(connection)
        case 2: pass(.milliseconds(UInt64(rest.popFirst() ?? 0) * 64))
        case 3: link.packetNotTaken(by: connection)
        case 4: link.canSend(to: connection)
        // What is written to the inbox, with the header of a fragment that is right in a message of one.
        case 5:
            let count = min(Int(rest.popFirst() ?? 0) * 2, 500)
            packet([0x52, inbox, 0, rest.popFirst() ?? 0xC0] + rest.prefix(count), connection)
            rest = rest.dropFirst(count)
        case 6:
            let count = Int(rest.popFirst() ?? 0) * 2
            packet(Array(rest.prefix(count)), connection)
            rest = rest.dropFirst(count)
        default: link.settle(RequestToken(UInt16(rest.popFirst() ?? 0)), .done, outcome: .started)
        }
        upkeep()
    }

    /// The handle of the inbox, which every input may find anyway.
    private var inbox: UInt8 { 20 }

    private mutating func connect(_ connection: ConnectionNumber) {
        guard !isConnected[Int(connection.value)] else { return }
        isConnected[Int(connection.value)] = true
        link.connected(connection, seed: InlineArray(repeating: 6), at: now)
    }

    private mutating func end(_ connection: ConnectionNumber) {
        isConnected[Int(connection.value)] = false
        isWelcome[Int(connection.value)] = false
        link.disconnected(connection)
    }

    private mutating func pass(_ interval: Interval) {
        now = now + interval
        link.wake(at: now)
    }

    private mutating func packet(_ bytes: [UInt8], _ connection: ConnectionNumber) {
        guard isConnected[Int(connection.value)], (1...517).contains(bytes.count) else { return }
        let credential = Credential(user: phone.user, role: .administrator)
        switch link.receive(bytes.span, from: connection, at: now) {
        case .none: break
        case .phone(let key):
            var known = phone
            known.key = key
            isWelcome[Int(connection.value)] = key.bytes[0] != 0
            link.admit(key.bytes[0] == 0 ? nil : known, credential, to: connection, at: now)
        case .invitation(let id):
            let found = id[0] == 0 ? nil : InvitationIndex(2)
            link.invite(found, secret: Invitation(InlineArray(repeating: 8)), to: connection, at: now)
        case .enrolment(_, let key, _):
            var known = phone
            known.key = key
            isWelcome[Int(connection.value)] = true
            link.enrolled(known, credential, to: connection, at: now)
        case .request(let request, _, let key):
            precondition(isWelcome[Int(connection.value)], "a request without a session")
            var known = phone
            known.key = key
            let reach = link.accept(request, known, credential, .ordinary, from: connection, at: now)
            guard reach != nil else { return }
            if link.wait(request, from: connection, at: now) != nil {
                _ = link.spend(request)
            } else {
                link.reply(.busy, to: request, from: connection)
            }
        }
    }

    /// What the runtime does after each turn.
    private mutating func upkeep() {
        link.wake(at: now)
        for number: UInt8 in 0..<4 {
            let connection = ConnectionNumber(number)
            for _ in 0..<64 {
                var bytes = [UInt8](repeating: 0, count: 517)
                var room = bytes.mutableSpan
                let count = link.nextPacket(for: connection, into: &room)
                guard count > 0 else { break }
                precondition(isConnected[Int(number)], "a packet to nobody")
                // A notification whose fragment begins a session message.
                let isSession = bytes[0] == 0x1B && count > 4 && bytes[3] & 0x80 != 0 && bytes[4] == 0x20
                precondition(!isSession || isWelcome[Int(number)], "an answer without a session")
                link.packetSent(to: connection, at: now)
            }
        }
        while let connection = link.nextToCut(at: now) { end(connection) }
        if link.wantsAdvertising { _ = link.advertisement(random: InlineArray(repeating: 2), at: now) }
        _ = link.takeNotice(at: now)
        precondition(link.connectionCount <= ConnectionNumber.count, "more connections than there are")
    }
}
