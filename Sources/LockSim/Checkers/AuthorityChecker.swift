public import LockCore

/// R1: the bolt retracts under power only for a code that is valid, from inside, for a phone that may open and whose
/// owner wants it to, or on an authentic request from afar; and once more after a reset that kept the power, while that
/// authority lasts.
///
/// A loss of power ends every authority.
///
/// Also allowed: while the door stands open (nobody is kept out), and the way back of a throw that began with the bolt
/// in and did not get out: whoever stands there could have come in a moment ago. Whose right is in force at that moment
/// `rights` knows.
public struct AuthorityChecker: Checker {
    /// How long an authority may last: verifying, and three tries of 1.5 s with their pauses.
    ///
    /// *Chosen*, twice that.
    public static var authorityTime: Interval { .seconds(15) }
    /// The longest way back of a bolt that is out, or began half-way.
    ///
    /// The core's 150 ms, and the time that the switching takes.
    public static var backOffTime: Interval { .milliseconds(250) }
    /// How soon the way back begins: the motor is off for 400 ms first, to feel for a hand.
    public static var turnTimeMax: Interval { .milliseconds(600) }
    /// A drive that soon after the last one belongs to the same throw.
    public static var retryTime: Interval { .seconds(1) }

    /// The codes that open.
    public var codes: KnownCodes
    /// The phones that open, by their numbers in the world.
    public var phones: [Int32] = []
    /// When whose right is in force.
    public var rights: Rights
    /// What it has found.
    public var findings = Findings()

    private var typed = TypedCode()
    /// The same with the digits that faults close: a finger on a stuck key closes nothing, and its digit counts all the same.
    private var closed = TypedCode(readsStuck: true)
    private var readable = ReadCode()
    /// The last code that opened, and when.
    private var opened: (code: Code, at: WorldTime)?
    private var authorisedUntil: WorldTime?
    /// Whether the firmware has died since: its authority finishes one operation once.
    private var hasResumed = false
    private var isDoorClosed: Bool
    /// How far the bolt is out, in thousandths, and how far it was when the throw under way began.
    private var place: UInt16
    private var origin: UInt16
    /// Whether the switch at the outer end is pressed: of a bolt that is out, and whose switch does not say so, the lock cannot
    /// know that it is.
    private var isOutAtSwitch = false
    private var isExtending = false
    private var extendEndedAt: WorldTime?
    /// Whether the motor is on its way back of a throw that began with the bolt in: what follows soon belongs to it too.
    private var isGoingBack = false
    private var motorEndedAt: WorldTime?
    private var backOffSince: WorldTime?

    /// A judge who knows these codes, where the bolt is (thousandths of its throw), and whether the door is shut.
    public init(
        codes: KnownCodes, rights: Rights = Rights(), isDoorClosed: Bool = true, permille: UInt16 = 1_000
    ) {
        self.codes = codes
        self.rights = rights
        self.isDoorClosed = isDoorClosed
        place = permille
        origin = permille
    }

    /// Hears the next event.
    public mutating func observe(_ event: TraceEvent) {
        rights.observe(event)
        settle(at: event.time)
        switch event.kind {
        case .keyContact(let key, let isDown): heard(key, isDown: isDown, at: event.time)
        case .derivationBegan(let digits): settle(at: event.time, answering: Int(digits))
        case .insideButton: authorise(at: event.time)
        case .requestArrived(let request, let user):
            if request.operation == .unlock, rights.asks(user, at: event.time) { authorise(at: event.time) }
        case .phone(let phone, .asked(.unlock)):
            if phones.contains(phone), rights.asks(phone: phone, at: event.time) { authorise(at: event.time) }
        case .phoneAllowed(let phone, let isAllowed):
            phones.removeAll { $0 == phone }
            if isAllowed { phones.append(phone) }
        case .door(let isClosed): isDoorClosed = isClosed
        case .boltPosition(let permille): place = permille
        case .boltSwitches(let levels): isOutAtSwitch = levels.isExtended
        case .motorPower(let direction): powered(direction, at: event.time)
        case .brownedOut: powerLost(at: event.time)
        case .firmwareDied:
            if hasResumed { authorisedUntil = nil }
            hasResumed = true
            died(at: event.time)
        case .faultStarted(let fault): expect(fault, begins: true, at: event.time)
        case .faultStopped(let fault): expect(fault, begins: false, at: event.time)
        case .indicated(.emergencyReady), .indicated(.emergencyWeak):
            typed.restart()
            closed.restart()
        case .coldStarted(let cause):
            typed.start(at: event.time)
            closed.start(at: event.time)
            readable.start(at: event.time, after: cause)
        default: break
        }
    }

