public import LockCore

/// R1: the bolt retracts under power only for a code that is valid, from inside, for a phone that may open and whose
/// owner wants it to, or on an authentic request from afar; and once more, within the same 15 s, to finish what a
/// restart without loss of power interrupted.
///
/// A loss of power ends every authority.
///
/// Also allowed: while the door stands open (nobody is kept out), and the short way back after an extending bolt
/// stalled. What it cannot know is whether a dated code was valid at that minute: whoever judges a schedule takes the
/// code out of `codes` at its end.
public struct AuthorityChecker: Checker {
    /// How long an authority may last: verifying, and three tries of 1.5 s with their pauses.
    ///
    /// *Chosen*, twice that.
    public static var authorityTime: Interval { .seconds(15) }
    /// The longest way back after a stall.
    ///
    /// The core's 150 ms, and the time that the switching takes.
    public static var backOffTime: Interval { .milliseconds(250) }

    /// The codes that open.
    public var codes: KnownCodes
    /// The phones that open, by their numbers in the world.
    public var phones: [Int32] = []
    /// What it has found.
    public private(set) var findings = Findings()

    private var typed = TypedCode()
    private var authorisedUntil: WorldTime?
    private var hasResumed = false
    private var isDoorClosed: Bool
    private var isExtending = false
    private var isStalled = false
    /// Whether the bolt was fully out when the drive began that extends it.
    private var hasBegunExtended = false
    private var isExtended = false
    /// The door's switch opened in the middle of a throw.
    private var isInterrupted = false
    private var stalledExtendEndedAt: WorldTime?
    private var backOffSince: WorldTime?

    /// A judge who knows these codes.
    public init(codes: KnownCodes, isDoorClosed: Bool = true, isExtended: Bool = false) {
        self.isExtended = isExtended
        self.codes = codes
        self.isDoorClosed = isDoorClosed
    }

    /// Hears the next event.
    public mutating func observe(_ event: TraceEvent) {
        switch event.kind {
        case .keyContact(let key, let isDown):
            if let code = typed.hear(key, isDown: isDown, at: event.time), codes.contains(code) {
                authorise(at: event.time)
            }
        case .insideButton: authorise(at: event.time)
        case .requestArrived(let request, _): if request.operation == .unlock { authorise(at: event.time) }
        case .phone(let phone, .asked(.unlock)): if phones.contains(phone) { authorise(at: event.time) }
        case .phoneAllowed(let phone, let isAllowed):
            phones.removeAll { $0 == phone }
            if isAllowed { phones.append(phone) }
        case .door(let isClosed): isDoorClosed = isClosed
        case .doorSwitch(let isClosed): if !isClosed, isExtending { isInterrupted = true }
        case .boltSwitches(let levels): isExtended = levels.isExtended
        case .motorCurrentHigh(let isHigh): isStalled = isHigh
        case .motorPower(let direction): powered(direction, at: event.time)
        case .brownedOut:
            authorisedUntil = nil
            restarted()
        case .firmwareDied:
            if hasResumed { authorisedUntil = nil }
            hasResumed = true
            restarted()
        case .faultStarted(let fault), .faultStopped(let fault): typed.expect(fault, at: event.time)
        case .indicated(.emergencyReady), .indicated(.emergencyWeak): typed.restart()
        case .coldStarted: typed.restart()
        default: break
        }
    }

    /// Judges what should have happened by the end.
    public mutating func finish(at time: WorldTime) { endBackOff(at: time) }

    private mutating func authorise(at time: WorldTime) {
        authorisedUntil = time + Self.authorityTime
        hasResumed = false
    }

    private func isAuthorised(at time: WorldTime) -> Bool { authorisedUntil.map { time <= $0 } ?? false }

    private mutating func restarted() {
        typed.clear()
        backOffSince = nil
    }

    private mutating func powered(_ direction: Direction?, at time: WorldTime) {
        endBackOff(at: time)
        if isExtending {
            stalledExtendEndedAt = isStalled || direction == .retract ? time : nil
            if !isStalled, direction == nil { stalledExtendEndedAt = time }
        }
        if direction == .extend {
            isInterrupted = false
            hasBegunExtended = isExtended
        }
        isExtending = direction == .extend
        guard direction == .retract, !isAuthorised(at: time), isDoorClosed else { return }
        if let ended = stalledExtendEndedAt, time.since(ended) <= .milliseconds(100) {
            // A throw that the door interrupts goes all the way back; it never begins from a bolt that was out.
            if !isInterrupted || hasBegunExtended { backOffSince = time }
        } else {
            findings.add("R1", "the bolt was retracted under power without anybody's authority", at: time)
        }
    }

    private mutating func endBackOff(at time: WorldTime) {
        guard let since = backOffSince else { return }
        backOffSince = nil
        if time.since(since) > Self.backOffTime {
            findings.add("R1", "backing off from a stall became an opening", at: since)
        }
    }
}
