#if RaspberryPi
    import CLinux
    import Glibc
    public import LockCore
    public import LockHAL

    /// The Raspberry Pi: GPIO, I2C, a file or chip of flash, a clock chip, Bluetooth, a watchdog, all through the Linux kernel.
    ///
    /// One thread, one wait. A part that is missing or fails is told of once, answers its orders with a fault, and is
    /// tried again; the others work on.
    public struct PiBoard: Board {
        /// The slow hash of a code with the device's salt.
        public typealias Derivation = @Sendable (Code, InlineArray<16, UInt8>) -> InlineArray<32, UInt8>

        /// What a descriptor is for, in the upper half of its word; the lower half is a number.
        enum Source: UInt32 {
            case input, row, alert, rail, derivation, erasure, clock, outside, radio

            func word(_ number: Int = 0) -> UInt32 { rawValue << 16 | UInt32(number) }
        }

        /// A completion that waits to be fetched.
        enum Ready {
            case event(Event)
            case keyDerived(InlineArray<32, UInt8>)
            case sectorErased(Int, Bool)
            case radio(RadioEvent)
        }

        /// Between two tries to get lines that are missing, in milliseconds.
        static var retryTime: UInt64 { 60_000 }
        /// How long the dummy resistor loads the rail before it is measured.
        ///
        /// *Chosen*: three conversions later it has been on for 100 ms (R4).
        static var testLoadTime: UInt64 { 96 }
        /// The longest that the dummy resistor may stay on: it is made for pulses.
        ///
        /// *Chosen*: a converter that is silent is given up 60 ms after it was asked.
        static var testLoadTimeMax: UInt64 { 200 }

        /// The journal's flash.
        public var flash: PiFlash
        /// The Bluetooth controller.
        public var radio: PiRadio
        /// What the daemon tells.
        public let notices: Notices
        /// The operating system.
        public let kernel: Kernel
        /// Whether the cells are at their end and nothing is connected outside: the machine should be shut down.
        public internal(set) var isExhausted = false
        /// Whether the firmware wants to be started anew.
        public private(set) var isToRestart = false

        let parameters: PiParameters
        let startedAt: UInt64
        let loop: SharedLoop
        let watchdog: Watchdog

        let columns: LineGroup
        let rows: LineGroup
        let motor: Motor
        var inputs: [SwitchInput] = []
        let rail: LineGroup
        let alert: LineGroup
        let testLoad: LineGroup
        let green: LineGroup
        let red: LineGroup
        let sounder: LineGroup
        let converter: Converter?
        let chip: ClockChip?
        let deriver: Worker<InlineArray<32, UInt8>>
        let eraser: Worker<Bool>
        let derive: Derivation
        var key: InlineArray<32, UInt8>?

        /// Whether `PiParameters.driveMark` is there.
        var isDriveMarked: Bool
        var ready: [Ready] = []
        var words: [UInt32] = []
        var outside: [Int32] = []
        /// Descriptors of the daemon's own that became readable; whoever reads them empties the list.
        public var readable: [Int32] = []

        var isWatchingRows = false
        var columnAt: (column: UInt8, time: UInt64)?
        var show: (player: PatternPlayer, since: UInt64, next: UInt64?)?
        var testLoadAt: UInt64?
        /// When the dummy resistor is taken off whatever became of its measurement.
        var testLoadEndAt: UInt64?
        var erasing: Int?
        var retryAt: UInt64?
        var clockWatch: Int32 = -1

        /// A board whose lines are taken and whose levels are read.
        ///
        /// Throws only without an epoll or event counters; everything else that is missing is told in `notices`.
        ///
        /// - Parameters:
        ///   - key: The device's own key, 32 bytes.
        ///   - derive: The slow hash; called on another thread.
        public init(
            _ parameters: PiParameters, flash: PiFlash, key: InlineArray<32, UInt8>, notification: Notification? = nil,
            _ kernel: Kernel, _ notices: Notices, derive: @escaping Derivation
        ) throws(KernelFault) {
            self.parameters = parameters
            self.flash = flash
            self.key = key
            self.kernel = kernel
            self.notices = notices
            self.derive = derive
            startedAt = Self.monotonic()
            isDriveMarked = parameters.driveMark.map { unsafe access($0, F_OK) == 0 } ?? false
            loop = SharedLoop(try EventLoop(kernel))
            deriver = try Worker("code derivation", kernel)
            eraser = try Worker("erasing", kernel)
            watchdog = Watchdog(
                parameters.watchdog, seconds: parameters.watchdogSeconds, notification: notification, at: 0, kernel,
                notices)
            func output(_ lines: [PiLine], _ subject: String) -> LineGroup {
                LineGroup(lines, subject: subject, isOutput: true, kernel)
            }
            columns = output(parameters.columns, "keypad columns")
            rows = LineGroup(parameters.rows, subject: "keypad rows", isOutput: false, kernel)
            let bridge = output(parameters.motor, "motor")
            motor = Motor(bridge)
            rail = LineGroup([parameters.railGood], subject: parameters.railGood.subject, isOutput: false, kernel)
            alert = LineGroup(
                [parameters.converterAlert], subject: parameters.converterAlert.subject, isOutput: false, kernel)
            testLoad = output([parameters.testLoad], parameters.testLoad.subject)
            green = output([parameters.lightGreen], parameters.lightGreen.subject)
            red = output([parameters.lightRed], parameters.lightRed.subject)
            sounder = output([parameters.sounder], parameters.sounder.subject)
            converter = parameters.converter.map { Converter($0, kernel, notices) }
            chip = parameters.clockChip.map { ClockChip($0, kernel, notices) }
            try loop.watch(deriver.bell, as: Source.derivation.word())
            try loop.watch(eraser.bell, as: Source.erasure.word())
            radio = PiRadio(controller: parameters.bluetooth, loop, startedAt: startedAt, kernel, notices)
            for group in [bridge, columns, testLoad, green, red, sounder] { take(group) }
            watchClock()
            takeInputs()
        }

        static func monotonic() -> UInt64 {
            var time = timespec()
            // Fails for no clock that exists.
            _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
            return UInt64(time.tv_sec) * 1_000 + UInt64(time.tv_nsec) / 1_000_000
        }

        var present: UInt64 { Self.monotonic() - startedAt }

        /// Milliseconds of the kernel's monotonic clock since the board was made.
        public mutating func now() -> Instant { Instant(milliseconds: present) }

        mutating func watchClock() {
            do throws(KernelFault) {
                clockWatch = try kernel.ask(.clock, "clock") { clinux_clock_watch() }
                try loop.watch(clockWatch, as: Source.clock.word())
            } catch {
                notices.trouble("clock", "changes of the system's time go unnoticed: \(error.reason)")
            }
        }

        /// Tells the time if the system follows a source on the network.
        mutating func offerTime() {
            guard clinux_is_time_synchronised() == 1 else { return }
            let seconds = time(nil)
            guard seconds > 0, seconds < Int(UInt32.max) else { return }
            ready.append(.event(.timeOffered(WallTime(seconds: UInt32(seconds)), isAuthenticated: false)))
        }

        /// The kernel's time was set: it is offered, and what becomes of the chip is told at once, before the power can go.
        mutating func systemTimeWasSet() {
            offerTime()
            guard let chip else { return }
            let seconds = time(nil)
            guard seconds > 0, seconds < Int(UInt32.max) else { return }
            chip.systemTimeWasSet(to: UInt32(seconds), at: present)
            if let shown = chip.time(at: present) { ready.append(.event(.sampled(.clock(shown)))) }
        }

        /// The daemon ends, and systemd starts it anew.
        public mutating func restart() { isToRestart = true }

        /// Reads the levels.
        public mutating func startUp() -> StartUp {
            offerTime()
            for index in inputs.indices { inputs[index].lookAt = nil }
            let cause = watchdog.hasReset() && parameters.cause == .powerOn ? .watchdog : parameters.cause
            return StartUp(
                cause: cause, chip: chip?.time(at: present), switches: boltSwitches,
                isDoorClosed: isActive(.doorClosed) ?? true, isCoverFitted: isActive(.coverFitted) ?? true,
                isNineVoltPresent: isActive(.nineVoltPresent) ?? false, isUSBPresent: isActive(.usbPresent) ?? false,
                hasDriven: isDriveMarked)
        }
    }

    /// The loop, for a board that is a value.
    final class SharedLoop {
        private let loop: EventLoop

        init(_ loop: consuming EventLoop) { self.loop = loop }

        func watch(_ descriptor: Int32, as word: UInt32) throws(KernelFault) { try loop.watch(descriptor, as: word) }
        func watch(_ descriptor: Int32, as word: UInt32, untilWritable: Bool) throws(KernelFault) {
            try loop.watch(descriptor, as: word, untilWritable: untilWritable)
        }
        func forget(_ descriptor: Int32) { loop.forget(descriptor) }
        func wait(milliseconds: UInt64?, into words: inout [UInt32]) throws(KernelFault) {
            try loop.wait(milliseconds: milliseconds, into: &words)
        }
    }
#endif
