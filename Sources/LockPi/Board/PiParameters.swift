#if RaspberryPi
    public import LockCore

    /// Which line, bus and device is what: a board file, with every line found.
    public struct PiParameters: Sendable {
        /// The keypad's columns, left to right.
        public var columns: [PiLine] = []
        /// The keypad's rows, top to bottom.
        public var rows: [PiLine] = []
        /// How long a column is driven before its rows are read, in milliseconds, 0 to 6; long cables want some.
        public var columnSettleTime: UInt64 = 0
        /// The bridge: retract, extend, enable.
        public var motor: [PiLine] = []
        /// Switch of the retracted bolt.
        public var boltRetracted: PiLine
        /// Switch of the extended bolt.
        public var boltExtended: PiLine
        /// Door position switch.
        public var doorClosed: PiLine
        /// Switch under the front cover.
        public var coverFitted: PiLine
        /// Button inside.
        public var insideButton: PiLine
        /// Presence at the 9 V contacts.
        public var nineVoltPresent: PiLine
        /// Presence at the USB-C port.
        public var usbPresent: PiLine
        /// The rail's supervisor.
        public var railGood: PiLine
        /// ALERT of the converter.
        public var converterAlert: PiLine
        /// The dummy resistor.
        public var testLoad: PiLine
        /// The green light.
        public var lightGreen: PiLine
        /// The red light.
        public var lightRed: PiLine
        /// The sounder.
        public var sounder: PiLine

        /// The converter; `nil` if there is none.
        public var converter: Converter.Parameters?
        /// The clock chip, `/dev/rtc0`; `nil` if there is none.
        public var clockChip: String?
        /// A file with the temperature in thousandths of a degree; `nil` if there is none.
        public var temperature: String?
        /// The Bluetooth controller, `hci0`; `nil` if there is none.
        public var bluetooth: String?
        /// The watchdog's device; `nil` if there is none.
        public var watchdog: String?
        /// Silence in seconds after which it resets the machine.
        public var watchdogSeconds = 20
        /// Cells below this with nothing outside want a shutdown; `nil` = never.
        public var shutdownVoltage: Millivolts?
        /// The parts that the lock has; what it has not is not looked at.
        public var equipment = Equipment.everything
        /// Where a brown-out is written down for the next start; `nil` = nowhere.
        public var brownOutMark: String?
        /// Where it is written down that the motor was driven, in memory that a loss of power empties; `nil` = nowhere, and an
        /// interrupted unlock is never finished.
        public var driveMark: String?
        /// Why the firmware starts, as far as the daemon knows.
        public var cause = ResetCause.powerOn

        /// The board of the wiring plan, made by asking for each line by its name in a board file.
        public init(_ line: (String) throws(KernelFault) -> PiLine) throws(KernelFault) {
            for name in ["column1", "column2", "column3"] { columns.append(try line(name)) }
            for name in ["row1", "row2", "row3", "row4"] { rows.append(try line(name)) }
            for name in ["motorRetract", "motorExtend", "motorEnable"] { motor.append(try line(name)) }
            boltRetracted = try line("boltRetracted")
            boltExtended = try line("boltExtended")
            doorClosed = try line("doorClosed")
            coverFitted = try line("coverFitted")
            insideButton = try line("insideButton")
            nineVoltPresent = try line("nineVoltPresent")
            usbPresent = try line("usbPresent")
            railGood = try line("railGood")
            converterAlert = try line("converterAlert")
            testLoad = try line("testLoad")
            lightGreen = try line("lightGreen")
            lightRed = try line("lightRed")
            sounder = try line("sounder")
        }
    }
#endif
