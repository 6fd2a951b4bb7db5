import Testing

@testable import LockCore

@Suite struct BoltTests: BoltBench {
    typealias Step = Bolt.Step

    // MARK: A throw as it should be

    @Test(arguments: LockOperation.allCases)
    func `a throw runs from its order to its end switch and is told when the switch has settled`(
        operation: LockOperation
    ) {
        var bolt = bolt(end(of: operation.reversed))
        #expect(!bolt.isPowered && bolt.deadline == nil)
        #expect(bolt.request(operation, at: .zero) == Step(order: .drive(operation.direction, DriveNumber(1))))
        #expect(bolt.isPowered, "from the order on the motor may have power")
        #expect(bolt.operation == operation)
        bolt.driveStarted(DriveNumber(1), at: .ms(10))
        #expect(bolt.deadline == .ms(1_510))
        #expect(bolt.switchesChanged(.between, at: .ms(40)) == Step())
        #expect(bolt.position == .between)
        #expect(bolt.switchesChanged(end(of: operation), at: .ms(600)) == Step(order: .stop))
        #expect(!bolt.isPowered)
        #expect(bolt.wake(mayExtend: true, at: .ms(629)) == Step())
        #expect(bolt.wake(mayExtend: true, at: .ms(630)) == Step(report: .ended(operation, .done)))
        #expect(bolt.deadline == nil && bolt.operation == nil)
    }

    @Test func `switches that bounce on the way out and on arrival change nothing`() {
        var bolt = moving(.lock, leaving: false)
        for (levels, at) in [
            (BoltSwitches.between, 40), (.retracted, 43), (.between, 45), (.retracted, 50), (.between, 52),
        ] as [(BoltSwitches, UInt64)] {
            #expect(bolt.switchesChanged(levels, at: .ms(at)) == Step())
        }
        #expect(bolt.switchesChanged(.extended, at: .ms(600)) == Step(order: .stop))
        #expect(bolt.switchesChanged(.between, at: .ms(603)) == Step())
        #expect(bolt.switchesChanged(.extended, at: .ms(606)) == Step())
        #expect(bolt.wake(mayExtend: true, at: .ms(630)) == Step(report: .ended(.lock, .done)))
        #expect(bolt.wake(mayExtend: true, at: .ms(700)) == Step())
        #expect(bolt.deadline == nil)
    }

    @Test func `a bolt that springs back off its end has failed`() {
        var bolt = moving(.lock)
        _ = bolt.switchesChanged(.extended, at: .ms(600))
        _ = bolt.switchesChanged(.between, at: .ms(610))
        #expect(bolt.wake(mayExtend: true, at: .ms(630)) == Step(report: .ended(.lock, .failed)))
        #expect(bolt.position == .between)
    }

    @Test func `a bolt that was seen to arrive is not moved there again`() {
        var there = moving(.lock)
        _ = there.switchesChanged(.extended, at: .ms(600))
        _ = there.wake(mayExtend: true, at: .ms(630))
        #expect(there.isSurely(at: .lock))
        #expect(there.request(.lock, at: .s(1)) == Step(report: .unnecessary(.lock)))
        #expect(there.deadline == nil)
    }

    // A switch that is stuck said "retracted" while the bolt stood in the strike, and no motor was ever tried.
    @Test(arguments: LockOperation.allCases)
    func `an end that nobody saw the bolt reach is tried by the motor, once and until it stalls`(
        operation: LockOperation
    ) {
        var bolt = bolt(end(of: operation))
        #expect(!bolt.isSurely(at: operation))
        #expect(bolt.request(operation, at: .zero).order == .drive(operation.direction, DriveNumber(1)))
        bolt.driveStarted(DriveNumber(1), at: .ms(10))
        bolt.currentChanged(isHigh: true, at: .ms(15))
        #expect(bolt.wake(mayExtend: true, at: .ms(54)) == Step())
        #expect(bolt.wake(mayExtend: true, at: .ms(55)) == Step(order: .stop, report: .ended(operation, .done)))
        #expect(!bolt.isSurely(at: operation), "the motor says that it is at an end, and not which")
    }

    // At a door whose switch said open, a bolt in the strike "came in" as its switch got stuck: granted, and no motor ran
    // (seed 300605 of a brown-out in mid-throw).
    @Test func `a switch that closes while the motor rests may be stuck, and a new start believes nothing`() {
        var bolt = bolt(.extended)
        _ = bolt.switchesChanged(.between, at: .zero)
        _ = bolt.switchesChanged(.retracted, at: .ms(300))
        #expect(bolt.wake(mayExtend: true, at: .ms(330)).report == .movedByHand(.retracted))
        #expect(!bolt.isSurely(at: .unlock))
        var there = moving(.unlock)
        _ = there.switchesChanged(.retracted, at: .ms(600))
        _ = there.wake(mayExtend: true, at: .ms(630))
        #expect(there.isSurely(at: .unlock))
        there.resume(.retracted)
        #expect(!there.isSurely(at: .unlock))
    }

    @Test func `a switch that lets go does not make the other one trustworthy`() {
        var bolt = bolt(.both)
        _ = bolt.switchesChanged(.retracted, at: .zero)
        _ = bolt.wake(mayExtend: true, at: .ms(30))
        #expect(!bolt.isSurely(at: .unlock))
    }

    @Test(arguments: LockOperation.allCases)
    func `from between the ends it goes either way`(operation: LockOperation) {
        var between = bolt(.between)
        #expect(between.request(operation, at: .zero).order == .drive(operation.direction, DriveNumber(1)))
    }

    @Test func `the same request twice is one throw`() {
        var bolt = moving(.lock)
        let before = bolt
        #expect(bolt.request(.lock, at: .ms(100)) == Step())
        #expect(bolt == before)
    }

