import Testing

@testable import LockCore

@Suite struct BoltJamTests: BoltBench {
    typealias Step = Bolt.Step

    /// Stalls at `now`, and is felt for: ends when it is known that no hand is there.
    private func stall(_ bolt: inout Bolt, at now: inout UInt64) -> Step {
        bolt.currentChanged(isHigh: true, at: .ms(now))
        #expect(bolt.deadline == .ms(now + 40))
        #expect(bolt.wake(mayExtend: true, at: .ms(now + 39)) == Step())
        now += 40
        #expect(bolt.wake(mayExtend: true, at: .ms(now)) == Step(order: .stop))
        #expect(!bolt.isPowered && bolt.deadline == .ms(now + 400))
        #expect(bolt.wake(mayExtend: true, at: .ms(now + 399)) == Step())
        now += 400
        return bolt.wake(mayExtend: true, at: .ms(now))
    }

    /// Two jams with their backing off, up to the last try.
    private func jamTwice(_ bolt: inout Bolt, _ operation: LockOperation, at now: inout UInt64, from first: UInt8 = 2) {
        for number in [first, first + 2] {
            #expect(stall(&bolt, at: &now) == Step(order: .drive(operation.direction.reversed, DriveNumber(number))))
            bolt.driveStarted(DriveNumber(number), at: .ms(now + 10))
            now += 160
            #expect(bolt.wake(mayExtend: true, at: .ms(now)) == Step(order: .stop))
            #expect(!bolt.isPowered)
            now += 200
            let again = Step(order: .drive(operation.direction, DriveNumber(number + 1)))
            #expect(bolt.wake(mayExtend: true, at: .ms(now)) == again)
            bolt.driveStarted(DriveNumber(number + 1), at: .ms(now + 10))
            now += 100
        }
    }

    @Test func `a jammed unlock backs off and is tried twice more, and then the motor is off for good`() {
        var bolt = moving(.unlock)
        var now: UInt64 = 300
        jamTwice(&bolt, .unlock, at: &now)
        #expect(stall(&bolt, at: &now) == Step(report: .ended(.unlock, .jammed)))
        #expect(!bolt.isPowered && bolt.deadline == nil)
        #expect(bolt.request(.unlock, at: .s(60)).order == .drive(.retract, DriveNumber(6)), "once more")
    }

    /// A bolt on its way out that has been seen to come in before, in 600 ms.
    private func movingAfterAWholeThrow() -> Bolt {
        var bolt = moving(.unlock)
        _ = bolt.switchesChanged(.retracted, at: .ms(610))
        _ = bolt.wake(mayExtend: true, at: .ms(640))
        _ = bolt.request(.lock, at: .ms(650))
        bolt.driveStarted(DriveNumber(2), at: .ms(660))
        _ = bolt.switchesChanged(.between, at: .ms(690))
        return bolt
    }

    @Test func `a jammed lock is drawn back after the last try, so that the door can be shut properly`() {
        var bolt = movingAfterAWholeThrow()
        var now: UInt64 = 850
        jamTwice(&bolt, .lock, at: &now, from: 3)
        #expect(stall(&bolt, at: &now) == Step(order: .drive(.retract, DriveNumber(7))))
        bolt.driveStarted(DriveNumber(7), at: .ms(now + 10))
        #expect(bolt.isPowered && bolt.operation == .lock)
        let back = bolt.switchesChanged(.retracted, at: .ms(now + 200))
        #expect(back == Step(order: .stop, report: .ended(.lock, .jammed)))
        #expect(!bolt.isPowered && bolt.deadline == nil && bolt.position == .retracted)
    }

    // A switch that is stuck at the near end, while the bolt has got out: seed 139 of a radio flood opened the door.
    @Test func `a lock whose far switch says that the bolt is out is neither backed off nor drawn back`() {
        var bolt = movingAfterAWholeThrow()
        _ = bolt.switchesChanged(.both, at: .ms(840))
        var now: UInt64 = 850
        for _ in 0..<3 {
            _ = stall(&bolt, at: &now)
            guard bolt.operation != nil else { break }
            #expect(!bolt.isPowered, "nothing goes back")
            now += 200
            let again = bolt.wake(mayExtend: true, at: .ms(now))
            guard case .drive(let direction, let number) = again.order else { break }
            #expect(direction == .extend)
            bolt.driveStarted(number, at: .ms(now + 10))
            now += 100
        }
        #expect(!bolt.isPowered && bolt.operation == nil)
    }

