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

    /// What keeps a scenario from beginning; `nil` = nothing.
    ///
    /// Tried out, on a bench of its own, so that reading a file refuses whatever running it would.
    static func obstacle(to scenario: Scenario) -> String? {
        var provisioning = Self(scenario, seed: scenario.seed)
        do throws(ActionRefusal) {
            let world = try provisioning.makeWorld(tracing: .pins)
            var bench = Simulation<SwiftCrypto>(world: world, settings: scenario.model.settings, checkers: nil)
            do throws(EnrolmentRefusal) { try provisioning.enrolEverybody(on: &bench) } catch {
                return "people whom the lock does not take (\(error))"
            }
        } catch {
            return "a world that cannot be (\(error))"
        }
        return nil
    }

    /// The world at its beginning, the flash still blank.
    func makeWorld(tracing level: Trace.Level) throws(ActionRefusal) -> World {
        var world = World(parameters(), tracing: level)
        for person in scenario.people { _ = world.add(makePerson(person)) }
        if let isUp = scenario.network.wifi { _ = try world.perform(.setWiFi(isUp: isUp)) }
        if let isUp = scenario.network.broker { _ = try world.perform(.setBroker(isUp: isUp)) }
        if let isUp = scenario.network.bluetooth { _ = try world.perform(.setBluetooth(isUp: isUp)) }
        let temperature = scenario.scene.temperature
        if temperature.value != 200 { _ = try world.perform(.setTemperature(temperature)) }
        world.forgetTrace()
        return world
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
    mutating func enrolEverybody<Bench: LockBench & ~Copyable>(on bench: inout Bench) throws(EnrolmentRefusal) {
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
        try bench.install(
            enrolments, recoveryCodes: Array(recoveryCodes.prefix(scenario.scene.recoveryCodeCount)),
            knowingTime: scenario.scene.isTimeKnown ? scenario.starts : nil)
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