    /// Judges what should have happened by the end.
    public mutating func finish(at time: WorldTime) { endBackOff(at: time) }

    private mutating func expect(_ fault: Fault, begins: Bool, at time: WorldTime) {
        typed.expect(fault, begins: begins, at: time)
        closed.expect(fault, begins: begins, at: time)
        readable.expect(fault, begins: begins, at: time)
    }

    private mutating func heard(_ key: Key, isDown: Bool, at time: WorldTime) {
        readable.hear(key, isDown: isDown, at: time)
        let entered = typed.hear(key, isDown: isDown, at: time)
        let read = closed.hear(key, isDown: isDown, at: time)
        // Mostly both are one code, and somebody who comes once.
        let isSame = entered.flatMap { one in read.map { one.matches($0) } } ?? false
        for case let code? in isSame ? [entered] : [entered, read] { enter(code, at: time) }
    }

    /// What the lock may have read otherwise than it was typed.
    private mutating func settle(at time: WorldTime, answering digits: Int? = nil) {
        for read in readable.settle(at: time, answering: digits) {
            let isKnown = opened.map { $0.code.matches(read.code) && read.at.since($0.at) <= GuessChecker.answerTime }
            if isKnown != true { enter(read.code, at: read.at) }
        }
    }

    private mutating func enter(_ code: Code, at time: WorldTime) {
        guard codes.contains(code) else { return }
        opened = (code, time)
        if rights.enters(code, at: time) { authorise(at: time) }
    }

    private mutating func authorise(at time: WorldTime) {
        authorisedUntil = max(authorisedUntil ?? .start, time + Self.authorityTime)
        hasResumed = false
    }

    private func isAuthorised(at time: WorldTime) -> Bool { authorisedUntil.map { time <= $0 } ?? false }

    /// Who brings the power back need not be who had the code.
    private mutating func powerLost(at time: WorldTime) {
        authorisedUntil = nil
        died(at: time)
    }

    private mutating func died(at time: WorldTime) {
        typed.stop()
        closed.stop()
        readable.stop()
        backOffSince = nil
    }

    private mutating func powered(_ direction: Direction?, at time: WorldTime) {
        endBackOff(at: time)
        defer {
            isExtending = direction == .extend
            if direction == nil { motorEndedAt = time }
        }
        if isExtending && direction != .extend || isGoingBack && direction != .retract { extendEndedAt = time }
        isGoingBack = false
        // A throw that goes out with the bolt in is a new one, however soon after an opening.
        let isNew = motorEndedAt.map { time.since($0) > Self.retryTime } ?? true
        if direction != nil && isNew || direction == .extend && place <= EgressChecker.retractedMax { origin = place }
        guard direction == .retract, !isAuthorised(at: time), isDoorClosed else { return }
        guard let ended = extendEndedAt, time.since(ended) <= Self.turnTimeMax else {
            findings.add("R1", "the bolt was retracted under power without anybody's authority", at: time)
            return
        }
        let isOut = isOutAtSwitch && place >= 1_000 - EgressChecker.retractedMax
        let wasOpen = origin <= EgressChecker.retractedMax && !isOut
        if wasOpen { isGoingBack = true } else { backOffSince = time }
    }

    private mutating func endBackOff(at time: WorldTime) {
        guard let since = backOffSince else { return }
        backOffSince = nil
        if time.since(since) > Self.backOffTime {
            findings.add("R1", "backing off from a stall became an opening", at: since)
        }
    }
}
