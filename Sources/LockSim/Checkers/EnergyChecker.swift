public import LockCore

/// R4: never start to lock what cannot be finished.
///
/// An extending bolt must not brown the lock out by itself.
///
/// A supply that somebody takes away in mid-throw is not the lock's fault.
public struct EnergyChecker: Checker {
    /// A brown-out that soon after the motor is still its work: the capacitor holds up for a while.
    public static var aftermath: Interval { .milliseconds(100) }

    /// What it has found.
    public var findings = Findings()

    private var extendSince: WorldTime?
    private var extendEndedAt: WorldTime?
    private var hasSupplyChanged = false

    /// A judge who has heard nothing yet.
    public init() {}

    /// Hears the next event.
    public mutating func observe(_ event: TraceEvent) {
        switch event.kind {
        case .motorPower(.extend):
            extendSince = event.time
            extendEndedAt = nil
            hasSupplyChanged = false
        case .motorPower:
            if extendSince != nil { extendEndedAt = event.time }
            extendSince = nil
        case .nineVolt, .usb, .cells, .power, .faultStarted, .faultStopped: hasSupplyChanged = true
        case .brownedOut:
            let isAftermath = extendEndedAt.map { event.time.since($0) <= Self.aftermath } ?? false
            if extendSince != nil || isAftermath, !hasSupplyChanged {
                findings.add("R4", "locking was started and browned the lock out", at: event.time)
            }
        default: break
        }
    }

    /// Judges what should have happened by the end.
    public mutating func finish(at time: WorldTime) {}
}
