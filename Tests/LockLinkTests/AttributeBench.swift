import LockLink

/// One connection's server, and what it said last.
struct AttributeBench {
    var server = AttributeServer()
    var facts = AttributeFacts(
        manufacturer: AttributeValue("Nobody"), model: AttributeValue("BH-1"), firmware: AttributeValue("2.0.1"),
        battery: 87)
    var reception = AttributeServer.Reception()

    /// A server whose client can receive that much, subscribed to the outbox or not.
    init(mtu: Int? = nil, isSubscribed: Bool = false) {
        if let mtu { _ = send([0x02, UInt8(mtu & 0xFF), UInt8(mtu >> 8)]) }
        if isSubscribed { _ = send([0x12, 23, 0, 1, 0]) }
    }

    /// Sends one packet and returns the answer.
    mutating func send(_ pdu: [UInt8]) -> [UInt8] {
        // What the server does not write stays 0xEE; its answer must not reach beyond the MTU.
        var room = [UInt8](repeating: 0xEE, count: LinkLimits.mtuMax)
        var span = room.mutableSpan
        reception = server.receive(pdu.span, facts: facts, answer: &span)
        precondition(room[server.mtu...].allSatisfy { $0 == 0xEE }, "written beyond the MTU")
        return Array(room[..<reception.answerCount])
    }

    /// What is in the inbox.
    var inbox: [UInt8] { (0..<server.inboxCount).map { server.inbox[$0] } }
}

/// The lock service's UUIDs as they are on the air: `15061b1d-b223-4852-8e79-dd8683e5be6d` and the next ones.
func linkUUID(_ number: UInt8) -> [UInt8] {
    [0x6D, 0xBE, 0xE5, 0x83, 0x86, 0xDD, 0x79, 0x8E, 0x52, 0x48, 0x23, 0xB2, number, 0x1B, 0x06, 0x15]
}

/// A 16-bit UUID as one of 128 bits on the air: the Bluetooth Base UUID around it.
func longUUID(_ short: UInt16) -> [UInt8] {
    let base: [UInt8] = [0xFB, 0x34, 0x9B, 0x5F, 0x80, 0x00, 0x00, 0x80, 0x00, 0x10, 0x00, 0x00]
    return base + [UInt8(short & 0xFF), UInt8(short >> 8), 0, 0]
}
