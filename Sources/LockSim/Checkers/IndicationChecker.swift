public import LockCore

/// Nothing blinks for ever: a pattern that does not end by itself is replaced in time.
public struct IndicationChecker: Checker {
    /// The longest that the siren may sound: its 3 minutes and some.
    public static var playTimeMax: Interval { .seconds(190) }

    /// What it has found.
    public private(set) var findings = Findings()

    private var shown: Indication?
    private var since = WorldTime.start

    /// A judge who sees a dark lock.
    public init() {}

    public mutating func observe(_ event: TraceEvent) {
        checkPattern(at: event.time)
        switch event.kind {
        case .indicated(let indication):
            // The same endless pattern again is not an end.
            guard indication != shown else { return }
            shown = indication.playTime == nil ? indication : nil
            since = event.time
        case .brownedOut, .coldStarted: shown = nil
        default: break
        }
    }

    public mutating func finish(at time: WorldTime) { checkPattern(at: time) }

    private mutating func checkPattern(at time: WorldTime) {
        guard shown != nil, time.since(since) > Self.playTimeMax else { return }
        shown = nil
        findings.add("Indication", "a pattern was shown for longer than the siren may sound", at: since)
    }
}
