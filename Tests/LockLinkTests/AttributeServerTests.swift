import LockLink
import Testing

/// The size of packets, and packets that nobody has to answer.
@Suite struct AttributeServerTests {
    @Test(arguments: [
        (0, 23), (22, 23), (23, 23), (24, 24), (185, 185), (247, 247), (516, 516), (517, 517), (518, 517),
        (65_535, 517),
    ])
    func `the MTU is the smaller of both, and never below 23`(theirs: Int, agreed: Int) {
        var bench = AttributeBench()
        #expect(bench.server.mtu == 23)
        #expect(bench.send([0x02, UInt8(theirs & 0xFF), UInt8(theirs >> 8)]) == [0x03, 0x05, 0x02])
        #expect(bench.server.mtu == agreed)
    }

    @Test func `the MTU does not change in the middle of a connection`() {
        var bench = AttributeBench(mtu: 185)
        #expect(bench.send([0x02, 0x05, 0x02]) == [0x01, 0x02, 0, 0, 0x06])
        #expect(bench.server.mtu == 185)
        #expect(bench.send([0x02, 185, 0]) == [0x03, 0x05, 0x02])
        #expect(bench.server.mtu == 185)
    }

    @Test func `link parameters say the version and the MTU`() {
        var bench = AttributeBench()
        #expect(bench.send([0x0A, 25, 0]) == [0x0B, 1, 23, 0])
        _ = bench.send([0x02, 0x05, 0x02])
        #expect(bench.send([0x0A, 25, 0]) == [0x0B, 1, 0x05, 0x02])
    }

    @Test func `a new connection begins with nothing of the one before`() {
        var bench = AttributeBench(mtu: 247, isSubscribed: true)
        _ = bench.send([0x12, 10, 0, 1, 0])
        _ = bench.send([0x12, 20, 0, 1, 2, 3])
        _ = bench.send([0x16, 20, 0, 0, 0, 9])
        bench.server.reset()
        #expect(bench.server.mtu == 23)
        #expect(!bench.server.isSubscribed)
        #expect(!bench.server.isSubscribedToBattery)
        #expect(bench.inbox.isEmpty)
        #expect(bench.send([0x0A, 23, 0]) == [0x0B, 0, 0])
        #expect(bench.send([0x0A, 10, 0]) == [0x0B, 0, 0])
        _ = bench.send([0x12, 23, 0, 1, 0])
        #expect(bench.send([0x18, 1]) == [0x19])
        #expect(!bench.reception.isInboxWritten)
        #expect(bench.send([0x02, 100, 0]) == [0x03, 0x05, 0x02])
        #expect(bench.server.mtu == 100)
    }

    @Test func `an empty packet is ignored`() {
        var bench = AttributeBench(isSubscribed: true)
        #expect(bench.send([]).isEmpty)
        #expect(bench.reception == AttributeServer.Reception())
    }

    @Test(
        arguments: [
            0x01, 0x03, 0x05, 0x07, 0x09, 0x0B, 0x0D, 0x0F, 0x11, 0x13, 0x17, 0x19, 0x1B, 0x1D, 0x1E, 0x21, 0x23,
        ] as [UInt8])
    func `what only a server says is ignored, and so is a confirmation of nothing`(opcode: UInt8) {
        var bench = AttributeBench(isSubscribed: true)
        for count in 0..<22 {
            #expect(bench.send([opcode] + [UInt8](repeating: 1, count: count)).isEmpty)
            #expect(bench.reception == AttributeServer.Reception())
        }
    }

    @Test func `requests that do not exist are refused with error 0x06`() {
        var bench = AttributeBench(isSubscribed: true)
        for opcode in [0x00, 0x14, 0x15, 0x1A, 0x1C, 0x1F, 0x22, 0x24, 0x25, 0x3F, 0x80, 0x92, 0xBF] as [UInt8] {
            #expect(bench.send([opcode]) == [0x01, opcode, 0, 0, 0x06])
            #expect(bench.send([opcode, 20, 0, 1, 2, 3]) == [0x01, opcode, 0, 0, 0x06])
        }
    }

    @Test func `commands that do not exist are ignored, and so is a signed write`() {
        var bench = AttributeBench(isSubscribed: true)
        for opcode in 0...255 as ClosedRange<UInt8> where opcode & 0x40 != 0 && opcode != 0x52 {
            #expect(bench.send([opcode, 20, 0] + [UInt8](repeating: 1, count: 13)).isEmpty)
            #expect(bench.reception == AttributeServer.Reception())
        }
    }

    @Test func `a notification begins with its opcode and the handle of the outbox`() {
        var packet: [UInt8] = [9, 9, 9, 9, 9]
        var span = packet.mutableSpan
        AttributeServer.putNotificationHeader(in: &span)
        #expect(packet == [0x1B, 22, 0, 9, 9])
        #expect(AttributeBench().server.notificationValueMax == 20)
        #expect(AttributeBench(mtu: 517).server.notificationValueMax == 514)
    }

    @Test(arguments: [(0, 0), (100, 100), (101, 100), (255, 100)] as [(UInt8, UInt8)])
    func `a battery has at most 100 per cent`(charge: UInt8, told: UInt8) {
        var bench = AttributeBench()
        bench.facts.battery = charge
        var packet: [UInt8] = [9, 9, 9, 9, 9]
        var span = packet.mutableSpan
        #expect(AttributeServer.putBatteryNotification(bench.facts, in: &span) == 4)
        #expect(packet == [0x1B, 9, 0, told, 9])
        #expect(bench.send([0x0A, 9, 0]) == [0x0B, told])
    }
}
