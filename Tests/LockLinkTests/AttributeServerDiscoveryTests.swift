import LockLink
import Testing

/// How phones find out what there is; numbers as in Core 5.4, Vol 3, Part F, 3.4.3 and 3.4.4, written out by hand.
@Suite struct AttributeServerDiscoveryTests {
    /// A declaration: its own handle, properties, the value's handle, the UUID.
    typealias Declaration = (handle: UInt16, value: [UInt8])

    private static let services: [(first: UInt16, last: UInt16, type: [UInt8])] = [
        (1, 5, [0x00, 0x18]), (6, 6, [0x01, 0x18]), (7, 10, [0x0F, 0x18]), (11, 17, [0x0A, 0x18]),
        (18, 25, linkUUID(0x1D)),
    ]
    private static let declarations: [Declaration] = [
        (2, [0x02, 3, 0, 0x00, 0x2A]), (4, [0x02, 5, 0, 0x01, 0x2A]), (8, [0x12, 9, 0, 0x19, 0x2A]),
        (12, [0x02, 13, 0, 0x29, 0x2A]), (14, [0x02, 15, 0, 0x24, 0x2A]), (16, [0x02, 17, 0, 0x26, 0x2A]),
        (19, [0x0C, 20, 0] + linkUUID(0x1E)), (21, [0x10, 22, 0] + linkUUID(0x1F)),
        (24, [0x02, 25, 0] + linkUUID(0x20)),
    ]

    /// Asks on and on as a phone does, until there is nothing more; returns entries of the size that each answer has.
    private func walk(
        _ bench: inout AttributeBench, _ opcode: UInt8, _ range: ClosedRange<UInt16>, type: [UInt8],
        next: ([UInt8]) -> UInt16
    ) -> [[UInt8]] {
        var found: [[UInt8]] = []
        var start = range.lowerBound
        while true {
            let low = [UInt8(start & 0xFF), UInt8(start >> 8)]
            let request = [opcode] + low + [UInt8(range.upperBound & 0xFF), UInt8(range.upperBound >> 8)] + type
            let answer = bench.send(request)
            if answer.first == 0x01 {
                #expect(answer == [0x01, opcode] + low + [0x0A])
                return found
            }
            #expect(answer.first == opcode + 1)
            #expect(answer.count <= bench.server.mtu)
            let size = opcode == 0x04 ? (answer[1] == 1 ? 4 : 18) : Int(answer[1])
            #expect((answer.count - 2) % size == 0)
            for place in stride(from: 2, to: answer.count, by: size) {
                found.append(Array(answer[place..<(place + size)]))
            }
            guard let last = found.last, next(last) > start, found.count < 100 else { return found }
            start = next(last)
            if start > range.upperBound { return found }
        }
    }

    @Test(arguments: [23, 40, 185, 517])
    func `a phone that walks finds every attribute`(mtu: Int) {
        var bench = AttributeBench(mtu: mtu)
        let services = walk(&bench, 0x10, 1...0xFFFF, type: [0x00, 0x28]) { UInt16($0[2]) + 1 }
        #expect(services == Self.services.map { [UInt8($0.first), 0, UInt8($0.last), 0] + $0.type })
        var declarations: [[UInt8]] = []
        var descriptors: [[UInt8]] = []
        for service in Self.services {
            let range = service.first...service.last
            #expect(walk(&bench, 0x08, range, type: [0x02, 0x28]) { _ in 0 }.isEmpty, "included services")
            let here = walk(&bench, 0x08, range, type: [0x03, 0x28]) { UInt16($0[0]) + 1 }
            declarations += here
            for (index, declaration) in here.enumerated() {
                let first = UInt16(declaration[3]) + 1
                let last = index + 1 < here.count ? UInt16(here[index + 1][0]) - 1 : service.last
                if first <= last { descriptors += walk(&bench, 0x04, first...last, type: []) { UInt16($0[0]) + 1 } }
            }
        }
        #expect(declarations == Self.declarations.map { [UInt8($0.handle), 0] + $0.value })
        #expect(descriptors == [[10, 0, 0x02, 0x29], [23, 0, 0x02, 0x29]])
    }

    @Test(arguments: [23, 517])
    func `handles and types come in answers of one length each`(mtu: Int) {
        var bench = AttributeBench(mtu: mtu)
        let all = walk(&bench, 0x04, 1...0xFFFF, type: []) { UInt16($0[0]) + 1 }
        #expect(all.map(\.[0]) == Array(1...25))
        let types: [[UInt8]] = [
            [0x00, 0x28], [0x03, 0x28], [0x00, 0x2A], [0x03, 0x28], [0x01, 0x2A], [0x00, 0x28], [0x00, 0x28],
            [0x03, 0x28], [0x19, 0x2A], [0x02, 0x29], [0x00, 0x28], [0x03, 0x28], [0x29, 0x2A], [0x03, 0x28],
            [0x24, 0x2A], [0x03, 0x28], [0x26, 0x2A], [0x00, 0x28], [0x03, 0x28], linkUUID(0x1E), [0x03, 0x28],
            linkUUID(0x1F), [0x02, 0x29], [0x03, 0x28], linkUUID(0x20),
        ]
        #expect(all.map { Array($0.dropFirst(2)) } == types)
    }

