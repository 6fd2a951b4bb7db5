public import LockCore

/// What feeds the lock, and what the lock takes from it.
///
/// All *chosen* unless a source stands beside them.
public struct SupplyParameters: Equatable, Sendable {
    /// What the cells are made of.
    public var chemistry = Chemistry.alkaline
    /// Cells in series, 1 to 8.
    public var cellCount = 4
    /// Charge of each full cell in milliampere hours.
    public var cellCapacity = 2_400.0
    /// What part of a healthy cell's resistance builds up only while current flows, 0 to 1: ions move slower than electrons.
    ///
    /// *Chosen*; Energizer's bulletin "Battery Internal Resistance" parts the two by pulses: the ohmic part shows within
    /// the first milliseconds, the ionic part within about 100 ms.
    public var polarisationShare = 0.25
    /// How long it takes to build up by two thirds, and as long to go.
    ///
    /// *Chosen*: 96 % are there after 100 ms.
    public var polarisationTime = Interval.milliseconds(30)
    /// Springs, wires and the ideal diode, in ohms.
    public var wiringResistance = 0.12
    /// Fuse and diode behind the 9 V contacts, in ohms.
    public var contactResistance = 0.3
    /// Current of the whole lock asleep, in milliamperes.
    ///
    /// August and Schlage live about a year on four AA.
    public var sleepCurrent = 0.06
    /// Current of the logic at work, in milliamperes.
    public var workCurrent = 15.0
    /// Current of lights and sounder while they show a pattern, averaged over it, in milliamperes.
    public var indicationCurrent = 8.0
    /// The dummy resistor of the load test, in ohms.
    public var testLoad = 10.0
    /// What a solar cell beside the door brings on average, in milliamperes; only chemistries that can be charged use
    /// it.
    public var solarCurrent = 0.0
    /// Below this the logic is held in reset, in volts.
    public var brownOut = 3.0
    /// From here on reset is released again, in volts.
    public var resetRelease = 3.3
    /// From release of reset to the firmware's first line.
    public var resetTime = Interval.milliseconds(20)
    /// The capacitor behind a diode that keeps the logic alive through a sag, in microfarads.
    public var holdUpCapacitance = 220.0
    /// A source outside counts as present above this, in volts.
    public var presence = 2.0
    /// Silence after which the watchdog restarts the firmware.
    public var watchdogTime = Interval.seconds(2)

    /// The defaults.
    public init() {}
}
