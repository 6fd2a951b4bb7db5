import LockLink
import Testing

/// A phone's side, against packets written by hand and against the server.
@Suite struct AttributeClientTests {
    private typealias Event = AttributeClient.Event
    private typealias Handles = AttributeClient.Handles

    /// A client, and what it wants to send.
    private struct Phone {
        var client: AttributeClient

        init(knowing handles: Handles? = nil, mtu: Int = 517) {
            client = AttributeClient(knowing: handles, mtu: mtu)
        }

        mutating func start() -> [UInt8] {
            var room = [UInt8](repeating: 0, count: 23)
            var span = room.mutableSpan
            let count = client.start(in: &span)
            return Array(room.prefix(count))
        }

        mutating func receive(_ pdu: [UInt8]) -> (event: Event, packet: [UInt8]) {
            var room = [UInt8](repeating: 0, count: 23)
            var span = room.mutableSpan
            let event = client.receive(pdu.span, answer: &span)
            guard case .send(let count) = event else { return (event, []) }
            return (event, Array(room.prefix(count)))
        }

        mutating func command(_ value: [UInt8]) -> [UInt8] {
            var packet = [UInt8](repeating: 0, count: 3) + value
            var span = packet.mutableSpan
            client.putCommandHeader(in: &span)
            return packet
        }

        mutating func write(_ value: [UInt8]) -> [UInt8]? {
            var packet = [UInt8](repeating: 0, count: 3) + value
            var span = packet.mutableSpan
            return client.beginWrite(in: &span) ? packet : nil
        }

        mutating func read(_ handle: UInt16) -> [UInt8] {
            var room = [UInt8](repeating: 0, count: 23)
            var span = room.mutableSpan
            let count = client.beginRead(of: handle, in: &span)
            return Array(room.prefix(count))
        }
    }

    private static let right = Handles(inbox: 20, outbox: 22, configuration: 23)

    /// Each packet of the lock, and what the phone sends then; at the smallest MTU, so every step is there.
    private static let road: [(lock: [UInt8], phone: [UInt8])] = [
        ([0x03, 23, 0], [0x06, 1, 0, 0xFF, 0xFF, 0x00, 0x28] + linkUUID(0x1D)),
        ([0x07, 18, 0, 25, 0], [0x08, 18, 0, 25, 0, 0x03, 0x28]),
        ([0x09, 21, 19, 0, 0x0C, 20, 0] + linkUUID(0x1E), [0x08, 21, 0, 25, 0, 0x03, 0x28]),
        ([0x09, 21, 21, 0, 0x10, 22, 0] + linkUUID(0x1F), [0x08, 23, 0, 25, 0, 0x03, 0x28]),
        ([0x09, 21, 24, 0, 0x02, 25, 0] + linkUUID(0x20), [0x04, 23, 0, 23, 0]),
        ([0x05, 1, 23, 0, 0x02, 0x29], [0x12, 23, 0, 1, 0]),
    ]

    /// A phone that has taken so many steps of the road.
    private func phone(after steps: Int) -> Phone {
        var phone = Phone()
        _ = phone.start()
        for (lock, _) in Self.road.prefix(steps) { _ = phone.receive(lock) }
        if steps > Self.road.count { _ = phone.receive([0x13]) }
        return phone
    }

    /// Lets both talk until nobody has anything to say; returns the last event and how many packets the phone sent.
    private func talk(_ phone: inout Phone, _ bench: inout AttributeBench) -> (event: Event, packets: Int) {
        var packet = phone.start()
        var packets = 0
        while true {
            packets += 1
            let (event, next) = phone.receive(bench.send(packet))
            guard case .send = event else { return (event, packets) }
            packet = next
        }
    }

    @Test func `a new phone finds its way packet by packet`() {
        var phone = Phone()
        #expect(phone.start() == [0x02, 0x05, 0x02])
        for (lock, expected) in Self.road {
            #expect(!phone.client.isReady)
            let (event, packet) = phone.receive(lock)
            #expect(packet == expected)
            #expect(event == .send(expected.count))
        }
        #expect(phone.receive([0x13]).event == .ready)
        #expect(phone.client.isReady)
        #expect(phone.client.handles == Self.right)
        #expect(phone.client.mtu == 23)
        #expect(phone.client.valueMax == 20)
    }

    @Test(arguments: [(23, 20), (185, 182), (247, 244), (514, 511), (515, 512), (517, 512)])
    func `phone and lock find each other and exchange values`(mtu: Int, valueMax: Int) {
        var phone = Phone(mtu: mtu)
        var bench = AttributeBench()
        #expect(talk(&phone, &bench).event == .ready)
        #expect(phone.client.handles == Self.right)
        #expect(phone.client.mtu == mtu)
        #expect(bench.server.mtu == mtu)
        #expect(bench.server.isSubscribed)
        #expect(phone.client.valueMax == valueMax)
        let value = [UInt8](repeating: 7, count: valueMax)
        #expect(bench.send(phone.command(value)).isEmpty)
        #expect(bench.inbox == value)
        var notification: [UInt8] = [0, 0, 0, 5, 6, 7]
        var span = notification.mutableSpan
        AttributeServer.putNotificationHeader(in: &span)
        #expect(phone.receive(notification).event == .notified(3..<6))
        let written = phone.write(value)
        #expect(phone.write(value) == nil, "one request at a time")
        #expect(phone.receive(bench.send(written ?? [])).event == .written)
        #expect(phone.receive(bench.send(phone.read(25))).event == .read(1..<4))
        #expect(phone.receive(bench.send(phone.read(20))).event == .refused(0x02))
        #expect(phone.client.isReady)
    }