    @Test func `at the smallest MTU five handles and types fit into an answer`() {
        var bench = AttributeBench()
        #expect(
            bench.send([0x04, 1, 0, 0xFF, 0xFF]) == [
                0x05, 1, 1, 0, 0x00, 0x28, 2, 0, 0x03, 0x28, 3, 0, 0x00, 0x2A, 4, 0, 0x03, 0x28, 5, 0, 0x01, 0x2A,
            ])
        #expect(bench.send([0x04, 20, 0, 23, 0]) == [0x05, 2, 20, 0] + linkUUID(0x1E))
        #expect(bench.send([0x04, 23, 0, 23, 0]) == [0x05, 1, 23, 0, 0x02, 0x29])
    }

    @Test(arguments: [(25, 5), (26, 6), (29, 6), (30, 7)])
    func `an answer may be as long as the MTU`(mtu: Int, count: Int) {
        var bench = AttributeBench(mtu: mtu)
        #expect(bench.send([0x04, 1, 0, 0xFF, 0xFF]).count == 2 + 4 * count)
    }

    @Test func `at the smallest MTU three declarations of 16 bits fill an answer`() {
        var bench = AttributeBench()
        let three: [UInt8] = [
            0x09, 7, 2, 0, 0x02, 3, 0, 0x00, 0x2A, 4, 0, 0x02, 5, 0, 0x01, 0x2A, 8, 0, 0x12, 9, 0, 0x19, 0x2A,
        ]
        #expect(three.count == 23)
        #expect(bench.send([0x08, 1, 0, 0xFF, 0xFF, 0x03, 0x28]) == three)
        #expect(bench.send([0x08, 19, 0, 0xFF, 0xFF, 0x03, 0x28]) == [0x09, 21, 19, 0, 0x0C, 20, 0] + linkUUID(0x1E))
    }

    @Test func `at the smallest MTU three services of 16 bits fit into an answer`() {
        var bench = AttributeBench()
        let three: [UInt8] = [0x11, 6, 1, 0, 5, 0, 0x00, 0x18, 6, 0, 6, 0, 0x01, 0x18, 7, 0, 10, 0, 0x0F, 0x18]
        #expect(bench.send([0x10, 1, 0, 0xFF, 0xFF, 0x00, 0x28]) == three)
        #expect(bench.send([0x10, 1, 0, 0xFF, 0xFF] + longUUID(0x2800)) == three)
        #expect(bench.send([0x10, 18, 0, 0xFF, 0xFF, 0x00, 0x28]) == [0x11, 20, 18, 0, 25, 0] + linkUUID(0x1D))
    }

    @Test func `a range without services has none, a type that is no group is refused`() {
        var bench = AttributeBench()
        #expect(bench.send([0x10, 19, 0, 0xFF, 0xFF, 0x00, 0x28]) == [0x01, 0x10, 19, 0, 0x0A])
        #expect(bench.send([0x10, 26, 0, 0xFF, 0xFF, 0x00, 0x28]) == [0x01, 0x10, 26, 0, 0x0A])
        #expect(bench.send([0x10, 1, 0, 0xFF, 0xFF, 0x01, 0x28]) == [0x01, 0x10, 1, 0, 0x0A])
        #expect(bench.send([0x10, 2, 0, 0xFF, 0xFF, 0x03, 0x28]) == [0x01, 0x10, 2, 0, 0x10])
        #expect(bench.send([0x10, 2, 0, 0xFF, 0xFF] + linkUUID(0x1D)) == [0x01, 0x10, 2, 0, 0x10])
    }

    @Test func `a service is found by its UUID in either form`() {
        var bench = AttributeBench()
        let head: [UInt8] = [0x06, 1, 0, 0xFF, 0xFF, 0x00, 0x28]
        #expect(bench.send(head + linkUUID(0x1D)) == [0x07, 18, 0, 25, 0])
        #expect(bench.send(head + [0x0F, 0x18]) == [0x07, 7, 0, 10, 0])
        #expect(bench.send(head + longUUID(0x180F)) == [0x07, 7, 0, 10, 0])
        #expect(bench.send(head + linkUUID(0x1E)) == [0x01, 0x06, 1, 0, 0x0A])
        #expect(bench.send(head + [0x0F]) == [0x01, 0x06, 1, 0, 0x0A])
        #expect(bench.send([0x06, 8, 0, 0xFF, 0xFF, 0x00, 0x28, 0x0F, 0x18]) == [0x01, 0x06, 8, 0, 0x0A])
        // The 128-bit UUID begins like the one of Battery, but is not.
        var other = longUUID(0x180F)
        other[15] = 1
        #expect(bench.send(head + other) == [0x01, 0x06, 1, 0, 0x0A])
    }

    @Test func `other attributes are found by their value, if that can be read`() {
        var bench = AttributeBench()
        #expect(bench.send([0x06, 1, 0, 0xFF, 0xFF, 0x19, 0x2A, 87]) == [0x07, 9, 0, 9, 0])
        #expect(bench.send([0x06, 1, 0, 0xFF, 0xFF, 0x19, 0x2A, 86]) == [0x01, 0x06, 1, 0, 0x0A])
        #expect(bench.send([0x06, 1, 0, 0xFF, 0xFF, 0x02, 0x29, 0, 0]) == [0x07, 10, 0, 10, 0, 23, 0, 23, 0])
        #expect(bench.send([0x06, 1, 0, 22, 0, 0x02, 0x29, 0, 0]) == [0x07, 10, 0, 10, 0])
        #expect(bench.send([0x06, 1, 0, 0xFF, 0xFF, 0x02, 0x29]) == [0x01, 0x06, 1, 0, 0x0A])
        #expect(bench.send([0x06, 1, 0, 0xFF, 0xFF, 0x02, 0x29, 0, 0, 0]) == [0x01, 0x06, 1, 0, 0x0A])
    }

    @Test func `values are read by type, those of one length together`() {
        var bench = AttributeBench(mtu: 517)
        #expect(bench.send([0x08, 1, 0, 0xFF, 0xFF, 0x00, 0x2A]) == [0x09, 10, 3, 0] + Array("Bolthole".utf8))
        #expect(bench.send([0x08, 1, 0, 0xFF, 0xFF] + longUUID(0x2A19)) == [0x09, 3, 9, 0, 87])
        #expect(bench.send([0x08, 1, 0, 0xFF, 0xFF, 0x02, 0x29]) == [0x09, 4, 10, 0, 0, 0, 23, 0, 0, 0])
        #expect(bench.send([0x08, 1, 0, 0xFF, 0xFF] + linkUUID(0x20)) == [0x09, 5, 25, 0, 1, 0x05, 0x02])
        let short = bench.send([0x08, 1, 0, 0xFF, 0xFF, 0x03, 0x28])
        #expect(short.count == 2 + 6 * 7)
        let long = bench.send([0x08, 17, 0, 0xFF, 0xFF, 0x03, 0x28])
        #expect(long.count == 2 + 3 * 21)
    }

    @Test func `a type that cannot be read is refused where it is, one that is not there where it was sought`() {
        var bench = AttributeBench()
        #expect(bench.send([0x08, 1, 0, 0xFF, 0xFF] + linkUUID(0x1E)) == [0x01, 0x08, 20, 0, 0x02])
        #expect(bench.send([0x08, 1, 0, 0xFF, 0xFF] + linkUUID(0x1F)) == [0x01, 0x08, 22, 0, 0x02])
        #expect(bench.send([0x08, 1, 0, 19, 0] + linkUUID(0x1E)) == [0x01, 0x08, 1, 0, 0x0A])
        // The serial number, which would tell one lock from another; and the System ID, which would too.
        #expect(bench.send([0x08, 1, 0, 0xFF, 0xFF, 0x25, 0x2A]) == [0x01, 0x08, 1, 0, 0x0A])
        #expect(bench.send([0x08, 1, 0, 0xFF, 0xFF, 0x23, 0x2A]) == [0x01, 0x08, 1, 0, 0x0A])
        #expect(bench.send([0x08, 26, 0, 0xFF, 0xFF, 0x00, 0x2A]) == [0x01, 0x08, 26, 0, 0x0A])
    }

    @Test(arguments: [(23, 19), (24, 20), (35, 31), (36, 32), (517, 32)])
    func `a long value that is read by type is cut off at the MTU`(mtu: Int, count: Int) {
        var bench = AttributeBench(mtu: mtu)
        let text = [UInt8](0..<32).map { 0x40 + $0 }
        bench.facts.model = AttributeValue(text: text.span)
        let answer = bench.send([0x08, 1, 0, 0xFF, 0xFF, 0x24, 0x2A])
        #expect(answer == [0x09, UInt8(count + 2), 15, 0] + text.prefix(count))
    }

    @Test(arguments: [0x04, 0x06, 0x08, 0x10] as [UInt8])
    func `a range that begins with 0 or ends before it begins is refused`(opcode: UInt8) {
        let type: [UInt8] = opcode == 0x04 ? [] : [0x00, 0x28]
        var bench = AttributeBench()
        for end in [0x0000, 0x0001, 0xFFFF] as [UInt16] {
            let range: [UInt8] = [0, 0, UInt8(end & 0xFF), UInt8(end >> 8)]
            #expect(bench.send([opcode] + range + type) == [0x01, opcode, 0, 0, 0x01])
        }
        #expect(bench.send([opcode, 8, 0, 7, 0] + type) == [0x01, opcode, 8, 0, 0x01])
        #expect(bench.send([opcode, 0xFF, 0xFF, 0, 0] + type) == [0x01, opcode, 0xFF, 0xFF, 0x01])
        #expect(bench.send([opcode, 0xFF, 0xFF, 0xFF, 0xFF] + type) == [0x01, opcode, 0xFF, 0xFF, 0x0A])
        #expect(bench.send([opcode, 26, 0, 26, 0] + type) == [0x01, opcode, 26, 0, 0x0A])
    }
}
