import LockCore
import LockCrypto
import LockModel
import LockSim

/// Makes the world of a scenario: the lock as it comes from the model, the people, and a flash in which everybody is
/// enrolled, written through the store as the firmware would.
struct Provisioning {
    let scenario: Scenario
    let seed: UInt64
    /// The ten recovery codes; only the printed ones are enrolled.
    private(set) var recoveryCodes: [Code] = []
    /// The owner's PIN: of the owner among the people, or one in a drawer.
    private(set) var ownerPIN = Code()
    /// Every code that the lock knows.
    private(set) var knownCodes = KnownCodes()

    private var random: SeededRandom

    init(_ scenario: Scenario, seed: UInt64) {
        self.scenario = scenario
        self.seed = seed
        random = SeededRandom(seed: seed ^ 0x5EED_C0DE)
        for _ in 0..<RecoveryCodeNumber.count { recoveryCodes.append(Self.recoveryCode(&random)) }
        let owner = scenario.people.first { $0.role == .owner }
        for pin in scenario.people.compactMap(\.pin) { knownCodes.insert(pin) }
        ownerPIN = owner?.pin ?? drawPIN(digits: scenario.model.settings.pinLengthMax)
    }

    /// The world at its beginning, the flash still blank.
    func makeWorld(tracing level: Trace.Level) -> World {
        var world = World(parameters(), tracing: level)
        for person in scenario.people { _ = world.add(makePerson(person)) }
        if let isUp = scenario.network.wifi, !isUp { start(.wifiDown, in: &world) }
        if let isUp = scenario.network.broker, !isUp { start(.brokerDown, in: &world) }
        if let isUp = scenario.network.bluetooth, !isUp { start(.bluetoothDown, in: &world) }
        let temperature = scenario.scene.temperature
        if temperature.value != 200 {
            must { () throws(ActionRefusal) in _ = try world.perform(.setTemperature(temperature)) }
        }
        world.forgetTrace()
        return world
    }

    private func start(_ fault: Fault, in world: inout World) {
        must { () throws(ActionRefusal) in _ = try world.perform(.start(fault)) }
    }

    /// What cannot be refused: the static check has seen to it.
    private func must(_ action: () throws(ActionRefusal) -> Void) {
        do { try action() } catch { preconditionFailure("a beginning that no world can have") }
    }

    private func parameters() -> WorldParameters {
        var parameters = WorldParameters()
        let (model, scene) = (scenario.model, scenario.scene)
        parameters.seed = seed
        parameters.equipment = model.settings.equipment
        parameters.wallTime = scenario.starts
        parameters.bolt.windingResistance = Double(model.construction.windingResistance) / 1_000
        parameters.bolt.bridgeResistance = Double(model.construction.bridgeResistance) / 1_000
        parameters.bolt.currentLimit = Double(model.construction.currentLimit) / 1_000
        parameters.bolt.stallThreshold = Double(model.construction.stallThreshold) / 1_000
        parameters.supply.chemistry = model.settings.chemistry
        parameters.supply.cellCount = Int(model.settings.cellCount)
        parameters.supply.cellCapacity = Double(model.settings.cellCapacity)
        parameters.supply.wiringResistance = Double(model.construction.wiringResistance) / 1_000
        parameters.supply.contactResistance = Double(model.construction.contactResistance) / 1_000
        parameters.supply.sleepCurrent = Double(model.construction.sleepCurrent) / 1_000
        parameters.supply.workCurrent = Double(model.construction.workCurrent) / 1_000
        parameters.supply.solarCurrent = Double(model.construction.solarCurrent) / 1_000
        parameters.supply.testLoad = Double(model.settings.testLoadResistance.value) / 1_000
        parameters.charge = Percent(UInt8(scene.cells / 100))
        parameters.isBoltExtended = scene.isBoltExtended
        parameters.isDoorClosed = scene.isDoorClosed
        return parameters
    }

