import LockCore
import LockCrypto
import LockHAL
import LockModel
import LockSim
import LockStore

/// The simulated lock with the cryptography that scenarios run on.
typealias SimulatedLock = SimulatedBoard<SwiftCrypto>

/// Makes the world of a scenario: the lock as it comes from the model, the people, and a flash in which everybody is
/// enrolled, written through the store as the firmware would.
struct Provisioning {
    let scenario: Scenario
    let seed: UInt64
    /// The ten recovery codes; only the printed ones are enrolled.
    private(set) var recoveryCodes: [Code] = []
    /// The owner's PIN: of the owner among the people, or one in a drawer.
    private(set) var ownerPIN = Code()

    private var random: SeededRandom

    init(_ scenario: Scenario, seed: UInt64) {
        self.scenario = scenario
        self.seed = seed
        random = SeededRandom(seed: seed ^ 0x5EED_C0DE)
        for _ in 0..<RecoveryCodeNumber.count { recoveryCodes.append(Self.recoveryCode(&random)) }
        let owner = scenario.people.first { $0.role == .owner }
        ownerPIN = owner?.pin ?? Self.pin(digits: Int(scenario.model.settings.pinLengthMax), &random)
    }

    /// The world at its beginning.
    mutating func makeWorld(tracing level: Trace.Level) -> World {
        var world = World(parameters(), tracing: level)
        if !scenario.scene.isNew { enrolEverybody(in: &world) }
        for person in scenario.people { _ = world.add(makePerson(person)) }
        if let isUp = scenario.network.wifi, !isUp { start(.wifiDown, in: &world) }
        if let isUp = scenario.network.broker, !isUp { start(.brokerDown, in: &world) }
        if let isUp = scenario.network.bluetooth, !isUp { start(.bluetoothDown, in: &world) }
        let temperature = scenario.scene.temperature
        if temperature.value != 200 { must { () throws(ActionRefusal) in _ = try world.perform(.setTemperature(temperature)) } }
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
            phoneOf: person.carries.contains(.phone) ? person.user : nil,
            nineVoltBlock: NineVoltBlock(charge: Double(person.block) / 10_000))
    }

    // MARK: The flash at birth

    private mutating func enrolEverybody(in world: inout World) {
        var board = SimulatedLock(world: world)
        var store = Store<SwiftCrypto>(
            key: board.deviceKey(), geometry: board.flash.geometry, derivation: Derivation.seeded.rawValue)
        var entropy = InlineArray<32, UInt8>(repeating: 0)
        for index in 0..<32 { entropy[index] = UInt8(truncatingIfNeeded: random.next()) }
        _ = store.mount(on: &board.flash, entropy: entropy)
        enrol(Credential(user: .owner, role: .owner), ownerPIN, in: &store, on: &board.flash)
        for person in scenario.people {
            guard let user = person.user, let role = person.role, user != .owner else { continue }
            let credential = Credential(user: user, role: role, validity: person.validity, isDuress: person.isDuress)
            // Who has only a phone is given a PIN that nobody knows: a slot without one does not exist.
            let pin = person.pin ?? Self.pin(digits: Int(scenario.model.settings.pinLengthMax), &random)
            enrol(credential, pin, in: &store, on: &board.flash)
        }
        enrolOthers(in: &store, on: &board.flash)
        for index in 0..<scenario.scene.recoveryCodeCount {
            let key = SimulatedLock.key(of: recoveryCodes[index], salt: store.salt)
            try? store.enrolRecoveryCode(RecoveryCodeNumber(UInt8(index)), key: key, to: &board.flash)
        }
        if scenario.scene.isTimeKnown, let chip = board.chipTime() {
            let clock = ClockRecord(
                floor: scenario.starts, offset: Int64(scenario.starts.seconds) - Int64(chip.seconds),
                trust: .authenticated, epoch: 0)
            try? store.commit(.clock(clock), to: &board.flash)
        }
        world = board.world
    }

    private func enrol(
        _ credential: Credential, _ pin: Code, in store: inout Store<SwiftCrypto>, on flash: inout FlashModel
    ) {
        let key = SimulatedLock.key(of: pin, salt: store.salt)
        do {
            try store.enrol(credential, digits: pin.count, key: key, isRiskAllowed: true, to: &flash)
        } catch {
            preconditionFailure("a new flash that takes no credential")
        }
    }

    private mutating func enrolOthers(in store: inout Store<SwiftCrypto>, on flash: inout FlashModel) {
        var slot = UInt16(scenario.people.count + 1)
        var left = scenario.scene.otherPINCount
        while left > 0, slot <= UserIndex.last.value {
            let pin = Self.pin(digits: Int(scenario.model.settings.pinLengthMin), &random)
            let key = SimulatedLock.key(of: pin, salt: store.salt)
            do throws(EnrolmentRefusal) {
                let credential = Credential(user: UserIndex(slot), role: .resident)
                try store.enrol(credential, digits: pin.count, key: key, isRiskAllowed: true, to: &flash)
            } catch {
                // Somebody has that PIN: draw another one.
                continue
            }
            slot += 1
            left -= 1
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
