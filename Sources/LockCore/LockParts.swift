/// What the keypad waits for.
enum Verification: Equatable, Sendable {
    case none
    /// A PIN that was counted while the motor ran: the count is committed as soon as it rests.
    case waiting(isForProgramming: Bool, isInside: Bool)
    /// A PIN. `isForProgramming`: it is to open a session. `isInside`: the inside button is held at the open door.
    case pin(isForProgramming: Bool, isInside: Bool)
    case recoveryCode(isInside: Bool)
}

/// What is to be shown next to somebody whose code opened nothing.
enum Verdict: Equatable, Sendable {
    case none
    /// A code was entered and is being judged: if it opens nothing, that is to be said then.
    case pending(at: Instant)
    /// The answer itself: after the same time whatever the reason (attack C04).
    case refused(at: Instant)
    /// The siren, which gave way to the answer.
    case siren(at: Instant)

    /// When.
    var deadline: Instant? {
        switch self {
        case .none, .pending: nil
        case .refused(let at), .siren(let at): at
        }
    }
}

/// What changed while nothing could be committed.
///
/// In two bytes, for the sake of the core's size.
struct Unsaved: Equatable, Sendable {
    private var bits: UInt16 = 0

    private subscript(index: UInt16) -> Bool {
        get { bits & 1 << index != 0 }
        set { bits = newValue ? bits | 1 << index : bits & ~(1 << index) }
    }

    /// One bit for each recovery code that opened while the flash took no mark: it must not open again (R3).
    var usedCodes: UInt16 {
        get { bits & 0x3FF }
        set { bits = bits & ~0x3FF | newValue & 0x3FF }
    }

    var mode: Bool {
        get { self[10] }
        set { self[10] = newValue }
    }
    var lockout: Bool {
        get { self[11] }
        set { self[11] = newValue }
    }
    var duplicates: Bool {
        get { self[12] }
        set { self[12] = newValue }
    }
    var clock: Bool {
        get { self[13] }
        set { self[13] = newValue }
    }
    var battery: Bool {
        get { self[14] }
        set { self[14] = newValue }
    }
    var alertCursor: Bool {
        get { self[15] }
        set { self[15] = newValue }
    }
}

/// An operation between its order and its outcome.
struct ActiveOperation: Equatable, Sendable {
    var operation: LockOperation
    var source: OperationSource
    var user: UserIndex?
    /// Whether it goes on if its record cannot be written (R3).
    ///
    /// Locking always does.
    var isUnrestricted: Bool
    /// Whether "granted" is still to be shown.
    var isToBeShown = true
    /// The requests of phones that wait for its answer: one for each connection.
    var askers = Bounded<4, RequestToken>()
}

/// A load test before the bolt is extended (R4).
struct LoadTest: Equatable, Sendable {
    var request: ActiveOperation
    var open: Millivolts?
    var giveUpAt: Instant
    /// The converter's two answers take 50 ms each at most.
    static var timeMax: Interval { .milliseconds(300) }
}

/// The sag of one throw while it is measured.
struct SagSample: Equatable, Sendable {
    var at: Instant?
    var rail: Millivolts?
}

/// A first right code in privacy mode: another one within the time ends it (R5).
struct PrivacyYield: Equatable, Sendable {
    /// Whose it was; `nil` = a recovery code.
    var user: UserIndex?
    var until: Instant
    /// *Chosen*, R5: time to type the code again without haste.
    static var time: Interval { .seconds(20) }
    /// Privacy mode ends by itself after that time, counted from when it was set or the lock last started.
    ///
    /// *Chosen*, R5: longer than a night.
    static var privacyTimeMax: Interval { .hours(12) }
}

/// The button inside.
///
/// Pressed and let go: unlocks, or locks. Held for 3 s behind a closed door: privacy mode, and nothing opens. Held for
/// 10 s with the door open: all credentials are erased. Pressed with the door open: for a minute, whoever types at the
/// keypad stands inside.
struct InsideButton: Equatable, Sendable {
    /// When it went down; `nil` while it is up or its hold has been taken.
    var pressedAt: Instant?
    /// Until when somebody is taken to stand inside, at the open door.
    var insideUntil: Instant?

    /// A shorter press is noise.
    ///
    /// *Chosen*, R5.
    static var pressTimeMin: Interval { .milliseconds(50) }
    /// *Chosen*: nobody holds it so long by chance.
    static var privacyHoldTime: Interval { .seconds(3) }
    /// *Chosen*: long enough that no child does it by leaning on it.
    static var resetHoldTime: Interval { .seconds(10) }
    /// *Chosen*: time to reach round the leaf and type a code.
    static var insideTime: Interval { .seconds(60) }

    /// When a hold is to be taken.
    func deadline(isDoorClosed: Bool) -> Instant? {
        pressedAt.map { $0 + (isDoorClosed ? Self.privacyHoldTime : Self.resetHoldTime) }
    }

    /// Whether somebody proved by the button to be inside, with the door open.
    func isSomebodyInside(isDoorClosed: Bool, at now: Instant) -> Bool {
        guard let insideUntil, !isDoorClosed else { return false }
        return now < insideUntil
    }
}

extension RecoveryCodeNumber {
    /// Its place in `Unsaved.usedCodes`.
    var bit: UInt16 { 1 << UInt16(value) }
}
