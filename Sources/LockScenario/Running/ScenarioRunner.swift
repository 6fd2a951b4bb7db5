public import LockCore
import LockModel
import LockSim

/// What a run is to do besides what the scenario says.
public struct RunOptions: Sendable {
    /// Replaces the scenario's seed.
    public var seed: UInt64?
    /// Whether voltages, currents and positions are kept, for waveforms and drawings.
    public var isKeepingWaveforms = false
    /// Whether a timeline is written; without it runs are faster.
    public var isTelling = true
    /// Whether the run is done again with the power cut everywhere.
    public var isCuttingPower = false
    /// How far the run may go; one that would go further fails there.
    public var limit: RunLimit?

    /// A plain run.
    public init() {}
}

/// How far a run may go, for stories that nobody wrote and that might last for ever.
public struct RunLimit: Sendable {
    /// The longest that it may last on the world's clock; what ends it may take a little longer.
    public var length: Interval
    /// How many steps it may take, repetitions counted.
    public var steps: Int

    /// So long and so many.
    public init(length: Interval, steps: Int) {
        self.length = length
        self.steps = steps
    }
}

/// Plays a scenario against a lock on a bench.
struct ScenarioRunner<Bench: LockBench & ~Copyable>: ~Copyable {
    /// How long the run goes on after its last step, so that what began can end.
    ///
    /// *Chosen*.
    static var epilogue: Interval { .seconds(2) }

    let scenario: Scenario
    let options: RunOptions
    var bench: Bench
    var report: RunReport
    let provisioning: Provisioning

    /// Trace events that have been told and judged.
    private var told = 0
    /// Where in the trace the last thing was done: lights and alerts count from there.
    var barrier = 0
    private var random: SeededRandom
    var lastMeans: String?
    private var lastEnd = ""
    /// Whether the bolt let the door go when it last came to rest.
    private var wasOpen = false
    /// The access log as it was read last, and how many writes the flash had seen by then.
    private var log: (records: [LogRecord], programs: UInt64)?
    private var faults: [FaultCall] = []
    /// Steps that were begun, repetitions counted.
    private var stepCount = 0
    /// Whether faults are laid over the story: then what it says of the lock may not have come about.
    var isSwarm = false
    /// When somebody last typed keys.
    private var typedAt = WorldTime.start
    /// Whether the lock has said since then that a command was carried out: a PIN is lost when the lock says so, and not when
    /// somebody has typed it into a lock without power.
    private var hasProgrammed: Bool {
        bench.trace.contains { $0.time >= typedAt && $0.kind == .indicated(.programmingDone) }
    }

    /// A run that has not begun: `prepare` makes the bench around the scenario's world.
    init(_ scenario: Scenario, _ options: RunOptions, on prepare: (World, Checkers) -> Bench) {
        self.scenario = scenario
        self.options = options
        let seed = options.seed ?? scenario.seed
        var provisioning = Provisioning(scenario, seed: seed)
        do {
            let world = try provisioning.makeWorld(tracing: options.isKeepingWaveforms ? .all : .pins)
            var bench = prepare(world, Checkers(world: world))
            try provisioning.enrolEverybody(on: &bench)
            self.bench = bench
        } catch {
            preconditionFailure("a beginning that reading the scenario has tried out: \(error)")
        }
        self.provisioning = provisioning
        random = SeededRandom(seed: seed ^ 0x9E55)
        report = RunReport(
            file: scenario.file, name: scenario.name, story: scenario.story, model: scenario.model.name, seed: seed,
            verdict: .passed, replayLine: "")
        report.names = scenario.people.map(\.name)
        report.beginning = Self.beginning(on: bench)
        lastEnd = scenario.scene.isBoltExtended ? "fully out" : "fully in"
        wasOpen = !scenario.scene.isBoltExtended
    }

    /// Plays everything and answers what became of it.
    consuming func run() -> RunReport {
        playAll()
        return report
    }

    /// Plays all steps and judges.
    mutating func playAll() {
        do throws(RunFailure) {
            try play(scenario.steps)
        } catch {
            report.verdict = .failed
            report.failure = RunReport.Failure(place: error.place, text: error.text)
            tell("expect", "MISSED: \(error.text)", isFailure: true)
        }
        bench.run(for: Self.epilogue)
        absorb()
        finish()
    }