    // Both switches lied: in by the one, not out by the other, and the bolt was out. An automatic relock, felt as a hand once,
    // was tried again, and drew the bolt back: seeds 301166, 302283 and 302349 of new cells opened the door.
    @Test func `a lock whose near switch never opened is neither backed off nor drawn back`() {
        var bolt = movingAfterAWholeThrow()
        _ = bolt.halt()
        _ = bolt.switchesChanged(.retracted, at: .ms(800))
        _ = bolt.wake(mayExtend: true, at: .ms(830))
        var now: UInt64 = 1_000
        var drives = 0
        for request in 1...2 {
            var step = bolt.request(.lock, at: .ms(now))
            while bolt.operation != nil {
                if case .drive(let direction, let number) = step.order {
                    #expect(direction == .extend)
                    drives += 1
                    bolt.driveStarted(number, at: .ms(now + 10))
                    now += 100
                    bolt.currentChanged(isHigh: true, at: .ms(now))
                }
                guard let due = bolt.deadline else { break }
                now = due.milliseconds
                step = bolt.wake(mayExtend: true, at: .ms(now))
            }
            let end: Bolt.Report = request == 1 ? .turnedBack(.lock) : .ended(.lock, .jammed)
            #expect(step.report == end)
            now += 1_000
        }
        #expect(drives == 4, "once as a hand's, and three tries")
    }

    @Test(arguments: [false, true])
    func `a way back that is barred ends by time or by current`(byCurrent: Bool) {
        var bolt = movingAfterAWholeThrow()
        var now: UInt64 = 850
        jamTwice(&bolt, .lock, at: &now, from: 3)
        _ = stall(&bolt, at: &now)
        bolt.driveStarted(DriveNumber(7), at: .ms(now + 10))
        if byCurrent { bolt.currentChanged(isHigh: true, at: .ms(now + 50)) }
        let due = byCurrent ? now + 90 : now + 1_510
        #expect(bolt.deadline == .ms(due))
        #expect(bolt.wake(mayExtend: true, at: .ms(due)) == Step(order: .stop, report: .ended(.lock, .jammed)))
    }

    // Whoever stands outside presses # on a lock whose bolt an interrupted unlock left in the strike: nothing may be
    // drawn back for it (R1).
    @Test func `a lock that did not begin with the bolt in is neither backed off nor drawn back`() {
        var bolt = bolt(.between)
        _ = bolt.request(.lock, at: .zero)
        bolt.driveStarted(DriveNumber(1), at: .ms(10))
        var now: UInt64 = 300
        for number in [UInt8(2), 3] {
            #expect(stall(&bolt, at: &now) == Step())
            now += 200
            #expect(bolt.wake(mayExtend: true, at: .ms(now)).order == .drive(.extend, DriveNumber(number)))
            bolt.driveStarted(DriveNumber(number), at: .ms(now + 10))
            now += 100
        }
        #expect(stall(&bolt, at: &now) == Step(report: .ended(.lock, .jammed)))
    }

    // The far switch is dead, and the motor ran as long as for a whole throw: the door is locked, whatever is told.
    @Test(arguments: [(569, true), (568, false)] as [(UInt64, Bool)])
    func `a lock that came as far as the last whole throw is left where it is`(stalledAt: UInt64, isLeft: Bool) {
        var bolt = moving(.unlock)
        _ = bolt.switchesChanged(.retracted, at: .ms(610))
        _ = bolt.wake(mayExtend: true, at: .ms(640))
        // The throw took 600 ms from the motor's start; nine tenths of it are 540.
        _ = bolt.request(.lock, at: .s(10))
        bolt.driveStarted(DriveNumber(2), at: .s(10) + .milliseconds(30))
        _ = bolt.switchesChanged(.between, at: .s(10) + .milliseconds(60))
        var now: UInt64 = 10_000 + stalledAt + 1
        for _ in 1...2 {
            _ = stall(&bolt, at: &now)
            bolt.driveStarted(DriveNumber(0), at: .ms(now))
            while bolt.operation == .lock, let due = bolt.deadline {
                now = due.milliseconds
                let order = bolt.wake(mayExtend: true, at: .ms(now)).order
                guard case .drive(.extend, let number) = order else { continue }
                bolt.driveStarted(number, at: .ms(now))
                break
            }
            now += 50
        }
        let last = stall(&bolt, at: &now)
        #expect((last == Step(report: .ended(.lock, .jammed))) == isLeft)
    }

