import LockLink
import Testing

@Suite struct AttributeTypeTests {
    @Test func `both forms of an assigned number are one type`() {
        let (short, long): ([UInt8], [UInt8]) = ([0x0F, 0x18], longUUID(0x180F))
        #expect(AttributeType(short.span) == AttributeType(short: 0x180F))
        #expect(AttributeType(long.span) == AttributeType(short: 0x180F))
        #expect(AttributeType(long.span)?.short == 0x180F)
    }

    @Test func `a UUID is written down from its end`() {
        let bytes = linkUUID(0x1D)
        #expect(AttributeType(bytes.span) == .lock)
        #expect(AttributeType.lock.short == nil)
        #expect(AttributeType.lock != .inbox)
    }

    @Test func `a UUID that differs from the base in one byte has no short form`() {
        for place in 0..<16 where place != 12 && place != 13 {
            var bytes = longUUID(0x180F)
            bytes[place] ^= 1
            #expect(AttributeType(bytes.span)?.short == nil, "byte \(place)")
            #expect(AttributeType(bytes.span) != AttributeType(short: 0x180F))
        }
    }

    @Test func `a UUID has 2 or 16 bytes`() {
        for count in 0...33 where count != 2 && count != 16 {
            let bytes = [UInt8](repeating: 0, count: count)
            #expect(AttributeType(bytes.span) == nil)
        }
    }
}
