import LockCore
import LockHAL
import LockSim
import Testing

/// A fault of something that is not there is refused, and changes nothing.
@Suite struct FaultRefusalTests {
    private func world(without part: Equipment = []) -> World {
        var parameters = WorldParameters()
        parameters.equipment = Equipment.everything.subtracting(part)
        var world = World(parameters)
        world.letTimePass(until: WorldTime(milliseconds: 1_000))
        return world
    }

    private func refusal(of action: WorldAction, in world: World) -> ActionRefusal? {
        var copy = world
        copy.forgetTrace()
        do throws(ActionRefusal) {
            _ = try copy.perform(action)
            return nil
        } catch {
            #expect(copy.faults == world.faults)
            #expect(copy.trace.events.isEmpty, "nothing is seen of it")
            return error
        }
    }

    @Test(arguments: FaultTests.all)
    func `a fault of a part that the lock lacks is refused, and any other is not`(fault: Fault) throws {
        if case .bitRot = fault { return }
        for bit in 0..<13 {
            let part = Equipment(rawValue: 1 << UInt16(bit))
            let expected: ActionRefusal? = fault.part == part ? .noSuchPart(part) : nil
            #expect(refusal(of: .start(fault), in: world(without: part)) == expected, "without \(part)")
        }
    }

    @Test func `a sector that the flash has not cannot fail, its last one can`() {
        let sectors = WorldParameters().flash.sectorCount
        let beyond = ActionRefusal.noSuchSector(UInt16(sectors), of: UInt16(sectors))
        #expect(refusal(of: .start(.flashSectorFailing(UInt16(sectors - 1))), in: world()) == nil)
        #expect(refusal(of: .start(.flashSectorFailing(UInt16(sectors))), in: world()) == beyond)
        #expect(refusal(of: .start(.flashSectorFailing(.max)), in: world()) != nil)
    }

    @Test func `a block that nobody holds cannot be taken away, and is not missed`() throws {
        #expect(refusal(of: .releaseNineVolt, in: world()) == .notPossibleNow)
        var world = world()
        world.forgetTrace()
        _ = try world.perform(.start(.nineVoltAbsent))
        #expect(world.trace.events.map(\.kind) == [.faultStarted(.nineVoltAbsent)])
    }

    @Test func `flash writes and packets are counted from one`() {
        #expect(refusal(of: .start(.powerCutAtFlashWrite(0)), in: world()) == .countsFromOne)
        #expect(refusal(of: .start(.powerCutAtFlashWrite(1)), in: world()) == nil)
        #expect(refusal(of: .start(.radioDrops(after: 0)), in: world()) == .countsFromOne)
        #expect(refusal(of: .start(.radioDrops(after: 1)), in: world()) == nil)
    }

    @Test func `cells that are out cannot be empty, and are not in afterwards`() throws {
        var empty = world()
        _ = try empty.perform(.removeCells)
        for fault in [Fault.cellsDead, .cellsAt(Percent(40)), .cellsMixed(weakest: Percent(5))] {
            #expect(refusal(of: .start(fault), in: empty) == .noCells)
            #expect(refusal(of: .start(fault), in: world()) == nil)
            var taken = world()
            _ = try taken.perform(.start(fault))
            _ = try taken.perform(.removeCells)
            _ = try taken.perform(.stop(fault))
            #expect(taken.supply.cells.isEmpty, "nobody has put any in")
        }
    }

    @Test func `a blank flash has no bits to turn over, and firmware without power cannot die`() throws {
        var dark = world()
        #expect(refusal(of: .start(.bitRot(bits: 3)), in: dark) == .nothingWritten)
        _ = try dark.perform(.cutPower)
        #expect(refusal(of: .start(.firmwareKilled), in: dark) == .firmwareNotRunning)
        _ = try dark.perform(.returnPower)
        #expect(refusal(of: .start(.firmwareKilled), in: dark) == .firmwareNotRunning, "in reset")
        dark.letTimePass(until: dark.now + .seconds(1))
        #expect(refusal(of: .start(.firmwareKilled), in: dark) == nil)
    }

