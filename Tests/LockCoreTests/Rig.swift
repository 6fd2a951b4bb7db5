@testable import LockCore

/// A lock on a bench: a board and a store that do what they are told, and a person.
///
/// It drives the core through `step` and `nextWake` only, performs effects as the contract says (after one that failed,
/// the dependent ones of its step are dropped and the failure is the next event), and writes down what must never happen.
struct Rig {
    /// One effect that was performed, with the record that a commit carried.
    struct Line {
        let at: Instant
        let effect: Effect
        let record: Record?
    }

    /// A user of the store.
    struct Enrolled {
        var code: Code
        var credential: Credential
    }

    static let resident = "418302"
    static let owner = "735196"
    static let administrator = "264907"
    static let guest = "905318"
    static let forced = "630274"

    var lock: Lock
    var now = Instant.zero
    /// Everything that was performed, in order.
    var lines: [Line] = []
    /// What must never happen, and did.
    var problems: [String] = []
    /// What phones were told.
    var outcomes: [RequestOutcome] = []
    /// To whose requests they went.
    var answered: [RequestToken] = []

    // The store
    var users: [Enrolled] = []
    var recoveryCodes: [Code?] = []
    var state: StoredState
    var records: [LogRecord] = []

    // The world
    var travel: Int
    var isDoorClosed = true
    var held = KeySet()
    var cells: Int32 = 6_100
    var rail: Int32 = 6_100
    var loadedRail: Int32 = 5_600
    /// The bolt cannot come past this place, from either side.
    var jamAt: Int?
    var isUplinkUp = false
    var isDerivationSilent = false
    var startUp: StartUp

    // What goes wrong: the effect with this number, counted from 0, fails.
    var failing: Int?
    var fault = EffectFault.deviceSilent
    var effectCount = 0
    private(set) var failed: Effect?

    private var answers: [(at: Instant, event: Event)] = []
    private var failure: Event?
    private var watched: UInt8 = 0
    private var motor: (direction: Direction, since: Instant, from: Int)?
    private var levels: BoltSwitches
    private var isCurrentHigh = false
    private var wakesNow = 0

    /// How long a whole throw takes, in milliseconds.
    static let throwTime = 600

    init(
        _ settings: Settings = Settings(), stored: StoredState? = nil, travel: Int = throwTime, isSetUp: Bool = true,
        cause: ResetCause = .powerOn
    ) {
        var state = stored ?? .birth
        if isSetUp { state.isCommissioned = true }
        self.state = state
        self.travel = travel
        lock = Lock(settings: settings, resuming: state)
        levels = Self.levels(at: travel)
        startUp = StartUp(
            cause: cause, chip: ChipTime(seconds: 1_000, isContinuous: true), switches: levels, isDoorClosed: true,
            isCoverFitted: true, isNineVoltPresent: false, isUSBPresent: false, hasDriven: true)
        guard isSetUp else { return }
        add(Self.owner, Credential(user: .owner, role: .owner))
        add(Self.administrator, Credential(user: UserIndex(1), role: .administrator))
        add(Self.resident, Credential(user: UserIndex(7), role: .resident))
        add(Self.forced, Credential(user: UserIndex(8), role: .resident, isDuress: true))
        add(Self.guest, Credential(user: UserIndex(20), role: .guest, validity: .once))
    }

    mutating func add(_ digits: String, _ credential: Credential) {
        users.append(Enrolled(code: Code(digits), credential: credential))
    }

    /// A lock that has started, with nothing written down yet.
    static func started(_ settings: Settings = Settings(), travel: Int = throwTime) -> Rig {
        var rig = Rig(settings, travel: travel)
        rig.start()
        rig.lines.removeAll()
        return rig
    }

    // MARK: Time

    /// Starts the firmware and lets half a second pass.
    mutating func start() {
        startUp.switches = levels
        startUp.isDoorClosed = isDoorClosed
        deliver(.coldStarted(startUp))
        run(.milliseconds(500))
    }

