import LockCore

// What a processor outside sees of the world and does to it.
extension World {
    /// The levels that a processor outside would read while it drives these columns.
    func inputPins(columns: UInt8) -> InputPins {
        let start = startUp()
        let hasKeypad = parameters.equipment.contains(.keypad)
        let isReset = processor.state == .unpowered || processor.state == .held
        return InputPins(
            rows: hasKeypad ? keypad.levels(columns: columns, at: clock) : RowSet(bits: 0), switches: shownSwitches,
            isDoorClosed: start.isDoorClosed, isCoverFitted: start.isCoverFitted,
            isInsideButtonPressed: isInsideButtonPressed && parameters.equipment.contains(.insideButton),
            isNineVoltPresent: start.isNineVoltPresent, isUSBPresent: start.isUSBPresent,
            isRailGood: !isReset && supply.logic >= parameters.supply.brownOut, isMotorCurrentHigh: bolt.isCurrentHigh)
    }

    /// A processor outside changed its lines from `before` to `after`; the motor has power, or none, at once.
    mutating func setPins(from before: OutputPins, to after: OutputPins) {
        guard processor.state == .running else { return }
        if before.drive != after.drive {
            if let direction = after.drive {
                orderDrive(direction, number: DriveNumber(0), within: .zero)
            } else {
                releaseMotor()
            }
        }
        if before.isTestLoadOn != after.isTestLoadOn { setTestLoad(isOn: after.isTestLoadOn) }
    }

    /// Nothing but lines leads to a processor outside.
    mutating func cutOff() {
        (undisturbed.isWiFiUp, undisturbed.isBrokerUp, undisturbed.isBluetoothUp) = (false, false, false)
        (uplink.isWiFiUp, uplink.isBrokerUp, uplink.isBluetoothUp) = (false, false, false)
    }

    /// A processor outside wrote to its own flash.
    ///
    /// Where, how much, and whether it erased cannot be seen.
    mutating func noticeOutsideWrite() {
        flash.countOutsideProgram()
        record(.flashProgrammed(address: 0, count: 0, .unseen))
    }
}
