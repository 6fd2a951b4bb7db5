public import LockCore

/// R5: never both ways, never longer than the one-shot, off soon after a stall, never out against an open door.
public struct MotorChecker: Checker {
    /// The one-shot's 1.6 s and a step of the world.
    public static var powerTimeMax: Interval { .milliseconds(1_610) }
    /// Inrush or 40 ms of high current are no stall yet; then 50 ms to switch off.
    public static var stallTimeMax: Interval { .milliseconds(90) }
    /// From the door's opening to the end of extending.
    public static var doorTimeMax: Interval { .milliseconds(50) }

    /// What it has found.
    public var findings = Findings()

    private var powered: Direction?
    private var poweredSince = WorldTime.start
    private var highSince: WorldTime?
    private var isDoorClosed: Bool
    private var doorOpenedAt: WorldTime?
    private var isFirmwareDead = false

    /// A judge who knows how the door stands at the beginning, as its switch says it.
    public init(isDoorClosed: Bool = true) { self.isDoorClosed = isDoorClosed }

    /// Hears the next event.
    public mutating func observe(_ event: TraceEvent) {
        checkLimits(at: event.time)
        switch event.kind {
        case .motorLines(retract: true, extend: true):
            findings.add("R5", "the motor was driven both ways at once", at: event.time)
        case .motorPower(let direction): changePower(direction, at: event.time)
        case .motorCurrentHigh(let isHigh): highSince = isHigh ? event.time : nil
        case .doorSwitch(let isClosed):
            isDoorClosed = isClosed
            doorOpenedAt = isClosed ? nil : event.time
        case .firmwareDied: isFirmwareDead = true
        case .coldStarted: isFirmwareDead = false
        default: break
        }
    }

    /// Judges what should have happened by the end.
    public mutating func finish(at time: WorldTime) { checkLimits(at: time) }

    private mutating func changePower(_ direction: Direction?, at time: WorldTime) {
        if direction == .extend && !isDoorClosed {
            findings.add("R5", "the bolt was extended against an open door", at: time)
        }
        powered = direction
        poweredSince = time
        highSince = nil
        doorOpenedAt = nil
    }

    private mutating func checkLimits(at time: WorldTime) {
        guard let direction = powered else { return }
        if time.since(poweredSince) > Self.powerTimeMax {
            findings.add("R5", "the motor had power for longer than 1.6 s", at: time)
            powered = nil
        }
        // Dead firmware cannot see a stall; the one-shot bounds what it leaves behind.
        guard !isFirmwareDead else { return }
        if let high = highSince, time.since(high) > Self.stallTimeMax {
            findings.add("R5", "the motor was left on for 50 ms after it had stalled", at: time)
            highSince = nil
        }
        if direction == .extend, let opened = doorOpenedAt, time.since(opened) > Self.doorTimeMax {
            findings.add("R5", "the bolt went on extending after the door had opened", at: time)
            doorOpenedAt = nil
        }
    }
}
