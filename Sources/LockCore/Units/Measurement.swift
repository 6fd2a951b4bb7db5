/// What the firmware can ask a board to measure.
public enum Channel: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// The cells, nothing drawn but the logic's own current.
    case cells
    /// The 9 V contacts outside.
    case nineVolt
    /// The USB-C port outside.
    case usb
    /// The joined rail that feeds logic and motor.
    case rail
    /// The joined rail under the 100 ms test load (R4).
    case testLoad
    /// The motor's current through its shunt.
    case motor
    /// The temperature at the cells.
    case temperature
    /// The clock chip.
    case clock
}

/// The answer to a `Channel`, in its unit.
public enum Measurement: Equatable, Sendable, BitwiseCopyable {
    case cells(Millivolts)
    case nineVolt(Millivolts)
    case usb(Millivolts)
    case rail(Millivolts)
    case testLoad(Millivolts)
    case motor(Milliamperes)
    case temperature(Decidegrees)
    case clock(ChipTime)
}
