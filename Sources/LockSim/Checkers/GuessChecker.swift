public import LockCore

/// R2: how often and how soon codes are judged, whatever is done with the power; and that each attempt stands in the
/// flash before its code is compared, while the flash takes anything.
///
/// A code that was entered and then derived was judged. Penalties are counted in the world's time, which is never
/// shorter than what the lock may count. Derivations of an enrolment are not guesses.
public struct GuessChecker: Checker {
    /// Wrong codes in a row that cost no waiting.
    public static var freeLimit: Int { 5 }
    /// Guesses that can be saved up.
    public static var budgetMax: UInt64 { 100 }
    /// A derivation answers a code that was entered no longer ago than this.
    public static var answerTime: Interval { .seconds(2) }
    /// For how long after the button was pressed with the door open somebody is inside.
    public static var insideTime: Interval { .seconds(60) }
    /// Between two codes that are judged in spite of a penalty because somebody is inside; from cold start as well.
    ///
    /// A second less than the rule's minute, for what keys bounce.
    public static var insidePause: Interval { .seconds(59) }

    /// The codes that open or programme.
    public var codes: KnownCodes
    /// When whose right is in force: a code that opens nothing then is a wrong one.
    public var rights: Rights
    /// Wrong codes that were judged.
    public private(set) var wrongCount: UInt64 = 0
    /// What it has found.
    public var findings = Findings()

    private var typed = TypedCode()
    private var closed = TypedCode(readsStuck: true)
    private var readable = ReadCode()
    private var entered: Code?
    private var enteredAt = WorldTime.start
    /// What the lock may have read instead.
    private var read: [ReadCode.Entered] = []
    private var streak = 0
    private var penaltyUntil: WorldTime?
    private var lastRecoveryAt: WorldTime?
    /// Whether what was derived last was a recovery code.
    private var wasRecovery = false
    private var isDoorClosed: Bool
    private var insideUntil: WorldTime?
    /// When a code was last judged in spite of a penalty, or the lock started.
    private var lastInsideAt = WorldTime.start
    private var isProgramming = false
    /// Whether a new lock waits for its owner's code, and what was last derived for it.
    private var isSettingUp = false
    private var proposed: [Code] = []
    /// Whether the code that is being derived must have been counted when that ends.
    private var isCountAwaited = false
    /// When the attempt counters were last written, and the code that is being derived was entered.
    private var countedAt: WorldTime?
    private var derivedCodeAt = WorldTime.start
    /// Whether the last program failed, and how many faults of the flash are active.
    private var hasProgramFailed = false
    private var troubles = 0

    /// A judge who knows these codes.
    ///
    /// Whose they are it does not know: a right code from inside is taken for the owner's, who fills the budget.
    public init(codes: KnownCodes, rights: Rights = Rights(), isDoorClosed: Bool = true) {
        self.codes = codes
        self.rights = rights
        self.isDoorClosed = isDoorClosed
    }

    /// Hears the next event.
    public mutating func observe(_ event: TraceEvent) {
        rights.observe(event)
        settle(at: event.time)
        switch event.kind {
        case .keyContact(let key, let isDown): heard(key, isDown: isDown, at: event.time)
        case .derivationBegan(let digits): derived(digits: Int(digits), at: event.time)
        case .derivationEnded: judged(at: event.time)
        case .flashProgrammed(_, _, let content):
            hasProgramFailed = false
            if content.isCount { countedAt = event.time }
        case .flashFailed: hasProgramFailed = true
        case .faultStarted(let fault):
            expect(fault, begins: true, at: event.time)
            if fault.isOfFlash { troubles += 1 }
        case .faultStopped(let fault):
            expect(fault, begins: false, at: event.time)
            if fault.isOfFlash { troubles -= 1 }
        case .doorSwitch(let isClosed): isDoorClosed = isClosed
        case .insideButton:
            if isDoorClosed { penaltyUntil = nil } else { insideUntil = event.time + Self.insideTime }
        // Only so that a grant that may be theirs is nobody else's.
        case .phone(let phone, .asked): _ = rights.asks(phone: phone, at: event.time)
        case .requestArrived(_, let user): if rights.asks(user, at: event.time) { penaltyUntil = nil }
        case .indicated(let indication): showed(indication, at: event.time)
        case .brownedOut, .firmwareDied:
            typed.stop()
            closed.stop()
            readable.stop()
        case .coldStarted(let cause):
            isProgramming = false
            isSettingUp = false
            isCountAwaited = false
            if troubles > 0 { hasProgramFailed = true }
            lastRecoveryAt = event.time
            lastInsideAt = event.time
            insideUntil = nil
            typed.start(at: event.time)
            closed.start(at: event.time)
            readable.start(at: event.time, after: cause)
        default: break
        }
    }

    /// Judges what should have happened by the end.
    public mutating func finish(at time: WorldTime) {}

    private mutating func expect(_ fault: Fault, begins: Bool, at time: WorldTime) {
        typed.expect(fault, begins: begins, at: time)
        closed.expect(fault, begins: begins, at: time)
        readable.expect(fault, begins: begins, at: time)
    }

    private mutating func settle(at time: WorldTime, answering digits: Int? = nil) {
        read += readable.settle(at: time, answering: digits)
        read.removeAll { time.since($0.at) > Self.answerTime }
    }

    private mutating func heard(_ key: Key, isDown: Bool, at time: WorldTime) {
        readable.hear(key, isDown: isDown, at: time)
        let byFingers = typed.hear(key, isDown: isDown, at: time)
        let byContacts = closed.hear(key, isDown: isDown, at: time)
        // A stuck key's digit is read by the lock, ghosts are not: whichever of the two is somebody's code was entered.
        let isByContacts = byFingers == nil || byContacts.map { codes.contains($0) } == true
        guard let code = isByContacts ? byContacts : byFingers else { return }
        entered = code
        enteredAt = time
    }