    @Test func `what is not broken cannot be mended, nor what was mended already`() throws {
        var world = world()
        for fault in FaultTests.all { #expect(refusal(of: .stop(fault), in: world) == .notBroken) }
        _ = try world.perform(.start(.jam(at: Percent(40))))
        #expect(refusal(of: .stop(.jam(at: Percent(41))), in: world) == .notBroken)
        _ = try world.perform(.stop(.jam(at: Percent(40))))
        #expect(refusal(of: .stop(.jam(at: Percent(40))), in: world) == .notBroken)
    }

    @Test func `a mended absence gives blocks back to those who had one, and to nobody else`() throws {
        var parameters = WorldParameters()
        parameters.persons = [Person(name: "Anna", carrying: [.nineVoltBlock]), Person(name: "Mallory")]
        var world = World(parameters)
        world.letTimePass(until: WorldTime(milliseconds: 1_000))
        _ = try world.perform(.person(0, .holdsNineVolt))
        _ = try world.perform(.start(.nineVoltAbsent))
        #expect(world.supply.nineVolt == nil)
        #expect(refusal(of: .person(0, .holdsNineVolt), in: world) == .doesNotCarry(.nineVoltBlock))
        _ = try world.perform(.stop(.nineVoltAbsent))
        #expect(refusal(of: .person(0, .holdsNineVolt), in: world) == nil)
        #expect(refusal(of: .person(1, .holdsNineVolt), in: world) == .doesNotCarry(.nineVoltBlock))
    }

    @Test func `a weak block is as full as before when the fault is over, wherever it is by then`() throws {
        var parameters = WorldParameters()
        parameters.persons = [Person(name: "Anna", carrying: [.nineVoltBlock], nineVoltBlock: .halfEmpty)]
        var world = World(parameters)
        _ = try world.perform(.start(.nineVoltAt(Percent(8))))
        _ = try world.perform(.person(0, .holdsNineVolt))
        #expect(world.supply.nineVolt?.charge == 0.08)
        #expect(world.add(Person(name: "Ben", carrying: [.nineVoltBlock])) == 1)
        #expect(world.persons[1].nineVoltBlock.charge == 0.08, "who comes later has a weak one too")
        _ = try world.perform(.stop(.nineVoltAt(Percent(8))))
        #expect(world.supply.nineVolt?.charge == 0.5)
        #expect(world.persons[1].nineVoltBlock.charge == 1)
    }

    @Test func `whoever closes an ajar door has the last word, and so has who opened it before`() throws {
        var parameters = WorldParameters()
        parameters.isBoltExtended = false
        var closed = World(parameters)
        _ = try closed.perform(.start(.doorAjar))
        _ = try closed.perform(.closeDoor)
        _ = try closed.perform(.openDoor)
        _ = try closed.perform(.stop(.doorAjar))
        #expect(!closed.door.isClosed, "somebody opened it since")
        var open = World(parameters)
        _ = try open.perform(.openDoor)
        _ = try open.perform(.start(.doorAjar))
        _ = try open.perform(.stop(.doorAjar))
        #expect(!open.door.isClosed, "it stood open before")
    }

    @Test func `a strike that people tore out is not mended with the fault's`() throws {
        var parameters = WorldParameters()
        parameters.isBoltExtended = true
        var world = World(parameters)
        _ = try world.perform(.start(.doorForced))
        #expect(world.door.isStrikeBroken)
        _ = try world.perform(.mendDoor)
        #expect(world.door.isStrikeBroken, "the fault lies over it")
        _ = try world.perform(.stop(.doorForced))
        #expect(!world.door.isStrikeBroken)
        _ = try world.perform(.forceDoor)
        _ = try world.perform(.start(.doorForced))
        _ = try world.perform(.stop(.doorForced))
        #expect(world.door.isStrikeBroken)
        _ = try world.perform(.mendDoor)
        #expect(!world.door.isStrikeBroken)
    }
}
