public import LockCore

/// R5: the thumbturn always opens, whatever the electronics do.
public struct EgressChecker: Checker {
    /// How long a whole turn may take until the bolt rests.
    ///
    /// The hand needs 0.3 s; *chosen* with a motor against it.
    public static var turnTimeMax: Interval { .milliseconds(1_500) }
    /// The bolt counts as retracted up to this many thousandths.
    public static var retractedMax: UInt16 { 60 }

    /// What it has found.
    public var findings = Findings()

    private var position: UInt16
    private var turnedAt: WorldTime?

    /// A judge who knows where the bolt is at the beginning.
    public init(permille: UInt16) { position = permille }

    /// Hears the next event.
    public mutating func observe(_ event: TraceEvent) {
        checkTurn(at: event.time)
        switch event.kind {
        case .boltPosition(let permille):
            position = permille
            if permille <= Self.retractedMax { turnedAt = nil }
        case .boltSwitches(let levels): if levels.isRetracted { turnedAt = nil }
        case .handTurns(.retract, let share, _):
            if share.value == 100, position > Self.retractedMax { turnedAt = event.time }
        case .handTurns(.extend, _, _): turnedAt = nil
        default: break
        }
    }

    /// Judges what should have happened by the end.
    public mutating func finish(at time: WorldTime) { checkTurn(at: time) }

    private mutating func checkTurn(at time: WorldTime) {
        guard let turned = turnedAt, time.since(turned) > Self.turnTimeMax else { return }
        turnedAt = nil
        findings.add("R5", "the thumbturn or key was turned and the bolt did not retract", at: turned)
    }
}
