/// The whole device: the only place that knows all machines.
///
/// `step` and `nextWake` are the only ways in. Time never goes back from step to step. What one step asks for is
/// performed in its order; an effect that fails comes back as the next event. The machines stand in the folders beside
/// this file and know nothing of each other; the extensions of `Lock` join them, one concern a file.
public struct Lock: Equatable, Sendable {
    // What the machines do not keep of the settings.
    let equipment: Equipment
    let isOneTouchLockingEnabled: Bool
    let verdictTime: Interval
    let sagSampleTime: Interval
    let batterySampleTime: Interval

    var matrix: KeyMatrix
    var entry: CodeEntry
    var programming: Programming
    var lockout: Lockout
    var recovery: RecoveryAllowance
    var duplicates: DuplicateAllowance
    var bolt: Bolt
    var door: Door
    var relock: AutoRelock
    var supply: Supply
    var battery: Battery
    var clock: WallClock
    var alarms: Alarms
    var alerts: AlertQueue
    var journal: JournalQueue

    var mode: OperatingMode
    var isCommissioned: Bool
    /// Whether nobody's code or phone is known, because the store could not be read.
    let isStoreUnread: Bool
    var remoteSequence: UInt32
    var isCoverFitted = true
    var temperature = Decidegrees(200)

    var verification = Verification.none
    /// How often in a row the motor could not be stopped.
    var stopsFailed: UInt8 = 0
    /// Whether nothing is shown that people can do without, until the cells are sampled an hour later.
    var darkness = Darkness.none
    var isDark: Bool { darkness == .dark }
    /// When somebody last touched the lock: sectors are erased while nobody does.
    var lastActivityAt = Instant.zero
    /// When a sector that is wanted may be erased, if nobody comes.
    var sectorAt: Instant?
    var unsaved = Unsaved()
    /// When a verification without an answer is given up.
    var verificationGiveUpAt: Instant?
    var active: ActiveOperation?
    /// Whether its drive still waits for records that must be durable first.
    var isDriveHeld = false
    var loadTest: LoadTest?
    var button = InsideButton()
    var interrupted: ActiveOperation?
    /// Whether its end is on record already.
    var isInterruptionTold = false
    /// When it began, by trusted time.
    var interruptedAt: WallTime?
    /// What only the start needs.
    var resetCause: ResetCause?
    var lockoutChipSeconds: UInt32?
    var isClockRunning = true
    var lostRecords: UInt16
    var privacyYield: PrivacyYield?
    /// When privacy mode ends by itself.
    var privacyUntil: Instant?
    /// When a light that interrupted the session's ends.
    var sessionLightAt: Instant?
    var verdict = Verdict.none
    /// When the sag of a throw is to be measured, and what was measured so far.
    var sag: SagSample?
    /// When a bolt that rests between its ends becomes an alarm.
    var betweenAt: Instant?
    /// When the clock chip is to be read next.
    var clockSampleAt: Instant?
    /// When the cells are to be sampled next.
    var batterySampleAt: Instant?

    /// The records that `.commit` refers to by slot.
    public internal(set) var pendingRecords = Bounded<6, Record>()
    /// The code that `.verify` and `.enrol` refer to.
    ///
    /// A secret; wiped when its answer arrives.
    public internal(set) var enteredCode = Code()
    /// The credential that `.enrol` refers to.
    public internal(set) var pendingCredential: Credential?

    /// A lock that is about to start with what its store remembers.
    ///
    /// The first event must be `.coldStarted`.
    public init(settings: Settings, resuming stored: StoredState) {
        equipment = settings.equipment
        isOneTouchLockingEnabled = settings.isOneTouchLockingEnabled
        verdictTime = settings.verdictTime
        sagSampleTime = settings.sagSampleTime
        batterySampleTime = settings.batterySampleTime
        matrix = KeyMatrix(debounceTime: settings.debounceTime, stuckTime: settings.stuckKeyTime)
        entry = CodeEntry(timeout: settings.entryTimeout)
        programming = Programming(settings: settings)
        lockout = Lockout(settings: settings)
        recovery = RecoveryAllowance(pause: settings.recoveryCodePause)
        duplicates = DuplicateAllowance(resuming: stored.duplicates)
        bolt = Bolt(settings: settings)
        door = Door(ajarTime: settings.ajarTime)
        relock = AutoRelock(
            time: stored.autoRelockSeconds.map { .seconds(UInt64($0)) } ?? settings.autoRelockTime)
        supply = Supply(settings: settings)
        battery = Battery(settings: settings)
        clock = WallClock(settings: settings)
        alarms = Alarms(sirenTime: settings.sirenTime)
        alerts = AlertQueue(stored.undelivered)
        journal = JournalQueue(nextSequence: stored.nextSequence, isWritable: stored.isWritable)
        mode = stored.mode
        isCommissioned = stored.isCommissioned
        isStoreUnread = stored.isUnread
        remoteSequence = stored.remoteSequence
        lostRecords = stored.lostRecords
        resume(stored)
    }

