public import LockCore

/// R4: never start to lock what cannot be finished.
///
/// An extending bolt must not brown the lock out by itself.
///
/// A supply that changes after the operation began, between two tries of it too, is not the lock's fault: it was measured
/// before. Nor is a hand that turns the bolt back against the motor: driven backwards, it draws more than when it starts or
/// stalls, and no load test can show what somebody is going to do.
public struct EnergyChecker: Checker {
    /// A brown-out that soon after the motor is still its work: the capacitor holds up for a while.
    public static var aftermath: Interval { .milliseconds(100) }

    /// A drive that soon after the last one belongs to the same operation.
    public static var retryTime: Interval { .seconds(1) }

    /// What it has found.
    public var findings = Findings()

    private var extendSince: WorldTime?
    private var extendEndedAt: WorldTime?
    private var motorEndedAt: WorldTime?
    private var hasSupplyChanged = false
    private var turnedBackAt: WorldTime?

    /// A judge who has heard nothing yet.
    public init() {}

    /// Hears the next event.
    public mutating func observe(_ event: TraceEvent) {
        switch event.kind {
        case .motorPower(let direction): powered(direction, at: event.time)
        case .nineVolt, .usb, .cells, .power, .faultStarted, .faultStopped: hasSupplyChanged = true
        case .handTurns(let direction, _, _): turnedBackAt = direction == .retract ? event.time : nil
        case .brownedOut:
            let isAftermath = extendEndedAt.map { event.time.since($0) <= Self.aftermath } ?? false
            let isTurnedBack = turnedBackAt.map { event.time.since($0) <= HandChecker.turnTimeMax } ?? false
            if extendSince != nil || isAftermath, !hasSupplyChanged, !isTurnedBack {
                findings.add("R4", "locking was started and browned the lock out", at: event.time)
            }
        default: break
        }
    }

    /// Judges what should have happened by the end.
    public mutating func finish(at time: WorldTime) {}

    private mutating func powered(_ direction: Direction?, at time: WorldTime) {
        if direction != nil, motorEndedAt.map({ time.since($0) > Self.retryTime }) ?? true { hasSupplyChanged = false }
        if direction == .extend {
            extendSince = time
            extendEndedAt = nil
        } else {
            if extendSince != nil { extendEndedAt = time }
            extendSince = nil
        }
        if direction == nil { motorEndedAt = time }
    }
}
