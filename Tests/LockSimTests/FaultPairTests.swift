import LockCore
import Testing

@testable import LockSim

/// Any two faults, one into the other: afterwards the world is as one that never had them.
@Suite struct FaultPairTests {
    /// What people could find out about a world.
    struct Seen: Equatable, CustomStringConvertible {
        var parts: [String]
        var description: String { parts.joined(separator: "\n") }

        init(_ world: World, without excepted: Set<Exception>) {
            let (bolt, supply, chip) = (world.bolt, world.supply, world.chip)
            parts = [
                "bolt \(bolt.permille) \(bolt.switches) \(bolt.isRotorBlocked)",
                "friction \(bolt.frictionFactor) \(bolt.healthyFriction)",
                "in its way \(String(describing: bolt.jam)) \(String(describing: bolt.strike)), key \(world.isKeyJammed)",
                "door \(world.door)", "keypad \(world.keypad.held) \(world.keypad.stuck) \(world.keypad.dead)",
                "bounce \(world.keypad.bounceTime)", "contacts \(world.hasDirtyContacts) \(world.hasHoldUp)",
                "cells \(supply.cells.map { "\(Int($0.charge * 200 + 0.5)) \($0.resistanceFactor)" })",
                "cut \(supply.isCut), \(supply.temperature) degrees",
                "usb \(String(describing: supply.usb))", "chip \(chip.drift) \(chip.isFitted) \(chip.isStopped)",
                "flash \(world.flash.isDead) \(world.flash.cutsAtProgram)", "air \(world.radio.trouble)",
                "wifi \(world.uplink.isWiFiUp), broker \(world.uplink.isBrokerUp), phones \(world.uplink.isBluetoothUp)",
                "firmware \(world.processor.state)", "left over \(world.traps) \(world.faults)",
                "people \(world.persons.map { "\($0.belongings.rawValue) \(Int($0.nineVoltBlock.charge * 200 + 0.5))" })",
            ]
            if !excepted.contains(.time) {
                parts.append("time \(String(describing: chip.time(at: world.clock)?.seconds))")
            }
            if !excepted.contains(.bits) { parts.append("bits \((0..<64).map { world.flash.byte(at: $0) })") }
            if !excepted.contains(.heldBlock) {
                // A tenth of a volt: the cells are worn by what the faults took.
                let rail = Int(supply.rail * 10 + 0.5)
                parts.append("held \(supply.nineVolt != nil) \(supply.isContactMade), rail \(rail)")
            }
            if !excepted.contains(.position) { parts.append("leaf \(world.door.isClosed)") }
        }
    }

    /// What a fault leaves behind, on purpose.
    enum Exception { case time, bits, heldBlock, position }

    /// A chip that stood counts from zero, and one that was turned stays so; bits stay turned; who has a block again has it
    /// in the pocket and not at the contacts.
    private func exceptions(_ fault: Fault) -> Set<Exception> {
        switch fault {
        case .clockLost, .clockWoundBack, .clockWoundForward, .clockSetWhileOff, .clockDrifting: [.time]
        case .bitRot: [.bits]
        case .nineVoltAbsent: [.heldBlock]
        default: []
        }
    }

    /// What somebody does before the faults, and while both are there.
    enum Story: CaseIterable {
        case nobody, block, changes

        var before: [WorldAction] { self == .block ? [.person(0, .holdsNineVolt), .person(0, .plugsPowerBank)] : [] }
        var meanwhile: [WorldAction] {
            switch self {
            case .nobody, .block: []
            case .changes:
                [
                    .setWiFi(isUp: false), .setBroker(isUp: false), .setBluetooth(isUp: false),
                    .setTemperature(Decidegrees(-50)), .insertCells(charge: Percent(60)),
                ]
            }
        }
    }

    private func play(_ faults: [(begins: UInt64, ends: UInt64, fault: Fault)], _ story: Story) throws -> World {
        var world = NestedFaultTests.furnished()
        for action in story.before { _ = try world.perform(action) }
        var begun: [Fault] = []
        for second in UInt64(2)...5 {
            world.letTimePass(until: WorldTime(milliseconds: second * 1_000))
            for entry in faults where entry.begins == second {
                do throws(ActionRefusal) {
                    _ = try world.perform(.start(entry.fault))
                    begun.append(entry.fault)
                } catch {
                    #expect(entry.fault == .firmwareKilled && error == .firmwareNotRunning)
                }
            }
            for entry in faults where entry.ends == second {
                guard let index = begun.firstIndex(of: entry.fault) else { continue }
                begun.remove(at: index)
                _ = try world.perform(.stop(entry.fault))
            }
            if second == 3 { for action in story.meanwhile { _ = try world.perform(action) } }
        }
        world.letTimePass(until: WorldTime(milliseconds: 12_000))
        return world
    }

    @Test(arguments: FaultTests.all)
    func `a world after any two faults is as one that never had them, whatever people did meanwhile`(one: Fault) throws
    {
        for story in Story.allCases {
            let control = try play([], story)
            for two in FaultTests.all {
                let excepted = exceptions(one).union(exceptions(two))
                let world = try play([(2, 4, one), (3, 5, two)], story)
                let (seen, wanted) = (Seen(world, without: excepted), Seen(control, without: excepted))
                for (part, other) in zip(seen.parts, wanted.parts) where part != other {
                    Issue.record("\(one), \(two), \(story): \(part), without them \(other)")
                }
            }
        }
    }

    @Test func `what is seen of a world is what a fault changes`() throws {
        let control = Seen(try play([], .block), without: [])
        for fault in FaultTests.all {
            switch fault {
            case .clockPoisoned, .firmwareKilled: continue
            case .powerCutInThrow, .firmwareKilledInThrow, .powerCutAtFlashWrite, .clockSetWhileOff, .nineVoltAt,
                .bitRot,
                .flashSectorFailing:
                continue
            default: break
            }
            let world = try play([(2, 99, fault)], .block)
            #expect(Seen(world, without: []) != control, "\(fault)")
        }
    }
}
