public import LockCore

/// What the bolt, its motor and its driver are made of.
///
/// All *chosen*, so that a healthy bolt at 6 V travels in about
/// 600 ms at 0.25 A, unless a source stands beside them.
public struct BoltParameters: Equatable, Sendable {
    /// How far the bolt projects when fully out, in millimetres.
    ///
    /// ANSI/BHMA A156.36: 1 in.
    public var throwLength = 25.0
    /// From the hard stop to where the end switch changes, in millimetres.
    public var switchZone = 1.0
    /// Resistance of the motor's winding in ohms.
    public var windingResistance = 3.4
    /// Resistance of both switches of the H-bridge in ohms.
    ///
    /// DRV8871 data sheet: 565 mOhm.
    public var bridgeResistance = 0.6
    /// Voltage that the motor makes by itself for each metre per second of the bolt, gears included.
    public var backEMF = 115.0
    /// Share of the motor's force that the gears let through.
    public var efficiency = 0.5
    /// Mass of the bolt with the rotor's inertia as felt through the gears, in kilograms.
    ///
    /// Gives an inrush of 20 ms.
    public var movingMass = 15.0
    /// Most that the driver lets through, in amperes (the H-bridge's own limit, R5).
    public var currentLimit = 1.2
    /// Threshold of the comparator on the shunt in amperes: three times the running current, above that of a bolt in
    /// the cold, below the stall of cells that can still turn the motor.
    public var stallThreshold = 0.7
    /// What a hand on thumbturn or key can push with, in newtons at the bolt.
    public var handForce = 300.0
    /// What a hand moves the bolt with, in millimetres per second: a turn takes 0.3 s.
    public var handSpeed = 83.0
    /// How long a hand holds on when it has turned: nobody lets go of a key or a thumbturn the moment that it stops.
    public var handHoldTime = Interval.milliseconds(300)
    /// Longest time that the hardware's one-shot leaves the driver enabled (R5).
    public var oneShotTime = Interval.milliseconds(1_600)
    /// Fixed step of the integration while anything moves or has power.
    public var step = Interval.milliseconds(5)
    /// Friction in newtons from -30 to 70 degrees Celsius, in steps of 10: grease stiffens in the cold.
    public var friction = Curve(from: -30, to: 70, [30, 26, 22, 18.5, 16, 14.5, 14, 13.5, 13, 13, 13])

    /// The defaults.
    public init() {}

    /// Everything that limits the motor's current, in ohms.
    var motorResistance: Double { windingResistance + bridgeResistance }
}