    /// Lets time pass, with whatever falls due in it.
    mutating func run(_ interval: Interval) {
        let end = now + interval
        var turns = 0
        while problems.count < 20 {
            turns += 1
            if turns > 200_000 { return problems.append("no end of turns") }
            if let event = failure {
                failure = nil
                deliver(event)
                continue
            }
            var next = end
            if let wake = lock.nextWake { next = min(next, max(wake, now)) }
            if let answer = answers.first { next = min(next, max(answer.at, now)) }
            if let crossing = nextCrossing { next = min(next, max(crossing, now)) }
            if next > now { wakesNow = 0 }
            now = next
            if moveBolt() { continue }
            if let answer = answers.first, answer.at <= now {
                answers.removeFirst()
                if case .enrolled = answer.event, motor != nil { problems.append("a PIN written under power") }
                deliver(answer.event)
            } else if let wake = lock.nextWake, wake <= now {
                wakesNow += 1
                if wakesNow > 8 { return problems.append("\(now.milliseconds) ms: a busy loop") }
                deliver(.wake)
            } else if now >= end {
                return
            }
        }
    }

    // MARK: The person

    mutating func type(_ keys: String) {
        for character in keys.utf8 {
            let key: Key =
                switch character {
                case UInt8(ascii: "#"): .pound
                case UInt8(ascii: "*"): .star
                default: .digit(character - 48)
                }
            held.insert(key)
            if watched & (1 << key.column) != 0 {
                watched = 0
                deliver(.rowsChanged)
            }
            run(.milliseconds(45))
            held = KeySet()
            run(.milliseconds(45))
        }
    }

    mutating func door(isClosed: Bool) {
        isDoorClosed = isClosed
        deliver(.doorChanged(isClosed: isClosed))
    }

    mutating func button(_ time: Interval) {
        deliver(.insideButtonChanged(isPressed: true))
        run(time)
        deliver(.insideButtonChanged(isPressed: false))
    }

    /// Turns the bolt by hand; the motor, if it runs, is dragged along.
    mutating func turn(to place: Int) {
        travel = place
        if let motor { self.motor = (motor.direction, now, place) }
        noteSwitches()
    }

    mutating func connect(_ input: PowerInput, isPresent: Bool) {
        deliver(.powerInputChanged(input, isPresent: isPresent))
    }

    // MARK: What there is to see

    var position: Bolt.Position { Bolt(settings: Settings(), switches: levels).position }
    var isMotorPowered: Bool { motor != nil }
    var effects: [Effect] { lines.map(\.effect) }
    var indications: [Indication] {
        lines.compactMap { if case .indicate(let indication) = $0.effect { indication } else { nil } }
    }
    var entries: [LogEntry] { records.map(\.entry) }
    var drives: [Direction] {
        lines.compactMap { if case .drive(let direction, _) = $0.effect { direction } else { nil } }
    }

    /// When an indication was shown last.
    func shown(_ indication: Indication) -> Instant? {
        lines.last { $0.effect == .indicate(indication) }?.at
    }

    /// The same store after a power cut: what a cold start would find.
    func coldStarted(_ settings: Settings = Settings(), cause: ResetCause = .powerOn) -> Rig {
        var stored = state
        stored.nextSequence = (records.last?.sequence ?? state.nextSequence - 1) + 1
        let last = records.lastIndex { if case .operation = $0.entry { true } else { false } }
        stored.lastOperation = last.map { records[$0] }
        stored.hasStartedSince =
            last.map { index in
                records[index...].contains { if case .coldStarted = $0.entry { true } else { false } }
            } ?? true
        var next = Rig(settings, stored: stored, travel: travel, isSetUp: false, cause: cause)
        next.users = users
        next.recoveryCodes = recoveryCodes
        next.isDoorClosed = isDoorClosed
        next.records = records
        return next
    }

    // MARK: The board and the store