    @Test func `a bolt that takes too long is a jam as well`() {
        var bolt = moving(.lock)
        #expect(bolt.wake(mayExtend: true, at: .ms(1_509)) == Step())
        #expect(bolt.wake(mayExtend: true, at: .ms(1_510)) == Step(order: .stop))
        #expect(bolt.wake(mayExtend: true, at: .ms(1_910)).order == .drive(.retract, DriveNumber(2)))
    }

    @Test func `inrush is no stall`() {
        var bolt = bolt(.retracted)
        _ = bolt.request(.lock, at: .zero)
        bolt.currentChanged(isHigh: true, at: .ms(1))
        bolt.driveStarted(DriveNumber(1), at: .ms(15))
        bolt.currentChanged(isHigh: false, at: .ms(31))
        #expect(bolt.wake(mayExtend: true, at: .ms(41)) == Step())
        #expect(bolt.deadline == .ms(1_515))
    }

    // A motor that cannot turn at all draws its stall current before it is heard to have started; there is no second
    // edge. The stall used to be seen by time alone, 1.5 s later.
    @Test func `a motor that is held from the first moment is off within fifty milliseconds too`() {
        var bolt = bolt(.retracted)
        _ = bolt.request(.lock, at: .zero)
        bolt.currentChanged(isHigh: true, at: .ms(2))
        bolt.driveStarted(DriveNumber(1), at: .ms(20))
        #expect(bolt.deadline == .ms(42))
        #expect(bolt.wake(mayExtend: true, at: .ms(42)).order == .stop)
        #expect(!bolt.isPowered)
    }

    @Test func `a stall while backing off stops the motor within fifty milliseconds too`() {
        var bolt = moving(.lock)
        bolt.currentChanged(isHigh: true, at: .ms(300))
        _ = bolt.wake(mayExtend: true, at: .ms(340))
        bolt.currentChanged(isHigh: false, at: .ms(341))
        _ = bolt.wake(mayExtend: true, at: .ms(740))
        bolt.driveStarted(DriveNumber(2), at: .ms(750))
        bolt.currentChanged(isHigh: true, at: .ms(760))
        #expect(bolt.deadline == .ms(800))
        #expect(bolt.wake(mayExtend: true, at: .ms(800)) == Step(order: .stop))
    }

    @Test func `current before or after a drive is nobody's stall`() {
        var bolt = bolt(.extended)
        bolt.currentChanged(isHigh: true, at: .zero)
        #expect(bolt == self.bolt(.extended))
        _ = bolt.request(.unlock, at: .s(1))
        bolt.driveStarted(DriveNumber(1), at: .s(1))
        #expect(bolt.deadline == .ms(2_500))
    }

    // The retracted switch is dead. After the last try the bolt used to be backed off from its end, so that it stood in
    // the strike for good and nobody got in.
    @Test func `with a dead end switch the last try leaves the bolt at its end`() {
        var bolt = moving(.unlock)
        var orders: [Bolt.Order] = []
        var now: UInt64 = 700
        while bolt.operation != nil && now < 20_000 {
            if bolt.isPowered {
                bolt.currentChanged(isHigh: true, at: .ms(now))
            }
            guard let due = bolt.deadline else { break }
            now = max(now, due.milliseconds)
            let order = bolt.wake(mayExtend: true, at: .ms(now)).order
            orders.append(order)
            if case .drive(_, let number) = order { bolt.driveStarted(number, at: .ms(now)) }
        }
        let drives = orders.compactMap {
            switch $0 {
            case .drive(let direction, _): direction
            case .nothing, .stop: nil
            }
        }
        #expect(drives == [.extend, .retract, .extend, .retract], "it ends with a retraction")
        #expect(orders.last == .nothing && !bolt.isPowered)
    }
}
