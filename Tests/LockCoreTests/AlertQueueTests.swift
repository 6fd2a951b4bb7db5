import LockCore
import Testing

@Suite struct AlertQueueTests {
    private func alert(_ sequence: UInt32, _ entry: LogEntry = .alarm(.doorAjar)) -> LogRecord {
        LogRecord(sequence: sequence, time: WallTime(seconds: 0), trust: .unknown, entry: entry)
    }

    /// All that goes out at that moment.
    private func sent(by queue: inout AlertQueue, at now: Instant) -> [UInt32] {
        var sequences: [UInt32] = []
        while let sequence = queue.next(at: now) { sequences.append(sequence) }
        return sequences
    }

    @Test func `while the uplink is down alerts wait, and then go out at once, none behind the answer to another`() {
        var queue = AlertQueue()
        queue.append(alert(4))
        queue.append(alert(9))
        #expect(queue.next(at: .zero) == nil)
        queue.uplinkChanged(isUp: true)
        #expect(queue.next(at: .s(5)) == 4)
        #expect(queue.deadline == .s(5), "another waits")
        #expect(queue.next(at: .s(5)) == 9)
        #expect(queue.next(at: .s(6)) == nil)
        #expect(queue.delivered(9) == true)
        #expect(queue.delivered(4) == true)
        #expect(queue.next(at: .s(8)) == nil)
        #expect(queue.deadline == nil && queue.first == nil)
    }

    @Test func `who is forced goes out before what is low, and among equals the older one`() {
        var queue = AlertQueue()
        let entries: [LogEntry] = [
            .alarm(.batteryLow), .alarm(.leftUnlocked), .alarm(.doorForcedOpen), .duress(.owner),
            .alarm(.lockJammed), .alarm(.frontCoverRemoved), .alarm(.lockFactoryReset),
        ]
        for (index, entry) in entries.enumerated() { queue.append(alert(UInt32(index + 1), entry)) }
        queue.uplinkChanged(isUp: true)
        #expect(sent(by: &queue, at: .zero) == [3, 4, 6, 7, 1, 2, 5])
    }

    @Test func `an urgent alert does not wait for one that gets no answer`() {
        var queue = AlertQueue()
        queue.uplinkChanged(isUp: true)
        queue.append(alert(4))
        #expect(sent(by: &queue, at: .zero) == [4])
        queue.append(alert(5, .alarm(.doorForcedOpen)))
        #expect(sent(by: &queue, at: .ms(1)) == [5])
        #expect(queue.deadline == .s(2))
        #expect(sent(by: &queue, at: .s(2)) == [5, 4], "both are asked for again")
    }

    @Test func `after a long silence a new alert or an answer makes what waits be asked for quickly again`() {
        for isAnswer in [false, true] {
            var queue = AlertQueue()
            queue.uplinkChanged(isUp: true)
            queue.append(alert(4))
            queue.append(alert(5))
            for at in [0, 2, 6, 14, 30] as [UInt64] { #expect(sent(by: &queue, at: .s(at)) == [4, 5]) }
            #expect(queue.deadline == .s(60))
            if isAnswer { _ = queue.delivered(5) } else { queue.append(alert(6)) }
            #expect(sent(by: &queue, at: .s(31)) == (isAnswer ? [] : [6]))
            #expect(queue.deadline == .s(33))
            #expect(sent(by: &queue, at: .s(33)) == (isAnswer ? [4] : [4, 5, 6]))
        }
    }

    @Test func `alerts that keep coming do not put off what was lost`() {
        var queue = AlertQueue()
        queue.uplinkChanged(isUp: true)
        for second in UInt64(0)..<2 {
            queue.append(alert(UInt32(second + 1)))
            #expect(sent(by: &queue, at: .s(second)) == [UInt32(second + 1)])
        }
        #expect(queue.deadline == .s(2))
    }

    @Test func `an answer takes away its own alert, wherever it stands in the queue`() {
        for gone in UInt32(1)...4 {
            var queue = AlertQueue()
            queue.uplinkChanged(isUp: true)
            for sequence in UInt32(1)...4 { queue.append(alert(sequence)) }
            let first = [queue.next(at: .zero), queue.next(at: .zero)]
            #expect(first == [1, 2])
            _ = queue.delivered(gone)
            // Two were on their way, and are not sent again.
            #expect(sent(by: &queue, at: .zero) == [3, 4].filter { $0 != gone })
        }
    }

    @Test func `the cursor stands before the oldest that is not delivered`() {
        var queue = AlertQueue()
        for sequence in [4, 9, 12] as [UInt32] { queue.append(alert(sequence)) }
        queue.uplinkChanged(isUp: true)
        _ = sent(by: &queue, at: .zero)
        #expect(queue.cursor == 3)
        #expect(queue.delivered(9) == true)
        #expect(queue.cursor == 3)
        #expect(queue.delivered(4) == true)
        #expect(queue.cursor == 11)
        #expect(queue.delivered(12) == true)
        #expect(queue.cursor == 12)
        queue.append(alert(20))
        #expect(queue.cursor == 19)
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
        return found.sorted()
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

    @Test func `the seventeenth alert makes the oldest of the least urgent give way`() {
        var queue = AlertQueue()
        queue.append(alert(1, .duress(.owner)))
        for sequence in UInt32(2)...17 { queue.append(alert(sequence)) }
        queue.uplinkChanged(isUp: true)
        #expect(sent(by: &queue, at: .zero) == [1] + Array(3...17))
    }

    @Test func `where sixteen urgent ones wait an ordinary one has no place, and another urgent one the oldest's`() {
        var queue = AlertQueue()
        for sequence in UInt32(1)...16 { queue.append(alert(sequence, .alarm(.doorForcedOpen))) }
        queue.append(alert(17))
        queue.append(alert(18, .alarm(.frontCoverRemoved)))
        queue.uplinkChanged(isUp: true)
        #expect(sent(by: &queue, at: .zero) == Array(2...16) + [18])
    }
}
