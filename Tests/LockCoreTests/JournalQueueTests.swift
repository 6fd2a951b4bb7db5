import LockCore
import Testing

@Suite struct JournalQueueTests {
    // The flash was back and a change of a user had just been written, and for a minute the log still went to RAM: the
    // motor started without a record.
    @Test(arguments: [false, true])
    func `a record of any kind that became durable ends the waiting for the store`(hasRunOut: Bool) {
        var queue = JournalQueue(nextSequence: 100, isWritable: true)
        if hasRunOut { queue.ranOut(at: .s(1)) } else { queue.fail(at: .s(1)) }
        #expect(!queue.isWritable && queue.deadline != nil)
        queue.committed()
        #expect(queue.isWritable && queue.deadline == nil)
    }

    private func queue(writable: Bool = true, holding count: Int = 0) -> JournalQueue {
        var queue = JournalQueue(nextSequence: 100, isWritable: writable)
        for _ in 0..<count { _ = add(to: &queue) }
        return queue
    }

    private func add(to queue: inout JournalQueue) -> UInt32 {
        queue.append(.timeRefused, time: WallTime(seconds: 5), trust: .kept).sequence
    }

    /// Whether a sector is wanted; then it is being prepared.
    private func asks(_ queue: inout JournalQueue, at now: Instant) -> Bool {
        guard queue.isSectorWanted else { return false }
        queue.sectorRequested(at: now)
        return true
    }

    private func drain(_ queue: inout JournalQueue) -> [UInt32] {
        var sequences: [UInt32] = []
        while let record = queue.take() { sequences.append(record.sequence) }
        return sequences
    }

    @Test func `records are numbered on from where the store ended, and come out in order`() {
        var queue = queue(holding: 3)
        #expect(queue.mayCommit)
        #expect(drain(&queue) == [100, 101, 102])
        #expect(!queue.mayCommit)
        #expect(add(to: &queue) == 103)
    }

    @Test func `the thirty-third record costs the oldest one, and the loss is known once`() {
        var queue = queue(holding: 32)
        #expect(queue.takeLoss() == false)
        _ = add(to: &queue)
        #expect(queue.count == 32)
        #expect(queue.takeLoss() == true)
        #expect(queue.takeLoss() == false)
        #expect(drain(&queue) == Array(101...132))
    }

    @Test func `what could not be written goes back before what waits`() {
        var queue = queue(holding: 5)
        var failed = Bounded<6, LogRecord>()
        for _ in 0..<3 { if let record = queue.take() { failed.append(record) } }
        _ = add(to: &queue)
        queue.putBack(failed)
        #expect(drain(&queue) == [100, 101, 102, 103, 104, 105])
    }

    @Test func `putting back into a full queue costs the oldest, as ever`() {
        var queue = queue(holding: 32)
        var failed = Bounded<6, LogRecord>()
        for _ in 0..<6 { if let record = queue.take() { failed.append(record) } }
        for _ in 0..<6 { _ = add(to: &queue) }
        queue.putBack(failed)
        #expect(queue.count == 32)
        #expect(queue.takeLoss() == true)
        #expect(drain(&queue) == Array(106...137))
    }

    @Test func `a flash that fails is tried again after a minute`() {
        var queue = queue(holding: 1)
        queue.fail(at: .s(5))
        #expect(!queue.isWritable && !queue.mayCommit)
        #expect(queue.deadline == .s(65))
        queue.wake(at: .ms(64_999))
        #expect(!queue.isWritable)
        queue.wake(at: .s(65))
        #expect(queue.isWritable && queue.mayCommit)
        #expect(queue.deadline == nil)
    }

    /// A store that could not be written at cold start was never tried again.
    @Test func `a flash that fails at the start is tried again as well`() {
        var queue = queue(writable: false, holding: 1)
        #expect(queue.deadline == .s(60))
        queue.wake(at: .s(60))
        #expect(queue.isWritable)
    }

    @Test func `a store without a sector asks for one, once, and goes on when it has it`() {
        var queue = queue(holding: 1)
        queue.ranOut(at: .zero)
        #expect(!queue.mayCommit)
        #expect(asks(&queue, at: .zero))
        #expect(!asks(&queue, at: .zero))
        queue.sectorPrepared()
        #expect(queue.mayCommit && queue.deadline == nil)
        #expect(!asks(&queue, at: .zero))
    }

    @Test func `a preparation that fails is tried again after a minute, not at once`() {
        var queue = queue()
        queue.sectorsLow()
        #expect(asks(&queue, at: .zero))
        queue.preparationFailed(at: .s(1))
        #expect(!asks(&queue, at: .s(1)))
        let due = queue.deadline
        #expect(due == .s(60))
        queue.wake(at: .s(60))
        #expect(asks(&queue, at: .s(60)))
    }

    @Test func `after a failed preparation a store that has room may ask a thousand times, and waits`() {
        var queue = queue()
        queue.sectorsLow()
        #expect(asks(&queue, at: .zero))
        queue.preparationFailed(at: .s(1))
        for _ in 0..<1_000 {
            queue.sectorsLow()
            queue.committed()
            #expect(!asks(&queue, at: .s(2)))
        }
        queue.wake(at: .s(60))
        #expect(asks(&queue, at: .s(60)))
        #expect(queue.hasFailedPreparation, "until one is prepared")
        queue.sectorPrepared()
        #expect(!queue.hasFailedPreparation && queue.deadline == nil)
    }

    @Test func `after a failed preparation a store without room asks at once`() {
        var queue = queue()
        queue.sectorsLow()
        #expect(asks(&queue, at: .zero))
        queue.preparationFailed(at: .s(1))
        queue.ranOut(at: .s(2))
        #expect(asks(&queue, at: .s(2)))
    }

    @Test func `a preparation that never answers does not stop the next one`() {
        var queue = queue()
        queue.sectorsLow()
        #expect(asks(&queue, at: .zero))
        #expect(queue.deadline == .s(60))
        queue.wake(at: .s(60))
        #expect(asks(&queue, at: .s(60)))
    }
}
