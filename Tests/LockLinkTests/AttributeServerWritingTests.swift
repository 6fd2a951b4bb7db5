import LockLink
import Testing

/// Core 5.4, Vol 3, Part F, 3.4.5 and 3.4.6.
@Suite struct AttributeServerWritingTests {
    private typealias Reception = AttributeServer.Reception

    /// Prepares a value in pieces of that size; returns whether every piece was echoed.
    private func prepare(_ value: [UInt8], _ bench: inout AttributeBench, by size: Int, at handle: UInt8 = 20) -> Bool {
        for start in stride(from: 0, to: value.count, by: size) {
            let piece = Array(value[start..<min(start + size, value.count)])
            let body: [UInt8] = [handle, 0, UInt8(start & 0xFF), UInt8(start >> 8)] + piece
            guard bench.send([0x16] + body) == [0x17] + body else { return false }
        }
        return true
    }

    private func pattern(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 1) } }

    @Test func `what is written to the inbox is there, answered or not`() {
        var bench = AttributeBench(isSubscribed: true)
        #expect(bench.send([0x12, 20, 0, 1, 2, 3]) == [0x13])
        #expect(bench.reception == Reception(answerCount: 1, isInboxWritten: true))
        #expect(bench.inbox == [1, 2, 3])
        #expect(bench.send([0x52, 20, 0, 4, 5]).isEmpty)
        #expect(bench.reception == Reception(isInboxWritten: true))
        #expect(bench.inbox == [4, 5])
        #expect(bench.send([0x12, 20, 0]) == [0x13])
        #expect(bench.reception.isInboxWritten)
        #expect(bench.inbox.isEmpty)
    }

    @Test func `a value has at most 512 bytes`() {
        var bench = AttributeBench(mtu: 517, isSubscribed: true)
        #expect(bench.send([0x12, 20, 0] + pattern(513)) == [0x01, 0x12, 20, 0, 0x0D])
        #expect(!bench.reception.isInboxWritten)
        #expect(bench.send([0x52, 20, 0] + pattern(513)).isEmpty)
        #expect(!bench.reception.isInboxWritten)
        #expect(bench.send([0x12, 20, 0] + pattern(512)) == [0x13])
        #expect(bench.inbox == pattern(512))
        #expect(bench.send([0x52, 20, 0] + pattern(511)).isEmpty)
        #expect(bench.inbox == pattern(511))
    }

    @Test(arguments: [23, 185, 247])
    func `a packet is at most as long as the MTU`(mtu: Int) {
        var bench = AttributeBench(mtu: mtu, isSubscribed: true)
        #expect(bench.send([0x12, 20, 0] + pattern(mtu - 2)) == [0x01, 0x12, 0, 0, 0x04])
        #expect(bench.send([0x52, 20, 0] + pattern(mtu - 2)).isEmpty)
        #expect(!bench.reception.isInboxWritten)
        #expect(bench.send([0x12, 20, 0] + pattern(mtu - 3)) == [0x13])
        #expect(bench.inbox == pattern(mtu - 3))
        #expect(bench.send([0x52, 20, 0] + pattern(mtu - 4)).isEmpty)
        #expect(bench.inbox == pattern(mtu - 4))
    }

    @Test func `the inbox takes nothing from whoever has not subscribed`() {
        var bench = AttributeBench()
        #expect(bench.send([0x12, 20, 0, 1]) == [0x01, 0x12, 20, 0, 0xFD])
        #expect(!bench.reception.isInboxWritten)
        #expect(bench.send([0x52, 20, 0, 1]).isEmpty)
        #expect(!bench.reception.isInboxWritten)
        #expect(bench.send([0x16, 20, 0, 0, 0, 1]) == [0x17, 20, 0, 0, 0, 1])
        #expect(bench.send([0x18, 1]) == [0x01, 0x18, 20, 0, 0xFD])
        #expect(!bench.reception.isInboxWritten)
    }

    @Test func `a phone subscribes to the outbox and leaves it again`() {
        var bench = AttributeBench()
        #expect(bench.send([0x12, 23, 0, 1, 0]) == [0x13])
        #expect(bench.reception == Reception(answerCount: 1, isSubscriptionChanged: true))
        #expect(bench.server.isSubscribed)
        #expect(bench.send([0x0A, 23, 0]) == [0x0B, 1, 0])
        #expect(bench.send([0x12, 23, 0, 1, 0]) == [0x13])
        #expect(bench.reception == Reception(answerCount: 1))
        #expect(bench.send([0x12, 23, 0, 0, 0]) == [0x13])
        #expect(bench.reception == Reception(answerCount: 1, isSubscriptionChanged: true))
        #expect(!bench.server.isSubscribed)
        #expect(!bench.server.isSubscribedToBattery)
    }

    @Test func `a subscription to the battery is another one`() {
        var bench = AttributeBench()
        #expect(bench.send([0x12, 10, 0, 1, 0]) == [0x13])
        #expect(bench.reception == Reception(answerCount: 1))
        #expect(bench.server.isSubscribedToBattery)
        #expect(!bench.server.isSubscribed)
        #expect(bench.send([0x0A, 10, 0]) == [0x0B, 1, 0])
        #expect(bench.send([0x0A, 23, 0]) == [0x0B, 0, 0])
    }

    @Test(arguments: [10, 23] as [UInt8])
    func `a subscription to indications, or one of another length, is refused`(handle: UInt8) {
        var bench = AttributeBench()
        for value in [[2, 0], [3, 0], [0, 1], [1, 0x80], [0xFF, 0xFF]] as [[UInt8]] {
            #expect(bench.send([0x12, handle, 0] + value) == [0x01, 0x12, handle, 0, 0x13])
        }
        for value in [[], [1], [1, 0, 0]] as [[UInt8]] {
            #expect(bench.send([0x12, handle, 0] + value) == [0x01, 0x12, handle, 0, 0x0D])
        }
        #expect(bench.send([0x0A, handle, 0]) == [0x0B, 0, 0])
        // Not with a command either.
        #expect(bench.send([0x52, handle, 0, 1, 0]).isEmpty)
        #expect(bench.send([0x0A, handle, 0]) == [0x0B, 0, 0])
    }

    @Test func `nothing else can be written`() {
        var bench = AttributeBench(isSubscribed: true)
        for handle in 0...255 as ClosedRange<UInt8> where ![10, 20, 23].contains(handle) {
            let error: UInt8 = (1...25).contains(handle) ? 0x03 : 0x01
            #expect(bench.send([0x12, handle, 0, 1, 0]) == [0x01, 0x12, handle, 0, error])
            #expect(bench.send([0x16, handle, 0, 0, 0, 1, 0]) == [0x01, 0x16, handle, 0, error])
            #expect(bench.send([0x52, handle, 0, 1, 0]).isEmpty)
            #expect(bench.reception == Reception())
        }
    }

    @Test(arguments: [(23, 18), (23, 7), (185, 180), (517, 512), (517, 256)])
    func `a long value is prepared in pieces and written at once`(mtu: Int, size: Int) {
        var bench = AttributeBench(mtu: mtu, isSubscribed: true)
        let value = pattern(size == 7 ? 300 : 512)
        #expect(prepare(value, &bench, by: size))
        #expect(bench.inbox.isEmpty)
        #expect(bench.send([0x18, 1]) == [0x19])
        #expect(bench.reception == Reception(answerCount: 1, isInboxWritten: true))
        #expect(bench.inbox == value)
        // The queue is empty again.
        #expect(bench.send([0x18, 1]) == [0x19])
        #expect(bench.reception == Reception(answerCount: 1))
    }

    @Test func `a long value of 513 bytes is refused when it is executed`() {
        var bench = AttributeBench(mtu: 185, isSubscribed: true)
        _ = bench.send([0x12, 20, 0, 42])
        #expect(prepare(pattern(513), &bench, by: 180))
        #expect(bench.send([0x18, 1]) == [0x01, 0x18, 20, 0, 0x0D])
        #expect(!bench.reception.isInboxWritten)
        #expect(bench.inbox == [42])
        #expect(bench.send([0x18, 1]) == [0x19])
        #expect(!bench.reception.isInboxWritten)
    }

    @Test(arguments: [1, 4, 6, 0xFFFF] as [UInt16])
    func `a piece that does not follow the one before is refused when it is executed`(offset: UInt16) {
        var bench = AttributeBench(isSubscribed: true)
        _ = bench.send([0x12, 20, 0, 42])
        #expect(prepare(pattern(5), &bench, by: 5))
        let body: [UInt8] = [20, 0, UInt8(offset & 0xFF), UInt8(offset >> 8), 9]
        #expect(bench.send([0x16] + body) == [0x17] + body)
        #expect(bench.send([0x18, 1]) == [0x01, 0x18, 20, 0, 0x07])
        #expect(bench.reception == Reception(answerCount: 5))
        #expect(bench.inbox == [42])
    }

    @Test func `two values in one queue are refused`() {
        var bench = AttributeBench(isSubscribed: true)
        #expect(prepare([1, 2], &bench, by: 2))
        #expect(prepare([3, 4], &bench, by: 2))
        #expect(bench.send([0x18, 1]) == [0x01, 0x18, 20, 0, 0x07])
        #expect(!bench.reception.isInboxWritten)
    }

    @Test func `what was prepared can be called off`() {
        var bench = AttributeBench(isSubscribed: true)
        #expect(prepare(pattern(36), &bench, by: 18))
        #expect(bench.send([0x18, 0]) == [0x19])
        #expect(bench.reception == Reception(answerCount: 1))
        #expect(bench.send([0x18, 1]) == [0x19])
        #expect(bench.reception == Reception(answerCount: 1))
        #expect(bench.inbox.isEmpty)
    }

    @Test func `flags that do not exist are refused and leave the queue alone`() {
        var bench = AttributeBench(isSubscribed: true)
        #expect(prepare(pattern(10), &bench, by: 5))
        for flags in 2...255 as ClosedRange<UInt8> {
            #expect(bench.send([0x18, flags]) == [0x01, 0x18, 0, 0, 0x04])
        }
        #expect(bench.send([0x18, 1]) == [0x19])
        #expect(bench.inbox == pattern(10))
    }

    @Test func `subscriptions and a value are written together or not at all`() {
        var bench = AttributeBench()
        #expect(prepare([1, 0], &bench, by: 2, at: 10))
        #expect(prepare([1, 0], &bench, by: 2, at: 23))
        #expect(prepare(pattern(30), &bench, by: 15))
        #expect(!bench.server.isSubscribed)
        #expect(bench.send([0x18, 1]) == [0x19])
        #expect(bench.reception == Reception(answerCount: 1, isInboxWritten: true, isSubscriptionChanged: true))
        #expect(bench.server.isSubscribed)
        #expect(bench.server.isSubscribedToBattery)
        #expect(bench.inbox == pattern(30))

        #expect(prepare([9], &bench, by: 1))
        #expect(prepare([0, 0], &bench, by: 2, at: 23))
        #expect(prepare([2, 0], &bench, by: 2, at: 10))
        #expect(bench.send([0x18, 1]) == [0x01, 0x18, 10, 0, 0x13])
        #expect(bench.reception == Reception(answerCount: 5))
        #expect(bench.server.isSubscribed)
        #expect(bench.inbox == pattern(30))
    }

    @Test func `a prepared subscription is whole and begins at its beginning`() {
        var bench = AttributeBench()
        #expect(bench.send([0x16, 23, 0, 1, 0, 0]) == [0x17, 23, 0, 1, 0, 0])
        #expect(bench.send([0x18, 1]) == [0x01, 0x18, 23, 0, 0x07])
        #expect(bench.send([0x16, 23, 0, 0, 0, 1]) == [0x17, 23, 0, 0, 0, 1])
        #expect(bench.send([0x18, 1]) == [0x01, 0x18, 23, 0, 0x0D])
        #expect(!bench.server.isSubscribed)
    }

    @Test func `a subscription that is taken back in the same queue changes nothing`() {
        var bench = AttributeBench()
        #expect(prepare([1, 0], &bench, by: 2, at: 23))
        #expect(prepare([0, 0], &bench, by: 2, at: 23))
        #expect(bench.send([0x18, 1]) == [0x19])
        #expect(bench.reception == Reception(answerCount: 1))
        #expect(prepare([0, 0], &bench, by: 2, at: 23))
        #expect(prepare([1], &bench, by: 1))
        #expect(bench.send([0x18, 1]) == [0x01, 0x18, 20, 0, 0xFD])
    }

    @Test func `the queue takes 768 bytes, six of them for each piece`() {
        var bench = AttributeBench(mtu: 517, isSubscribed: true)
        // 128 empty pieces.
        for _ in 0..<128 { #expect(bench.send([0x16, 20, 0, 0, 0]) == [0x17, 20, 0, 0, 0]) }
        #expect(bench.send([0x16, 20, 0, 0, 0]) == [0x01, 0x16, 20, 0, 0x09])
        #expect(bench.send([0x18, 1]) == [0x19])
        #expect(bench.reception.isInboxWritten)
        #expect(bench.inbox.isEmpty)

        #expect(prepare(pattern(512), &bench, by: 512))
        // 768 - 518 - 6 are 244.
        #expect(bench.send([0x16, 20, 0, 0, 2] + pattern(245)) == [0x01, 0x16, 20, 0, 0x09])
        #expect(bench.send([0x16, 20, 0, 0, 2] + pattern(244)) == [0x17, 20, 0, 0, 2] + pattern(244))
        #expect(bench.send([0x16, 20, 0, 0, 0]) == [0x01, 0x16, 20, 0, 0x09])
        // What was refused was not queued, what was queued is still there.
        #expect(bench.send([0x18, 1]) == [0x01, 0x18, 20, 0, 0x0D])
        #expect(prepare([1], &bench, by: 1))
        #expect(bench.send([0x18, 1]) == [0x19])
        #expect(bench.inbox == [1])
    }

    @Test func `a plain write between the pieces stands on its own`() {
        var bench = AttributeBench(isSubscribed: true)
        #expect(prepare([1, 2, 3], &bench, by: 3))
        #expect(bench.send([0x12, 20, 0, 7]) == [0x13])
        #expect(bench.inbox == [7])
        #expect(bench.send([0x18, 1]) == [0x19])
        #expect(bench.inbox == [1, 2, 3])
    }
}
