import LockLink

/// Feeds packets to an attribute server, or to a client.
///
/// An input is a byte that says to which, and then packets: their length in one byte, and their bytes. Lengths from 250
/// on stand for 250 to 520, so that the longest packets are in reach.
func exchangePackets(_ input: [UInt8]) {
    guard let choice = input.first else { return }
    var packets: [[UInt8]] = []
    var place = 1
    while place < input.count {
        let length = Int(input[place])
        let end = min(input.count, place + 1 + (length < 250 ? length : 250 + (length - 250) * 54))
        packets.append(Array(input[(place + 1)..<end]))
        place = end
    }
    if choice & 1 == 0 { serve(packets) } else { ask(packets, knowsHandles: choice & 2 != 0) }
}

private func serve(_ packets: [[UInt8]]) {
    let facts = AttributeFacts(
        manufacturer: AttributeValue("Nobody"), model: AttributeValue("a model's name, and a long one"),
        firmware: AttributeValue("1.0"), battery: 50)
    var server = AttributeServer()
    for packet in packets {
        var answer = [UInt8](repeating: 0xEE, count: LinkLimits.mtuMax)
        var span = answer.mutableSpan
        let before = (mtu: server.mtu, isSubscribed: server.isSubscribed)
        let reception = server.receive(packet.span, facts: facts, answer: &span)
        precondition((LinkLimits.mtuMin...LinkLimits.mtuMax).contains(server.mtu), "an MTU out of bounds")
        precondition(reception.answerCount <= before.mtu, "an answer beyond the MTU")
        precondition(answer[before.mtu...].allSatisfy { $0 == 0xEE }, "something was written beyond the MTU")
        precondition(server.inboxCount <= LinkLimits.valueSizeMax, "a value beyond the limit")
        precondition(reception.isSubscriptionChanged == (before.isSubscribed != server.isSubscribed), "not told")
        guard let opcode = packet.first else {
            precondition(reception == AttributeServer.Reception(), "nothing was answered")
            continue
        }
        if reception.isInboxWritten {
            precondition([0x12, 0x52, 0x18].contains(opcode), "the inbox was written by what is no write")
            precondition(before.isSubscribed || opcode == 0x18, "the inbox was written without a subscription")
        }
        if opcode & 0x40 != 0 { precondition(reception.answerCount == 0, "a command was answered") }
        guard reception.answerCount > 0 else { continue }
        let isError = reception.answerCount == 5 && answer[0] == 0x01 && answer[1] == opcode && answer[4] != 0
        precondition(isError || answer[0] == opcode + 1, "an answer to something else")
        precondition(!isError || !reception.isInboxWritten, "refused and done")
    }
}

private func ask(_ packets: [[UInt8]], knowsHandles: Bool) {
    let handles = AttributeClient.Handles(inbox: 20, outbox: 22, configuration: 23)
    var client = AttributeClient(knowing: knowsHandles ? handles : nil)
    var answer = [UInt8](repeating: 0xEE, count: LinkLimits.mtuMin)
    var span = answer.mutableSpan
    _ = client.start(in: &span)
    var hasFailed = false
    for packet in packets {
        let event = client.receive(packet.span, answer: &span)
        precondition(!hasFailed || event == .nothing, "a failed client went on")
        switch event {
        case .nothing, .written, .refused: break
        case .send(let count): precondition((1...LinkLimits.mtuMin).contains(count), "a packet beyond the MTU")
        case .ready:
            precondition(client.isReady, "ready and not ready")
            precondition(client.handles.inbox != 0 && client.handles.outbox != 0, "ready without handles")
            _ = client.beginRead(of: client.handles.inbox, in: &span)
        case .notified(let range), .read(let range):
            precondition(range.upperBound <= packet.count, "a value beyond its packet")
            _ = client.beginWrite(in: &span)
        case .failed: hasFailed = true
        }
    }
}