    mutating func deliver(_ event: Event) {
        let effects = lock.step(event, at: now)
        if lock.pendingRecords.count > 6 { problems.append("too many records") }
        failure = nil
        var committed: UInt8 = 0
        for index in 0..<effects.count {
            let effect = effects[index]
            if failure != nil && effect.isDependent { continue }
            defer { effectCount += 1 }
            if effectCount == failing {
                failed = effect
                failure = .effectFailed(effect, fault, committed: committed)
                continue
            }
            var record: Record?
            if case .commit(let slot) = effect { record = lock.pendingRecords[Int(slot)] }
            lines.append(Line(at: now, effect: effect, record: record))
            if !perform(effect, record) {
                failure = failure ?? .effectFailed(effect, .notFound, committed: committed)
            } else if case .commit = effect {
                committed += 1
            }
        }
        if failure == nil && lock.bolt.isPowered != (motor != nil) {
            problems.append("\(now.milliseconds) ms: the motor's power is not what the core thinks")
        }
    }

    private mutating func answer(_ event: Event, after milliseconds: UInt64) {
        let at = now + .milliseconds(milliseconds)
        let place = answers.firstIndex { $0.at > at } ?? answers.endIndex
        answers.insert((at, event), at: place)
    }

    private mutating func perform(_ effect: Effect, _ record: Record?) -> Bool {
        switch effect {
        case .commit:
            if motor != nil { problems.append("\(now.milliseconds) ms: a record while the motor has power") }
            return record.map { keep($0) } ?? false
        case .verify(let codes):
            if codes == .pin && !hasJustCounted { problems.append("a PIN compared before it was counted") }
            if !isDerivationSilent { answer(find(lock.enteredCode, codes), after: 100) }
        case .lookUp(let user):
            answer(.credentialRead(user, users.first { $0.credential.user == user }?.credential), after: 0)
        case .enrol:
            answer(enrol(), after: 100)
        case .drive(let direction, let number):
            if motor != nil { problems.append("\(now.milliseconds) ms: driven without a stop") }
            if direction == .extend && !isDoorClosed {
                problems.append("\(now.milliseconds) ms: extended at an open door")
            }
            motor = (direction, now, travel)
            isCurrentHigh = false
            answer(.driveStarted(number), after: 5)
        case .stopMotor:
            travel = place
            motor = nil
            isCurrentHigh = false
        case .readColumn(let column):
            watched = 0
            var rows: UInt8 = 0
            for index in UInt8(0)..<12 where held.contains(Key(index: index)) && index % 3 == column {
                rows |= 1 << (index / 3)
            }
            answer(.columnRead(column: column, rows: RowSet(bits: rows)), after: 1)
        case .watchRows(let columns):
            watched = columns
            if held.columns & columns != 0 {
                watched = 0
                answer(.rowsChanged, after: 0)
            }
        case .sample(let channel):
            if let measurement = measure(channel) { answer(.sampled(measurement), after: 10) }
        case .prepareSector:
            if motor != nil { problems.append("\(now.milliseconds) ms: a sector erased while the motor has power") }
            answer(.sectorPrepared, after: 100)
        case .indicate:
            break
        case .send(let sequence):
            if isUplinkUp { answer(.alertDelivered(sequence: sequence), after: 50) }
        case .answer(let outcome, let token):
            outcomes.append(outcome)
            answered.append(token)
        }
        return true
    }

    /// Whether the last effects before a verification counted it.
    private var hasJustCounted: Bool {
        lines.dropLast().last.map { if case .lockout? = $0.record { $0.at == now } else { false } } ?? false
    }

    private func measure(_ channel: Channel) -> Measurement? {
        switch channel {
        case .cells: .cells(Millivolts(cells))
        case .rail: .rail(Millivolts(rail))
        case .testLoad: .testLoad(Millivolts(loadedRail))
        case .motor: .motor(Milliamperes(300))
        case .temperature: .temperature(Decidegrees(200))
        case .nineVolt, .usb, .clock: nil
        }
    }

