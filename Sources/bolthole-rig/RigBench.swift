#if RaspberryPi
    import CLinux
    import Foundation
    import Glibc
    import LockCore
    import LockModel
    import LockScenario
    import LockSim

    /// A real `boltholed` between simulated lines: the world's milliseconds are real ones.
    ///
    ///     read the outputs --> the world one millisecond on --> drive the inputs --> sleep a quarter of a millisecond
    ///
    /// While the processor boots, the world stands still: what a Raspberry Pi takes for that is not part of a story about
    /// a lock.
    struct RigBench: ~Copyable, LockBench {
        /// How long the daemon may take until it is ready.
        static var bootTimeMax: Double { 30 }
        /// How long the logic lives on after the rail's supervisor has warned.
        ///
        /// The least that `hardware/power.md` computes for the prototype, 25 ms; four times that, for a machine that is
        /// emulated. The world stands still meanwhile.
        static var holdUpTime: Double { 0.1 }
        /// Steps that the world takes before the lines are read again.
        static var catchUpMax: Int { 5 }
        /// What passes at most between two looks at the lines, in seconds: when a busy host holds the machine up, the world
        /// stands still for the rest.
        ///
        /// *Chosen*: half a debouncing of the keypad.
        static var gapMax: Double { 0.01 }

        private var pins: PinWorld
        private let folder: BenchFolder
        private let processor: Processor
        private let lines: SimulatedLines
        private let converter: SimulatedConverter?
        private var journalTime: Int
        private var temperature = Decidegrees(200)
        private var generation: UInt32 = 0
        /// When, on the real clock, the world's time was zero; `nil` = it stands still.
        private var zero: Double?
        private var lookedAt = 0.0
        /// How often the machine stood still, and for how long at most, in milliseconds.
        private var stalls: (count: Int, longest: Int) = (0, 0)
        /// What booting took, in milliseconds.
        private var boots: [Int] = []

        init(
            _ world: World, _ checkers: Checkers, _ folder: BenchFolder, _ processor: Processor,
            _ lines: SimulatedLines, _ converter: SimulatedConverter?, isNew: Bool
        ) {
            pins = PinWorld(world: world, checkers: checkers, isNew: isNew)
            self.folder = folder
            self.processor = processor
            self.lines = lines
            self.converter = converter
            journalTime = folder.journalTime()
        }

        // MARK: LockBench

        var world: World { _read { yield pins.world } }
        var trace: [TraceEvent] { pins.trace }
        var checkers: Checkers? {
            get { pins.checkers }
            set { pins.checkers = newValue }
        }
        /// Lights take up to half a second to be told apart, and a code that is derived on an emulated processor as long.
        var patience: Interval { .seconds(2) }

        mutating func run(for length: Interval) { _ = run(within: length) { _ in false } }

        mutating func run(within length: Interval, until isFulfilled: (borrowing World) -> Bool) -> Bool {
            let limit = pins.world.now.milliseconds + length.milliseconds
            if zero == nil { startTime() }
            while true {
                look()
                var steps = 0
                let due = WorldTime(milliseconds: min(limit, present()))
                while pins.world.now < due, steps < Self.catchUpMax {
                    if isFulfilled(pins.world) { return true }
                    pass(until: due)
                    steps += 1
                }
                if isFulfilled(pins.world) { return true }
                if pins.world.now.milliseconds >= limit { return false }
                rest()
            }
        }

        mutating func perform(_ action: WorldAction) throws(ActionRefusal) -> WorldTime {
            defer { lines.drive(pins.inputs) }
            return try pins.perform(action)
        }

        mutating func accessLog(newest count: Int) -> [LogRecord] {
            let reading: LogReading
            do throws(Trouble) { reading = try LogReading(folder, newest: count) } catch { end(error) }
            while true {
                if let records = reading.take() { return records }
                run(for: .milliseconds(1))
            }
        }

        mutating func install(
            _ enrolments: [Enrolment], recoveryCodes: [Code], knowingTime time: WallTime?
        ) throws(EnrolmentRefusal) {
            try folder.install(enrolments, recoveryCodes: recoveryCodes, knowingTime: time)
            for enrolment in enrolments { pins.checkers?.enrol(enrolment.credential, code: enrolment.code) }
            for code in recoveryCodes { pins.checkers?.enrolRecoveryCode(code) }
            journalTime = folder.journalTime()
        }

        mutating func finish() -> [Violation] {
            processor.cut()
            if let longest = boots.max() {
                Terminal.complain("bolthole-rig: \(boots.count) starts of boltholed, ready after at most \(longest) ms")
            }
            if stalls.count > 0 {
                Terminal.complain(
                    "bolthole-rig: the machine was held up \(stalls.count) times, for \(stalls.longest) ms at most")
            }
            return pins.finish()
        }

        // MARK: Time

        private static func seconds() -> Double {
            var time = timespec()
            // Fails for no clock that exists.
            _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }

        private mutating func startTime() {
            lookedAt = Self.seconds()
            zero = lookedAt - Double(pins.world.now.milliseconds) / 1_000
            lines.drive(pins.inputs)
        }

        private func present() -> UInt64 {
            guard let zero else { return 0 }
            return UInt64(max(0, (Self.seconds() - zero) * 1_000))
        }

        private func rest() {
            var pause = timespec(tv_sec: 0, tv_nsec: 250_000)
            _ = unsafe nanosleep(&pause, nil)
        }

        // MARK: Lines

        /// Takes in what the processor did.
        private mutating func look() {
            let now = Self.seconds()
            let gap = now - lookedAt
            if gap > Self.gapMax, let zero {
                // Hands that went on meanwhile would have done what nobody could see.
                self.zero = zero + gap - Self.gapMax
                stalls.count += 1
                stalls.longest = max(stalls.longest, Int(gap * 1_000))
            }
            lookedAt = now
            let written = folder.journalTime()
            if written != journalTime {
                journalTime = written
                pins.noticeWrite()
            }
            let before = pins.outputs.columns
            pins.set(lines.outputs())
            if pins.outputs.columns != before { lines.drive(pins.inputs) }
            converter?.serve(&pins, lines)
            if processor.hasFailed { giveUp() }
        }

        private mutating func pass(until due: WorldTime) {
            pins.pass(until: due)
            lines.time = pins.world.now
            lines.drive(pins.inputs)
            if pins.temperature != temperature {
                temperature = pins.temperature
                folder.setTemperature(temperature)
            }
            obey()
        }

        /// Does to the process what the world did to the processor.
        private mutating func obey() {
            let model = pins.world.processor
            if processor.isOn, model.generation != generation || model.state == .unpowered {
                if model.cause == .watchdog {
                    processor.cut()
                    folder.noteWatchdog()
                } else {
                    // The supervisor has warned; the daemon writes that down while its hold-up capacitor lasts.
                    standStill(for: Self.holdUpTime)
                    processor.cut()
                    folder.forgetLife()
                }
                pins.set(OutputPins())
                resumeTime()
            }
            switch model.state {
            case .unpowered, .held: return
            case .hung: processor.stop()
            case .running: if !processor.isOn { boot() }
            }
        }

        private mutating func boot() {
            generation = pins.world.processor.generation
            converter?.powerOn()
            lines.drive(pins.inputs)
            let begin = Self.seconds()
            do throws(Trouble) { try processor.start() } catch { end(error) }
            while !processor.isReady() {
                guard Self.seconds() - begin < Self.bootTimeMax else {
                    let limit = Int(Self.bootTimeMax)
                    end(Trouble("boltholed is not ready after \(limit) s; it said:\n\(words())", code: 1))
                }
                serveStandingStill()
            }
            boots.append(Int((Self.seconds() - begin) * 1_000))
            resumeTime()
        }

        private mutating func standStill(for length: Double) {
            let end = Self.seconds() + length
            while Self.seconds() < end { serveStandingStill() }
        }

        private mutating func serveStandingStill() {
            converter?.serve(&pins, lines)
            if processor.hasFailed { giveUp() }
            rest()
        }

        /// The real clock went on while the world stood still.
        private mutating func resumeTime() {
            lookedAt = Self.seconds()
            zero = lookedAt - Double(pins.world.now.milliseconds) / 1_000
        }

        // MARK: Ends

        private func words() -> String {
            do {
                return try String(contentsOfFile: processor.log, encoding: .utf8)
            } catch {
                return "(nothing)"
            }
        }

        private func giveUp() -> Never {
            end(Trouble("boltholed ended by itself with code \(processor.exitCode); it said:\n\(words())", code: 1))
        }

        private func end(_ trouble: Trouble) -> Never {
            processor.cut()
            Terminal.complain("bolthole-rig: \(trouble.text)")
            exit(trouble.code)
        }
    }
#endif