    /// How many records of the access log wait in RAM.
    public var waitingCount: Int { journal.count }

    /// One of them, oldest first; `index` must be below `waitingCount`.
    public func waitingRecord(at index: Int) -> LogRecord { journal.record(at: index) }

    /// The operating mode, if it was changed while nothing could be committed.
    public var waitingMode: OperatingMode? { unsaved.mode ? mode : nil }

    /// The alert that `.send` refers to; `nil` if it was delivered meanwhile.
    public func alert(_ sequence: UInt32) -> LogRecord? { alerts.alert(sequence) }

    /// When the lock next wants a `.wake`, if nothing else happens first.
    ///
    /// All deadlines meet here.
    public var nextWake: Instant? {
        var lock = self
        return lock.earliestDeadline()
    }

    /// `nextWake`; `mutating` only so that nothing is copied in each step: a lock has two kilobytes.
    private mutating func earliestDeadline() -> Instant? {
        var next = matrix.deadline
        next = earlier(next, entry.deadline)
        next = earlier(next, programming.deadline)
        next = earlier(next, privacyUntil)
        next = earlier(next, sessionLightAt)
        next = earlier(next, lockout.deadline)
        next = earlier(next, duplicates.deadline)
        next = earlier(next, bolt.deadline)
        next = earlier(next, door.deadline)
        next = earlier(next, relock.deadline)
        next = earlier(next, supply.deadline)
        next = earlier(next, clock.deadline)
        next = earlier(next, alarms.deadline)
        next = earlier(next, alerts.deadline)
        next = earlier(next, journal.deadline)
        next = earlier(next, verdict.deadline)
        next = earlier(next, verificationGiveUpAt)
        next = earlier(next, sag?.at)
        next = earlier(next, betweenAt)
        next = earlier(next, sectorAt)
        next = earlier(next, batterySampleAt)
        next = earlier(next, clockSampleAt)
        next = earlier(next, loadTest?.giveUpAt)
        next = earlier(next, button.deadline(isDoorClosed: door.isClosed))
        return next
    }

    /// Advances the lock by one event.
    public mutating func step(_ event: Event, at now: Instant) -> Effects {
        var effects = Effects()
        if case .effectFailed(let effect, let fault, let committed) = event {
            failed(effect, fault, committed: Int(committed), at: now, &effects)
        } else {
            confirmRecords()
            stopsFailed = 0
            hear(event, at: now, &effects)
        }
        finishStep(at: now, &effects)
        effects.nextWake = earliestDeadline()
        return effects
    }