    private mutating func keep(_ record: Record) -> Bool {
        switch record {
        case .log(let line):
            if let last = records.last, line.sequence <= last.sequence { problems.append("a sequence number again") }
            records.append(line)
        case .lockout(let counters): state.lockout = counters
        case .clock(let clock): state.clock = clock
        case .battery(let battery): state.battery = battery
        case .mode(let mode): state.mode = mode
        case .remoteSequence(let sequence): state.remoteSequence = sequence
        case .phoneSequence(let sequence): state.phoneSequence = sequence
        case .duplicates(let duplicates): state.duplicates = duplicates
        case .autoRelock(let seconds): state.autoRelockSeconds = seconds
        case .alertCursor: break
        case .credential(let changed):
            guard let index = users.firstIndex(where: { $0.credential.user == changed.user }) else { return false }
            users[index].credential = changed
        case .deletion(let user):
            guard let index = users.firstIndex(where: { $0.credential.user == user }) else { return false }
            users.remove(at: index)
        case .recoveryUsed(let number): recoveryCodes[Int(number.value)] = nil
        case .factoryReset:
            users = []
            recoveryCodes = []
            state.isCommissioned = false
        }
        return true
    }

    private func find(_ code: Code, _ codes: CodeClass) -> Event {
        switch codes {
        case .pin:
            users.first { $0.code.matches(code) }.map { .credentialFound($0.credential) } ?? .codeUnknown
        case .recoveryCode:
            recoveryCodes.firstIndex { $0?.matches(code) ?? false }
                .map { .recoveryCodeFound(RecoveryCodeNumber(UInt8($0))) } ?? .codeUnknown
        }
    }

    private mutating func enrol() -> Event {
        guard let credential = lock.pendingCredential else { return .enrolmentRefused(.storeFailed) }
        let code = lock.enteredCode
        let isTaken = users.contains { $0.code.matches(code) && $0.credential.user != credential.user }
        if isTaken { return .enrolmentRefused(.duplicate) }
        users.removeAll { $0.credential.user == credential.user }
        users.append(Enrolled(code: code, credential: credential))
        if credential.role == .owner { state.isCommissioned = true }
        return .enrolled(credential.user)
    }

    // MARK: The bolt

    private static func levels(at travel: Int) -> BoltSwitches {
        BoltSwitches(isRetracted: travel <= 20, isExtended: travel >= throwTime - 20)
    }

    /// Where the bolt is now.
    private var place: Int {
        guard let motor else { return travel }
        let moved = Int(now.since(motor.since).milliseconds)
        let wanted = motor.direction == .extend ? motor.from + moved : motor.from - moved
        return min(max(wanted, lowest), highest)
    }

    private var lowest: Int {
        if let jamAt, let motor, motor.direction == .retract, motor.from > jamAt { jamAt } else { 0 }
    }
    private var highest: Int {
        if let jamAt, let motor, motor.direction == .extend, motor.from < jamAt { jamAt } else { Self.throwTime }
    }

    /// When the running bolt next passes a switch or meets resistance.
    private var nextCrossing: Instant? {
        guard let motor else { return nil }
        var marks = [0, 20, 21, Self.throwTime - 21, Self.throwTime - 20, Self.throwTime]
        if let jamAt { marks.append(jamAt) }
        let ahead = marks.compactMap { mark -> Int? in
            let distance = motor.direction == .extend ? mark - motor.from : motor.from - mark
            return distance >= 0 && motor.since + .milliseconds(UInt64(distance)) > now ? distance : nil
        }
        let end = motor.since + .milliseconds(1_600)
        return min(ahead.min().map { motor.since + .milliseconds(UInt64($0)) } ?? end, max(end, now))
    }

    // Tells what the bolt has done until now. Whether there was anything to tell.
    private mutating func moveBolt() -> Bool {
        guard let motor else { return false }
        let before = levels
        let place = place
        if now.since(motor.since) > .milliseconds(1_600) {
            problems.append("\(now.milliseconds) ms: the one-shot had to stop the motor")
            travel = place
            self.motor = nil
            return true
        }
        levels = Self.levels(at: place)
        if levels != before {
            deliver(.boltSwitchesChanged(levels))
            return true
        }
        let isHeld = place == lowest && motor.direction == .retract || place == highest && motor.direction == .extend
        if isHeld && !isCurrentHigh {
            isCurrentHigh = true
            deliver(.motorCurrentChanged(isHigh: true))
            return true
        }
        return false
    }

    private mutating func noteSwitches() {
        let new = Self.levels(at: travel)
        guard new != levels else { return }
        levels = new
        deliver(.boltSwitchesChanged(new))
    }
}
