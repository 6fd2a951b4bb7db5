extension AttributeServer {
    /// What is read from an attribute; empty if it cannot be read.
    func value(of attribute: Attribute, _ facts: AttributeFacts) -> AttributeValue {
        var value = AttributeValue()
        switch attribute.role {
        case .service(let type, _): value.append(type)
        case .declaration(let characteristic):
            guard case .value(let type, let properties) = characteristic.role else {
                preconditionFailure("a declaration without a value")
            }
            value.append(properties.rawValue)
            value.append(characteristic.rawValue)
            value.append(type)
        case .configuration:
            value.append(UInt16(isSubscribed(at: attribute) ? 1 : 0))
        case .value: return content(of: attribute, facts)
        }
        return value
    }

    /// The value of a characteristic.
    private func content(of attribute: Attribute, _ facts: AttributeFacts) -> AttributeValue {
        var value = AttributeValue()
        switch attribute {
        case .name: return facts.name
        // Door lock (Assigned Numbers, 2.6.3).
        case .appearance: value.append(UInt16(0x0708))
        case .level: value.append(min(facts.battery, 100))
        case .manufacturer: return facts.manufacturer
        case .model: return facts.model
        case .firmware: return facts.firmware
        case .parameters:
            // The version of the link protocol.
            value.append(UInt8(1))
            value.append(UInt16(mtu))
        case .inbox, .outbox: break
        case .accessService, .nameDeclaration, .appearanceDeclaration, .attributeService, .batteryService,
            .levelDeclaration, .levelConfiguration, .deviceService, .manufacturerDeclaration, .modelDeclaration,
            .firmwareDeclaration, .lockService, .inboxDeclaration, .outboxDeclaration, .outboxConfiguration,
            .parametersDeclaration:
            preconditionFailure("not the value of a characteristic")
        }
        return value
    }

    /// The attribute with that handle, if it can be read.
    private func readable(_ handle: UInt16) throws(AttributeRefusal) -> Attribute {
        guard let attribute = Attribute(rawValue: handle) else { throw AttributeRefusal(.invalidHandle, at: handle) }
        guard attribute.isReadable else { throw AttributeRefusal(.readNotPermitted, at: handle) }
        return attribute
    }

    /// Read and Read Blob (Core 5.4, Vol 3, Part F, 3.4.4.3 and 3.4.4.5).
    ///
    /// A blob of a value that is not long is answered too; Attribute Not Long is an error that a server may have.
    func read(
        _ pdu: Span<UInt8>, offset: Int, _ facts: AttributeFacts, _ answer: inout MutableSpan<UInt8>
    ) throws(AttributeRefusal) -> Int {
        let attribute = try readable(AttributePacket.number(at: 1, in: pdu))
        let value = value(of: attribute, facts)
        guard offset <= value.count else { throw AttributeRefusal(.invalidOffset, at: attribute.rawValue) }
        return 1 + value.put(from: offset, at: 1, room: mtu - 1, in: &answer)
    }

    /// Read Multiple and Read Multiple Variable Length (Core 5.4, Vol 3, Part F, 3.4.4.7 and 3.4.4.11).
    ///
    /// What does not fit is cut off. A length is that of the whole value.
    func readMultiple(
        _ pdu: Span<UInt8>, withLengths: Bool, _ facts: AttributeFacts, _ answer: inout MutableSpan<UInt8>
    ) throws(AttributeRefusal) -> Int {
        var end = 1
        for place in stride(from: 1, to: pdu.count, by: 2) {
            // Looked at to the last, because an error in one is an error in all.
            let attribute = try readable(AttributePacket.number(at: place, in: pdu))
            let value = value(of: attribute, facts)
            if withLengths {
                var length = AttributeValue()
                length.append(UInt16(value.count))
                end += length.put(at: end, room: mtu - end, in: &answer)
            }
            end += value.put(at: end, room: mtu - end, in: &answer)
        }
        return end
    }
}
