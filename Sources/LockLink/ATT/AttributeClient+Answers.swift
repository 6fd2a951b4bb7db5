extension AttributeClient {
    /// Takes one packet from the lock; what is to be sent, if anything, is written into `answer`, which must have room
    /// for 23 bytes.
    public mutating func receive(_ pdu: Span<UInt8>, answer: inout MutableSpan<UInt8>) -> Event {
        guard state != .failed, pdu.count > 0 else { return .nothing }
        do throws(Failure) {
            guard pdu.count <= max(mtu, LinkLimits.mtuMin) else { throw .malformed }
            return try take(pdu, &answer)
        } catch {
            state = .failed
            return .failed(error)
        }
    }

    private mutating func take(_ pdu: Span<UInt8>, _ answer: inout MutableSpan<UInt8>) throws(Failure) -> Event {
        let opcode = pdu[0]
        if opcode == AttributeOpcode.notification { return notification(pdu) }
        if opcode == AttributeOpcode.indication {
            answer[0] = AttributeOpcode.confirmation
            return .send(1)
        }
        guard !AttributeOpcode.isCommand(opcode) else { return .nothing }
        guard AttributeOpcode.isAnswer(opcode) else {
            // A phone has attributes too, but not here.
            return .send(AttributePacket.putError(AttributeRefusal(.requestNotSupported), to: opcode, in: &answer))
        }
        guard let pending else { throw .malformed }
        if opcode == AttributeOpcode.errorResponse {
            guard pdu.count == 5, pdu[1] == pending.rawValue else { throw .malformed }
            return try refused(pdu[4], &answer)
        }
        guard opcode == pending.response else { throw .malformed }
        return try answered(pdu, &answer)
    }

    private func notification(_ pdu: Span<UInt8>) -> Event {
        guard isReady, pdu.count >= 3 else { return .nothing }
        guard AttributePacket.number(at: 1, in: pdu) == handles.outbox else { return .nothing }
        return .notified(3..<pdu.count)
    }

    /// The other side has answered what was asked.
    private mutating func answered(_ pdu: Span<UInt8>, _ answer: inout MutableSpan<UInt8>) throws(Failure) -> Event {
        switch state {
        case .idle, .ready, .failed: throw .malformed
        case .exchanging:
            guard pdu.count == 3 else { throw .malformed }
            mtu = max(LinkLimits.mtuMin, min(Int(AttributePacket.number(at: 1, in: pdu)), ownMTU))
            return areHandlesRemembered ? subscribe(&answer) : searchService(&answer)
        case .searchingService: return try foundService(pdu, &answer)
        case .searchingCharacteristics(let start): return try foundCharacteristics(pdu, from: start, &answer)
        case .searchingConfiguration(let start): return try foundDescriptors(pdu, from: start, &answer)
        case .subscribing:
            guard pdu.count == 1 else { throw .malformed }
            state = .ready
            return .ready
        case .reading:
            state = .ready
            return .read(1..<pdu.count)
        case .writing:
            guard pdu.count == 1 else { throw .malformed }
            state = .ready
            return .written
        }
    }

    /// The other side has refused what was asked.
    private mutating func refused(_ error: UInt8, _ answer: inout MutableSpan<UInt8>) throws(Failure) -> Event {
        let isNotFound = error == AttributeError.attributeNotFound.rawValue
        switch state {
        case .idle, .ready, .failed: throw .malformed
        // Nobody has to know more than the smallest MTU.
        case .exchanging: return areHandlesRemembered ? subscribe(&answer) : searchService(&answer)
        case .searchingService: throw isNotFound ? .serviceMissing : .refused(error)
        case .searchingCharacteristics:
            guard isNotFound else { throw .refused(error) }
            return try searchConfiguration(&answer)
        case .searchingConfiguration: throw isNotFound ? .characteristicMissing : .refused(error)
        case .subscribing:
            guard areHandlesRemembered else { throw .refused(error) }
            // It was another lock, or another firmware: what is remembered is forgotten.
            areHandlesRemembered = false
            return searchService(&answer)
        case .reading, .writing:
            state = .ready
            return .refused(error)
        }
    }
}

extension AttributeClient {
    /// Discover Primary Service by Service UUID (Core 5.4, Vol 3, Part G, 4.4.2).
    private mutating func searchService(_ answer: inout MutableSpan<UInt8>) -> Event {
        state = .searchingService
        handles = Handles(inbox: 0, outbox: 0, configuration: 0)
        putRange(.findByTypeValue, 1...0xFFFF, &answer)
        AttributePacket.put(AttributeType.primaryService, at: 5, in: &answer)
        AttributePacket.put(AttributeType.lock, at: 7, in: &answer)
        return .send(23)
    }

