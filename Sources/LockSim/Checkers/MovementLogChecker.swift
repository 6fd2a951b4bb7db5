public import LockCore

/// The log has every movement: what the motor did and what hands did, as far as the firmware could know.
///
/// Counts movements while the firmware runs; `judge` compares them with the log at the end. Hands that move the bolt
/// while the firmware has no power leave no record, and hands that begin or end in a cold start are not counted.
public struct MovementLogChecker: Checker {
    /// A drive that soon after the last one belongs to the same operation.
    public static var retryTime: Interval { .seconds(1) }

    /// What it has found.
    public private(set) var findings = Findings()
    /// Operations in which the motor ran.
    public private(set) var poweredCount = 0
    /// Times that a hand brought the bolt from one end to the other.
    public private(set) var manualCount = 0

    private var poweredEndedAt: WorldTime?
    private var isPowered = false
    private var isRunning = false
    private var turn: Direction?
    private var end: Direction?
    private var hasFlashTrouble = false

    /// A judge who knows at which end the bolt is, if at one.
    public init(isExtended: Bool) { end = isExtended ? .extend : .retract }

    /// Hears the next event.
    public mutating func observe(_ event: TraceEvent) {
        switch event.kind {
        case .coldStarted: isRunning = true
        case .brownedOut, .firmwareDied:
            isRunning = false
            turn = nil
        case .motorPower(let direction): powered(direction != nil, at: event.time)
        case .handTurns(let direction, _, _): turn = isRunning && !isPowered ? direction : nil
        case .boltSwitches(let levels): switched(levels)
        case .flashFailed, .flashTorn: hasFlashTrouble = true
        case .faultStarted(let fault): if concernsStore(fault) { hasFlashTrouble = true }
        default: break
        }
    }

    /// Judges what should have happened by the end.
    public mutating func finish(at time: WorldTime) {}

    /// Compares with the whole log of the run, at its end.
    ///
    /// Not asked if the flash was in trouble.
    public mutating func judge(_ log: [LogRecord], at time: WorldTime) {
        guard !hasFlashTrouble else { return }
        // The log is a ring: what was written before its oldest line is gone, and no fault.
        let gone = log.first.map { Int($0.sequence) - 1 } ?? 0
        var started = 0
        var manual = 0
        for record in log {
            guard case .operation(_, let source, _, let outcome) = record.entry else { continue }
            if source == .manual {
                manual += 1
            } else if outcome == .started {
                started += 1
            }
        }
        if started + gone < poweredCount {
            findings.add("R3", "the motor ran \(poweredCount) times and the log has \(started) of them", at: time)
        }
        if manual + gone < manualCount {
            findings.add("R3", "hands moved the bolt \(manualCount) times and the log has \(manual)", at: time)
        }
    }

    private func concernsStore(_ fault: Fault) -> Bool {
        switch fault {
        case .flashDead, .flashSectorFailing, .bitRot: true
        default: false
        }
    }

    private mutating func powered(_ isOn: Bool, at time: WorldTime) {
        if isOn, !isPowered {
            let isRetry = poweredEndedAt.map { time.since($0) <= Self.retryTime } ?? false
            if !isRetry { poweredCount += 1 }
        }
        if isOn { turn = nil }
        if !isOn { poweredEndedAt = time }
        isPowered = isOn
    }

    private mutating func switched(_ levels: BoltSwitches) {
        let reached: Direction? = levels == .extended ? .extend : levels == .retracted ? .retract : nil
        guard let reached else { return }
        if turn == reached, end != reached {
            manualCount += 1
            turn = nil
        }
        end = reached
    }
}
