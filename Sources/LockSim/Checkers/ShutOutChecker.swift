public import LockCore

/// R1: a lock that nobody can open from outside does not lock itself.
///
/// It is one until the first code is known or the lock says that it was told one. The button inside may lock it all the same:
/// whoever presses it is in. A lock with a keyway that could not read its flash at the start cannot know that it is new, and
/// the key opens it; one whose flash rotted is not judged at all.
public struct ShutOutChecker: Checker {
    /// How long what follows from the button inside may go on.
    ///
    /// Three tries of 1.5 s with their pauses, twice.
    public static var buttonTime: Interval { .seconds(15) }

    /// Whether nobody has a way in from outside yet.
    public var isNew: Bool
    /// What it has found.
    public var findings = Findings()

    private var pressedAt: WorldTime?
    /// Faults of the flash that are active, and whether there were any at the last start.
    private var troubles = 0
    private var hasReadNothing = false
    private let hasKeyway: Bool

    /// A judge who knows whether the lock is new, and whether a key opens it.
    public init(isNew: Bool, hasKeyway: Bool = true) {
        self.isNew = isNew
        self.hasKeyway = hasKeyway
    }

    /// Hears the next event.
    public mutating func observe(_ event: TraceEvent) {
        switch event.kind {
        case .indicated(.programmingDone), .phoneAllowed(_, true): isNew = false
        case .insideButton: pressedAt = event.time
        case .coldStarted: hasReadNothing = troubles > 0
        case .faultStarted(.bitRot): isNew = false
        case .faultStarted(let fault): if fault.isOfFlash { troubles += 1 }
        case .faultStopped(let fault): if fault.isOfFlash { troubles -= 1 }
        case .motorPower(.extend):
            let isByButton = pressedAt.map { event.time.since($0) <= Self.buttonTime } ?? false
            guard isNew, !hasReadNothing || !hasKeyway, !isByButton else { return }
            findings.add("R1", "the lock locked itself, and nobody could have opened it from outside", at: event.time)
        default: break
        }
    }

    /// Judges what should have happened by the end.
    public mutating func finish(at time: WorldTime) {}
}
