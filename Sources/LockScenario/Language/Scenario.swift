public import LockCore
public import LockModel
import LockSim

/// A scripted run: what the lock is, who takes part, what happens, and what must be true.
public struct Scenario: Sendable {
    /// The file that it was read from.
    public let file: String
    /// A sentence or two of real life.
    public let story: String
    /// Fixes everything random.
    public var seed: UInt64
    /// Date and time of the beginning.
    public let starts: WallTime
    /// The kind of lock, with the scenario's own settings.
    public let model: LockModel
    /// A number that changes when the text of scenario or model changes (FNV-1a, 64 bits): for replaying, not for security.
    public let fingerprint: UInt64

    let scene: Scene
    let people: [Participant]
    let network: NetworkChange
    let never: [Condition]
    let steps: [Step]

    /// How many steps it has, repetitions not counted.
    public var stepCount: Int { steps.count }

    /// The name of the file without folders and ending.
    public var name: String { Self.name(of: file) }

    /// The name of a file without folders and ending.
    static func name(of file: String) -> String {
        let last = file.split(separator: "/").last.map(String.init) ?? file
        return last.hasSuffix(".yaml")
            ? String(last.dropLast(5)) : last.hasSuffix(".yml") ? String(last.dropLast(4)) : last
    }
}

/// How lock and door stand at the beginning.
struct Scene: Sendable {
    /// Charge of the cells in hundredths of a per cent.
    var cells: Int64 = 10_000
    var temperature = Decidegrees(200)
    var isDoorClosed = true
    var isBoltExtended = true
    var isTimeKnown = true
    var isNew = false
    var recoveryCodeCount = 10
    var otherPINCount = 0
}

/// Somebody who takes part.
struct Participant: Sendable {
    enum Place: String, Sendable { case outside, inside, away }
    enum Thing: String, CaseIterable, Sendable {
        case key = "key"
        case phone = "phone"
        case nineVoltBlock = "9 V block"
        case powerBank = "power bank"
        case spareCells = "spare cells"
        case crowbar = "crowbar"
        case radioKit = "radio kit"
    }

    var name: String
    /// `nil` = a stranger.
    var role: Role?
    /// The slot; `nil` = a stranger.
    var user: UserIndex?
    var pin: Code?
    var validity = Validity.always
    var isDuress = false
    var stands = Place.outside
    var carries: [Thing] = []
    /// Whether the lock does not know their phone yet.
    var isPhoneNew = false
    /// Charge of their 9 V block in hundredths of a per cent.
    var block: Int64 = 10_000
    var recoveryCodes: [RecoveryCodeNumber] = []
}

/// Networks that come or go; `nil` = as before.
struct NetworkChange: Sendable {
    var wifi: Bool?
    var broker: Bool?
    var bluetooth: Bool?
}

/// One step of a scenario.
struct Step: Sendable {
    /// Where it stands.
    let place: Place
    /// What it is.
    let action: StepAction
}

/// What a step is.
indirect enum StepAction: Sendable {
    case wait(Interval)
    /// Until so long after the beginning.
    case untilElapsed(Interval)
    case until(Moment)
    case deed(person: Int, Deed)
    /// The deed must turn out to be impossible.
    case cannot(person: Int, Deed)
    case fault(FaultCall)
    /// `nil` = everything.
    case mend(FaultWord?)
    case cutPower
    case returnPower
    case temperature(Decidegrees)
    case network(NetworkChange)
    case offerTime(WallTime, isAuthenticated: Bool)
    case expect(Expectation)
    case never([Condition], for: Interval)
    case repeated(Int, [Step])
    case note(String)
}

/// A fault with what stands behind its word.
struct FaultCall: Sendable {
    var word: FaultWord
    /// The number in the smallest unit of its form; 0 if it has none.
    var number: Int64 = 0
    /// A key of the keypad or a word; empty if it has none.
    var detail = ""
}

/// What a person does.
enum Deed: Sendable {
    case walks(Participant.Place)
    case entersOwnPIN
    case entersRecoveryCode(RecoveryCodeNumber)
    case enters(Code)
    case guesses(Code)
    case guessesAtRandom
    case types([Key])
    case getsPIN(Code)
    case losesPIN(Code)
    case holdsKey(Key, Interval)
    case holdsButton(Interval)
    case turnsThumbturn(LockOperation)
    case turnsKey(LockOperation)
    case opensDoor
    case closesDoor
    case forcesDoor
    case takesCoverOff
    case putsCoverBack
    case holdsNineVolt
    case takesNineVoltAway
    case plugsPowerBank
    case pullsPowerBank
    case removesCells
    case insertsCells
    case asksByPhone(LockOperation)
    case asksFromAfar(LockOperation)
    case usesPhone(PhoneUse)
    case usesRadio(RadioUse)
}

/// Something that can be seen of the world from outside the firmware.
enum Condition: Sendable {
    case bolt(BoltWord)
    case motor(isRunning: Bool)
    case door(isClosed: Bool)
    case firmware(isRunning: Bool)
    case light(Indication)
    case alert(Alarm)
    case log(LogPattern)
}

/// Conditions that must be true together.
struct Expectation: Sendable {
    /// By when, or for how long.
    enum Time: Sendable {
        case now
        case within(Interval)
        case throughout(Interval)
    }

    var conditions: [Condition]
    var time: Time
}
