import LockCore
import LockCrypto
import LockSim

/// A family lock as the benchmark knows it: Anna's PIN is 271828, the owner's 161803.
struct Family: ~Copyable {
    var simulation: Simulation<SwiftCrypto>

    /// Installed, cells fresh, the bolt extended, Anna in front of the door.
    ///
    /// Nobody judges, no trace is kept.
    init() throws {
        var parameters = WorldParameters()
        parameters.isBoltExtended = true
        parameters.persons = [Person(name: "Anna", at: .outside, carrying: [.key], knowing: [Self.pin])]
        simulation = Simulation(world: World(parameters, tracing: .off))
        simulation.isKeepingTrace = false
        try simulation.install([
            Enrolment(Credential(user: .owner, role: .owner), code: Self.code([1, 6, 1, 8, 0, 3])),
            Enrolment(Credential(user: UserIndex(1), role: .resident), code: Self.pin),
        ])
    }

    static var pin: Code { code([2, 7, 1, 8, 2, 8]) }

    private static func code(_ digits: [UInt8]) -> Code {
        var code = Code()
        for digit in digits { precondition(code.append(digit)) }
        return code
    }

    /// Anna types her PIN, opens, closes, and the door locks itself.
    ///
    /// Whether it did. Nobody watches the world between: looking at it after each of its events is not the lock's work.
    mutating func entry() throws -> Bool {
        try simulation.performToEnd(.person(0, .enters(Self.pin)))
        simulation.run(for: .seconds(2))
        guard simulation.world.bolt.switches == .retracted else { return false }
        try simulation.performToEnd(.person(0, .opensDoor))
        simulation.run(for: .seconds(2))
        try simulation.performToEnd(.person(0, .closesDoor))
        simulation.run(for: .seconds(32))
        return simulation.world.isLocked
    }
}
