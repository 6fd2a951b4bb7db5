import Testing

@testable import LockCore

@Suite struct BoltHandTests: BoltBench {
    typealias Step = Bolt.Step

    @Test func `a hand that turns the resting bolt is told once the switches have settled`() {
        var bolt = bolt(.extended)
        #expect(bolt.switchesChanged(.between, at: .zero) == Step())
        #expect(bolt.switchesChanged(.retracted, at: .ms(20)) == Step())
        #expect(bolt.wake(mayExtend: true, at: .ms(49)) == Step())
        #expect(bolt.wake(mayExtend: true, at: .ms(50)) == Step(report: .movedByHand(.retracted)))
        #expect(bolt.wake(mayExtend: true, at: .ms(60)) == Step())
        #expect(bolt.deadline == nil)
    }

    @Test func `a switch that only trembles was no hand`() {
        var bolt = bolt(.extended)
        _ = bolt.switchesChanged(.between, at: .zero)
        _ = bolt.switchesChanged(.extended, at: .ms(2))
        #expect(bolt.wake(mayExtend: true, at: .ms(32)) == Step())
    }

    @Test func `both switches at once are a fault and not a guess`() {
        var bolt = bolt(.extended)
        _ = bolt.switchesChanged(.both, at: .zero)
        #expect(bolt.position == .impossible)
        #expect(bolt.wake(mayExtend: true, at: .ms(30)) == Step(report: .fault(.bothEndSwitches)))
    }

    @Test(arguments: LockOperation.allCases)
    func `a hand that turns the bolt back in mid-throw wins`(operation: LockOperation) {
        var bolt = moving(operation)
        let back = bolt.switchesChanged(end(of: operation.reversed), at: .ms(300))
        #expect(back == Step(order: .stop, report: .turnedBack(operation)))
        #expect(!bolt.isPowered && bolt.deadline == nil)
    }

    @Test(arguments: LockOperation.allCases)
    func `a hand that stalls the motor and brings the bolt back has the last word`(operation: LockOperation) {
        var bolt = moving(operation)
        bolt.currentChanged(isHigh: true, at: .ms(300))
        #expect(bolt.wake(mayExtend: true, at: .ms(340)) == Step(order: .stop))
        let back = bolt.switchesChanged(end(of: operation.reversed), at: .ms(739))
        #expect(back == Step(report: .turnedBack(operation)))
        #expect(bolt.operation == nil && bolt.deadline == nil, "nothing is driven again")
    }

    @Test(arguments: LockOperation.allCases)
    func `a hand that brings the bolt back between two tries has the last word, and the motor's own way does not`(
        operation: LockOperation
    ) {
        // A stall 190 ms from the beginning: backing off 150 ms may bring it there by itself, and still moves for a moment.
        for (at, isHand) in [(829, false), (830, true)] as [(UInt64, Bool)] {
            var bolt = backedOff(operation, stalledAt: 200)
            let back = bolt.switchesChanged(end(of: operation.reversed), at: .ms(at))
            #expect(back == (isHand ? Step(report: .turnedBack(operation)) : Step()))
        }
        // From farther away only a hand does.
        var bolt = backedOff(operation, stalledAt: 300)
        #expect(bolt.switchesChanged(end(of: operation.reversed), at: .ms(901)) == Step(report: .turnedBack(operation)))
    }

    /// A bolt whose motor has just been switched off after backing off from a stall.
    private func backedOff(_ operation: LockOperation, stalledAt: UInt64) -> Bolt {
        var bolt = moving(operation)
        bolt.currentChanged(isHigh: true, at: .ms(stalledAt))
        _ = bolt.wake(mayExtend: true, at: .ms(stalledAt + 40))
        _ = bolt.wake(mayExtend: true, at: .ms(stalledAt + 440))
        bolt.driveStarted(DriveNumber(2), at: .ms(stalledAt + 450))
        #expect(bolt.wake(mayExtend: true, at: .ms(stalledAt + 600)) == Step(order: .stop))
        return bolt
    }

    @Test func `a lock that cannot leave its beginning is a hand that holds the thumbturn, and the second time a jam`()
    {
        var bolt = bolt(.retracted)
        for at in [UInt64(0), 30_000] {
            _ = bolt.request(.lock, at: .ms(at))
            bolt.driveStarted(DriveNumber(at == 0 ? 1 : 2), at: .ms(at + 10))
            bolt.currentChanged(isHigh: true, at: .ms(at + 12))
            let step = bolt.wake(mayExtend: true, at: .ms(at + 52))
            #expect(step == (at == 0 ? Step(order: .stop, report: .turnedBack(.lock)) : Step(order: .stop)))
        }
        #expect(bolt.operation == .lock, "it is tried again")
    }

    @Test func `an unlock that cannot leave its beginning is a bolt under pressure, and is tried again`() {
        var bolt = moving(.unlock, leaving: false)
        bolt.currentChanged(isHigh: true, at: .ms(12))
        #expect(bolt.wake(mayExtend: true, at: .ms(52)) == Step(order: .stop))
        #expect(bolt.operation == .unlock)
    }

    @Test func `from between the ends a hand may win as well`() {
        var bolt = bolt(.between)
        _ = bolt.request(.lock, at: .zero)
        bolt.driveStarted(DriveNumber(1), at: .ms(10))
        let back = bolt.switchesChanged(.retracted, at: .ms(20))
        #expect(back == Step(order: .stop, report: .turnedBack(.lock)))
    }

    @Test func `a hand that finishes the throw between two tries has finished it`() {
        var bolt = moving(.unlock)
        _ = bolt.wake(mayExtend: true, at: .ms(1_510))
        _ = bolt.wake(mayExtend: true, at: .ms(1_910))
        bolt.driveStarted(DriveNumber(2), at: .ms(1_920))
        _ = bolt.wake(mayExtend: true, at: .ms(2_070))
        #expect(!bolt.isPowered)
        #expect(bolt.switchesChanged(.retracted, at: .ms(2_100)) == Step())
        #expect(bolt.wake(mayExtend: true, at: .ms(2_130)) == Step(report: .ended(.unlock, .done)))
        #expect(bolt.deadline == nil)
    }

    @Test func `a hand that finishes the throw before the motor answers has finished it`() {
        var bolt = bolt(.between)
        _ = bolt.request(.unlock, at: .zero)
        #expect(bolt.switchesChanged(.retracted, at: .ms(5)) == Step(order: .stop))
        bolt.driveStarted(DriveNumber(1), at: .ms(10))
        #expect(!bolt.isPowered, "never powered after a stop")
        #expect(bolt.wake(mayExtend: true, at: .ms(35)) == Step(report: .ended(.unlock, .done)))
    }

    /// The hand's switch was still settling when the drive began; its deadline then stood in the past for the whole
    /// throw, and the loop never slept.
    @Test func `no deadline is left behind by a hand just before the throw`() {
        var bolt = bolt(.extended)
        _ = bolt.switchesChanged(.between, at: .zero)
        _ = bolt.request(.unlock, at: .ms(5))
        bolt.driveStarted(DriveNumber(1), at: .ms(10))
        #expect(bolt.wake(mayExtend: true, at: .ms(30)) == Step())
        #expect(bolt.deadline == .ms(1_510))
    }
}
