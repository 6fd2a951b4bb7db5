#if RaspberryPi
    import CLinux
    import Glibc
    import LockCore
    import LockModel
    import LockSim

    /// The ADS1115's inside, behind registers that are only memory (the kernel's i2c-stub).
    ///
    /// A configuration at the fastest data rate is an order. When it is carried out, the rate is written back as the
    /// second fastest, so that the same order given again is seen. All fields are from the data sheet (SBAS444).
    final class SimulatedConverter {
        private static var conversion: UInt8 { 0 }
        private static var config: UInt8 { 1 }
        private static var lowThreshold: UInt8 { 2 }
        private static var highThreshold: UInt8 { 3 }
        private static var rates: UInt16 { 0b111 << 5 }
        private static var isSingle: UInt16 { 1 << 8 }
        /// After power-on (section 9.6.3).
        private static var fresh: UInt16 { 0x8583 }

        private let bus: Int32
        private let board: BoardDescription.Converter
        /// The comparator's thresholds while it watches the motor.
        private var thresholds: (low: Int16, high: Int16)?
        private var isAlert = false
        /// Whether ALERT tells of a conversion that is done.
        private var isReady = false

        init(_ board: BoardDescription.Converter) throws(Trouble) {
            self.board = board
            bus = unsafe open(board.bus, O_RDWR | O_CLOEXEC)
            let remedy = "run this in the virtual machine: scripts/kernel-vm run"
            guard bus >= 0 else { throw .refused(board.bus, remedy) }
            guard clinux_i2c_address(bus, UInt(board.address)) == 0, read(Self.config) != nil else {
                throw .refused("\(board.bus), address \(board.address)", remedy)
            }
        }

        deinit { close(bus) }

        /// The chip gets its power.
        func powerOn() {
            write(Self.config, Self.fresh)
            thresholds = nil
            isReady = false
        }

        /// Carries out what was ordered, and drives ALERT.
        func serve(_ pins: inout PinWorld, _ lines: SimulatedLines) {
            if isReady {
                // The chip's pulse is 8 us long; the kernel asks for the level later, so here it lasts until the next look.
                isReady = false
                return setAlert(false, lines)
            }
            guard let order = read(Self.config) else { return }
            guard order & Self.isSingle == 0 else {
                thresholds = nil
                guard order & Self.rates == Self.rates else { return }
                setAlert(false, lines)
                write(Self.conversion, UInt16(bitPattern: convert(order, &pins)))
                write(Self.config, order & ~Self.rates | 0b110 << 5)
                isReady = true
                return setAlert(true, lines)
            }
            if thresholds == nil, let low = read(Self.lowThreshold), let high = read(Self.highThreshold) {
                thresholds = (Int16(bitPattern: low), Int16(bitPattern: high))
            }
            guard let thresholds else { return }
            let value = convert(order, &pins)
            if value >= thresholds.high { setAlert(true, lines) }
            if value < thresholds.low { setAlert(false, lines) }
        }

        private func setAlert(_ isOn: Bool, _ lines: SimulatedLines) {
            guard isOn != isAlert else { return }
            isAlert = isOn
            lines.setAlert(isActive: isOn)
        }

        /// What the input that was ordered shows.
        private func convert(_ order: UInt16, _ pins: inout PinWorld) -> Int16 {
            let measurement: Measurement
            let divider: BoardDescription.Divider
            switch order >> 12 & 0b111 {
            case 0b100: (measurement, divider) = (pins.measure(.cells), board.cells)
            case 0b101: (measurement, divider) = (pins.measure(.nineVolt), board.nineVolt)
            case 0b110: (measurement, divider) = (pins.measure(.usb), board.usb)
            case 0b111: (measurement, divider) = (pins.measure(.motor), board.cells)
            default: return 0
            }
            let fullScale = (order >> 9 & 0b111) == 0b101 ? 0.256 : 4.096
            let volts: Double
            switch measurement {
            case .cells(let source), .nineVolt(let source), .usb(let source):
                let share = Double(divider.lower) / Double(divider.upper + divider.lower)
                volts = Double(source.value) / 1_000 * share
            case .motor(let current): volts = Double(current.value) / 1_000 * Double(board.shunt) / 1_000
            case .rail, .testLoad, .temperature, .clock: volts = 0
            }
            return Int16(max(-32_768, min(32_767, (volts / fullScale * 32_768).rounded())))
        }

        // SMBus sends the low byte of a word first, this chip the high one.
        private func read(_ register: UInt8) -> UInt16? {
            var word: UInt16 = 0
            return unsafe clinux_i2c_read_word(bus, register, &word) == 0 ? word.byteSwapped : nil
        }

        private func write(_ register: UInt8, _ value: UInt16) {
            _ = clinux_i2c_write_word(bus, register, value.byteSwapped)
        }
    }
#endif