    private mutating func showed(_ indication: Indication, at time: WorldTime) {
        // A right one that the privacy mode wants to see again is due at once, and once.
        if indication == .privacyAsked, wasRecovery, let last = lastRecoveryAt, time.since(last) <= Self.answerTime {
            lastRecoveryAt = nil
            wasRecovery = false
        }
        if indication == .emergencyReady || indication == .emergencyWeak {
            typed.restart()
            closed.restart()
        }
        settingUp(indication)
        switch indication {
        case .programming, .programmingNext, .setUpReady, .sessionOpen: isProgramming = true
        case .quiet, .granted, .refused, .locked: isProgramming = false
        case .keyTaken, .entryCleared, .jammed, .notFullyLocked, .doorOpen, .batteryLow, .batteryCritical,
            .emergencyWait, .emergencyReady, .emergencyWeak, .programmingDone, .programmingRefused, .weakPIN,
            .privacyOn, .privacyAsked, .alarm:
            break
        }
    }

    /// Whoever sets a new lock up from inside tells nobody the owner's code but the lock: it is the first one that it takes.
    private mutating func settingUp(_ indication: Indication) {
        switch indication {
        case .setUpReady:
            isSettingUp = true
            proposed = []
        case .programmingDone:
            if isSettingUp, let code = proposed.first, proposed.count == 1 { codes.insert(code) }
            isSettingUp = false
        case .quiet, .granted, .refused, .locked: isSettingUp = false
        case .programming, .programmingNext, .sessionOpen, .keyTaken, .entryCleared, .jammed, .notFullyLocked,
            .doorOpen,
            .batteryLow, .batteryCritical, .emergencyWait, .emergencyReady, .emergencyWeak, .programmingRefused,
            .weakPIN,
            .privacyOn, .privacyAsked, .alarm:
            break
        }
    }

    /// The code is known now; what comes of it must not come before it was counted.
    private mutating func judged(at time: WorldTime) {
        defer { isCountAwaited = false }
        let isCounted = countedAt.map { $0 >= derivedCodeAt } ?? false
        guard isCountAwaited, !isCounted, !hasProgramFailed, troubles == 0 else { return }
        findings.add("R2", "a code was judged before its attempt was recorded", at: time)
    }

    private mutating func derived(digits: Int, at time: WorldTime) {
        settle(at: time, answering: digits)
        let answered = answers(at: time, digits: digits)
        defer {
            entered = nil
            read = []
        }
        if let first = answered.first { enteredAt = first.at }
        derivedCodeAt = enteredAt
        isCountAwaited = false
        wasRecovery = digits == Code.lengthMax
        guard !isProgramming else {
            proposed = answered.map(\.code)
            return
        }
        if digits == Code.lengthMax { return derivedRecoveryCode(at: time) }
        isCountAwaited = true
        let isInside = !isDoorClosed && insideUntil.map { enteredAt <= $0 } == true
        let isInPenalty = penaltyUntil.map { time < $0 } ?? false
        if isInPenalty && !isInside {
            findings.add("R2", "a code was judged during a penalty", at: time)
        } else if isInPenalty {
            if enteredAt.since(lastInsideAt) < Self.insidePause {
                findings.add("R2", "a second code from inside was judged within a minute of a penalty", at: time)
            }
            lastInsideAt = enteredAt
        }
        guard !answered.isEmpty else {
            findings.add("R2", "a code was judged that nobody had entered", at: time)
            return
        }
        var isRight = false
        for one in answered where codes.contains(one.code) {
            if rights.enters(one.code, at: one.at) { isRight = true }
        }
        if isRight {
            streak = 0
            penaltyUntil = nil
            if isInside { wrongCount = 0 }
        } else {
            countWrong(isFree: isInPenalty && isInside, at: time)
        }
    }

    /// The codes that may be derived now: what was typed, and what the lock may have read instead; the earlier one first.
    ///
    /// Those that have the length of the one that is derived, if there are any.
    private func answers(at time: WorldTime, digits: Int) -> [ReadCode.Entered] {
        var codes: [ReadCode.Entered] = []
        if let entered, time.since(enteredAt) <= Self.answerTime { codes.append((entered, enteredAt)) }
        for one in read where !codes.contains(where: { $0.code.matches(one.code) }) { codes.append(one) }
        let fitting = codes.filter { $0.code.count == digits }
        return (fitting.isEmpty ? codes : fitting).sorted { $0.at < $1.at }
    }

    private mutating func derivedRecoveryCode(at time: WorldTime) {
        if let last = lastRecoveryAt, time.since(last) < .seconds(60) {
            findings.add("R2", "a recovery code was judged within 60 s of the last one or of a cold start", at: time)
        }
        lastRecoveryAt = time
    }

    /// - Parameter isFree: whether it took no guess of the budget: where none is left somebody inside is judged.
    private mutating func countWrong(isFree: Bool, at time: WorldTime) {
        if !isFree { wrongCount += 1 }
        streak += 1
        let days = time.milliseconds / Interval.days(1).milliseconds
        if wrongCount > Self.budgetMax + days {
            findings.add("R2", "more codes were judged than the budget has", at: time)
        }
        guard streak > Self.freeLimit else { return }
        let doublings = streak - Self.freeLimit - 1
        let penalty = doublings >= 12 ? Interval.days(1) : .seconds(min(30 << UInt64(doublings), 86_400))
        penaltyUntil = enteredAt + penalty
    }
}