    @Test func `a phone that was here before needs two packets`() {
        var phone = Phone(knowing: Self.right)
        var bench = AttributeBench()
        let (event, packets) = talk(&phone, &bench)
        #expect(event == .ready)
        #expect(packets == 2)
        #expect(bench.server.isSubscribed)
        #expect(bench.server.mtu == 517)
    }

    @Test(arguments: [1, 24, 26, 0, 0xFFFF] as [UInt16])
    func `a phone that remembers it wrong looks again`(configuration: UInt16) {
        var phone = Phone(knowing: Handles(inbox: 9, outbox: 9, configuration: configuration))
        var bench = AttributeBench()
        #expect(talk(&phone, &bench).event == .ready)
        #expect(phone.client.handles == Self.right)
        #expect(bench.server.isSubscribed)
    }

    @Test func `a phone that remembers it wrong looks again only once`() {
        var phone = Phone(knowing: Self.right)
        _ = phone.start()
        #expect(phone.receive([0x03, 23, 0]).packet == [0x12, 23, 0, 1, 0])
        #expect(phone.receive([0x01, 0x12, 23, 0, 0x01]).packet == Self.road[0].phone)
        for (lock, expected) in Self.road.dropFirst() { #expect(phone.receive(lock).packet == expected) }
        #expect(phone.receive([0x01, 0x12, 23, 0, 0x01]).event == .failed(.refused(0x01)))
    }

    @Test func `an MTU exchange that is refused leaves it at 23`() {
        var phone = Phone()
        _ = phone.start()
        #expect(phone.receive([0x01, 0x02, 0, 0, 0x06]).packet == Self.road[0].phone)
        #expect(phone.client.mtu == 23)
    }

    @Test(arguments: [(0, 23), (22, 23), (24, 24), (100, 100), (101, 100), (65_535, 100)])
    func `the MTU is the smaller of both`(theirs: Int, agreed: Int) {
        var phone = Phone(mtu: 100)
        #expect(phone.start() == [0x02, 100, 0])
        _ = phone.receive([0x03, UInt8(theirs & 0xFF), UInt8(theirs >> 8)])
        #expect(phone.client.mtu == agreed)
    }

    @Test func `what is no lock says so`() {
        var other = phone(after: 1)
        #expect(other.receive([0x01, 0x06, 1, 0, 0x0A]).event == .failed(.serviceMissing))
        #expect(other.receive([0x07, 18, 0, 25, 0]).event == .nothing)
        #expect(!other.client.isReady)
        var closed = phone(after: 1)
        #expect(closed.receive([0x01, 0x06, 1, 0, 0x05]).event == .failed(.refused(0x05)))
        var empty = phone(after: 2)
        #expect(empty.receive([0x01, 0x08, 18, 0, 0x0A]).event == .failed(.characteristicMissing))
        var half = phone(after: 3)
        #expect(half.receive([0x01, 0x08, 21, 0, 0x0A]).event == .failed(.characteristicMissing))
        var deaf = phone(after: 5)
        #expect(deaf.receive([0x01, 0x04, 23, 0, 0x0A]).event == .failed(.characteristicMissing))
    }

    @Test func `a service without the third characteristic will do`() {
        var phone = phone(after: 4)
        #expect(phone.receive([0x01, 0x08, 23, 0, 0x0A]).packet == [0x04, 23, 0, 25, 0])
        #expect(phone.receive([0x05, 1, 23, 0, 0x01, 0x29]).packet == [0x04, 24, 0, 25, 0])
        #expect(phone.receive([0x05, 1, 24, 0, 0x02, 0x29]).packet == [0x12, 24, 0, 1, 0])
    }

    @Test func `an inbox that takes no commands and an outbox that does not notify are none`() {
        var phone = phone(after: 2)
        #expect(phone.receive([0x09, 21, 19, 0, 0x08, 20, 0] + linkUUID(0x1E)).packet.first == 0x08)
        #expect(phone.receive([0x09, 21, 21, 0, 0x20, 22, 0] + linkUUID(0x1F)).packet.first == 0x08)
        #expect(phone.receive([0x01, 0x08, 23, 0, 0x0A]).event == .failed(.characteristicMissing))
    }

    @Test func `answers that make no sense end it`() {
        let answers: [(steps: Int, pdu: [UInt8])] = [
            (0, [0x03]), (0, [0x03, 23]), (0, [0x03, 23, 0, 0]), (0, [0x13]), (0, [0x01, 0x02, 0, 0]),
            (0, [0x01, 0x02, 0, 0, 6, 0]), (0, [0x01, 0x06, 0, 0, 0x0A]), (0, [UInt8](repeating: 0x03, count: 24)),
            (1, [0x07]), (1, [0x07, 18, 0, 25]), (1, [0x07, 18, 0, 25, 0, 1]), (1, [0x07, 0, 0, 25, 0]),
            (1, [0x07, 18, 0, 17, 0]), (1, [0x03, 23, 0]),
            (2, [0x09]), (2, [0x09, 21]), (2, [0x09, 0]), (2, [0x09, 8] + [UInt8](repeating: 20, count: 8)),
            (2, [0x09, 21, 19, 0, 0x0C, 20, 0] + linkUUID(0x1E).dropLast()),
            (2, [0x09, 21, 17, 0, 0x0C, 20, 0] + linkUUID(0x1E)), (2, [0x09, 21, 19, 0, 0x0C, 19, 0] + linkUUID(0x1E)),
            (2, [0x09, 21, 19, 0, 0x0C, 26, 0] + linkUUID(0x1E)),
            (2, [0x09, 7, 19, 0, 2, 20, 0, 0, 0x2A, 20, 0, 2, 21, 0, 0, 0x2A]),
            (3, [0x09, 21, 19, 0, 0x0C, 20, 0] + linkUUID(0x1E)),
            (5, [0x05]), (5, [0x05, 1]), (5, [0x05, 0, 23, 0, 0x02, 0x29]), (5, [0x05, 3, 23, 0, 0x02, 0x29]),
            (5, [0x05, 1, 23, 0, 0x02]), (5, [0x05, 2, 23, 0, 0x02, 0x29]), (5, [0x05, 1, 22, 0, 0x02, 0x29]),
            (5, [0x05, 1, 24, 0, 0x02, 0x29]),
            (6, [0x13, 0]), (6, [0x17]), (7, [0x13]), (7, [0x0B]), (7, [0x01, 0x12, 0, 0, 1]),
        ]
        for (steps, pdu) in answers {
            var phone = phone(after: steps)
            #expect(phone.receive(pdu).event == .failed(.malformed), "\(steps): \(pdu)")
            #expect(phone.receive(pdu).event == .nothing)
        }
    }

    @Test func `packets that ask for nothing change nothing`() {
        for steps in 0...7 {
            var phone = phone(after: steps)
            #expect(phone.receive([]).event == .nothing)
            #expect(phone.receive([0x52, 1, 0, 1]).event == .nothing)
            #expect(phone.receive([0x1B, 9, 0, 50]).event == .nothing)
            #expect(phone.receive([0x1B, 22]).event == .nothing)
            // An indication is confirmed, a question refused.
            #expect(phone.receive([0x1D, 1, 0, 1]).packet == [0x1E])
            #expect(phone.receive([0x02, 23, 0]).packet == [0x01, 0x02, 0, 0, 0x06])
            if steps < Self.road.count {
                #expect(phone.receive(Self.road[steps].lock).packet == Self.road[steps].phone)
            }
            #expect(phone.client.isReady == (steps == 7))
        }
    }

    @Test func `nothing is read or written before it is ready`() {
        for steps in 0...6 {
            var phone = phone(after: steps)
            #expect(phone.read(25).isEmpty)
            #expect(phone.write([1]) == nil)
            #expect(phone.receive([0x1B, 22, 0, 1]).event == .nothing)
        }
    }

    @Test func `the highest handles do no harm`() {
        var phone = phone(after: 1)
        #expect(phone.receive([0x07, 0xFE, 0xFF, 0xFF, 0xFF]).packet == [0x08, 0xFE, 0xFF, 0xFF, 0xFF, 0x03, 0x28])
        let last: [UInt8] = [0x09, 21, 0xFE, 0xFF, 0x10, 0xFF, 0xFF] + linkUUID(0x1F)
        #expect(phone.receive(last).event == .failed(.characteristicMissing))
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `whatever the other side sends is taken or refused`(seed: UInt64) {
        var random = PacketGenerator(seed: seed)
        for round in 0..<2_000 {
            var phone = phone(after: round % 8)
            if round % 16 == 15 { _ = phone.read(25) }
            for _ in 0..<4 {
                // A right packet with some bytes changed, or anything.
                var pdu = Self.road[round % Self.road.count].lock
                if Bool.random(using: &random) {
                    let count = Int.random(in: 0...40, using: &random)
                    pdu = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
                }
                if let place = pdu.indices.randomElement(using: &random) {
                    pdu[place] = UInt8.random(in: 0...255, using: &random)
                }
                let (event, packet) = phone.receive(pdu)
                #expect(packet.count <= 23)
                if case .failed = event { #expect(!phone.client.isReady) }
            }
        }
    }
}
