/// What a line of a board is for.
///
/// The raw values are the keys of a board file.
public enum BoardLine: String, Sendable, CaseIterable {
    case column1, column2, column3
    case row1, row2, row3, row4
    case motorRetract, motorExtend, motorEnable
    case boltRetracted, boltExtended
    case doorClosed, coverFitted, insideButton
    case nineVoltPresent, usbPresent, railGood
    case converterAlert, testLoad
    case lightGreen, lightRed, sounder

    /// Whether the firmware sets it.
    public var isOutput: Bool {
        switch self {
        case .column1, .column2, .column3, .motorRetract, .motorExtend, .motorEnable, .testLoad, .lightGreen, .lightRed,
            .sounder:
            true
        case .row1, .row2, .row3, .row4, .boltRetracted, .boltExtended, .doorClosed, .coverFitted, .insideButton,
            .nineVoltPresent, .usbPresent, .railGood, .converterAlert:
            false
        }
    }

    /// What it is connected to, in a few words.
    public var meaning: String {
        switch self {
        case .column1: "Keypad column on the left."
        case .column2: "Keypad column in the middle."
        case .column3: "Keypad column on the right."
        case .row1: "Keypad row at the top."
        case .row2: "Second keypad row."
        case .row3: "Third keypad row."
        case .row4: "Keypad row at the bottom."
        case .motorRetract: "Bridge input that pulls the bolt in."
        case .motorExtend: "Bridge input that pushes the bolt out."
        case .motorEnable: "One-shot that lets the bridge have power for 1.6 s at most."
        case .boltRetracted: "End switch of the retracted bolt."
        case .boltExtended: "End switch of the extended bolt."
        case .doorClosed: "Door position switch."
        case .coverFitted: "Switch under the front cover."
        case .insideButton: "Button inside."
        case .nineVoltPresent: "Something hangs on the 9 V contacts."
        case .usbPresent: "Something is plugged into the USB-C port."
        case .railGood: "Supervisor of the rail; inactive in a brown-out."
        case .converterAlert: "ALERT/RDY of the ADS1115."
        case .testLoad: "Dummy resistor of the load test."
        case .lightGreen: "Green half of the light."
        case .lightRed: "Red half of the light."
        case .sounder: "Active sounder."
        }
    }

    /// Switches to ground are active low with a pull-up; everything else is active high.
    public var isActiveLow: Bool {
        switch self {
        case .boltRetracted, .boltExtended, .doorClosed, .coverFitted, .insideButton, .converterAlert: true
        case .column1, .column2, .column3, .row1, .row2, .row3, .row4, .motorRetract, .motorExtend, .motorEnable,
            .nineVoltPresent, .usbPresent, .railGood, .testLoad, .lightGreen, .lightRed, .sounder:
            false
        }
    }

    /// The resistor in the processor that the line wants unless the file says otherwise.
    public var bias: LineBias {
        switch self {
        case .boltRetracted, .boltExtended, .doorClosed, .coverFitted, .insideButton, .converterAlert, .railGood:
            .pullUp
        case .row1, .row2, .row3, .row4, .nineVoltPresent, .usbPresent: .pullDown
        case .column1, .column2, .column3, .motorRetract, .motorExtend, .motorEnable, .testLoad, .lightGreen, .lightRed,
            .sounder:
            .none
        }
    }

    /// How long a level must hold, in milliseconds, where the kernel can be asked.
    ///
    /// None for the keypad, which the firmware debounces, and none for what must be quick: end switches and the button
    /// are believed at their first edge and looked at again. *Chosen*: reed and cover switches are quiet after 10 ms.
    public var debounceMilliseconds: Int {
        switch self {
        case .doorClosed, .coverFitted: 10
        case .nineVoltPresent, .usbPresent: 5
        case .column1, .column2, .column3, .row1, .row2, .row3, .row4, .motorRetract, .motorExtend, .motorEnable,
            .boltRetracted, .boltExtended, .insideButton, .railGood, .converterAlert, .testLoad, .lightGreen, .lightRed,
            .sounder:
            0
        }
    }
}

/// The resistor that the processor puts on an input.
///
/// The raw values are the words of a board file.
public enum LineBias: String, Sendable, CaseIterable {
    case none
    case pullUp = "pull-up"
    case pullDown = "pull-down"
}
