public import LockCore
public import LockHAL

/// From packets to messages to what they ask.
extension Link {
    /// Takes one packet of a connection.
    ///
    /// Whatever it holds, the answer is an error, silence, or the end of the connection.
    public mutating func receive(
        _ packet: Span<UInt8>, from connection: ConnectionNumber, at now: Instant
    ) -> LinkDemand {
        let index = Int(connection.value)
        switch peers[index].phase {
        case .free, .ending, .cut: return .none
        case .waiting, .invited, .enrolling, .session: break
        }
        guard isWithinRate(index, at: now) else {
            tellOfFlood(at: now)
            cut(index)
            return .none
        }
        // Without room for an answer the phone has not waited for the one before, as it must.
        guard peers[index].answerCount == 0 else {
            cut(index)
            return .none
        }
        let reception = serve(packet, index)
        guard reception.isInboxWritten else { return .none }
        let verdict = peers[index].assemble()
        switch verdict {
        case .incomplete: return .none
        case .violated:
            cut(index)
            return .none
        case .complete:
            let demand = message(index, at: now)
            peers[index].assembler.wipe()
            return demand
        }
    }

    private mutating func serve(_ packet: Span<UInt8>, _ index: Int) -> AttributeServer.Reception {
        let facts = facts
        return peers[index].serve(packet, facts)
    }

    private mutating func isWithinRate(_ index: Int, at now: Instant) -> Bool {
        if now.since(peers[index].packetsSince) >= .seconds(1) {
            peers[index].packetsSince = now
            peers[index].packets = 0
        }
        peers[index].packets += 1
        return peers[index].packets <= settings.packetsPerSecond
    }

    /// Nothing more is heard; what waits may still go out, and has a moment to arrive.
    mutating func cut(_ index: Int) {
        peers[index].hasLastWords = !peers[index].outgoing.isEmpty || peers[index].answerCount > 0
        peers[index].phase = .ending
        peers[index].dropKeys()
        peers[index].deadline = nil
        pending[index] = nil
    }

    /// Says in clear why the phone is not heard, and ends the connection.
    mutating func refuse(_ index: Int, _ reason: ClearRefusal) {
        let body: InlineArray<1, UInt8> = [reason.rawValue]
        _ = peers[index].outgoing.append(.refusal, body.span)
        cut(index)
    }

    /// Looks at the message that has come together.
    private mutating func message(_ index: Int, at now: Instant) -> LinkDemand {
        guard let type = MessageType(rawValue: peers[index].assembler.bytes[0]) else {
            refuse(index, .malformed)
            return .none
        }
        switch (type, peers[index].phase) {
        case (.ikFirst, .waiting): return ikFirst(index, at: now)
        case (.xxFirst, .waiting): return xxFirst(index, at: now)
        case (.xxThird, .invited): return xxThird(index, at: now)
        case (.session, .session): return session(index, at: now)
        default:
            refuse(index, .malformed)
            return .none
        }
    }

    // MARK: Handshakes

    private mutating func ikFirst(_ index: Int, at now: Instant) -> LinkDemand {
        // Whose the message is shows only when it has been opened; what is left for nobody is not worth the arithmetic.
        guard strangers.isFilled(at: now) || acquaintances.isFilled(at: now) else {
            tellOfFlood(at: now)
            refuse(index, .tooMany)
            return .none
        }
        let mark = peers[index].assembler.mark
        // One that was answered before comes from somebody who recorded it: it fails as it fails at every other lock, at
        // the same step.
        if firstMessages.contains(mark) { peers[index].assembler.spoil() }
        peers[index].firstMessage = mark
        peers[index].startHandshake(.ik, own: ownKey, publicKey, prologue: Self.prologue)
        // Its payload must be empty: the first message of IK can be replayed.
        guard peers[index].readHandshake(payloadMax: 0) == 0, let key = peers[index].handshake?.remoteStatic else {
            turnAway(index, at: now)
            return .none
        }
        return .phone(key)
    }

    /// A first message of IK that is nobody's: strangers pay for the answer.
    mutating func turnAway(_ index: Int, at now: Instant) {
        guard strangers.take(at: now) else {
            tellOfFlood(at: now)
            return refuse(index, .tooMany)
        }
        handshakeFailed(index, at: now)
    }

    /// Takes a handshake of a phone that the lock knows: from what is kept for those, or from what strangers leave.
    mutating func mayShakeHands(_ index: Int, at now: Instant) -> Bool {
        if acquaintances.take(at: now) {
            peers[index].payer = .acquaintances
        } else if strangers.take(at: now) {
            peers[index].payer = .strangers
        } else {
            return false
        }
        return true
    }

    private mutating func xxFirst(_ index: Int, at now: Instant) -> LinkDemand {
        guard strangers.take(at: now) else {
            tellOfFlood(at: now)
            refuse(index, .tooMany)
            return .none
        }
        peers[index].startHandshake(.xxpsk3, own: ownKey, publicKey, prologue: Self.prologue)
        guard peers[index].readHandshake(payloadMax: 8) == 8 else {
            handshakeFailed(index, at: now)
            return .none
        }
        var id = InlineArray<8, UInt8>(repeating: 0)
        for place in 0..<8 { id[place] = peers[index].payload[place] }
        peers[index].invitation = id
        return .invitation(id)
    }

