public import LockCore

/// What a processor outside reads: the levels of its input lines, active = `true`.
public struct InputPins: Equatable, Sendable {
    /// Keypad rows, with the columns driven that are driven now.
    public var rows: RowSet
    /// The end switches, bouncing.
    public var switches: BoltSwitches
    /// The door position switch.
    public var isDoorClosed: Bool
    /// The switch under the front cover.
    public var isCoverFitted: Bool
    /// The button inside.
    public var isInsideButtonPressed: Bool
    /// Something hangs on the 9 V contacts.
    public var isNineVoltPresent: Bool
    /// Something is plugged into the USB-C port.
    public var isUSBPresent: Bool
    /// The supervisor: whether what the logic sees behind its capacitor is above the brown-out threshold, and reset is
    /// released.
    public var isRailGood: Bool
    /// The comparator on the motor's shunt.
    public var isMotorCurrentHigh: Bool
}
