import LockCore
import Testing

@Suite struct AlertQueueTests {
    private func alert(_ sequence: UInt32) -> LogRecord {
        LogRecord(sequence: sequence, time: WallTime(seconds: 0), trust: .unknown, entry: .alarm(.doorAjar))
    }

    @Test func `while the uplink is down alerts wait, and then go out one at a time in their order`() {
        var queue = AlertQueue()
        queue.append(alert(4))
        queue.append(alert(9))
        #expect(queue.next(at: .zero) == nil)
        queue.uplinkChanged(isUp: true)
        #expect(queue.next(at: .s(5)) == 4)
        #expect(queue.current?.sequence == 4)
        #expect(queue.next(at: .s(6)) == nil, "one at a time")
        #expect(queue.delivered(4) == true)
        #expect(queue.next(at: .s(7)) == 9)
        #expect(queue.delivered(9) == true)
        #expect(queue.next(at: .s(8)) == nil)
        #expect(queue.deadline == nil && queue.current == nil)
    }

    private func notice(_ sequence: UInt32) -> LogRecord {
        LogRecord(
            sequence: sequence, time: WallTime(seconds: 0), trust: .unknown,
            entry: .invitationChanged(.added, .owner, by: .owner))
    }

    private func all(_ queue: AlertQueue) -> [UInt32] {
        var (queue, found) = (queue, [UInt32]())
        queue.uplinkChanged(isUp: true)
        while let sequence = queue.next(at: .zero), queue.delivered(sequence) { found.append(sequence) }
        return found
    }

    @Test func `H1: notices in any number push no alarm out, and make way for one`() {
        var queue = AlertQueue()
        queue.append(alert(1))
        for sequence in UInt32(2)...40 { queue.append(notice(sequence)) }
        #expect(all(queue) == [1] + Array(26...40))
        queue.append(alert(41))
        #expect(all(queue) == [1] + Array(27...40) + [41])
        for sequence in UInt32(42)...60 { queue.append(alert(sequence)) }
        #expect(all(queue) == Array(45...60))
        queue.append(notice(61))
        #expect(all(queue) == Array(45...60), "a notice among alarms stays away: the log has it")
    }

    @Test func `an alert is delivered once, and not for another's answer`() {
        var queue = AlertQueue()
        queue.uplinkChanged(isUp: true)
        queue.append(alert(4))
        _ = queue.next(at: .zero)
        #expect(queue.delivered(3) == false)
        #expect(queue.delivered(4) == true)
        #expect(queue.delivered(4) == false)
    }

    // Everything behind an alert that was lost once waited for half a minute.
    @Test func `an answer that does not come is asked for again after 2 s, and then less and less often`() {
        var queue = AlertQueue()
        queue.uplinkChanged(isUp: true)
        queue.append(alert(4))
        var at: UInt64 = 0
        for pause in [2, 4, 8, 16, 30, 30, 30] as [UInt64] {
            #expect(queue.next(at: .s(at)) == 4)
            #expect(queue.deadline == .s(at + pause))
            #expect(queue.next(at: .ms((at + pause) * 1_000 - 1)) == nil)
            at += pause
        }
    }

    @Test func `after one that took long the next alert is asked for quickly again`() {
        var queue = AlertQueue()
        queue.uplinkChanged(isUp: true)
        queue.append(alert(4))
        queue.append(alert(5))
        _ = queue.next(at: .zero)
        _ = queue.next(at: .s(2))
        #expect(queue.delivered(4) == true)
        #expect(queue.next(at: .s(3)) == 5)
        #expect(queue.deadline == .s(5))
    }

    @Test func `an uplink that comes back is told again`() {
        var queue = AlertQueue()
        queue.uplinkChanged(isUp: true)
        queue.append(alert(4))
        _ = queue.next(at: .zero)
        queue.uplinkChanged(isUp: false)
        #expect(queue.deadline == nil)
        #expect(queue.next(at: .s(60)) == nil)
        queue.uplinkChanged(isUp: true)
        #expect(queue.next(at: .s(61)) == 4)
    }

    @Test(arguments: [false, true])
    func `the seventeenth alert makes the oldest give way, but never the one that is on its way`(isSent: Bool) {
        var queue = AlertQueue()
        if isSent { queue.uplinkChanged(isUp: true) }
        for sequence in UInt32(1)...16 { queue.append(alert(sequence)) }
        if isSent { _ = queue.next(at: .zero) }
        queue.append(alert(17))
        queue.uplinkChanged(isUp: true)
        var sequences: [UInt32] = []
        while let sequence = queue.next(at: .zero) {
            sequences.append(sequence)
            _ = queue.delivered(sequence)
        }
        #expect(sequences == (isSent ? [1] + Array(3...17) : Array(2...17)))
    }
}
