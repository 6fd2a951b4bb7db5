import LockCore
import LockCrypto
import LockSim

/// A family with a lock: Anna lives there and stands outside, her PIN is 271828; the owner's PIN is 161803.
struct Household: ~Copyable {
    var simulation: Simulation<SwiftCrypto>

    static var pin: Code { code("271828") }
    static var ownerPIN: Code { code("161803") }
    static var guestPIN: Code { code("141421") }

    init(tracing level: Trace.Level = .pins, _ change: (inout WorldParameters) -> Void = { _ in }) throws {
        var parameters = WorldParameters()
        parameters.isBoltExtended = true
        parameters.persons = [
            Person(
                name: "Anna", at: .outside, carrying: [.key, .phone, .nineVoltBlock, .powerBank, .spareCells],
                knowing: [Self.pin], phoneOf: UserIndex(1)),
            Person(name: "Ben", at: .inside),
        ]
        change(&parameters)
        let world = World(parameters, tracing: level)
        var settings = Settings()
        settings.equipment = parameters.equipment
        simulation = Simulation(world: world, settings: settings, checkers: Checkers(world: world))
        try simulation.install([
            Enrolment(Credential(user: .owner, role: .owner), code: Self.ownerPIN),
            Enrolment(Credential(user: UserIndex(1), role: .resident), code: Self.pin),
        ])
    }

    static func code(_ digits: String) -> Code {
        var code = Code()
        for byte in digits.utf8 { _ = code.append(byte - 0x30) }
        return code
    }

    mutating func anna(_ action: PersonAction) throws { try simulation.performToEnd(.person(0, action)) }
    mutating func ben(_ action: PersonAction) throws { try simulation.performToEnd(.person(1, action)) }
}