    private mutating func foundService(_ pdu: Span<UInt8>, _ answer: inout MutableSpan<UInt8>) throws(Failure) -> Event
    {
        guard pdu.count >= 5, pdu.count % 4 == 1 else { throw .malformed }
        let start = Int(AttributePacket.number(at: 1, in: pdu))
        serviceEnd = Int(AttributePacket.number(at: 3, in: pdu))
        guard start > 0, start <= serviceEnd else { throw .malformed }
        outboxEnd = serviceEnd
        return searchCharacteristics(from: start, &answer)
    }

    /// Discover All Characteristics of a Service (Core 5.4, Vol 3, Part G, 4.6.1).
    private mutating func searchCharacteristics(from start: Int, _ answer: inout MutableSpan<UInt8>) -> Event {
        state = .searchingCharacteristics(from: start)
        putRange(.readByType, start...serviceEnd, &answer)
        AttributePacket.put(AttributeType.characteristic, at: 5, in: &answer)
        return .send(7)
    }

    private mutating func foundCharacteristics(
        _ pdu: Span<UInt8>, from start: Int, _ answer: inout MutableSpan<UInt8>
    ) throws(Failure) -> Event {
        guard pdu.count >= 2 else { throw .malformed }
        let size = Int(pdu[1])
        // Handle, properties, handle of the value, and a UUID in either form.
        guard size == 7 || size == 21, pdu.count > 2, (pdu.count - 2) % size == 0 else { throw .malformed }
        var next = start
        for place in stride(from: 2, to: pdu.count, by: size) {
            let declaration = Int(AttributePacket.number(at: place, in: pdu))
            let properties = AttributeProperties(rawValue: pdu[place + 2])
            let value = AttributePacket.number(at: place + 3, in: pdu)
            guard declaration >= next, declaration < Int(value), Int(value) <= serviceEnd else { throw .malformed }
            // The descriptors of a characteristic end where the next one begins.
            if handles.outbox != 0, outboxEnd == serviceEnd { outboxEnd = declaration - 1 }
            let type = AttributeType(pdu.extracting((place + 5)..<(place + size)))
            if type == .inbox, properties.contains(.writeWithoutResponse) { handles.inbox = value }
            if type == .outbox, properties.contains(.notify), handles.outbox == 0 { handles.outbox = value }
            next = Int(value) + 1
        }
        guard next <= serviceEnd else { return try searchConfiguration(&answer) }
        return searchCharacteristics(from: next, &answer)
    }

    /// Discover All Characteristic Descriptors (Core 5.4, Vol 3, Part G, 4.7.1).
    private mutating func searchConfiguration(_ answer: inout MutableSpan<UInt8>) throws(Failure) -> Event {
        guard handles.inbox != 0, handles.outbox != 0 else { throw .characteristicMissing }
        return try searchConfiguration(from: Int(handles.outbox) + 1, &answer)
    }

    private mutating func searchConfiguration(
        from start: Int, _ answer: inout MutableSpan<UInt8>
    ) throws(Failure) -> Event {
        guard start <= outboxEnd else { throw .characteristicMissing }
        state = .searchingConfiguration(from: start)
        putRange(.findInformation, start...outboxEnd, &answer)
        return .send(5)
    }

    private mutating func foundDescriptors(
        _ pdu: Span<UInt8>, from start: Int, _ answer: inout MutableSpan<UInt8>
    ) throws(Failure) -> Event {
        guard pdu.count > 2, pdu[1] == 1 || pdu[1] == 2 else { throw .malformed }
        let size = pdu[1] == 1 ? 4 : 18
        guard (pdu.count - 2) % size == 0 else { throw .malformed }
        var next = start
        for place in stride(from: 2, to: pdu.count, by: size) {
            let handle = Int(AttributePacket.number(at: place, in: pdu))
            guard handle >= next, handle <= outboxEnd else { throw .malformed }
            if AttributeType(pdu.extracting((place + 2)..<(place + size))) == .configuration {
                handles.configuration = UInt16(handle)
                return subscribe(&answer)
            }
            next = handle + 1
        }
        return try searchConfiguration(from: next, &answer)
    }

    /// Write Characteristic Descriptors (Core 5.4, Vol 3, Part G, 4.12.3).
    private mutating func subscribe(_ answer: inout MutableSpan<UInt8>) -> Event {
        state = .subscribing
        answer[0] = AttributeRequest.write.rawValue
        AttributePacket.put(handles.configuration, at: 1, in: &answer)
        AttributePacket.put(1, at: 3, in: &answer)
        return .send(5)
    }

    private func putRange(
        _ request: AttributeRequest, _ handles: ClosedRange<Int>, _ answer: inout MutableSpan<UInt8>
    ) {
        answer[0] = request.rawValue
        AttributePacket.put(UInt16(handles.lowerBound), at: 1, in: &answer)
        AttributePacket.put(UInt16(handles.upperBound), at: 3, in: &answer)
    }
}
