extension AttributeServer {
    /// The handles that a request asks about, as far as there are any.
    ///
    /// Empty if it begins behind the last one.
    private func handles(of pdu: Span<UInt8>) throws(AttributeRefusal) -> Range<UInt16> {
        let start = AttributePacket.number(at: 1, in: pdu)
        let end = AttributePacket.number(at: 3, in: pdu)
        guard start != 0, start <= end else { throw AttributeRefusal(.invalidHandle, at: start) }
        let last = min(end, Attribute.last.rawValue)
        return start..<max(start, last + (start <= last ? 1 : 0))
    }

    private func attribute(_ handle: UInt16) -> Attribute {
        guard let attribute = Attribute(rawValue: handle) else { preconditionFailure("a gap in the table") }
        return attribute
    }

    /// Find Information: handles and types (Core 5.4, Vol 3, Part F, 3.4.3.1).
    ///
    /// An answer has types of one length only; the client asks on from where it ends.
    func findInformation(
        _ pdu: Span<UInt8>, _ answer: inout MutableSpan<UInt8>
    ) throws(AttributeRefusal) -> Int {
        let handles = try handles(of: pdu)
        guard let first = handles.first else {
            throw AttributeRefusal(.attributeNotFound, at: AttributePacket.number(at: 1, in: pdu))
        }
        let size = attribute(first).type.count
        answer[1] = size == 2 ? 1 : 2
        var end = 2
        for handle in handles {
            let type = attribute(handle).type
            guard type.count == size, end + 2 + size <= mtu else { break }
            AttributePacket.put(handle, at: end, in: &answer)
            AttributePacket.put(type, at: end + 2, in: &answer)
            end += 2 + size
        }
        return end
    }

    /// Find By Type Value: groups that begin with that value (Core 5.4, Vol 3, Part F, 3.4.3.3).
    func findByTypeValue(
        _ pdu: Span<UInt8>, _ facts: AttributeFacts, _ answer: inout MutableSpan<UInt8>
    ) throws(AttributeRefusal) -> Int {
        let handles = try handles(of: pdu)
        let type = AttributeType(short: AttributePacket.number(at: 5, in: pdu))
        var end = 1
        for handle in handles {
            let attribute = attribute(handle)
            guard attribute.type == type, attribute.isReadable else { continue }
            guard matches(pdu.extracting(7...), attribute, facts) else { continue }
            guard end + 4 <= mtu else { break }
            AttributePacket.put(handle, at: end, in: &answer)
            AttributePacket.put(attribute.groupEnd.rawValue, at: end + 2, in: &answer)
            end += 4
        }
        guard end > 1 else {
            throw AttributeRefusal(.attributeNotFound, at: AttributePacket.number(at: 1, in: pdu))
        }
        return end
    }

    /// Whether an attribute has that value; a service has it in both forms of its UUID.
    private func matches(_ wanted: Span<UInt8>, _ attribute: Attribute, _ facts: AttributeFacts) -> Bool {
        if case .service(let type, _) = attribute.role { return AttributeType(wanted) == type }
        let value = value(of: attribute, facts)
        guard wanted.count == value.count else { return false }
        for index in wanted.indices where wanted[index] != value.bytes[index] { return false }
        return true
    }

    /// Read By Type: handles and values of one length (Core 5.4, Vol 3, Part F, 3.4.4.1).
    func readByType(
        _ pdu: Span<UInt8>, _ facts: AttributeFacts, _ answer: inout MutableSpan<UInt8>
    ) throws(AttributeRefusal) -> Int {
        let handles = try handles(of: pdu)
        let type = AttributeType(pdu.extracting(5...))
        var size: Int?
        var end = 2
        for handle in handles where attribute(handle).type == type {
            let attribute = attribute(handle)
            guard attribute.isReadable else {
                if size == nil { throw AttributeRefusal(.readNotPermitted, at: handle) }
                break
            }
            let value = value(of: attribute, facts)
            guard size == nil || (size == value.count && end + 2 + value.count <= mtu) else { break }
            size = value.count
            AttributePacket.put(handle, at: end, in: &answer)
            // Only the first can be cut off here, and after it nothing fits.
            end += 2 + value.put(at: end + 2, room: mtu - 4, in: &answer)
            answer[1] = UInt8(min(value.count, mtu - 4) + 2)
        }
        guard size != nil else {
            throw AttributeRefusal(.attributeNotFound, at: AttributePacket.number(at: 1, in: pdu))
        }
        return end
    }

    /// Read By Group Type: services, where they end, and their types (Core 5.4, Vol 3, Part F, 3.4.4.9).
    func readByGroupType(
        _ pdu: Span<UInt8>, _ facts: AttributeFacts, _ answer: inout MutableSpan<UInt8>
    ) throws(AttributeRefusal) -> Int {
        let handles = try handles(of: pdu)
        let start = AttributePacket.number(at: 1, in: pdu)
        let type = AttributeType(pdu.extracting(5...))
        // Secondary services are groups as well; there are none.
        guard type == .primaryService || type == .secondaryService else {
            throw AttributeRefusal(.unsupportedGroupType, at: start)
        }
        var size: Int?
        var end = 2
        for handle in handles where attribute(handle).type == type {
            let attribute = attribute(handle)
            let value = value(of: attribute, facts)
            guard size == nil || size == value.count, end + 4 + value.count <= mtu else { break }
            size = value.count
            answer[1] = UInt8(4 + value.count)
            AttributePacket.put(handle, at: end, in: &answer)
            AttributePacket.put(attribute.groupEnd.rawValue, at: end + 2, in: &answer)
            end += 4 + value.put(at: end + 4, room: value.count, in: &answer)
        }
        guard size != nil else { throw AttributeRefusal(.attributeNotFound, at: start) }
        return end
    }
}
