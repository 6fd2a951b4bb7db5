extension AttributeServer {
    func isSubscribed(at attribute: Attribute) -> Bool {
        attribute == .levelConfiguration ? isSubscribedToBattery : isSubscribed
    }

    /// The attribute with that handle, if it can be written.
    private func writable(_ handle: UInt16) throws(AttributeRefusal) -> Attribute {
        guard let attribute = Attribute(rawValue: handle) else { throw AttributeRefusal(.invalidHandle, at: handle) }
        guard attribute.isWritable else { throw AttributeRefusal(.writeNotPermitted, at: handle) }
        return attribute
    }

    /// Whether a configuration with that value means a subscription.
    ///
    /// Nothing here indicates, and the other bits have no meaning yet (Core 5.4, Vol 3, Part G, 3.3.3.3).
    private func subscription(_ value: Span<UInt8>, _ attribute: Attribute) throws(AttributeRefusal) -> Bool {
        guard value.count == 2 else { throw AttributeRefusal(.invalidValueLength, at: attribute.rawValue) }
        switch AttributePacket.number(at: 0, in: value) {
        case 0: return false
        case 1: return true
        default: throw AttributeRefusal(.valueNotAllowed, at: attribute.rawValue)
        }
    }

    /// Sets a subscription, and says whether that of the outbox is another now.
    private mutating func subscribe(_ isWanted: Bool, at attribute: Attribute) -> Bool {
        if attribute == .levelConfiguration {
            isSubscribedToBattery = isWanted
            return false
        }
        let isChange = isWanted != isSubscribed
        isSubscribed = isWanted
        return isChange
    }

    /// Write (Core 5.4, Vol 3, Part F, 3.4.5.1).
    mutating func write(_ value: Span<UInt8>, to handle: UInt16) throws(AttributeRefusal) -> Reception {
        let attribute = try writable(handle)
        guard attribute == .inbox else {
            let isWanted = try subscription(value, attribute)
            return Reception(isSubscriptionChanged: subscribe(isWanted, at: attribute))
        }
        guard value.count <= LinkLimits.valueSizeMax else { throw AttributeRefusal(.invalidValueLength, at: handle) }
        // Whoever does not listen could not be answered, and costs nothing that way.
        guard isSubscribed else { throw AttributeRefusal(.improperlyConfigured, at: handle) }
        var span = inbox.mutableSpan
        AttributePacket.put(value, at: 0, in: &span)
        inboxCount = value.count
        return Reception(isInboxWritten: true)
    }

    /// Write Command, which is never answered (Core 5.4, Vol 3, Part F, 3.4.5.3).
    mutating func command(_ pdu: Span<UInt8>) -> Reception {
        guard pdu.count >= 3, pdu.count <= mtu else { return Reception() }
        let handle = AttributePacket.number(at: 1, in: pdu)
        // A subscription is written with a request (Core 5.4, Vol 3, Part G, 4.12.3): only the inbox takes commands.
        guard handle == Attribute.inbox.rawValue else { return Reception() }
        do throws(AttributeRefusal) {
            return try write(pdu.extracting(3...), to: handle)
        } catch {
            // The specification has it ignored.
            return Reception()
        }
    }

    /// Prepare Write: the value is judged when it is executed (Core 5.4, Vol 3, Part F, 3.4.6.1).
    mutating func prepare(_ pdu: Span<UInt8>, _ answer: inout MutableSpan<UInt8>) throws(AttributeRefusal) -> Int {
        let attribute = try writable(AttributePacket.number(at: 1, in: pdu))
        let offset = AttributePacket.number(at: 3, in: pdu)
        guard prepared.appendIfRoom(pdu.extracting(5...), handle: attribute.rawValue, offset: offset) else {
            throw AttributeRefusal(.prepareQueueFull, at: attribute.rawValue)
        }
        AttributePacket.put(pdu.extracting(1...), at: 1, in: &answer)
        return pdu.count
    }

    /// Execute Write: all that was prepared, or nothing (Core 5.4, Vol 3, Part F, 3.4.6.3).
    mutating func execute(flags: UInt8) throws(AttributeRefusal) -> Reception {
        guard flags <= 1 else { throw AttributeRefusal(.invalidPDU) }
        defer { prepared.removeAll() }
        guard flags == 1 else { return Reception() }
        try checkPrepared()
        return try writePrepared()
    }

    /// Looks whether all that was prepared can be written.
    ///
    /// The pieces for the inbox must make up one value without gaps and overlaps: two values would be two fragments of
    /// the link, of which one would be lost.
    private func checkPrepared() throws(AttributeRefusal) {
        var isListening = isSubscribed
        var inboxEnd = 0
        var place = 0
        while let piece = prepared.piece(at: place) {
            place = piece.range.upperBound
            let attribute = try writable(piece.handle)
            if attribute == .inbox {
                guard isListening else { throw AttributeRefusal(.improperlyConfigured, at: piece.handle) }
                guard piece.offset == inboxEnd else { throw AttributeRefusal(.invalidOffset, at: piece.handle) }
                inboxEnd += piece.range.count
                guard inboxEnd <= LinkLimits.valueSizeMax else {
                    throw AttributeRefusal(.invalidValueLength, at: piece.handle)
                }
            } else {
                guard piece.offset == 0 else { throw AttributeRefusal(.invalidOffset, at: piece.handle) }
                let isWanted = try subscription(prepared.bytes.span.extracting(piece.range), attribute)
                if attribute == .outboxConfiguration { isListening = isWanted }
            }
        }
    }

    /// Writes what has been looked at.
    private mutating func writePrepared() throws(AttributeRefusal) -> Reception {
        var reception = Reception()
        let wasSubscribed = isSubscribed
        var place = 0
        while let piece = prepared.piece(at: place) {
            place = piece.range.upperBound
            let attribute = try writable(piece.handle)
            if attribute == .inbox {
                for index in 0..<piece.range.count {
                    inbox[piece.offset + index] = prepared.bytes[piece.range.lowerBound + index]
                }
                inboxCount = piece.offset + piece.range.count
                reception.isInboxWritten = true
            } else {
                let isWanted = try subscription(prepared.bytes.span.extracting(piece.range), attribute)
                _ = subscribe(isWanted, at: attribute)
            }
        }
        reception.isSubscriptionChanged = isSubscribed != wasSubscribed
        return reception
    }
}
