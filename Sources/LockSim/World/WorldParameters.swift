public import LockCore
public import LockHAL

/// What a world is made of at its beginning.
public struct WorldParameters: Equatable, Sendable {
    /// Everything that looks random follows from it.
    public var seed: UInt64 = 1
    /// The parts that this lock has.
    ///
    /// Must be the same as in the firmware's settings.
    public var equipment = Equipment.everything
    /// The true time of day at the beginning.
    public var wallTime = WallTime(seconds: 1_767_225_600)
    /// Bolt, motor and driver.
    public var bolt = BoltParameters()
    /// Cells, outside sources, rail and logic supply.
    public var supply = SupplyParameters()
    /// How long the board takes to answer.
    public var board = BoardParameters()
    /// Size of the flash.
    public var flash = FlashGeometry.fourMebibytes
    /// Charge of the cells.
    public var charge = Percent(100)
    /// Whether the bolt is out at the beginning.
    public var isBoltExtended = false
    /// Whether the door is closed at the beginning.
    public var isDoorClosed = true
    /// Whether end switches bounce for 2 ms.
    public var areSwitchesBouncing = true
    /// What the clock chip shows at the beginning.
    public var chipSeconds: UInt32 = 1_000_000
    /// Whether the clock chip has run since its making.
    public var isChipContinuous = true
    /// Who is there.
    public var persons: [Person] = []

    /// The defaults: 2026-01-01 00:00 UTC, fresh cells, bolt in, door closed, nobody there.
    public init() {}
}
