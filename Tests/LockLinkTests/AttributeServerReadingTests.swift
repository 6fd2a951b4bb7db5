import LockLink
import Testing

/// Core 5.4, Vol 3, Part F, 3.4.4.3 to 3.4.4.12.
@Suite struct AttributeServerReadingTests {
    private let text = [UInt8](0..<32).map { 0x40 + $0 }

    private func bench(mtu: Int? = nil) -> AttributeBench {
        var bench = AttributeBench(mtu: mtu)
        bench.facts.model = AttributeValue(text: text.span)
        return bench
    }

    @Test func `everything that can be read says what it is`() {
        var bench = AttributeBench()
        let values: [(UInt8, [UInt8])] = [
            (1, [0x00, 0x18]), (2, [0x02, 3, 0, 0x00, 0x2A]), (3, Array("Bolthole".utf8)), (5, [0x08, 0x07]),
            (6, [0x01, 0x18]), (7, [0x0F, 0x18]), (9, [87]), (10, [0, 0]), (11, [0x0A, 0x18]),
            (13, Array("Nobody".utf8)), (15, Array("BH-1".utf8)), (17, Array("2.0.1".utf8)), (18, linkUUID(0x1D)),
            (19, [0x0C, 20, 0] + linkUUID(0x1E)), (21, [0x10, 22, 0] + linkUUID(0x1F)), (23, [0, 0]),
            (24, [0x02, 25, 0] + linkUUID(0x20)), (25, [1, 23, 0]),
        ]
        for (handle, value) in values { #expect(bench.send([0x0A, handle, 0]) == [0x0B] + value) }
    }

    @Test func `inbox and outbox cannot be read`() {
        var bench = AttributeBench(isSubscribed: true)
        for handle in [20, 22] as [UInt8] {
            #expect(bench.send([0x0A, handle, 0]) == [0x01, 0x0A, handle, 0, 0x02])
            #expect(bench.send([0x0C, handle, 0, 0, 0]) == [0x01, 0x0C, handle, 0, 0x02])
            #expect(bench.send([0x0E, 3, 0, handle, 0]) == [0x01, 0x0E, handle, 0, 0x02])
            #expect(bench.send([0x20, 3, 0, handle, 0]) == [0x01, 0x20, handle, 0, 0x02])
        }
    }

    @Test func `handles beyond the table cannot be read`() {
        var bench = AttributeBench()
        for handle in [0, 26, 0x0100, 0xFFFF] as [UInt16] {
            let bytes = [UInt8(handle & 0xFF), UInt8(handle >> 8)]
            #expect(bench.send([0x0A] + bytes) == [0x01, 0x0A] + bytes + [0x01])
            #expect(bench.send([0x0C] + bytes + [0, 0]) == [0x01, 0x0C] + bytes + [0x01])
            #expect(bench.send([0x0E, 3, 0] + bytes) == [0x01, 0x0E] + bytes + [0x01])
            #expect(bench.send([0x20] + bytes + [3, 0]) == [0x01, 0x20] + bytes + [0x01])
        }
    }

    @Test(arguments: [(23, 22), (32, 31), (33, 32), (34, 32)])
    func `a long value is cut off at the MTU`(mtu: Int, count: Int) {
        var bench = bench(mtu: mtu)
        #expect(bench.send([0x0A, 15, 0]) == [0x0B] + text.prefix(count))
    }

    @Test func `a blob is what follows the offset, and nothing at the end`() {
        var bench = bench()
        #expect(bench.send([0x0C, 15, 0, 0, 0]) == [0x0D] + text.prefix(22))
        #expect(bench.send([0x0C, 15, 0, 9, 0]) == [0x0D] + text[9..<31])
        #expect(bench.send([0x0C, 15, 0, 10, 0]) == [0x0D] + text[10..<32])
        #expect(bench.send([0x0C, 15, 0, 22, 0]) == [0x0D] + text[22..<32])
        #expect(bench.send([0x0C, 15, 0, 31, 0]) == [0x0D] + text[31..<32])
        #expect(bench.send([0x0C, 15, 0, 32, 0]) == [0x0D])
        #expect(bench.send([0x0C, 15, 0, 33, 0]) == [0x01, 0x0C, 15, 0, 0x07])
        #expect(bench.send([0x0C, 15, 0, 0xFF, 0xFF]) == [0x01, 0x0C, 15, 0, 0x07])
        // Short ones too: a phone may not know.
        #expect(bench.send([0x0C, 9, 0, 1, 0]) == [0x0D])
        #expect(bench.send([0x0C, 9, 0, 2, 0]) == [0x01, 0x0C, 9, 0, 0x07])
    }

    @Test func `several values come one behind the other`() {
        var bench = bench()
        #expect(bench.send([0x0E, 9, 0, 5, 0]) == [0x0F, 87, 0x08, 0x07])
        #expect(bench.send([0x0E, 9, 0, 9, 0, 9, 0]) == [0x0F, 87, 87, 87])
        #expect(bench.send([0x0E, 5, 0, 15, 0, 9, 0]) == [0x0F, 0x08, 0x07] + text.prefix(20))
        // The first one that cannot be read is named, even if it would not fit.
        #expect(bench.send([0x0E, 15, 0, 15, 0, 22, 0, 99, 0]) == [0x01, 0x0E, 22, 0, 0x02])
    }

    @Test func `several values come with their lengths`() {
        var bench = bench()
        #expect(bench.send([0x20, 9, 0, 5, 0]) == [0x21, 1, 0, 87, 2, 0, 0x08, 0x07])
        // A length is that of the whole value.
        #expect(bench.send([0x20, 9, 0, 15, 0]) == [0x21, 1, 0, 87, 32, 0] + text.prefix(17))
        #expect(bench.send([0x20, 15, 0, 9, 0]) == [0x21, 32, 0] + text.prefix(20))
        // 18 bytes, then 2 of length, and 2 of the value.
        #expect(
            bench.send([0x20, 9, 0, 9, 0, 9, 0, 9, 0, 9, 0, 9, 0, 15, 0])
                == [0x21] + [1, 0, 87, 1, 0, 87, 1, 0, 87, 1, 0, 87, 1, 0, 87, 1, 0, 87] + [32, 0, 0x40, 0x41])
        // 21 bytes: half of a length is left.
        #expect(
            bench.send([0x20, 9, 0, 9, 0, 9, 0, 9, 0, 9, 0, 9, 0, 9, 0, 15, 0]).suffix(2) == [87, 32])
        var large = self.bench(mtu: 517)
        #expect(large.send([0x20, 15, 0, 9, 0]) == [0x21, 32, 0] + text + [1, 0, 87])
    }

    @Test func `a text that is too long ends with its last whole character`() {
        var bench = AttributeBench(mtu: 517)
        let ascii = [UInt8](repeating: 0x61, count: 33)
        bench.facts.model = AttributeValue(text: ascii.span)
        #expect(bench.send([0x0A, 15, 0]) == [0x0B] + [UInt8](repeating: 0x61, count: 32))
        // 31 bytes, then one character of two.
        let bytes = [UInt8](repeating: 0x61, count: 31) + Array("ü".utf8)
        bench.facts.model = AttributeValue(text: bytes.span)
        #expect(bench.send([0x0A, 15, 0]) == [0x0B] + [UInt8](repeating: 0x61, count: 31))
        let fits = [UInt8](repeating: 0x61, count: 30) + Array("ü".utf8)
        bench.facts.model = AttributeValue(text: fits.span)
        #expect(bench.send([0x0A, 15, 0]) == [0x0B] + fits)
        bench.facts.model = AttributeValue()
        #expect(bench.send([0x0A, 15, 0]) == [0x0B])
    }
}
