/// The attribute server of one connection (Core 5.4, Vol 3, Parts F and G).
///
/// It keeps what belongs to the connection and answers each packet at once. Nothing of it outlives the connection: the
/// link layer's pairing counts for nothing here, so that there is nobody to remember a subscription for. A packet that
/// makes no sense gets the error that the specification has for it; none is worth ending the connection.
public struct AttributeServer: Sendable {
    /// What came of a packet.
    public struct Reception: Equatable, Sendable {
        /// How many bytes of `answer` are to be sent; 0 if there is no answer.
        public var answerCount: Int
        /// Whether there is a new value in the inbox.
        public var isInboxWritten: Bool
        /// Whether the phone has subscribed to the outbox, or does so no longer.
        public var isSubscriptionChanged: Bool

        /// Nothing, unless it says more.
        public init(answerCount: Int = 0, isInboxWritten: Bool = false, isSubscriptionChanged: Bool = false) {
            self.answerCount = answerCount
            self.isInboxWritten = isInboxWritten
            self.isSubscriptionChanged = isSubscriptionChanged
        }
    }

    /// The most bytes of a packet in either direction.
    public internal(set) var mtu = LinkLimits.mtuMin
    /// Whether the phone is told what is in the outbox.
    public internal(set) var isSubscribed = false
    /// Whether the phone is told of the battery.
    public internal(set) var isSubscribedToBattery = false
    /// What was written last; the bytes from `inboxCount` on mean nothing.
    public internal(set) var inbox = InlineArray<512, UInt8>(repeating: 0)
    /// How many bytes were written last, 0 to 512.
    public internal(set) var inboxCount = 0
    /// What the client said it can receive; `nil` if it said nothing.
    var clientMTU: UInt16?
    var prepared = PreparedWrites()

    /// The server of a new connection.
    public init() {}

    /// A new connection begins: nothing is left of the one before.
    public mutating func reset() {
        mtu = LinkLimits.mtuMin
        isSubscribed = false
        isSubscribedToBattery = false
        inboxCount = 0
        for index in inbox.indices { inbox[index] = 0 }
        clientMTU = nil
        prepared.removeAll()
    }

    /// Takes one packet from the phone, and writes what is to be sent back.
    ///
    /// `answer` must have room for `mtu` bytes.
    public mutating func receive(
        _ pdu: Span<UInt8>, facts: AttributeFacts, answer: inout MutableSpan<UInt8>
    ) -> Reception {
        precondition(answer.count >= mtu, "no room for an answer of the MTU")
        guard pdu.count > 0 else { return Reception() }
        let opcode = pdu[0]
        if opcode == AttributeOpcode.writeCommand { return command(pdu) }
        // A signed write is a command as well. Nobody has a key to sign with here, so none is right.
        guard !AttributeOpcode.isCommand(opcode), !AttributeOpcode.isAnswer(opcode) else { return Reception() }
        do throws(AttributeRefusal) {
            guard let request = AttributeRequest(rawValue: opcode) else {
                throw AttributeRefusal(.requestNotSupported)
            }
            guard request.canHave(pdu.count), pdu.count <= mtu else { throw AttributeRefusal(.invalidPDU) }
            return try reply(to: request, pdu, facts, &answer)
        } catch {
            return Reception(answerCount: AttributePacket.putError(error, to: opcode, in: &answer))
        }
    }

    /// Answers what has the length of such a request.
    private mutating func reply(
        to request: AttributeRequest, _ pdu: Span<UInt8>, _ facts: AttributeFacts, _ answer: inout MutableSpan<UInt8>
    ) throws(AttributeRefusal) -> Reception {
        var reception = Reception()
        answer[0] = request.response
        switch request {
        case .exchangeMTU: reception.answerCount = try exchangeMTU(pdu, &answer)
        case .findInformation: reception.answerCount = try findInformation(pdu, &answer)
        case .findByTypeValue: reception.answerCount = try findByTypeValue(pdu, facts, &answer)
        case .readByType: reception.answerCount = try readByType(pdu, facts, &answer)
        case .readByGroupType: reception.answerCount = try readByGroupType(pdu, facts, &answer)
        case .read: reception.answerCount = try read(pdu, offset: 0, facts, &answer)
        case .readBlob:
            let offset = AttributePacket.number(at: 3, in: pdu)
            reception.answerCount = try read(pdu, offset: Int(offset), facts, &answer)
        case .readMultiple: reception.answerCount = try readMultiple(pdu, withLengths: false, facts, &answer)
        case .readMultipleVariable: reception.answerCount = try readMultiple(pdu, withLengths: true, facts, &answer)
        case .write:
            reception = try write(pdu.extracting(3...), to: AttributePacket.number(at: 1, in: pdu))
            reception.answerCount = 1
        case .prepareWrite: reception.answerCount = try prepare(pdu, &answer)
        case .executeWrite:
            reception = try execute(flags: pdu[1])
            reception.answerCount = 1
        }
        return reception
    }

    /// The MTU is the smaller of both, and holds from the answer on (Core 5.4, Vol 3, Part F, 3.4.2).
    ///
    /// A client asks once. One that says the same again gets the same again; but it must not change the size in the
    /// middle, because packets may be on their way.
    private mutating func exchangeMTU(
        _ pdu: Span<UInt8>, _ answer: inout MutableSpan<UInt8>
    ) throws(AttributeRefusal) -> Int {
        let theirs = AttributePacket.number(at: 1, in: pdu)
        guard clientMTU == nil || clientMTU == theirs else { throw AttributeRefusal(.requestNotSupported) }
        clientMTU = theirs
        mtu = max(LinkLimits.mtuMin, min(Int(theirs), LinkLimits.mtuMax))
        AttributePacket.put(UInt16(LinkLimits.mtuMax), at: 1, in: &answer)
        return 3
    }
}

extension AttributeServer {
    /// How many bytes stand before the value of a notification.
    public static var notificationHeaderSize: Int { 3 }

    /// The most bytes of value in a notification now.
    public var notificationValueMax: Int { mtu - Self.notificationHeaderSize }

    /// Begins a notification of the outbox; the caller puts the value behind the header.
    public static func putNotificationHeader(in packet: inout MutableSpan<UInt8>) {
        packet[0] = AttributeOpcode.notification
        AttributePacket.put(Attribute.outbox.rawValue, at: 1, in: &packet)
    }

    /// A notification of the battery's level, for whoever `isSubscribedToBattery`; returns its length.
    public static func putBatteryNotification(_ facts: AttributeFacts, in packet: inout MutableSpan<UInt8>) -> Int {
        packet[0] = AttributeOpcode.notification
        AttributePacket.put(Attribute.level.rawValue, at: 1, in: &packet)
        packet[notificationHeaderSize] = min(facts.battery, 100)
        return notificationHeaderSize + 1
    }
}