    mutating func finish() {
        report.duration = bench.world.now.since(.start)
        let records = logRecords()
        let now = bench.world.now
        bench.checkers?.movements.judge(records, at: now)
        report.findings = bench.finish()
        report.violations = report.findings.map { violation in
            "\(violation.rule) at \(TimelineText.clock(violation.time)): \(violation.text)"
        }
        if !report.findings.isEmpty { report.verdict = .unsafe }
        report.trace = bench.trace
    }

    // MARK: Steps

    private mutating func play(_ steps: [Step]) throws(RunFailure) {
        for step in steps { try play(step) }
    }

    mutating func play(_ step: Step) throws(RunFailure) {
        stepCount += 1
        if let limit = options.limit, stepCount > limit.steps {
            throw RunFailure(step.place, "the run was to take no more than \(limit.steps) steps")
        }
        switch step.action {
        case .wait(let length): try pass(length, at: step.place)
        case .untilElapsed(let length):
            let elapsed = bench.world.now.since(.start)
            guard elapsed <= length else {
                throw RunFailure(
                    step.place, "it is \(elapsed.wording) after the beginning already, not \(length.wording)")
            }
            try pass(length - elapsed, at: step.place)
        case .until(let moment): try pass(timeUntil(moment, at: step.place), at: step.place)
        case .deed(let person, let deed): try perform(deed, by: person, at: step.place)
        case .cannot(let person, let deed): try refuse(deed, by: person, at: step.place)
        case .fault(let call):
            begin("world", "breaks: \(call.wording)")
            if let code = ageOut(call.word) { tell("world", code) }
            try start(call, at: step.place)
        case .mend(let word): try mend(word, at: step.place)
        case .cutPower:
            begin("world", "somebody cuts the power")
            try act(.cutPower, at: step.place)
        case .returnPower:
            begin("world", "somebody gives the power back")
            try act(.returnPower, at: step.place)
        case .temperature(let degrees):
            begin("world", "it is \(Quantity.temperature.text(Int64(degrees.value))) at the door now")
            try act(.setTemperature(degrees), at: step.place)
        case .network(let change): try apply(change, at: step.place)
        case .offerTime(let time, let isAuthenticated):
            begin("network", "says that it is \(Moment.text(time)), \(isAuthenticated ? "with" : "without") proof")
            try act(.offerTime(time, isAuthenticated: isAuthenticated), at: step.place)
        case .expect(let expectation): try check(expectation, at: step.place)
        case .never(let conditions, let length): try checkNever(conditions, for: length, at: step.place)
        case .repeated(let times, let inner):
            for _ in 0..<times { try play(inner) }
        case .note(let text): tell("note", text)
        }
    }

    /// Nothing to add for most faults.
    private func ageOut(_ word: FaultWord) -> String? { word == .firmwareKilled ? "the firmware is killed" : nil }

    private mutating func start(_ call: FaultCall, at place: Place) throws(RunFailure) {
        do throws(ActionRefusal) {
            _ = try bench.perform(.start(call.fault))
        } catch {
            throw RunFailure(place, call.refusal(error))
        }
        faults.append(call)
        absorb()
    }

    private mutating func mend(_ word: FaultWord?, at place: Place) throws(RunFailure) {
        guard let word else {
            begin("world", "everything is mended")
            faults = []
            return try act(.stopAllFaults, at: place)
        }
        guard let index = faults.lastIndex(where: { $0.word == word }) else {
            throw RunFailure(place, word.nothingToMend)
        }
        let call = faults.remove(at: index)
        begin("world", "mended: \(call.wording)")
        try act(.stop(call.fault), at: place)
    }

    private mutating func apply(_ change: NetworkChange, at place: Place) throws(RunFailure) {
        var words: [String] = []
        for (name, isUp) in [("Wi-Fi", change.wifi), ("the broker", change.broker), ("Bluetooth", change.bluetooth)] {
            if let isUp { words.append("\(name) is \(isUp ? "up" : "down")") }
        }
        begin("network", words.joined(separator: ", "))
        if let isUp = change.wifi { try act(.setWiFi(isUp: isUp), at: place) }
        if let isUp = change.broker { try act(.setBroker(isUp: isUp), at: place) }
        if let isUp = change.bluetooth { try act(.setBluetooth(isUp: isUp), at: place) }
    }

