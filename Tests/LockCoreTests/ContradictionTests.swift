import Testing

@testable import LockCore

/// Switches that say that the bolt is there already, and what contradicts them (R4).
@Suite struct ContradictionTests: BoltBench {
    typealias Step = Bolt.Step

    @Test func `a bolt that was seen to come in is driven all the same for somebody who asks at a closed door`() {
        var bolt = moving(.unlock)
        _ = bolt.switchesChanged(.retracted, at: .ms(600))
        _ = bolt.wake(mayExtend: true, at: .ms(630))
        #expect(bolt.isSurely(at: .unlock))
        let order = bolt.request(.unlock, isContradicted: true, at: .s(5)).order
        #expect(order == .drive(.retract, DriveNumber(2)))
        bolt.driveStarted(DriveNumber(2), at: .ms(5_010))
        bolt.currentChanged(isHigh: true, at: .ms(5_015))
        let end = bolt.wake(mayExtend: true, at: .ms(5_055))
        #expect(end == Step(order: .stop, report: .ended(.unlock, .done)), "the motor says so, too")
    }

    @Test func `a lock that is held at its beginning does not make the switch there trustworthy`() {
        var bolt = bolt(.retracted)
        _ = bolt.request(.lock, at: .zero)
        bolt.driveStarted(DriveNumber(1), at: .ms(10))
        bolt.currentChanged(isHigh: true, at: .ms(15))
        #expect(bolt.wake(mayExtend: true, at: .ms(55)) == Step(order: .stop, report: .turnedBack(.lock)))
        #expect(!bolt.isSurely(at: .unlock))
    }

    @Test func `a motor that ran half a second before it stalled was not held, whatever its switch says`() {
        var bolt = bolt(.retracted)
        _ = bolt.request(.lock, at: .zero)
        bolt.driveStarted(DriveNumber(1), at: .ms(10))
        bolt.currentChanged(isHigh: true, at: .ms(510))
        #expect(bolt.wake(mayExtend: true, at: .ms(550)) == Step(order: .stop), "it is felt for")
        #expect(bolt.operation == .lock)
    }

    private func opened() -> Rig {
        var rig = Rig.started()
        rig.type(Rig.resident + "#")
        rig.run(.seconds(3))
        return rig
    }

    @Test func `a second PIN at a closed door powers the motor again`() {
        var rig = opened()
        #expect(rig.drives == [.retract])
        rig.type(Rig.resident + "#")
        rig.run(.seconds(3))
        #expect(rig.drives == [.retract, .retract])
        #expect(rig.position == .retracted)
        #expect(rig.problems == [])
    }

    @Test func `a PIN at an open door finds the bolt in, and nothing moves`() {
        var rig = opened()
        rig.door(isClosed: false)
        rig.type(Rig.resident + "#")
        rig.run(.seconds(3))
        #expect(rig.drives == [.retract])
        let isUnnecessary = rig.entries.contains {
            if case .operation(.unlock, .keypad, _, .unnecessary) = $0 { true } else { false }
        }
        #expect(isUnnecessary)
        #expect(rig.problems == [])
    }
}
