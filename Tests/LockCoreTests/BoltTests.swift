import Testing

@testable import LockCore

@Suite struct BoltTests {
    private typealias Step = Bolt.Step

    private func bolt(_ switches: BoltSwitches) -> Bolt { Bolt(settings: Settings(), switches: switches) }

    /// A bolt that has been ordered at 0, has left its end at 40 ms and is on its way.
    private func moving(_ operation: LockOperation, leaving: Bool = true) -> Bolt {
        var bolt = bolt(operation == .lock ? .retracted : .extended)
        _ = bolt.request(operation, at: .zero)
        bolt.driveStarted(DriveNumber(1), at: .ms(10))
        if leaving { _ = bolt.switchesChanged(.between, at: .ms(40)) }
        return bolt
    }

    private func end(of operation: LockOperation) -> BoltSwitches { operation == .lock ? .extended : .retracted }

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

    @Test func `a bolt that is there already is not moved`() {
        var there = bolt(.extended)
        #expect(there.request(.lock, at: .zero) == Step(report: .unnecessary(.lock)))
        #expect(there.deadline == nil)
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

    // MARK: Jams

    @Test(arguments: LockOperation.allCases)
    func `a jam backs off and is tried twice more, and then the motor is off for good`(operation: LockOperation) {
        var bolt = moving(operation)
        var now: UInt64 = 300
        for number in [UInt8(2), 4] {
            bolt.currentChanged(isHigh: true, at: .ms(now))
            #expect(bolt.deadline == .ms(now + 40))
            #expect(bolt.wake(mayExtend: true, at: .ms(now + 39)) == Step())
            now += 40
            let back = Step(order: .stopThenDrive(operation.direction.reversed, DriveNumber(number)))
            #expect(bolt.wake(mayExtend: true, at: .ms(now)) == back)
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
        bolt.currentChanged(isHigh: true, at: .ms(now))
        let given = bolt.wake(mayExtend: true, at: .ms(now + 40))
        #expect(given == Step(order: .stop, report: .ended(operation, .jammed)))
        #expect(!bolt.isPowered && bolt.deadline == nil)
        #expect(bolt.request(operation, at: .s(60)).order == .drive(operation.direction, DriveNumber(6)), "once more")
    }

    @Test func `a bolt that takes too long is a jam as well`() {
        var bolt = moving(.lock)
        #expect(bolt.wake(mayExtend: true, at: .ms(1_509)) == Step())
        #expect(bolt.wake(mayExtend: true, at: .ms(1_510)).order == .stopThenDrive(.retract, DriveNumber(2)))
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
        #expect(bolt.wake(mayExtend: true, at: .ms(42)).order == .stopThenDrive(.retract, DriveNumber(2)))
    }

    @Test func `a stall while backing off stops the motor within fifty milliseconds too`() {
        var bolt = moving(.lock)
        bolt.currentChanged(isHigh: true, at: .ms(300))
        _ = bolt.wake(mayExtend: true, at: .ms(340))
        bolt.currentChanged(isHigh: false, at: .ms(341))
        bolt.driveStarted(DriveNumber(2), at: .ms(350))
        bolt.currentChanged(isHigh: true, at: .ms(360))
        #expect(bolt.deadline == .ms(400))
        #expect(bolt.wake(mayExtend: true, at: .ms(400)) == Step(order: .stop))
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
            if case .stopThenDrive(_, let number) = order { bolt.driveStarted(number, at: .ms(now)) }
        }
        let drives = orders.compactMap {
            switch $0 {
            case .drive(let direction, _), .stopThenDrive(let direction, _): direction
            case .nothing, .stop: nil
            }
        }
        #expect(drives == [.extend, .retract, .extend, .retract], "it ends with a retraction")
        #expect(orders.last == .stop)
    }

    // MARK: By hand

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
        #expect(back == Step(order: .stop, report: .ended(operation, .overridden)))
        #expect(!bolt.isPowered && bolt.deadline == nil)
    }

    @Test func `from between the ends a hand may win as well`() {
        var bolt = bolt(.between)
        _ = bolt.request(.lock, at: .zero)
        bolt.driveStarted(DriveNumber(1), at: .ms(10))
        let back = bolt.switchesChanged(.retracted, at: .ms(20))
        #expect(back == Step(order: .stop, report: .ended(.lock, .overridden)))
    }

    @Test func `a hand that finishes the throw between two tries has finished it`() {
        var bolt = moving(.unlock)
        _ = bolt.wake(mayExtend: true, at: .ms(1_510))
        bolt.driveStarted(DriveNumber(2), at: .ms(1_520))
        _ = bolt.wake(mayExtend: true, at: .ms(1_670))
        #expect(!bolt.isPowered)
        #expect(bolt.switchesChanged(.retracted, at: .ms(1_700)) == Step())
        #expect(bolt.wake(mayExtend: true, at: .ms(1_730)) == Step(report: .ended(.unlock, .done)))
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
        bolt.driveStarted(DriveNumber(2), at: .ms(1_520))
        _ = bolt.wake(mayExtend: true, at: .ms(1_670))
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
        #expect(closed.wake(mayExtend: true, at: .ms(1_510)).order == .stopThenDrive(.extend, DriveNumber(2)))
        #expect(closed.doorOpened(at: .ms(1_520)) == Step(order: .stop))
        #expect(!closed.isPowered)

        var open = moving(.unlock)
        #expect(open.wake(mayExtend: false, at: .ms(1_510)) == Step(order: .stop))
        #expect(open.wake(mayExtend: false, at: .ms(1_710)).order == .drive(.retract, DriveNumber(2)))
    }

    @Test func `the drive number wraps around`() {
        #expect(DriveNumber(255).next == DriveNumber(0))
    }
}