    private func timeUntil(_ moment: Moment, at place: Place) throws(RunFailure) -> Interval {
        let elapsed = bench.world.now.milliseconds
        let nowMilliseconds = UInt64(scenario.starts.seconds) * 1_000 + elapsed
        switch moment {
        case .date(let time):
            let wanted = UInt64(time.seconds) * 1_000
            guard wanted >= nowMilliseconds else {
                throw RunFailure(place, "it is later than \(Moment.text(time)) already")
            }
            return .milliseconds(wanted - nowMilliseconds)
        case .timeOfDay(let seconds):
            let day: UInt64 = 86_400_000
            let (today, wanted) = (nowMilliseconds % day, UInt64(seconds) * 1_000)
            return .milliseconds(wanted >= today ? wanted - today : wanted + day - today)
        }
    }

    // MARK: Deeds

    private mutating func perform(_ deed: Deed, by person: Int, at place: Place) throws(RunFailure) {
        begin(scenario.people[person].name, deed.wording)
        // Who opens from inside was in already.
        if let means = deed.means { lastMeans = bench.world.persons[person].place == .outside ? means : nil }
        let action = worldAction(of: deed, by: person)
        let end: WorldTime
        if case .getsPIN(let code) = deed { tellJudges(code, isAllowed: true) }
        if case .losesPIN(let code) = deed, !isSwarm || hasProgrammed { tellJudges(code, isAllowed: false) }
        if case .types = deed { typedAt = bench.world.now }
        do throws(ActionRefusal) {
            end = try bench.perform(.person(person, action))
        } catch {
            throw RunFailure(place, "\(scenario.people[person].name) \(deed.wording): cannot, because \(error.wording)")
        }
        absorb()
        let busy = end.since(bench.world.now)
        try pass(busy > deed.handTime ? busy : deed.handTime, at: place)
    }

    private mutating func refuse(_ deed: Deed, by person: Int, at place: Place) throws(RunFailure) {
        let action = worldAction(of: deed, by: person)
        do throws(ActionRefusal) {
            _ = try bench.perform(.person(person, action))
        } catch {
            return tell(scenario.people[person].name, "cannot \(deed.wording.infinitive): \(error.wording)")
        }
        throw RunFailure(place, "\(scenario.people[person].name) \(deed.wording), which should have been impossible")
    }

    /// Draws what the deed leaves to chance, and looks up what it leaves to memory.
    private mutating func worldAction(of deed: Deed, by person: Int) -> PersonAction {
        func direction(_ operation: LockOperation) -> Direction { operation.direction }
        return switch deed {
        case .walks(let place): .walks(to: place.place)
        case .entersOwnPIN: .enters(scenario.people[person].pin ?? Code())
        case .entersRecoveryCode(let number): .enters(provisioning.recoveryCodes[Int(number.value)])
        case .enters(let code), .guesses(let code): .guesses(code)
        case .guessesAtRandom: .guesses(guess())
        case .types(let keys): .types(keys)
        case .getsPIN(let code), .losesPIN(let code): .learns(code)
        case .holdsKey(let key, let length): .holdsKey(key, for: length)
        case .holdsButton(let length): .pressesInsideButton(for: length)
        case .turnsThumbturn(let operation): .turnsThumbturn(direction(operation))
        case .turnsKey(let operation): .turnsKey(direction(operation))
        case .opensDoor: .opensDoor
        case .closesDoor: .closesDoor
        case .forcesDoor: .forcesDoor
        case .takesCoverOff: .takesCoverOff
        case .putsCoverBack: .putsCoverBack
        case .holdsNineVolt: .holdsNineVolt
        case .takesNineVoltAway: .takesNineVoltAway
        case .plugsPowerBank: .plugsPowerBank
        case .pullsPowerBank: .pullsPowerBank
        case .removesCells: .removesCells
        case .insertsCells: .insertsCells
        case .asksByPhone(let operation): .asksByPhone(operation)
        case .asksFromAfar(let operation): .asksFromAfar(operation)
        case .usesPhone(let use): .usesPhone(use)
        case .usesRadio(let use): .usesRadio(use)
        }
    }

    /// A guess that is nobody's code, so that a scenario does not depend on luck.
    private mutating func guess() -> Code {
        while true {
            let code = Provisioning.randomCode(digits: Int(scenario.model.settings.pinLengthMin), &random)
            if !provisioning.knownCodes.contains(code) { return code }
        }
    }

    // MARK: Time and telling

    /// Marks that something is done now, and tells it.
    mutating func begin(_ who: String, _ what: String) {
        absorb()
        barrier = bench.trace.count
        tell(who, what)
    }

