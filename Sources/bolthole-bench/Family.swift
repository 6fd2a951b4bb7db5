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

    /// Anna types her PIN, opens, closes, and waits until the door has locked itself.
    ///
    /// Whether it did.
    mutating func entry() throws -> Bool {
        try simulation.performToEnd(.person(0, .enters(Self.pin)))
        guard simulation.run(within: .seconds(5), until: { $0.bolt.switches == .retracted && !$0.bolt.isActive })
        else { return false }
        try simulation.performToEnd(.person(0, .opensDoor))
        simulation.run(for: .seconds(2))
        try simulation.performToEnd(.person(0, .closesDoor))
        return simulation.run(within: .seconds(60), until: { $0.isLocked && !$0.bolt.isActive })
    }
}
