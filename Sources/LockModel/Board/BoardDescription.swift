/// A board: which line, bus and device is what.
///
/// Read from a board file; what it names is opened by whoever runs on it, so a good description may still name what a
/// machine has not.
public struct BoardDescription: Equatable, Sendable {
    /// One line.
    public struct Line: Equatable, Sendable {
        /// Its name in the device tree, such as `GPIO17`.
        public var name: String
        /// Whether a low level means "active".
        public var isActiveLow: Bool
        /// The resistor on it.
        public var bias: LineBias
        /// How long a level must hold, in milliseconds; 0 = no matter.
        public var debounceMilliseconds: Int
        /// Where the file says so.
        public var place: Place
    }

    /// Two resistors before an input of the converter, in milliohms.
    public struct Divider: Equatable, Sendable {
        /// From the source to the input.
        public var upper: Int64
        /// From the input to ground.
        public var lower: Int64
    }

    /// The ADS1115.
    public struct Converter: Equatable, Sendable {
        /// The I2C bus, `/dev/i2c-1`.
        public var bus: String
        /// Its address there, 0x48 to 0x4B.
        public var address: UInt8
        /// The divider before each voltage.
        public var cells: Divider
        /// The divider before the 9 V contacts.
        public var nineVolt: Divider
        /// The divider before the USB-C port.
        public var usb: Divider
        /// The motor's sense resistor in milliohms.
        public var shunt: Int64
        /// Current from which on the motor is held, in milliamperes.
        public var stallThreshold: Int64
    }

    /// What keeps the journal.
    public enum Flash: Equatable, Sendable {
        /// A file in the state folder.
        case file(String)
        /// A flash chip as the kernel shows it, `/dev/mtd0`.
        case mtd(String)
    }

    /// The watchdog.
    public struct Watchdog: Equatable, Sendable {
        /// `/dev/watchdog`.
        public var device: String
        /// Silence after which it resets the machine, in seconds.
        public var seconds: Int
    }

    /// The file that it was read from.
    public var file: String
    /// What it is called.
    public var name: String
    /// Labels of chips on which line n is GPIOn, whatever its name.
    public var chips: [String]
    /// All lines.
    public var lines: [BoardLine: Line]
    /// How long a keypad column is driven before its rows are read, in milliseconds.
    public var columnSettleMilliseconds: Int
    /// The converter; `nil` if there is none.
    public var converter: Converter?
    /// What keeps the journal.
    public var flash: Flash
    /// The clock chip, `/dev/rtc0`; `nil` if there is none.
    public var clockChip: String?
    /// A file of the kernel's with the temperature in thousandths of a degree; `nil` if there is none.
    public var temperature: String?
    /// The watchdog; `nil` if there is none.
    public var watchdog: Watchdog?
    /// The Bluetooth controller, `hci0`; `nil` if there is none.
    public var bluetooth: String?
    /// Cells below this, in millivolts, with nothing outside: the machine is shut down.
    ///
    /// `nil` = never.
    public var shutdownVoltage: Int64?
    /// The lock model, as the file names it, relative to the board file; `nil` = the default model.
    public var model: String?
}
