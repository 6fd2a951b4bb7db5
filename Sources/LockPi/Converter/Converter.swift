#if RaspberryPi
    public import LockCore

    /// Measures one thing after the other, and watches the motor's current while it runs.
    ///
    ///     idle --request--> converting one input after the other --last one--> idle or watching
    ///     watching the motor --request--> converting ... --> watching again
    ///
    /// Nothing is polled: the chip's ALERT line tells when a conversion is done, and a deadline looks after a line that
    /// is broken.
    public final class Converter {
        /// The resistors around the chip.
        public struct Parameters: Equatable, Sendable {
            /// `/dev/i2c-1`.
            public var bus: String
            /// 0x48 to 0x4B.
            public var address: UInt8
            /// Source to pin and pin to ground, in milliohms.
            public var cells: (upper: Int64, lower: Int64)
            /// The same at the 9 V contacts.
            public var nineVolt: (upper: Int64, lower: Int64)
            /// The same at the USB-C port.
            public var usb: (upper: Int64, lower: Int64)
            /// The motor's sense resistor in milliohms.
            public var shunt: Int64
            /// Current from which on the motor is held.
            public var stallThreshold: Milliamperes

            /// All of them.
            public init(
                bus: String, address: UInt8, cells: (upper: Int64, lower: Int64),
                nineVolt: (upper: Int64, lower: Int64), usb: (upper: Int64, lower: Int64), shunt: Int64,
                stallThreshold: Milliamperes
            ) {
                self.bus = bus
                self.address = address
                self.cells = cells
                self.nineVolt = nineVolt
                self.usb = usb
                self.shunt = shunt
                self.stallThreshold = stallThreshold
            }

            /// Equal if all of them are.
            public static func == (lhs: Self, rhs: Self) -> Bool {
                lhs.bus == rhs.bus && lhs.address == rhs.address && lhs.cells == rhs.cells
                    && lhs.nineVolt == rhs.nineVolt && lhs.usb == rhs.usb && lhs.shunt == rhs.shunt
                    && lhs.stallThreshold == rhs.stallThreshold
            }
        }

        /// A measurement under way.
        private struct Task {
            var channel: Channel
            /// Inputs still to be converted; the present one first.
            var inputs: [ADS1115.Input]
            /// The highest voltage so far: the rail is the highest of its sources.
            var highest = Millivolts(0)
            /// When the conversion is looked at even if ALERT has not told.
            var lookAt: UInt64
            /// When the device counts as silent.
            var giveUpAt: UInt64
        }

        /// Measurements that may wait.
        ///
        /// One of each channel; the core asks for no more.
        static var waitingMax: Int { 8 }
        /// When a conversion is looked at without ALERT.
        ///
        /// *Chosen*: a dozen times the 1.2 ms that it takes, and still three of them within the 50 ms that a board may
        /// take for a sample.
        static var lookTime: UInt64 { 15 }

        private let parameters: Parameters
        private let kernel: Kernel
        private let notices: Notices
        private var device: ADS1115?
        private var waiting: [Channel] = []
        private var task: Task?
        private var isWatchingMotor = false
        /// Whether ALERT now tells of the motor's current.
        private var isComparing = false

        init(_ parameters: Parameters, _ kernel: Kernel, _ notices: Notices) {
            self.parameters = parameters
            self.kernel = kernel
            self.notices = notices
        }

        private var subject: String { "converter at \(parameters.bus)" }

        /// When it wants `look`, in milliseconds of the board's clock.
        var deadline: UInt64? { task?.lookAt }

        /// Queues a measurement.
        func request(_ channel: Channel, at now: UInt64) throws(KernelFault) {
            guard waiting.count < Self.waitingMax else {
                throw KernelFault(call: .writeRegister, code: 16, subject: subject)
            }
            waiting.append(channel)
            guard task == nil else { return }
            do throws(KernelFault) {
                try next(at: now)
            } catch {
                lose(error)
                throw error
            }
        }

        /// The motor got power, or lost it.
        func watchMotor(_ isWatching: Bool) {
            isWatchingMotor = isWatching
            guard task == nil else { return }
            do throws(KernelFault) { try settle() } catch { lose(error) }
        }

        /// ALERT had an edge; answers what that means.
        ///
        /// - Parameters:
        ///   - isActive: Its level now.
        ///   - wasActive: Whether it became active; its pulse at the end of a conversion is over by now.
        func alertChanged(isActive: Bool, wasActive: Bool, at now: UInt64) -> Event? {
            if isComparing { return .motorCurrentChanged(isHigh: isActive) }
            return isActive || wasActive ? look(at: now) : nil
        }

        /// Looks whether a conversion is done.
        func look(at now: UInt64) -> Event? {
            guard var running = task else { return nil }
            do throws(KernelFault) {
                guard try device?.isDone() ?? false else {
                    guard now < running.giveUpAt else {
                        throw KernelFault(call: .readRegister, code: 110, subject: subject)
                    }
                    running.lookAt = now + 2
                    task = running
                    return nil
                }
                let raw = try device?.result() ?? 0
                let input = running.inputs.removeFirst()
                if input == .motor {
                    return try finish(.motor(current(raw)), at: now)
                }
                running.highest = max(running.highest, voltage(raw, input))
                if running.inputs.isEmpty { return try finish(measurement(running), at: now) }
                try device?.convert(running.inputs[0])
                running.lookAt = now + Self.lookTime
                task = running
                return nil
            } catch {
                lose(error)
                return nil
            }
        }

        private func finish(_ measurement: Measurement, at now: UInt64) throws(KernelFault) -> Event {
            task = nil
            notices.over(subject)
            // What was measured is an answer, whatever becomes of the next one.
            do throws(KernelFault) { try next(at: now) } catch { lose(error) }
            return .sampled(measurement)
        }

        private func next(at now: UInt64) throws(KernelFault) {
            guard !waiting.isEmpty else { return try settle() }
            let channel = waiting.removeFirst()
            let inputs: [ADS1115.Input] =
                switch channel {
                case .cells: [.cells]
                case .nineVolt: [.nineVolt]
                case .usb: [.usb]
                case .motor: [.motor]
                case .rail, .testLoad: [.cells, .nineVolt, .usb]
                case .temperature, .clock: []
                }
            guard let first = inputs.first else { return try next(at: now) }
            try open()
            if isComparing { try device?.announceReady() }
            isComparing = false
            task = Task(channel: channel, inputs: inputs, lookAt: now + Self.lookTime, giveUpAt: now + 60)
            try device?.convert(first)
        }

        /// Nothing to measure: the comparator watches the motor, if it runs.
        private func settle() throws(KernelFault) {
            guard isWatchingMotor else { return }
            try open()
            let high = raw(parameters.stallThreshold)
            try device?.compareMotor(low: high - high / 8, high: high)
            isComparing = true
        }

        private func open() throws(KernelFault) {
            guard device == nil else { return }
            let fresh = try ADS1115(bus: parameters.bus, address: parameters.address, kernel)
            try fresh.announceReady()
            device = consume fresh
        }

        /// The device does not answer: whatever waited is lost, and it is opened anew next time.
        private func lose(_ fault: KernelFault) {
            device = nil
            task = nil
            waiting = []
            isComparing = false
            notices.trouble(
                subject, "\(fault.reason); is it plugged in, is I2C switched on, may this user open \(parameters.bus)?")
        }

        // MARK: Arithmetic

        private func voltage(_ raw: Int16, _ input: ADS1115.Input) -> Millivolts {
            let divider =
                switch input {
                case .cells, .motor: parameters.cells
                case .nineVolt: parameters.nineVolt
                case .usb: parameters.usb
                }
            let volts = input.microvolts(max(0, raw)) * (divider.upper + divider.lower) / divider.lower / 1_000
            return Millivolts(Int32(clamping: volts))
        }

        private func current(_ raw: Int16) -> Milliamperes {
            Milliamperes(Int32(clamping: ADS1115.Input.motor.microvolts(max(0, raw)) / max(1, parameters.shunt)))
        }

        private func raw(_ current: Milliamperes) -> Int16 {
            ADS1115.Input.motor.raw(microvolts: Int64(current.value) * parameters.shunt)
        }

        private func measurement(_ task: Task) -> Measurement {
            switch task.channel {
            case .cells: .cells(task.highest)
            case .nineVolt: .nineVolt(task.highest)
            case .usb: .usb(task.highest)
            case .testLoad: .testLoad(task.highest)
            case .rail, .motor, .temperature, .clock: .rail(task.highest)
            }
        }
    }
#endif
