/// The parts that a lock has.
///
/// What it has not, it does not wait for.
public struct Equipment: OptionSet, Sendable, BitwiseCopyable {
    /// One bit a part.
    public let rawValue: UInt16

    /// Those parts.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// A 4x3 keypad outside.
    public static var keypad: Self { Self(rawValue: 1 << 0) }
    /// A keyway outside, for the mechanical key.
    public static var keyway: Self { Self(rawValue: 1 << 1) }
    /// A thumbturn inside.
    public static var thumbturn: Self { Self(rawValue: 1 << 2) }
    /// A button inside.
    public static var insideButton: Self { Self(rawValue: 1 << 3) }
    /// A radio for phones nearby.
    public static var bluetooth: Self { Self(rawValue: 1 << 4) }
    /// Contacts for a 9 V block outside.
    public static var nineVolt: Self { Self(rawValue: 1 << 5) }
    /// A USB-C port for power outside.
    public static var usb: Self { Self(rawValue: 1 << 6) }
    /// A solar cell that trickles into the cells.
    public static var solar: Self { Self(rawValue: 1 << 7) }
    /// A door position switch; without one the door counts as closed.
    public static var doorSwitch: Self { Self(rawValue: 1 << 8) }
    /// A switch under the front cover.
    public static var coverSwitch: Self { Self(rawValue: 1 << 9) }
    /// A sounder.
    public static var sounder: Self { Self(rawValue: 1 << 10) }
    /// A connection to the home network.
    public static var wifi: Self { Self(rawValue: 1 << 11) }
    /// A clock chip with a cell of its own.
    public static var clockChip: Self { Self(rawValue: 1 << 12) }

    /// All of them: the default model.
    public static var everything: Self { Self(rawValue: (1 << 13) - 1) }
}

/// What cells are made of.
///
/// Their curves stand in `CellCurve`.
public enum Chemistry: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case alkaline
    case lithiumIron
    case nickelMetalHydride
    case lithiumIon
}

/// Everything that an installation may change, with its default.
///
/// A lock model (YAML) sets them by these names.
///
/// All are *chosen* unless a source stands beside them.
public struct Settings: Equatable, Sendable {
    /// The parts that this lock has.
    public var equipment = Equipment.everything

    // Bolt
    /// Longest travel between the end switches before the motor is stopped.
    ///
    /// 2.5 times the typical 600 ms.
    public var travelTimeMax = Interval.milliseconds(1_500)
    /// How long the current must stay above the comparator's threshold to be a stall.
    ///
    /// Inrush is over in 30 ms.
    public var stallTime = Interval.milliseconds(40)
    /// How long the motor runs backwards after a stall, to take the pressure off.
    public var backOffTime = Interval.milliseconds(150)
    /// Rest between two tries.
    public var retryPause = Interval.milliseconds(200)
    /// Tries after the first one.
    public var retriesMax: UInt8 = 2

    // Door
    /// Auto relock after the door closed, or after the unlock if it stayed closed; zero = off (Matter AutoRelockTime).
    ///
    /// Nuki: 30 s to 30 min.
    public var autoRelockTime = Interval.seconds(30)
    /// How long the door may stand open before the ajar alarm; zero = never.
    public var ajarTime = Interval.minutes(5)

    // Keypad
    /// How long a key must stay down or up to be believed.
    ///
    /// Twice the usual 10 ms of bounce of a membrane.
    public var debounceTime = Interval.milliseconds(20)
    /// From here on a key is stuck.
    public var stuckKeyTime = Interval.seconds(10)
    /// Silence that discards a half-typed code.
    ///
    /// Kaba 15 s; Ajax 4 and 12 s.
    public var entryTimeout = Interval.seconds(10)
    /// The shortest PIN, 4 to 10 (Matter MinPINCodeLength).
    public var pinLengthMin: UInt8 = 6
    /// The longest PIN, `pinLengthMin` to 10 (Matter MaxPINCodeLength).
    public var pinLengthMax: UInt8 = 10
    /// Whether `#` alone locks from outside (Matter EnableOneTouchLocking).
    public var isOneTouchLockingEnabled = true
    /// When the answer to a wrong or ignored code is shown, counted from its `#`.
    ///
    /// Longer than any derivation takes, so
    /// that the answer's delay says nothing (attack C04).
    public var verdictTime = Interval.milliseconds(500)

    // Lockout (R2)
    /// Wrong codes in a row that cost no waiting (Matter WrongCodeEntryLimit).
    ///
    /// igloohome and Yale: 5.
    public var wrongCodeLimit: UInt8 = 5
    /// The first penalty; each further wrong code doubles it.
    ///
    /// AOSP Gatekeeper begins with 30 s as well.
    public var penaltyFirst = Interval.seconds(30)
    /// Penalties double up to this.
    ///
    /// AOSP Gatekeeper ends at one day.
    public var penaltyMax = Interval.days(1)
    /// Guesses that can be saved up, 1 to 255.
    public var guessBudgetMax: UInt8 = 100
    /// How long it takes until one guess comes back.
    public var guessRefillTime = Interval.days(1)
    /// One recovery code is judged in that time, the first one that long after cold start.
    public var recoveryCodePause = Interval.seconds(60)

    // Power
    /// What the cells are made of.
    public var chemistry = Chemistry.alkaline
    /// Cells in series, 1 to 8.
    public var cellCount: UInt8 = 4
    /// Undervoltage lockout: a drive that would pull the rail below this is not started.
    ///
    /// Above the brown-out reset of 3.0 V by the error of the load test. *Chosen*: 3.4 V refused to lock at 0 °C with
    /// alkaline cells at 70 %.
    public var railVoltageMin = Millivolts(3_300)
    /// The most that the motor draws: the driver limits the current.
    public var motorCurrentMax = Milliamperes(1_200)
    /// The motor's winding with the bridge: what it looks like to the supply before it turns.
    public var motorResistance = Milliohms(4_000)
    /// The dummy resistor of the load test (R4).
    public var testLoadResistance = Milliohms(10_000)
    /// Between two samples of the resting cells.
    public var batterySampleTime = Interval.hours(1)
    /// Warn at this charge.
    ///
    /// The guide: replace at 20-30 %, never at 0.
    public var batteryWarning = Percent(30)
    /// Ask for new cells at this charge.
    public var batteryReplace = Percent(20)
    /// A level is left only when the charge is that far above its threshold.
    public var batteryHysteresis = Percent(5)
    /// When in a throw the sag is measured, counted from its start: inrush is over, the end not reached.
    public var sagSampleTime = Interval.milliseconds(200)
    /// Charge that one throw takes, in microampere hours.
    ///
    /// 300 mA for 0.6 s is 50 uAh.
    public var throwCharge: Int32 = 50
    /// Charge of a full cell in milliampere hours: four AA alkaline cells at this load.
    public var cellCapacity: Int32 = 2_400
    /// How long the rail must stay steady on emergency power before the keypad is live.
    public var emergencySettleTime = Interval.milliseconds(500)
    /// Between two samples of an emergency source while it settles.
    public var emergencySampleTime = Interval.milliseconds(100)
    /// A source is steady while two samples differ by less than this.
    public var emergencyRipple = Millivolts(300)

    // Alarms
    /// How long the siren sounds unless a valid credential silences it.
    ///
    /// The alarm itself stays until then.
    public var sirenTime = Interval.minutes(3)

    // Time (R7)
    /// An unauthenticated source may move time by no more than this.
    public var timeShiftMax = Interval.hours(48)
    /// Between two commits of the time floor.
    public var timeFloorTime = Interval.hours(1)

    /// The defaults: the lock model that has everything.
    public init() {}
}