    private mutating func hear(_ event: Event, at now: Instant, _ effects: inout Effects) {
        switch event {
        case .coldStarted(let start): coldStarted(start, at: now, &effects)
        case .wake: timePassed(at: now, &effects)
        case .rowsChanged: order(matrix.rowsChanged(at: now), &effects)
        case .columnRead(let column, let rows): columnRead(column, rows, at: now, &effects)
        case .insideButtonChanged(let isPressed): insideButtonChanged(isPressed, at: now, &effects)
        case .boltSwitchesChanged(let levels): follow(bolt.switchesChanged(levels, at: now), at: now, &effects)
        case .doorChanged(let isClosed): doorChanged(isClosed, at: now, &effects)
        case .coverChanged(let isFitted): coverChanged(isFitted, at: now, &effects)
        case .driveStarted(let number): driveStarted(number, at: now, &effects)
        case .motorCurrentChanged(let isHigh): bolt.currentChanged(isHigh: isHigh, at: now)
        case .sampled(let measurement): sampled(measurement, at: now, &effects)
        case .powerInputChanged(let input, let isPresent): powerInputChanged(input, isPresent, at: now, &effects)
        case .credentialFound(let credential): credentialFound(credential, at: now, &effects)
        case .recoveryCodeFound(let number): recoveryCodeFound(number, at: now, &effects)
        case .codeUnknown: codeUnknown(at: now, &effects)
        case .credentialRead(let user, let credential):
            follow(programming.looked(at: user, credential, at: now), at: now, &effects)
        case .enrolled(let user): enrolled(user, at: now, &effects)
        case .enrolmentRefused(let refusal): enrolmentRefused(refusal, at: now, &effects)
        case .sectorsLow: journal.sectorsLow()
        case .sectorPrepared: journal.sectorPrepared()
        case .uplinkChanged(let isUp): alerts.uplinkChanged(isUp: isUp)
        case .timeOffered(let time, let isAuthenticated): timeOffered(time, isAuthenticated, at: now)
        case .timeRequested(let request): timeRequested(request, at: now, &effects)
        case .alertDelivered(let sequence): alertDelivered(sequence)
        case .remoteRequested(let request, let credential): remoteRequested(request, credential, at: now, &effects)
        case .credentialChanged(let change, let user, let author):
            credentialChanged(change, user, by: author, at: now, &effects)
        case .autoRelockChanged(let time, let user): autoRelockChanged(time, by: user, at: now)
        case .phoneNoticed(let notice): log(.phone(notice), at: now)
        case .phoneChanged(let change, let user, let author): phoneChanged(change, user, by: author, at: now)
        case .invitationChanged(let change, let user, let author):
            invitationChanged(change, user, by: author, at: now)
        case .duplicateFound(let user, let role, let token):
            duplicateFound(by: user, role, at: now, &effects)
            answer(.duplicatePIN, to: token, &effects)
        case .restored(let restored): take(restored, at: now, &effects)
        case .effectFailed: break
        }
    }

    /// All that can be due.
    ///
    /// Each machine looks at its own deadline, so an early or repeated wake changes nothing.
    private mutating func timePassed(at now: Instant, _ effects: inout Effects) {
        follow(bolt.wake(mayExtend: door.isClosed, at: now), at: now, &effects)
        order(matrix.wake(at: now), &effects)
        if entry.expire(at: now) { indicate(.entryCleared, at: now, &effects) }
        if programming.expire(at: now) {
            abandonEnrolment()
            indicate(.quiet, at: now, &effects)
        }
        if let due = sessionLightAt, due <= now { showSession(at: now, &effects) }
        if let due = privacyUntil, due <= now { setMode(.normal, by: nil, at: now, &effects) }
        if lockout.wake(at: now) { unsaved.lockout = true }
        if duplicates.wake(at: now) { unsaved.duplicates = true }
        if door.isAjar(at: now) { raise(.doorAjar, at: now) }
        if relock.isDue(at: now) { relockDue(at: now, &effects) }
        follow(supply.wake(at: now), at: now, &effects)
        if let deadline = clock.deadline, deadline <= now { hourPassed(at: now, &effects) }
        if alarms.sirenEnded(at: now) { indicate(.quiet, at: now, &effects) }
        journal.wake(at: now)
        if let due = verificationGiveUpAt, due <= now { verificationSilent(at: now) }
        showVerdict(at: now, &effects)
        measureSag(at: now, &effects)
        if let due = betweenAt, due <= now { leftBetween(at: now, &effects) }
        if let due = batterySampleAt, due <= now { sampleBattery(at: now, &effects) }
        if let due = clockSampleAt, due <= now { sampleClock(at: now, &effects) }
        if let test = loadTest, test.giveUpAt <= now { loadTestSilent(at: now, &effects) }
        insideButtonHeld(at: now, &effects)
    }

    /// How many alerts a step sends at most; the others follow at once.
    ///
    /// *Chosen*, so that they fit beside all other effects.
    private static var alertsPerStep: Int { 4 }

    /// What follows from every step: records that wait, alerts that wait, a sector that is wanted.
    private mutating func finishStep(at now: Instant, _ effects: inout Effects) {
        judgeWaitingCode(at: now, &effects)
        flush(at: now, &effects)
        driveOnceRecorded(at: now, &effects)
        if alarms.takeSiren() { indicate(.alarm, at: now, &effects) }
        for _ in 0..<Self.alertsPerStep {
            guard let sequence = alerts.next(at: now) else { break }
            effects.append(.send(sequence: sequence))
        }
        requestSector(at: now, &effects)
        // A light that fails must not cost a record: whatever comes after a failure and depends on it does not happen.
        effects.putDependentFirst()
    }
}
