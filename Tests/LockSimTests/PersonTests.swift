import LockCore
import LockCrypto
import LockSim
import Testing

/// People do only what they can do from where they stand with what they carry.
@Suite struct PersonTests {
    @Test func `nobody types from inside or from away`() throws {
        var home = try Household()
        #expect(throws: ActionRefusal.mustStand(.outside)) { try home.ben(.types([.pound])) }
        try home.anna(.walks(to: .away))
        #expect(throws: ActionRefusal.mustStand(.outside)) { try home.anna(.enters(Household.pin)) }
    }

    @Test func `nobody enters a code that they do not know, but anybody may guess`() throws {
        var home = try Household()
        #expect(throws: ActionRefusal.doesNotKnowCode) { try home.anna(.enters(Household.guestPIN)) }
        try home.anna(.learns(Household.guestPIN))
        try home.anna(.enters(Household.guestPIN))
        try home.anna(.guesses(Household.ownerPIN))
    }

    @Test func `a key is turned outside by whoever carries it, and not when it is jammed`() throws {
        var home = try Household()
        #expect(throws: ActionRefusal.mustStand(.outside)) { try home.ben(.turnsKey(.retract)) }
        try home.simulation.perform(.start(.keyJammed))
        #expect(throws: ActionRefusal.keyJammed) { try home.anna(.turnsKey(.retract)) }
        #expect(home.simulation.world.bolt.permille == 1_000)
        try home.simulation.perform(.stop(.keyJammed))
        try home.anna(.turnsKey(.retract))
        #expect(home.simulation.world.bolt.permille == 0)
    }

    @Test func `whoever carries nothing has nothing to use`() throws {
        var home = try Household { $0.persons[0].belongings = [] }
        #expect(throws: ActionRefusal.doesNotCarry(.key)) { try home.anna(.turnsKey(.retract)) }
        #expect(throws: ActionRefusal.doesNotCarry(.nineVoltBlock)) { try home.anna(.holdsNineVolt) }
        #expect(throws: ActionRefusal.doesNotCarry(.powerBank)) { try home.anna(.plugsPowerBank) }
        #expect(throws: ActionRefusal.doesNotCarry(.crowbar)) { try home.anna(.forcesDoor) }
        #expect(throws: ActionRefusal.doesNotCarry(.phone)) { try home.anna(.asksByPhone(.unlock)) }
    }

    @Test func `the bolt holds the door against a hand and not against a crowbar`() throws {
        var home = try Household { $0.persons[0].belongings = [.crowbar] }
        #expect(throws: ActionRefusal.doorHeldByBolt) { try home.anna(.opensDoor) }
        #expect(throws: ActionRefusal.doorHeldByBolt) { try home.ben(.opensDoor) }
        try home.anna(.forcesDoor)
        #expect(home.simulation.world.door.isStrikeBroken)
        #expect(throws: ActionRefusal.boltInTheWay) { try home.anna(.closesDoor) }
    }

    @Test func `nobody walks through a closed door`() throws {
        var home = try Household()
        #expect(throws: ActionRefusal.doorIsClosed) { try home.anna(.walks(to: .inside)) }
        try home.ben(.turnsThumbturn(.retract))
        try home.ben(.opensDoor)
        try home.anna(.walks(to: .inside))
        #expect(home.simulation.world.persons[0].place == .inside)
    }

    @Test func `cells are changed inside, and spare ones only once`() throws {
        var home = try Household { $0.persons[1].belongings = [.spareCells] }
        #expect(throws: ActionRefusal.mustStand(.inside)) { try home.anna(.removesCells) }
        #expect(throws: ActionRefusal.notPossibleNow) { try home.ben(.insertsCells) }
        try home.ben(.removesCells)
        try home.ben(.insertsCells)
        try home.ben(.removesCells)
        #expect(throws: ActionRefusal.doesNotCarry(.spareCells)) { try home.ben(.insertsCells) }
    }

    @Test func `a phone asks through the uplink from anywhere, by Bluetooth only at the door`() throws {
        var home = try Household()
        home.simulation.run(for: .seconds(10))
        try home.anna(.walks(to: .away))
        #expect(throws: ActionRefusal.mustStandAtDoor) { try home.anna(.asksByPhone(.unlock)) }
        try home.anna(.asksFromAfar(.unlock))
        #expect(home.simulation.run(within: .seconds(3)) { $0.bolt.switches == .retracted })
    }

    @Test func `what is planned and cannot be done leaves a line in the trace`() throws {
        var home = try Household()
        home.simulation.schedule(.person(1, .types([.pound])), at: .start + .seconds(5))
        home.simulation.run(for: .seconds(6))
        #expect(home.simulation.trace.contains { $0.kind == .refused(.mustStand(.outside)) })
    }

    @Test func `two entries of one person come one after the other`() throws {
        var home = try Household()
        let first = try home.simulation.perform(.person(0, .types([.digit(1), .digit(2)])))
        let second = try home.simulation.perform(.person(0, .types([.digit(3)])))
        #expect(first.milliseconds == 600)
        #expect(second.milliseconds == 900)
    }
}
