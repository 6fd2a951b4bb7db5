/// The alarms in force, and the siren.
///
/// An alarm stays until a valid credential silences it or its cause is gone; the siren sounds for `sirenTime` at most,
/// so that it cannot empty the cells.
public struct Alarms: Equatable, Sendable {
    private let sirenTime: Interval
    private var active: UInt64 = 0
    private var isSirenDue = false
    /// When the siren ends.
    public private(set) var deadline: Instant?

    /// No alarm.
    public init(sirenTime: Interval) { self.sirenTime = sirenTime }

    /// Whether the alarm is in force.
    public func isActive(_ alarm: Alarm) -> Bool { active & Self.bit(alarm) != 0 }

    /// All that are in force.
    public var all: AlarmSet { AlarmSet(bits: active) }

    /// Whether any alarm that a person must silence is in force.
    public var isSounding: Bool { deadline != nil }

    /// Begins an alarm.
    ///
    /// Says whether it is a new one; one in force already is not told again.
    public mutating func raise(_ alarm: Alarm, at now: Instant) -> Bool {
        guard !isActive(alarm) else { return false }
        active |= Self.bit(alarm)
        if alarm.hasSiren {
            deadline = now + sirenTime
            isSirenDue = true
        }
        return true
    }

    /// Ends an alarm whose cause is gone.
    ///
    /// Those with a siren wait for a person instead.
    public mutating func clear(_ alarm: Alarm) {
        guard !alarm.hasSiren else { return }
        active &= ~Self.bit(alarm)
    }

    /// A valid credential was shown.
    ///
    /// Says whether there was anything to silence.
    public mutating func silence() -> Bool {
        let wasActive = active & Self.sirens != 0
        active &= ~Self.sirens
        deadline = nil
        return wasActive
    }

    /// The siren gave way to an answer at the keypad: it is to go on afterwards.
    public mutating func sirenInterrupted() { isSirenDue = deadline != nil }

    /// The siren stays silent until somebody is answered at the keypad.
    public mutating func skipSiren() { isSirenDue = false }

    /// Whether the siren is to be turned on now.
    ///
    /// Says so once.
    public mutating func takeSiren() -> Bool {
        defer { isSirenDue = false }
        return isSirenDue && deadline != nil
    }

    /// Whether the siren's time is up.
    ///
    /// Says so once.
    public mutating func sirenEnded(at now: Instant) -> Bool {
        guard let deadline, deadline <= now else { return false }
        self.deadline = nil
        return true
    }

    private static var sirens: UInt64 {
        bit(.frontCoverRemoved) | bit(.doorForcedOpen) | bit(.wrongCodeEntryLimit)
    }

    fileprivate static func bit(_ alarm: Alarm) -> UInt64 {
        // Matter's alarms have the lower half, ours the upper.
        alarm.rawValue < 32 ? 1 << UInt64(alarm.rawValue) : 1 << UInt64(alarm.rawValue - 96)
    }
}

/// Some of the alarms.
public struct AlarmSet: Equatable, Sendable, BitwiseCopyable {
    fileprivate var bits: UInt64

    /// Whether there is none.
    public var isEmpty: Bool { bits == 0 }

    /// Whether the alarm is among them.
    public func contains(_ alarm: Alarm) -> Bool { bits & Alarms.bit(alarm) != 0 }

    /// The others.
    func without(_ alarm: Alarm) -> Self { Self(bits: bits & ~Alarms.bit(alarm)) }
}

extension Alarm {
    /// Whether it sounds the siren, and so wants a valid credential to silence it.
    public var hasSiren: Bool {
        switch self {
        case .frontCoverRemoved, .doorForcedOpen, .wrongCodeEntryLimit: true
        case .lockJammed, .lockFactoryReset, .doorAjar, .forcedUser, .notFullyLocked, .batteryLow, .batteryCritical,
            .logDegraded, .endSwitchFault, .leftUnlocked, .keypadStuck:
            false
        }
    }
}
