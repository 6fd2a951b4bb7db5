public import LockCore

/// R3: a record before the motor, unless none can be written and an alarm says so; and no flash work while the motor
/// has power.
///
/// A record is a new line of the access log: counters, credentials and lines that only moved to another sector are none.
/// Whether it is the line of that very movement is what `MovementLogChecker` reads at the end.
///
/// An alarm that was told once since the cold start is in force and need not be told again. One that cannot leave the house
/// because the uplink is down is owed, and due as soon as it is up again; a loss of power takes it along. A lock without
/// an uplink owes none.
public struct RecordChecker: Checker {
    /// A drive that soon after the last one is another try of the same operation.
    public static var retryTime: Interval { .seconds(1) }
    /// How old the record of an operation may be when its motor starts: the load test lies between.
    public static var recordTime: Interval { .seconds(2) }
    /// How soon an alarm must follow a movement without a record, while it can leave the house.
    public static var alarmTime: Interval { .seconds(10) }

    /// What it has found.
    public var findings = Findings()

    private var isPowered = false
    private var motorEndedAt: WorldTime?
    private var recordAt: WorldTime?
    /// The sequence number of the newest line of the access log.
    private var newestLine: UInt32 = 0
    /// Faults of the flash that are active.
    private var troubles = 0
    /// Whether the last program failed.
    private var hasProgramFailed = false
    /// Whether people were told since then that nothing can be recorded.
    private var isDegradedTold = false
    private var isAlarmed = false
    private var isAlarmOwed = false
    private var alarmDueAt: WorldTime?
    private var isUplinkUp: Bool
    private let hasUplink: Bool

    /// A judge who knows whether the lock has a way out of the house, and whether it is up at the beginning.
    public init(isUplinkUp: Bool = true, hasUplink: Bool = true) {
        self.isUplinkUp = isUplinkUp && hasUplink
        self.hasUplink = hasUplink
    }

    /// Hears the next event.
    public mutating func observe(_ event: TraceEvent) {
        checkAlarm(at: event.time)
        switch event.kind {
        case .flashProgrammed(_, _, let content): programmed(content, at: event.time)
        case .eraseBegan:
            if isPowered { findings.add("R3", "an erase began while the motor had power", at: event.time) }
        case .flashFailed: hasProgramFailed = true
        case .faultStarted(let fault): if fault.isOfFlash { troubles += 1 }
        case .faultStopped(let fault): if fault.isOfFlash { troubles -= 1 }
        case .indicated(.alarm): alarm()
        case .alertSent(let record):
            if case .alarm(.logDegraded) = record.entry {
                isDegradedTold = true
                alarm()
            }
        case .motorPower(let direction): powered(direction, at: event.time)
        case .uplink(let isUp): uplinkChanged(isUp, at: event.time)
        case .brownedOut, .coldStarted:
            alarmDueAt = nil
            isAlarmOwed = false
            isAlarmed = false
            // What is dead at a mount stays unmounted until the store has written again.
            if troubles > 0 { hasProgramFailed = true }
        default: break
        }
    }

    /// Judges what should have happened by the end.
    public mutating func finish(at time: WorldTime) { checkAlarm(at: time) }

    private mutating func programmed(_ content: FlashContent, at time: WorldTime) {
        hasProgramFailed = false
        isDegradedTold = false
        if content == .unseen { recordAt = time }
        if let line = content.line, line > newestLine {
            newestLine = line
            recordAt = time
        }
        if isPowered { findings.add("R3", "the flash was programmed while the motor had power", at: time) }
    }

    private mutating func alarm() {
        isAlarmed = true
        isAlarmOwed = false
        alarmDueAt = nil
    }

    private mutating func uplinkChanged(_ isUp: Bool, at time: WorldTime) {
        guard hasUplink else { return }
        isUplinkUp = isUp
        alarmDueAt = isUp && isAlarmOwed ? time + Self.alarmTime : nil
    }

    private mutating func checkAlarm(at time: WorldTime) {
        guard let due = alarmDueAt, time > due else { return }
        alarmDueAt = nil
        isAlarmOwed = false
        findings.add("R3", "the bolt moved without a record, and no alarm said why", at: due)
    }

    private mutating func powered(_ direction: Direction?, at time: WorldTime) {
        defer { isPowered = direction != nil }
        guard direction != nil else {
            motorEndedAt = time
            recordAt = nil
            return
        }
        guard !isPowered else { return }
        if let ended = motorEndedAt, time.since(ended) <= Self.retryTime { return }
        if let recorded = recordAt, time.since(recorded) <= Self.recordTime { return }
        guard hasProgramFailed || troubles > 0 || isDegradedTold else {
            findings.add("R3", "the motor started before anything was recorded", at: time)
            return
        }
        guard !isAlarmed, !isAlarmOwed else { return }
        isAlarmOwed = true
        if isUplinkUp { alarmDueAt = time + Self.alarmTime }
    }
}
