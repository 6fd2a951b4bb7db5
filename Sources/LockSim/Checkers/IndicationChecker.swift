public import LockCore

/// Nothing blinks for ever: after the last thing that anybody did, the lock is dark again within a bounded time.
///
/// Every pattern ends by itself; what is judged is a lock that shows one after the other with nobody there.
public struct IndicationChecker: Checker {
    /// The longest that lights may go on by themselves: the siren's 3 minutes, its pattern's length, and some.
    public static var lightTimeMax: Interval { .seconds(300) }
    /// Darkness of that length is an end.
    public static var darkTime: Interval { .seconds(10) }

    /// What it has found.
    public var findings = Findings()

    private var litSince = WorldTime.start
    private var litUntil = WorldTime.start

    /// A judge who sees a dark lock.
    public init() {}

    /// Hears the next event.
    public mutating func observe(_ event: TraceEvent) {
        switch event.kind {
        case .indicated(let indication): show(indication, at: event.time)
        case .brownedOut, .firmwareDied: litUntil = event.time
        case .keyContact, .insideButton, .door, .cover, .handTurns, .person, .requestArrived, .nineVolt, .usb, .cells,
            .faultStarted, .faultStopped, .coldStarted:
            litSince = event.time
        default: break
        }
    }

    /// Judges what should have happened by the end.
    public mutating func finish(at time: WorldTime) {}

    private mutating func show(_ indication: Indication, at time: WorldTime) {
        if time.since(litUntil) >= Self.darkTime, time > litUntil { litSince = time }
        litUntil = time + indication.pattern.length
        guard litUntil.since(litSince) > Self.lightTimeMax else { return }
        findings.add("Indication", "the lock blinks and blinks, and nobody is there", at: litSince)
        litSince = time
    }
}
