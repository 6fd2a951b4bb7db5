import LockCore

/// What a processor outside sets: the levels of its output lines, active = `true`.
public struct OutputPins: Equatable, Sendable {
    /// Keypad columns that are driven, bit 0 on the left.
    public var columns: UInt8 = 0
    /// The bridge's input that pulls the bolt in.
    public var isMotorRetract = false
    /// The bridge's input that pushes it out.
    public var isMotorExtend = false
    /// Trigger and gate of the one-shot.
    public var isMotorEnabled = false
    /// The dummy resistor.
    public var isTestLoadOn = false
    /// The green half of the light.
    public var isGreen = false
    /// The red half of it.
    public var isRed = false

    /// Everything low, as without a processor.
    public init() {}

    /// Which way the bridge gives the motor power; `nil` = coasting or braking.
    ///
    ///     retract extend enable      (TI DRV8833, table 1)
    ///        1      0      1         pulls the bolt in
    ///        0      1      1         pushes it out
    ///        1      1      x         brakes
    ///        x      x      0         coasts
    var drive: Direction? {
        guard isMotorEnabled, isMotorRetract != isMotorExtend else { return nil }
        return isMotorRetract ? .retract : .extend
    }

    /// The colour that the light shows.
    var colour: Pattern.Colour {
        switch (isGreen, isRed) {
        case (false, false): .none
        case (true, false): .green
        case (false, true): .red
        case (true, true): .amber
        }
    }
}
