public import LockCore

/// R4: "granted" is shown when the motor has power, or to a bolt that is in already; never for a switch that says so alone.
///
/// At an open door whoever stands there can come in, and no switch is contradicted.
public struct GrantChecker: Checker {
    /// From the light to the motor's power, if the light is first: the board's time to start, five times.
    public static var startTimeMax: Interval { .milliseconds(100) }
    /// After the motor the bolt moves on for so long, or the light is told apart so late that it was of the motor's time.
    public static var restTime: Interval { .milliseconds(700) }

    /// What it has found.
    public var findings = Findings()

    private var place: UInt16
    private var isDoorClosed: Bool
    private var powered: Direction?
    private var retractEndedAt: WorldTime?
    private var handAt: WorldTime?
    private var grantedAt: WorldTime?

    /// A judge who knows where the bolt is at the beginning, in thousandths of its throw, and whether the door is shut.
    public init(permille: UInt16, isDoorClosed: Bool = true) {
        place = permille
        self.isDoorClosed = isDoorClosed
    }

    /// Hears the next event.
    public mutating func observe(_ event: TraceEvent) {
        check(at: event.time)
        switch event.kind {
        case .boltPosition(let permille): place = permille
        case .door(let isClosed): isDoorClosed = isClosed
        case .handTurns: handAt = event.time
        case .motorPower(let direction):
            if powered == .retract, direction != .retract { retractEndedAt = event.time }
            if direction == .retract { grantedAt = nil }
            powered = direction
        case .indicated(.granted): if !isDeserved(at: event.time) { grantedAt = event.time }
        case .brownedOut, .firmwareDied: grantedAt = nil
        default: break
        }
    }

    /// Judges what should have happened by the end.
    public mutating func finish(at time: WorldTime) { check(at: time) }

    private func isDeserved(at time: WorldTime) -> Bool {
        let isMoving = [retractEndedAt, handAt].contains { $0.map { time.since($0) <= Self.restTime } ?? false }
        return !isDoorClosed || powered == .retract || place <= EgressChecker.retractedMax || isMoving
    }

    private mutating func check(at time: WorldTime) {
        guard let granted = grantedAt, time.since(granted) > Self.startTimeMax else { return }
        grantedAt = nil
        findings.add("R4", "somebody was shown that they may come in, and the motor had no power", at: granted)
    }
}
