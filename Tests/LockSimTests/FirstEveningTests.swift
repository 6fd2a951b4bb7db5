import LockCore
import LockCrypto
import LockSim
import Testing

/// The whole stack, from contacts to bolt: a new lock on its first evening.
@Suite struct FirstEveningTests {
    private static func keys(_ text: String) -> [Key] {
        text.compactMap { character in
            switch character {
            case "*": .star
            case "#": .pound
            default: character.wholeNumberValue.map { .digit(UInt8($0)) }
            }
        }
    }

    private static func newLock(annaStands place: Person.Place = .inside) -> Simulation<SwiftCrypto> {
        var parameters = WorldParameters()
        parameters.persons = [Person(name: "Anna", at: place)]
        return Simulation(world: World(parameters))
    }

    /// Lets Anna do something and waits until she has finished and the lock has answered.
    private static func anna(_ action: PersonAction, in simulation: inout Simulation<SwiftCrypto>) throws {
        let end = try simulation.perform(.person(0, action))
        simulation.run(until: end + .seconds(2))
    }

    @Test func `until it is set up the keypad opens nothing`() throws {
        var simulation = Self.newLock(annaStands: .outside)
        simulation.run(for: .seconds(1))
        try simulation.perform(.thumbturn(.extend))
        simulation.run(for: .seconds(1))
        for guess in ["1234#", "000000#", "123456#"] {
            try Self.anna(.types(Self.keys(guess)), in: &simulation)
        }
        #expect(simulation.world.bolt.switches == .extended)
    }

    @Test func `set up from inside, a resident's PIN opens it and auto relock closes it`() throws {
        var simulation = Self.newLock()
        simulation.run(for: .seconds(1))
        try Self.anna(.opensDoor, in: &simulation)
        try Self.anna(.pressesInsideButton(for: .milliseconds(300)), in: &simulation)
        #expect(simulation.world.indication == .setUpReady)
        try Self.anna(.walks(to: .outside), in: &simulation)
        try Self.anna(.types(Self.keys("839175#839175#")), in: &simulation)
        try Self.anna(.types(Self.keys("1#5#604281#604281#0#")), in: &simulation)
        try Self.anna(.closesDoor, in: &simulation)
        let isLocked = simulation.run(within: .seconds(40)) { $0.bolt.switches == .extended }
        #expect(isLocked)
        try Self.anna(.types(Self.keys("604281#")), in: &simulation)
        #expect(simulation.world.bolt.switches == .retracted)
        let isLockedEarly = simulation.run(within: .seconds(20)) { $0.bolt.switches == .extended }
        #expect(!isLockedEarly)
        let isLockedAgain = simulation.run(within: .seconds(12)) { $0.bolt.switches == .extended }
        #expect(isLockedAgain)
    }
}
