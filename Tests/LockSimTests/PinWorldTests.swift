import LockCore
import Testing

@testable import LockSim

struct PinWorldTests {
    private func world(_ change: (inout WorldParameters) -> Void = { _ in }) -> PinWorld {
        var parameters = WorldParameters()
        parameters.isBoltExtended = true
        change(&parameters)
        let world = World(parameters, tracing: .pins)
        var pins = PinWorld(world: world, checkers: Checkers(world: world))
        pass(100, &pins)
        return pins
    }

    private func pass(_ milliseconds: Int, _ pins: inout PinWorld) {
        let end = pins.world.now + .milliseconds(UInt64(milliseconds))
        while pins.world.now < end { pins.pass(until: end) }
    }

    private func driving(_ direction: Direction, isEnabled: Bool = true) -> OutputPins {
        var lines = OutputPins()
        lines.isMotorRetract = direction == .retract
        lines.isMotorExtend = direction == .extend
        lines.isMotorEnabled = isEnabled
        return lines
    }

    @Test func `after the release of reset the processor runs, and the lines show a locked door`() {
        let pins = world()
        #expect(pins.world.processor.state == .running)
        #expect(pins.inputs.switches == .extended)
        #expect(pins.inputs.isDoorClosed)
        #expect(pins.inputs.isCoverFitted)
        #expect(pins.inputs.isRailGood)
        #expect(!pins.inputs.isNineVoltPresent)
        #expect(pins.inputs.rows == RowSet(bits: 0))
    }

    @Test func `bridge and one-shot pull the bolt in, and its switches bounce`() {
        var pins = world()
        pins.set(driving(.retract))
        var levels: [BoltSwitches] = []
        for _ in 0..<900 {
            pass(1, &pins)
            if pins.inputs.switches != levels.last { levels.append(pins.inputs.switches) }
            if pins.inputs.switches == .retracted { pins.set(OutputPins()) }
        }
        #expect(levels.last == .retracted)
        #expect(levels.count > 3, "a switch that does not bounce shows three levels")
        #expect(pins.world.bolt.poweredDirection == nil)
        #expect(pins.trace.contains { $0.kind == .motorPower(.retract) })
    }

    @Test(arguments: [Direction.retract, .extend])
    func `without the enable line the motor has no power`(direction: Direction) {
        var pins = world()
        pins.set(driving(direction, isEnabled: false))
        pass(50, &pins)
        #expect(pins.world.bolt.poweredDirection == nil)
    }

    @Test func `both inputs of the bridge brake`() {
        var pins = world()
        pins.set(driving(.retract))
        pass(20, &pins)
        #expect(pins.world.bolt.poweredDirection == .retract)
        var brake = driving(.retract)
        brake.isMotorExtend = true
        pins.set(brake)
        #expect(pins.world.bolt.poweredDirection == nil)
    }

    @Test func `the one-shot ends a drive that nobody ends`() {
        var pins = world()
        _ = try? pins.perform(.start(.motorStalled))
        pins.set(driving(.retract))
        pass(1_590, &pins)
        #expect(pins.world.bolt.poweredDirection == .retract)
        pass(20, &pins)
        #expect(pins.world.bolt.poweredDirection == nil)
    }

    @Test func `a held key shows its row while its column is driven`() throws {
        var pins = world()
        try pins.perform(.keyDown(.digit(5)))
        pass(20, &pins)
        var lines = OutputPins()
        lines.columns = 0b010
        pins.set(lines)
        #expect(pins.inputs.rows == RowSet(bits: 0b0010))
        lines.columns = 0b101
        pins.set(lines)
        #expect(pins.inputs.rows == RowSet(bits: 0))
    }

    @Test func `three held keys make a fourth`() throws {
        var pins = world()
        for digit: UInt8 in [1, 2, 4] { try pins.perform(.keyDown(.digit(digit))) }
        pass(20, &pins)
        var lines = OutputPins()
        lines.columns = 0b010
        pins.set(lines)
        #expect(pins.inputs.rows == RowSet(bits: 0b0011), "no finger is on 5")
    }

    @Test func `a stalled motor is seen at the shunt and by the comparator`() throws {
        var pins = world()
        try pins.perform(.start(.motorStalled))
        pins.set(driving(.retract))
        pass(30, &pins)
        guard case .motor(let current) = pins.measure(.motor) else {
            Issue.record("no current")
            return
        }
        #expect(current.value > 700)
        #expect(pins.inputs.isMotorCurrentHigh)
    }

    @Test func `the dummy resistor pulls the cells down`() {
        var pins = world()
        let before = pins.measure(.cells)
        var lines = OutputPins()
        lines.isTestLoadOn = true
        pins.set(lines)
        pass(10, &pins)
        guard case .cells(let light) = before, case .cells(let loaded) = pins.measure(.cells) else {
            Issue.record("no voltage")
            return
        }
        #expect(loaded < light)
    }

    @Test func `without power the lines of the processor do nothing`() throws {
        var pins = world()
        try pins.perform(.cutPower)
        pass(50, &pins)
        #expect(pins.world.processor.state == .unpowered)
        #expect(!pins.inputs.isRailGood)
        pins.set(driving(.retract))
        pass(50, &pins)
        #expect(pins.world.bolt.poweredDirection == nil)
        #expect(pins.outputs == OutputPins())
    }

    @Test func `a sag that the capacitor bridges is no brown-out`() throws {
        var pins = world()
        try pins.perform(.insertCells(charge: Percent(8)))
        try pins.perform(.setTemperature(Decidegrees(-100)))
        pins.set(driving(.extend))
        pass(1, &pins)
        #expect(pins.world.supply.rail < 3.0)
        #expect(pins.inputs.isRailGood)
    }

    @Test func `lines carry no network`() {
        var pins = world()
        pass(20_000, &pins)
        #expect(!pins.trace.contains { if case .timeOffered = $0.kind { true } else { false } })
    }

    @Test func `what the light shows ends up in the trace`() {
        var pins = world()
        var lines = OutputPins()
        lines.isGreen = true
        pins.set(lines)
        pass(600, &pins)
        #expect(pins.world.indication == .granted)
        #expect(pins.trace.contains { $0.kind == .indicated(.granted) })
    }

    @Test func `a drive without a record before it is found`() {
        var pins = world()
        pins.set(driving(.retract))
        pass(10, &pins)
        #expect(pins.finish().contains { $0.rule == "R3" })
    }

    @Test func `a drive after a written record is good`() {
        var pins = world()
        pins.noticeWrite()
        pins.set(driving(.retract))
        pass(10, &pins)
        #expect(!pins.finish().contains { $0.rule == "R3" })
    }
}