    // MARK: Answers that are late, doubled or foreign

    @Test func `a motor that never answers is stopped, and the operation has failed`() {
        var bolt = bolt(.extended)
        _ = bolt.request(.unlock, at: .zero)
        #expect(bolt.wake(mayExtend: true, at: .ms(99)) == Step())
        #expect(bolt.wake(mayExtend: true, at: .ms(100)) == Step(order: .stop, report: .ended(.unlock, .failed)))
        #expect(!bolt.isPowered)
        bolt.driveStarted(DriveNumber(1), at: .ms(120))
        #expect(!bolt.isPowered && bolt.deadline == nil, "the answer came too late")
    }

    @Test func `another drive's answer is not this one's, and a second answer gives no more time`() {
        var bolt = bolt(.extended)
        _ = bolt.request(.unlock, at: .zero)
        bolt.driveStarted(DriveNumber(0), at: .ms(5))
        bolt.driveStarted(DriveNumber(2), at: .ms(5))
        #expect(bolt.deadline == .ms(100))
        bolt.driveStarted(DriveNumber(1), at: .ms(10))
        bolt.driveStarted(DriveNumber(1), at: .ms(900))
        #expect(bolt.deadline == .ms(1_510))
    }

    @Test func `an order that could not be carried out ends in rest`() {
        var bolt = bolt(.extended)
        _ = bolt.request(.unlock, at: .zero)
        #expect(bolt.driveFailed() == Step(order: .stop, report: .ended(.unlock, .failed)))
        #expect(bolt.driveFailed() == Step())
        #expect(bolt.request(.unlock, at: .ms(5)).order == .drive(.retract, DriveNumber(2)))
    }

    @Test func `an order that was taken back never happened`() {
        var bolt = bolt(.extended)
        _ = bolt.request(.unlock, at: .zero)
        bolt.cancel()
        #expect(!bolt.isPowered && bolt.operation == nil && bolt.deadline == nil)
    }

    // MARK: The other way

    @Test func `a request during another one changes nothing: it is to be halted first`() {
        var bolt = moving(.lock)
        let before = bolt
        #expect(bolt.request(.unlock, at: .ms(300)) == Step())
        #expect(bolt == before)
    }

    @Test func `a throw that is halted stops at once and then goes the other way`() {
        var bolt = moving(.lock)
        #expect(bolt.halt() == Step(order: .stop, report: .ended(.lock, .overridden)))
        #expect(!bolt.isPowered && bolt.operation == nil)
        #expect(bolt.request(.unlock, at: .ms(300)).order == .drive(.retract, DriveNumber(2)))
    }

    @Test func `a bolt that has arrived and is halted while its switch settles has done it`() {
        var bolt = moving(.lock)
        _ = bolt.switchesChanged(.extended, at: .ms(600))
        #expect(bolt.halt() == Step(report: .ended(.lock, .done)))
    }

    @Test func `between two tries there is nothing to stop, and at rest nothing to halt`() {
        var bolt = moving(.lock)
        _ = bolt.wake(mayExtend: true, at: .ms(1_510))
        #expect(!bolt.isPowered)
        #expect(bolt.halt() == Step(report: .ended(.lock, .overridden)))
        #expect(bolt.halt() == Step())
    }

    // MARK: Faulted switches

    @Test func `a switch that is stuck does not stop the bolt half-way`() {
        // The retracted switch is stuck on. When the extended one lets go, the bolt has hardly moved.
        var bolt = bolt(.both)
        #expect(bolt.request(.unlock, at: .zero).order == .drive(.retract, DriveNumber(1)))
        bolt.driveStarted(DriveNumber(1), at: .ms(10))
        #expect(bolt.switchesChanged(.retracted, at: .ms(40)) == Step())
        #expect(bolt.isPowered)
        #expect(bolt.deadline == .ms(1_510))
    }

    @Test func `the other switch stuck on never makes an arrival`() {
        var bolt = bolt(.extended)
        _ = bolt.request(.unlock, at: .zero)
        bolt.driveStarted(DriveNumber(1), at: .ms(10))
        #expect(bolt.switchesChanged(.both, at: .ms(600)) == Step())
        #expect(bolt.isPowered, "by time and current")
    }

    // MARK: The door

    @Test func `a door that opens halts an extending bolt`() {
        var bolt = moving(.lock)
        let turned = bolt.doorOpened(at: .ms(200))
        #expect(turned == Step(order: .stop, report: .ended(.lock, .overridden)))
    }

    @Test func `a door that opens leaves a retracting bolt alone`() {
        var bolt = moving(.unlock)
        let before = bolt
        #expect(bolt.doorOpened(at: .ms(200)) == Step())
        #expect(bolt == before)
    }

    @Test func `a failed unlock backs off by extending, and never against an open door`() {
        var closed = moving(.unlock)
        _ = closed.wake(mayExtend: true, at: .ms(1_510))
        #expect(closed.wake(mayExtend: true, at: .ms(1_910)).order == .drive(.extend, DriveNumber(2)))
        #expect(closed.doorOpened(at: .ms(1_920)) == Step(order: .stop))
        #expect(!closed.isPowered)

        var open = moving(.unlock)
        _ = open.wake(mayExtend: false, at: .ms(1_510))
        #expect(open.wake(mayExtend: false, at: .ms(1_910)) == Step())
        #expect(open.wake(mayExtend: false, at: .ms(2_110)).order == .drive(.retract, DriveNumber(2)))
    }

    @Test func `the drive number wraps around`() {
        #expect(DriveNumber(255).next == DriveNumber(0))
    }
}
