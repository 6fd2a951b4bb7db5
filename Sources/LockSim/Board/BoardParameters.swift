public import LockCore

/// How long the board takes to answer.
///
/// All *chosen* within the bounds that `Board` promises.
public struct BoardParameters: Equatable, Sendable {
    /// A column of the keypad.
    public var columnTime = Interval.milliseconds(1)
    /// A drive.
    public var driveTime = Interval.milliseconds(2)
    /// A sample; the load test takes 100 ms by its definition (R4).
    public var sampleTime = Interval.milliseconds(5)
    /// The load test's pulse.
    public var testLoadTime = Interval.milliseconds(100)
    /// Erasing a sector.
    ///
    /// W25Q32JV data sheet: tSE typical 45 ms, maximum 400 ms.
    public var eraseTime = Interval.milliseconds(45)
    /// Deriving a key: scrypt with N = 2^13, r = 8 on a small ARM core.
    public var derivationTime = Interval.milliseconds(150)

    /// The defaults.
    public init() {}
}
