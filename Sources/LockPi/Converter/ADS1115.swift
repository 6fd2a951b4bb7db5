#if RaspberryPi
    import CLinux
    import Glibc

    /// The analogue-to-digital converter TI ADS1115, spoken to by SMBus words.
    ///
    /// All register fields are from its data sheet (SBAS444), section 9.6.
    struct ADS1115: ~Copyable {
        /// One of the four inputs against ground.
        enum Input: UInt16 {
            case cells = 0b100
            case nineVolt = 0b101
            case usb = 0b110
            case motor = 0b111

            /// Full scale: 0.256 V for the shunt, 4.096 V for the dividers.
            var gain: UInt16 { self == .motor ? 0b101 : 0b001 }
            /// Full scale in microvolts.
            var fullScale: Int64 { self == .motor ? 256_000 : 4_096_000 }

            /// Microvolts at the pin.
            func microvolts(_ raw: Int16) -> Int64 { Int64(raw) * fullScale / 32_768 }
            /// The raw value for so many microvolts.
            func raw(microvolts: Int64) -> Int16 { Int16(clamping: microvolts * 32_768 / fullScale) }
        }

        private enum Register: UInt8 {
            case conversion = 0
            case config = 1
            case lowThreshold = 2
            case highThreshold = 3
        }

        private static var begin: UInt16 { 1 << 15 }
        private static var isSingle: UInt16 { 1 << 8 }
        /// 860 conversions a second: one takes 1.2 ms.
        private static var fastest: UInt16 { 0b111 << 5 }

        private let bus: Descriptor
        private let kernel: Kernel

        /// Opens the bus and turns to the device; an absent one is noticed at the first word only.
        init(bus path: String, address: UInt8, _ kernel: Kernel) throws(KernelFault) {
            bus = try Self.open(path, address, kernel)
            self.kernel = kernel
        }

        private static func open(_ path: String, _ address: UInt8, _ kernel: Kernel) throws(KernelFault) -> Descriptor {
            let bus = try Descriptor(opening: path, O_RDWR, kernel)
            let number = bus.number
            try kernel.ask(.selectDevice, path) { clinux_i2c_address(number, UInt(address)) }
            return bus
        }

        /// Begins one conversion; the ALERT line falls when it is done, if `announceReady` was called.
        func convert(_ input: Input) throws(KernelFault) {
            try write(.config, Self.begin | input.rawValue << 12 | input.gain << 9 | Self.isSingle | Self.fastest)
        }

        /// Whether the conversion is done.
        func isDone() throws(KernelFault) -> Bool { try read(.config) & Self.begin != 0 }

        /// The last conversion.
        func result() throws(KernelFault) -> Int16 { Int16(bitPattern: try read(.conversion)) }

        /// From now on ALERT falls at the end of each conversion (section 9.3.8).
        func announceReady() throws(KernelFault) {
            try write(.lowThreshold, 0x0000)
            try write(.highThreshold, 0x8000)
        }

        /// From now on the motor's current is converted again and again, and ALERT is low from `high` on until it falls
        /// below `low`.
        func compareMotor(low: Int16, high: Int16) throws(KernelFault) {
            try write(.lowThreshold, UInt16(bitPattern: low))
            try write(.highThreshold, UInt16(bitPattern: high))
            try write(.config, Input.motor.rawValue << 12 | Input.motor.gain << 9 | Self.fastest)
        }

        // SMBus sends the low byte of a word first, this chip the high one.
        private func write(_ register: Register, _ value: UInt16) throws(KernelFault) {
            try kernel.ask(.writeRegister, bus.path) {
                clinux_i2c_write_word(bus.number, register.rawValue, value.byteSwapped)
            }
        }

        private func read(_ register: Register) throws(KernelFault) -> UInt16 {
            var word: UInt16 = 0
            try kernel.ask(.readRegister, bus.path) {
                unsafe clinux_i2c_read_word(bus.number, register.rawValue, &word)
            }
            return word.byteSwapped
        }
    }
#endif
