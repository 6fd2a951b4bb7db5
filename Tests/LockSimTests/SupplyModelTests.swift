import LockCore
import LockHAL
import LockSim
import Testing

/// What sources make of the rail, and the rail of the processor.
@Suite struct SupplyModelTests {
    private func rig(_ actions: WorldAction...) throws -> Rig {
        var rig = Rig()
        for action in actions { _ = try rig.board.world.perform(action) }
        return rig
    }

    private func sagWhileDriving(_ rig: inout Rig) throws -> Double {
        let open = rig.world.supply.rail
        try rig.drive(.extend)
        rig.run(2)
        return open - rig.world.supply.rail
    }

    @Test func `empty cells sag more than full ones, and cold cells more than warm ones`() throws {
        var full = try rig()
        var half = try rig(.insertCells(charge: Percent(40)))
        var cold = try rig(.insertCells(charge: Percent(40)), .setTemperature(Decidegrees(-200)))
        let sags = try [sagWhileDriving(&full), sagWhileDriving(&half), sagWhileDriving(&cold)]
        #expect(sags[0] < sags[1])
        #expect(sags[1] < sags[2])
    }

    @Test func `dead cells leave the logic without power, and a 9 V block brings it back`() throws {
        var rig = try rig(.start(.cellsDead))
        #expect(rig.world.supply.rail < 3)
        rig.board.world.letTimePass(until: rig.world.now + .seconds(2))
        #expect(rig.world.processor.state == .unpowered)
        _ = try rig.board.world.perform(.holdNineVolt(.fresh))
        rig.board.world.letTimePass(until: rig.world.now + .milliseconds(20))
        #expect(rig.world.processor.state == .running)
        #expect(!rig.board.isAlive, "another life than the one before")
    }

    @Test(arguments: [(NineVoltBlock.fresh, true), (.halfEmpty, true), (.weak, false), (.empty, false)])
    func `a fresh or half-empty block turns the motor, a weak one does not hold the rail`(
        block: NineVoltBlock, isStrong: Bool
    ) throws {
        var rig = try rig(.start(.cellsDead), .holdNineVolt(block))
        try rig.drive(.extend)
        rig.run(2)
        #expect((rig.world.supply.rail > 3.4) == isStrong, "rail at \(rig.world.supply.rail)")
    }

    @Test func `a charger turns the motor, a port of 100 mA lights the keypad and no more`() throws {
        for (source, isStrong) in [(USBSource.charger, true), (.weak, false)] {
            var rig = try rig(.start(.cellsDead), .plugUSB(source))
            #expect(rig.world.supply.rail > 4.5)
            try rig.drive(.extend)
            rig.run(2)
            #expect((rig.world.supply.rail > 3.4) == isStrong, "rail at \(rig.world.supply.rail)")
        }
    }

    @Test func `the highest source feeds, and the others join when it sags`() throws {
        var rig = try rig(.plugUSB(.charger))
        #expect(rig.world.supply.rail > rig.world.supply.usbVoltage, "fresh cells are above 5 V")
        _ = try rig.board.world.perform(.holdNineVolt(.fresh))
        #expect(rig.world.supply.rail > 9)
        _ = try rig.board.world.perform(.releaseNineVolt)
        #expect(rig.world.supply.rail < 7)
    }

    @Test func `reset is held below 3.3 V and a hold-up capacitor bridges a short sag`() throws {
        var rig = try rig()
        _ = try rig.board.world.perform(.removeCells)
        #expect(rig.board.isAlive, "the capacitor")
        rig.run(50)
        _ = try rig.board.world.perform(.insertCells(charge: Percent(100)))
        #expect(rig.board.isAlive)
        _ = try rig.board.world.perform(.removeCells)
        rig.board.world.letTimePass(until: rig.world.now + .seconds(3))
        #expect(rig.world.processor.state == .unpowered)
    }

    @Test func `a cut is at once, and its reset is a power-on`() throws {
        var rig = try rig()
        try rig.drive(.extend)
        rig.run(300)
        _ = try rig.board.world.perform(.cutPower)
        #expect(!rig.board.isAlive)
        #expect(rig.world.bolt.poweredDirection == nil)
        #expect(throws: BoardFault.deviceSilent) { try rig.board.stopMotor() }
        _ = try rig.board.world.perform(.returnPower)
        rig.board.world.letTimePass(until: rig.world.now + .milliseconds(20))
        #expect(rig.world.processor.state == .running)
        #expect(rig.world.processor.cause == .powerOn)
        #expect(rig.world.bolt.switches == .between, "where it was when the power went")
    }

    @Test func `worn springs and a dry capacitor let the motor's inrush brown the logic out`() throws {
        var rig = try rig(.start(.inrushBrownOut))
        try rig.drive(.retract)
        rig.run(10)
        #expect(!rig.board.isAlive)
        rig.board.world.letTimePass(until: rig.world.now + .milliseconds(100))
        #expect(rig.world.processor.state == .running)
        #expect(rig.world.processor.cause == .brownOut)
    }

    @Test func `one weak cell among good ones pulls the whole pack down`() throws {
        let even = try rig()
        let mixed = try rig(.start(.cellsMixed(weakest: Percent(5))))
        #expect(mixed.world.supply.cellsVoltage < even.world.supply.cellsVoltage - 0.4)
        #expect(mixed.world.supply.charge < 0.06)
    }

    @Test func `dirty contacts come and go while a block is held, and not otherwise`() throws {
        var rig = try rig(.start(.dirtyContacts))
        rig.run(5_000)
        #expect(!rig.heard.contains(.powerInputChanged(.nineVolt, isPresent: true)))
        _ = try rig.board.world.perform(.holdNineVolt(.fresh))
        rig.run(10_000)
        let changes = rig.heard.filter { if case .powerInputChanged = $0 { true } else { false } }
        #expect(changes.count > 10)
    }

    @Test func `sleeping and throwing take their charge`() throws {
        var rig = try rig()
        rig.board.world.letTimePass(until: rig.world.now + .days(30))
        _ = try rig.board.world.perform(.setTemperature(Decidegrees(200)))
        let slept = (1 - rig.world.supply.charge) * 2_400
        #expect((40...50).contains(slept), "30 days at 0.06 mA are 43 mAh, not \(slept)")
    }

    @Test func `all samples of a moment come one after the other, the load test as a pulse of 100 ms`() throws {
        var rig = try rig()
        try rig.board.sample(.rail)
        try rig.board.sample(.testLoad)
        rig.run(140)
        guard case .sampled(.rail(let open))? = rig.heard.first, case .sampled(.testLoad(let loaded))? = rig.heard.last
        else {
            Issue.record("no two samples: \(rig.heard)")
            return
        }
        #expect(open.value > loaded.value + 200, "\(open) and \(loaded)")
        #expect(open.value > 6_300)
    }
}