    private mutating func xxThird(_ index: Int, at now: Instant) -> LinkDemand {
        guard let count = peers[index].readHandshake(payloadMax: PhoneLabel.lengthMax), count > 0,
            let key = peers[index].handshake?.remoteStatic
        else {
            handshakeFailed(index, at: now)
            return .none
        }
        var label = PhoneLabel()
        for place in 0..<count { _ = label.append(peers[index].payload[place]) }
        // A label is shown to people, and its writer may be nobody's friend.
        guard label.isFit else {
            handshakeFailed(index, at: now)
            return .none
        }
        strangers.giveBack()
        peers[index].phase = .enrolling
        peers[index].key = key
        return .enrolment(peers[index].invitation, key, label)
    }

    /// Whatever is wrong with it, a handshake that came to nothing is counted, and refused alike.
    mutating func handshakeFailed(_ index: Int, at now: Instant) {
        failures.add(at: now)
        refuse(index, .handshakeFailed)
    }

    // MARK: Sessions

    private mutating func session(_ index: Int, at now: Instant) -> LinkDemand {
        guard let count = peers[index].openMessage() else {
            // Not what this phone sealed next: somebody else speaks.
            failures.add(at: now)
            cut(index)
            return .none
        }
        peers[index].deadline = now + settings.idleTimeMax
        if !peers[index].isProven {
            switch peers[index].payer {
            case .nobody: break
            case .strangers: strangers.giveBack()
            case .acquaintances: acquaintances.giveBack()
            }
            prove(index)
        }
        do throws(MessageFault) {
            let request = try peers[index].request(count: count)
            return .request(request, peers[index].phone, peers[index].key)
        } catch {
            let result: RequestResult = error == .unknownCommand ? .unknownCommand : .malformed
            let kind = count > 0 ? peers[index].assembler.bytes[1] : 0
            let number = count > 1 ? peers[index].assembler.bytes[2] : 0
            beginAnswer(kind: kind, number: number, result, to: index)
            finishAnswer(to: index)
            return .none
        }
    }
}

extension Peer {
    /// Hands a packet to the attribute server; its answer waits in `answer`.
    mutating func serve(_ packet: Span<UInt8>, _ facts: AttributeFacts) -> AttributeServer.Reception {
        var bytes = InlineArray<517, UInt8>(repeating: 0)
        var room = bytes.mutableSpan
        let reception = server.receive(packet, facts: facts, answer: &room)
        for place in 0..<reception.answerCount { answer[place] = bytes[place] }
        answerCount = reception.answerCount
        return reception
    }

    mutating func assemble() -> Assembler.Verdict {
        let inbox = server.inbox
        return assembler.take(inbox.span.extracting(0..<server.inboxCount))
    }

    mutating func startHandshake(
        _ pattern: NoisePattern, own: InlineArray<32, UInt8>, _ ownPublic: PublicKey, prologue: InlineArray<15, UInt8>
    ) {
        let ephemeral = draw()
        handshake = Handshake<C>(
            pattern, isInitiator: false, prologue: prologue.span, own: PrivateKey(own), ownPublic: ownPublic,
            ephemeral: PrivateKey(ephemeral), remote: nil)
    }

    /// Reads the message in the assembler; its payload waits in `payload`.
    ///
    /// `nil` if it is not right, or if there is no handshake.
    mutating func readHandshake(payloadMax: Int) -> Int? {
        guard var running = handshake.take() else { return nil }
        var text = InlineArray<32, UInt8>(repeating: 0)
        var count: Int?
        do throws(NoiseFault) {
            var room = text.mutableSpan
            var part = room._mutatingExtracting(0..<payloadMax)
            count = try running.read(assembler.bytes.span.extracting(1..<assembler.count), payload: &part)
        } catch {
            count = nil
        }
        payload = text
        handshake = consume running
        return count
    }

    /// Writes the next handshake message around a payload, and lets it wait to be sent.
    mutating func writeHandshake(_ type: MessageType, _ text: borrowing MessageWriter) -> Bool {
        guard var running = handshake.take() else { return false }
        var message = InlineArray<400, UInt8>(repeating: 0)
        var count = 0
        do throws(NoiseFault) {
            var room = message.mutableSpan
            count = try running.write(text.bytes.span.extracting(0..<text.count), into: &room)
        } catch {
            return false
        }
        handshake = consume running
        return outgoing.append(type, message.span.extracting(0..<count))
    }

    /// The handshake is over: from now on there are two ciphers.
    mutating func split() {
        guard let finished = handshake.take() else { return }
        transport = finished.split()
    }

    /// Opens the message in the assembler in place; the length of its text, or `nil` if it is not right.
    mutating func openMessage() -> Int? {
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

    /// Takes the text apart that `openMessage` has left.
    func request(count: Int) throws(MessageFault) -> Request {
        try Request(assembler.bytes.span.extracting(1..<1 + count))
    }

    /// Seals a text and lets it wait to be sent.
    mutating func send(_ writer: inout MessageWriter) -> Bool {
        guard var ciphers = transport.take() else { return false }
        var size = 0
        do throws(NoiseFault) {
            size = try writer.seal(&ciphers)
        } catch {
            return false
        }
        transport = consume ciphers
        return outgoing.append(.session, writer.bytes.span.extracting(0..<size))
    }
}
