public import LockCore

/// R4: a throw on the cells that ended in a brown-out is named at the next start: `batteryCritical`, by light or alert.
///
/// Judged where the lock can know it: its flash works, the bolt stands between its ends, nobody has changed the supply, and the
/// power stays.
public struct WeakCellsChecker: Checker {
    /// How soon after the start it is said.
    ///
    /// *Chosen*: a daemon starts in two, and lights take time to be told apart.
    public static var tellingTime: Interval { .seconds(5) }

    /// What it has found.
    public var findings = Findings()

    private var isPowered = false
    private var powerEndedAt: WorldTime?
    private var isNineVoltThere = false
    private var isUSBThere = false
    /// Whether the supply was changed since the motor was last off.
    private var hasChanged = false
    /// Whether the last throw ended in a brown-out of the cells.
    private var isProved = false
    private var dueAt: WorldTime?
    private var switches: BoltSwitches?
    private var troubles = 0
    private var hasFlashTrouble = false

    /// A judge who has heard nothing yet.
    public init() {}

    /// Hears the next event.
    public mutating func observe(_ event: TraceEvent) {
        check(at: event.time)
        switch event.kind {
        case .motorPower(let direction):
            if direction != nil, !isPowered { hasChanged = troubles > 0 }
            if isPowered, direction == nil { powerEndedAt = event.time }
            isPowered = direction != nil
        case .nineVolt(let voltage):
            isNineVoltThere = voltage.value > 0
            supplyChanged()
        case .usb(let voltage):
            isUSBThere = voltage.value > 0
            supplyChanged()
        case .cells, .power, .faultStarted(.powerCut): supplyChanged()
        case .boltSwitches(let levels): switches = levels
        case .brownedOut: brokeDown(at: event.time)
        case .coldStarted(let cause): started(cause, at: event.time)
        case .firmwareDied: dueAt = nil
        case .indicated(.batteryCritical): dueAt = nil
        case .alertSent(let record): if record.entry == .alarm(.batteryCritical) { dueAt = nil }
        case .flashFailed, .flashTorn: hasFlashTrouble = true
        case .faultStarted(let fault): if isDisturbing(fault) { trouble(1) }
        case .faultStopped(let fault): if isDisturbing(fault) { trouble(-1) }
        default: break
        }
    }

    /// Judges what should have happened by the end.
    public mutating func finish(at time: WorldTime) { check(at: time) }

    private mutating func supplyChanged() {
        hasChanged = true
        isProved = false
        dueAt = nil
    }

    private mutating func trouble(_ change: Int) {
        troubles += change
        hasFlashTrouble = true
        dueAt = nil
    }

    private mutating func brokeDown(at time: WorldTime) {
        dueAt = nil
        let isAftermath = powerEndedAt.map { time.since($0) <= EnergyChecker.aftermath } ?? false
        isProved = (isPowered || isAftermath) && !hasChanged && !isNineVoltThere && !isUSBThere && !hasFlashTrouble
    }

    private mutating func started(_ cause: ResetCause, at time: WorldTime) {
        defer {
            isProved = false
            hasFlashTrouble = troubles > 0
            // What breaks down in this life is not that throw's work any more: its own light may do it.
            powerEndedAt = nil
        }
        guard isProved, cause == .brownOut, let switches, !switches.isRetracted, !switches.isExtended else { return }
        dueAt = time + Self.tellingTime
    }

    private mutating func check(at time: WorldTime) {
        guard let due = dueAt, time > due else { return }
        dueAt = nil
        findings.add("R4", "the cells broke down under a throw, and the lock did not name them", at: due)
    }

    /// Whether it keeps the lock from knowing what happened.
    private func isDisturbing(_ fault: Fault) -> Bool {
        switch fault {
        case .flashDead, .flashSectorFailing, .bitRot, .endSwitchStuck: true
        default: false
        }
    }
}
