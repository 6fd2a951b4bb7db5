import LockCore
import LockHAL
import LockSim
import Testing

/// What a motor does to a bolt in a world without firmware policy: orders straight to the board.
@Suite struct BoltModelTests {
    private func rig(_ change: (inout WorldParameters) -> Void = { _ in }) -> Rig {
        var parameters = WorldParameters()
        parameters.areSwitchesBouncing = false
        change(&parameters)
        return Rig(parameters)
    }

    @Test func `a healthy bolt travels in 600 ms, give or take a tenth, and rests in its end switch`() throws {
        var rig = rig()
        try rig.drive(.extend)
        let reached = rig.milliseconds { $0.bolt.switches == .extended }
        #expect((500...660).contains(reached), "took \(reached) ms")
        try rig.board.stopMotor()
        rig.run(200)
        #expect(rig.world.bolt.switches == .extended)
        #expect(!rig.world.bolt.isActive)
    }

    @Test func `the inrush is over within 30 ms and the current of a stall stays`() throws {
        var rig = rig()
        try rig.drive(.extend)
        rig.run(3)
        #expect(rig.world.bolt.isCurrentHigh)
        rig.run(30)
        #expect(!rig.world.bolt.isCurrentHigh)
        rig.run(900)
        #expect(rig.world.bolt.isCurrentHigh, "against the end stop")
        #expect(rig.world.bolt.current <= 1.2)
    }

    @Test func `the one-shot takes the power away after 1.6 s, whatever the firmware does`() throws {
        var rig = rig()
        try rig.drive(.extend)
        rig.run(1_601)
        #expect(rig.world.bolt.poweredDirection == .extend)
        rig.run(2)
        #expect(rig.world.bolt.poweredDirection == nil)
    }

    @Test func `cold makes it slow, and a slow motor slower`() throws {
        func travel(_ action: WorldAction?) throws -> UInt64 {
            var rig = rig()
            if let action { _ = try rig.board.world.perform(action) }
            try rig.drive(.extend)
            return rig.milliseconds { $0.bolt.switches == .extended }
        }
        let warm = try travel(nil)
        let cold = try travel(.setTemperature(Decidegrees(-200)))
        let slow = try travel(.start(.motorSlow(tenths: 25)))
        #expect(cold > warm + 50)
        #expect(slow > warm + 80)
    }

    @Test(arguments: [10, 50, 90] as [UInt8])
    func `a jam stops the motor on both ways, and no hand`(share: UInt8) throws {
        var rig = rig()
        _ = try rig.board.world.perform(.start(.jam(at: Percent(share))))
        try rig.drive(.extend)
        rig.run(1_500)
        let place = UInt16(share) * 10
        #expect(rig.world.bolt.permille.distance(to: place).magnitude <= 1)
        #expect(rig.world.bolt.isCurrentHigh)
        try rig.board.stopMotor()
        _ = try rig.board.world.perform(.thumbturn(.extend))
        rig.run(500)
        #expect(rig.world.bolt.permille == 1_000)
        try rig.drive(.retract)
        rig.run(1_500)
        #expect(rig.world.bolt.permille.distance(to: place).magnitude <= 1)
    }

    @Test func `a blocked rotor draws the full current and moves nothing`() throws {
        var rig = rig()
        _ = try rig.board.world.perform(.start(.motorStalled))
        try rig.drive(.extend)
        rig.run(500)
        #expect(rig.world.bolt.permille == 0)
        #expect(rig.world.bolt.isCurrentHigh)
    }

    @Test func `a misaligned door stops the bolt at the plate, even by hand`() throws {
        var rig = rig()
        _ = try rig.board.world.perform(.start(.doorMisaligned))
        _ = try rig.board.world.perform(.thumbturn(.extend))
        rig.run(1_000)
        #expect(rig.world.bolt.permille < 310)
        #expect(!rig.world.isLocked)
    }

    @Test func `a hand turns the bolt against the motor in mid-throw`() throws {
        var rig = rig()
        try rig.drive(.extend)
        rig.run(300)
        _ = try rig.board.world.perform(.thumbturn(.retract))
        rig.run(140)
        #expect(rig.world.bolt.permille < 100)
        try rig.board.stopMotor()
        rig.run(300)
        #expect(rig.world.bolt.switches == .retracted)
    }

    @Test func `a turn that ends half-way leaves the bolt between its switches`() throws {
        var rig = rig()
        _ = try rig.board.world.perform(.thumbturn(.extend, share: Percent(50)))
        rig.run(1_000)
        #expect(rig.world.bolt.permille == 500)
        #expect(rig.world.bolt.switches == .between)
    }

    @Test(arguments: Direction.allCases, [true, false])
    func `a stuck end switch shows its level wherever the bolt is`(end: Direction, isPressed: Bool) throws {
        var rig = rig()
        _ = try rig.board.world.perform(.start(.endSwitchStuck(end, isPressed: isPressed)))
        for direction in Direction.allCases {
            _ = try rig.board.world.perform(.thumbturn(direction))
            rig.run(1_000)
            let levels = rig.world.bolt.switches
            #expect((end == .retract ? levels.isRetracted : levels.isExtended) == isPressed)
        }
        _ = try rig.board.world.perform(.stop(.endSwitchStuck(end, isPressed: isPressed)))
        #expect(rig.world.bolt.switches == .extended)
    }
}