    private mutating func act(_ action: WorldAction, at place: Place) throws(RunFailure) {
        do throws(ActionRefusal) {
            _ = try bench.perform(action)
        } catch {
            throw RunFailure(place, "this cannot be done: \(error.wording)")
        }
        absorb()
    }

    mutating func tell(_ who: String, _ what: String, isFailure: Bool = false) {
        guard options.isTelling else { return }
        report.timeline.append(TimelineLine(bench.world.now, who, what, isFailure: isFailure))
    }

    /// Takes in what the trace has new.
    mutating func absorb() {
        while told < bench.trace.count {
            let event = bench.trace[told]
            told += 1
            if case .boltPosition(let permille) = event.kind {
                let isOpen = permille <= EgressChecker.retractedMax
                // Read off the bolt itself: a switch may be stuck.
                if isOpen, !wasOpen, let lastMeans { report.wayIn = wayIn(by: lastMeans) }
                wasOpen = isOpen
            }
            guard options.isTelling, let line = TimelineLine(event, phones: bench.world.phones) else { continue }
            if case .boltSwitches = event.kind {
                // The switches bounce; people see the bolt arrive once.
                if line.what == lastEnd { continue }
                lastEnd = line.what
            }
            report.timeline.append(line)
        }
    }

    private func wayIn(by means: String) -> String {
        let world = bench.world
        guard world.supply.cellsVoltage < 3.3 else { return means }
        if world.supply.isNineVoltPresent { return means + " on 9 V" }
        if world.supply.isUSBPresent { return means + " on USB" }
        return means
    }

    /// Everything in the access log now.
    ///
    /// Read anew only when the flash was written.
    mutating func logRecords() -> [LogRecord] {
        let programs = bench.world.flash.programCount
        if let log, log.programs == programs { return log.records }
        let records = bench.accessLog(newest: .max)
        log = (records, programs)
        return records
    }
}

/// Why a run did not go on.
struct RunFailure: Error {
    let place: Place
    let text: String

    init(_ place: Place, _ text: String) {
        self.place = place
        self.text = text
    }
}

extension Deed {
    /// How long hands and feet need for it, at least.
    ///
    /// *Chosen.*
    var handTime: Interval {
        switch self {
        case .walks: .seconds(2)
        case .opensDoor, .closesDoor: .seconds(1)
        case .removesCells, .insertsCells: .seconds(20)
        case .takesCoverOff, .putsCoverBack, .forcesDoor: .seconds(5)
        case .holdsNineVolt, .takesNineVoltAway, .plugsPowerBank, .pullsPowerBank: .milliseconds(500)
        case .entersOwnPIN, .entersRecoveryCode, .enters, .guesses, .guessesAtRandom, .types, .holdsKey, .holdsButton,
            .turnsThumbturn, .turnsKey, .asksByPhone, .asksFromAfar, .getsPIN, .losesPIN, .usesPhone, .usesRadio:
            .zero
        }
    }

    /// What opened the door if this did; `nil` if this cannot.
    var means: String? {
        switch self {
        case .entersOwnPIN, .enters: "PIN"
        case .entersRecoveryCode: "recovery code"
        case .guesses, .guessesAtRandom: "a guess"
        case .holdsButton: "inside button"
        case .turnsThumbturn(.unlock): "thumbturn"
        case .turnsKey(.unlock): "key"
        case .forcesDoor: "force"
        case .asksByPhone(.unlock): "phone nearby"
        case .asksFromAfar(.unlock): "from afar"
        case .walks, .types, .getsPIN, .losesPIN, .holdsKey, .turnsThumbturn(.lock), .turnsKey(.lock), .opensDoor,
            .closesDoor, .takesCoverOff, .putsCoverBack, .holdsNineVolt, .takesNineVoltAway, .plugsPowerBank,
            .pullsPowerBank, .removesCells, .insertsCells, .asksByPhone(.lock), .asksFromAfar(.lock), .usesPhone,
            .usesRadio:
            nil
        }
    }
}

extension String {
    /// "opens the door" as "open the door".
    var infinitive: String {
        guard let space = firstIndex(of: " ") else { return self }
        let verb = self[..<space]
        let stem = verb.hasSuffix("shes") || verb.hasSuffix("sses") ? verb.dropLast(2) : verb.dropLast()
        return String(stem) + self[space...]
    }
}
