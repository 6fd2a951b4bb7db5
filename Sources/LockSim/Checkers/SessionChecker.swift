public import LockCore

/// R1: a programming session belongs to who opened it: `0 #`, a door that moves and a minute of silence end it.
///
/// A session is known by its lights, and so is one that should be over. A new one begins with a code that was compared or
/// with the button inside. Where the lock may not have read what was typed, `0 #` is no claim.
public struct SessionChecker: Checker {
    /// What was on its way when the session ended is shown that long.
    public static var endTime: Interval { .seconds(1) }
    /// Silence that ends it, and the light that was on.
    public static var silenceMax: Interval { .seconds(66) }

    /// How long after power from outside has come or gone keys may go unread.
    ///
    /// The keypad is live after half a second and a load test; *chosen*, more than twice that.
    public static var waveringTime: Interval { .seconds(2) }

    /// No code that opens a session is shorter.
    static var proofLengthMin: Int { 4 }

    /// What it has found.
    public var findings = Findings()

    private var typed = TypedCode()
    private var readable = ReadCode()
    private var isOpen = false
    /// When it was ended; `nil` = it was not, or another has begun since.
    private var endedAt: WorldTime?
    /// When somebody last showed who they are, if they have since the last session ended.
    private var provedAt: WorldTime?
    private var heardAt = WorldTime.start
    /// Faults of the keypad that are active, and when the last one was mended.
    private var troubles = 0
    private var mendedAt = WorldTime.start
    /// When power from outside last came or went: for a while keys may go unread then.
    private var waveredAt: WorldTime?

    /// A judge who sees no session.
    public init() {}

    /// Hears the next event.
    public mutating func observe(_ event: TraceEvent) {
        settle(at: event.time)
        switch event.kind {
        case .keyContact(let key, let isDown): pressed(key, isDown: isDown, at: event.time)
        case .insideButton, .derivationEnded:
            provedAt = event.time
            heardAt = event.time
        case .doorSwitch: end(at: event.time)
        case .indicated(let indication): showed(indication, at: event.time)
        case .nineVolt, .usb: waveredAt = event.time
        case .faultStarted(let fault): changed(fault, by: 1, at: event.time)
        case .faultStopped(let fault): changed(fault, by: -1, at: event.time)
        case .brownedOut, .firmwareDied:
            forget()
            readable.stop()
        case .coldStarted(let cause):
            forget()
            readable.start(at: event.time, after: cause)
        default: break
        }
    }

    /// Judges what should have happened by the end.
    public mutating func finish(at time: WorldTime) {}

    private mutating func forget() {
        isOpen = false
        endedAt = nil
        waveredAt = nil
        typed.restart()
    }

    private mutating func changed(_ fault: Fault, by change: Int, at time: WorldTime) {
        typed.expect(fault, begins: change > 0, at: time)
        readable.expect(fault, begins: change > 0, at: time)
        switch fault {
        case .keypadDead, .keyStuck, .keyGhost, .keyBounce:
            troubles += change
            mendedAt = time
        default: break
        }
    }

    private mutating func pressed(_ key: Key, isDown: Bool, at time: WorldTime) {
        heardAt = time
        readable.hear(key, isDown: isDown, at: time)
        guard let code = typed.hear(key, isDown: isDown, at: time) else { return }
        // Where the slow hash does not show, a whole code is all that is seen of a proof.
        if code.count >= Self.proofLengthMin { provedAt = time }
    }

    /// `0 #` that no lock can have overlooked, and nothing else before it, ends a session.
    private mutating func settle(at time: WorldTime) {
        let entered = readable.settle(at: time)
        guard !entered.isEmpty, let sure = readable.sureEntry else { return }
        let isWavering = waveredAt.map { sure.at.since($0) <= Self.waveringTime } ?? false
        let isInTrouble = troubles > 0 || sure.at < mendedAt
        if sure.code.count == 1, sure.code.digit(at: 0) == 0, !isInTrouble, !isWavering { end(at: sure.at) }
    }

    private mutating func end(at time: WorldTime) {
        guard isOpen else { return }
        isOpen = false
        endedAt = time
        if let proved = provedAt, proved <= time { provedAt = nil }
    }

    private mutating func showed(_ indication: Indication, at time: WorldTime) {
        switch indication {
        case .programming, .setUpReady:
            if provedAt != nil { endedAt = nil }
            heardAt = time
            fallthrough
        case .programmingNext, .programmingDone, .sessionOpen:
            if let ended = endedAt {
                guard time.since(ended) > Self.endTime else { return }
                findings.add("R1", "a programming session went on after it was ended", at: time)
                endedAt = nil
            } else if time.since(heardAt) > Self.silenceMax {
                findings.add("R1", "a programming session went on though nobody was there", at: time)
                heardAt = time
            }
            isOpen = true
        case .quiet, .keyTaken, .entryCleared, .granted, .refused, .locked, .jammed, .notFullyLocked, .doorOpen,
            .batteryLow, .batteryCritical, .emergencyWait, .emergencyReady, .emergencyWeak, .programmingRefused,
            .weakPIN,
            .privacyOn, .alarm, .privacyAsked:
            break
        }
    }
}