    private func makePerson(_ person: Participant) -> Person {
        var belongings = Belongings()
        for thing in person.carries { belongings.insert(thing.belonging) }
        var codes = person.recoveryCodes.map { recoveryCodes[Int($0.value)] }
        if let pin = person.pin { codes.append(pin) }
        return Person(
            name: person.name, at: person.stands.place, carrying: belongings, knowing: codes,
            phoneOf: person.carries.contains(.phone) || person.isPhoneNew ? person.user : nil,
            isPhoneNew: person.isPhoneNew,
            nineVoltBlock: NineVoltBlock(charge: Double(person.block) / 10_000))
    }

    // MARK: The flash at birth

    /// Enrols everybody, as if the owner had done it at the keypad before the run began.
    mutating func enrolEverybody<Bench: LockBench & ~Copyable>(on bench: inout Bench) {
        guard !scenario.scene.isNew else { return }
        var enrolments = [Enrolment(Credential(user: .owner, role: .owner), code: ownerPIN, isRiskAllowed: true)]
        for person in scenario.people {
            guard let user = person.user, let role = person.role, user != .owner else { continue }
            let credential = Credential(user: user, role: role, validity: person.validity, isDuress: person.isDuress)
            enrolments.append(Enrolment(credential, code: person.pin, isRiskAllowed: true))
        }
        var slot = UInt16(scenario.people.count + 1)
        for _ in 0..<scenario.scene.otherPINCount {
            let pin = drawPIN(digits: scenario.model.settings.pinLengthMin)
            let credential = Credential(user: UserIndex(slot), role: .resident)
            enrolments.append(Enrolment(credential, code: pin, isRiskAllowed: true))
            slot += 1
        }
        for enrolment in enrolments { if let code = enrolment.code { knownCodes.insert(code) } }
        for code in recoveryCodes.prefix(scenario.scene.recoveryCodeCount) { knownCodes.insert(code) }
        do throws(EnrolmentRefusal) {
            try bench.install(
                enrolments, recoveryCodes: Array(recoveryCodes.prefix(scenario.scene.recoveryCodeCount)),
                knowingTime: scenario.scene.isTimeKnown ? scenario.starts : nil)
        } catch {
            preconditionFailure("a new flash that takes no credential")
        }
    }

    /// A PIN that is not weak and that nobody has.
    private mutating func drawPIN(digits: UInt8) -> Code {
        while true {
            let pin = Self.pin(digits: Int(digits), &random)
            if !knownCodes.contains(pin) {
                knownCodes.insert(pin)
                return pin
            }
        }
    }

    // MARK: Codes

    /// A PIN that is not weak.
    static func pin(digits: Int, _ random: inout SeededRandom) -> Code {
        while true {
            let code = randomCode(digits: digits, &random)
            if code.weakness(lengthMin: UInt8(digits), lengthMax: UInt8(digits)) == nil { return code }
        }
    }

    /// Any digits.
    static func randomCode(digits: Int, _ random: inout SeededRandom) -> Code {
        var code = Code()
        for _ in 0..<digits { _ = code.append(UInt8(random.next(in: 0...9))) }
        return code
    }

    private static func recoveryCode(_ random: inout SeededRandom) -> Code {
        var code = randomCode(digits: Code.lengthMax - 1, &random)
        _ = code.append(code.recoveryCheckDigit)
        return code
    }
}

extension Participant.Thing {
    /// The thing in the world.
    var belonging: Belongings {
        switch self {
        case .key: .key
        case .phone: .phone
        case .nineVoltBlock: .nineVoltBlock
        case .powerBank: .powerBank
        case .spareCells: .spareCells
        case .crowbar: .crowbar
        case .radioKit: .radioKit
        }
    }
}

extension Participant.Place {
    /// The place in the world.
    var place: Person.Place {
        switch self {
        case .outside: .outside
        case .inside: .inside
        case .away: .away
        }
    }
}
