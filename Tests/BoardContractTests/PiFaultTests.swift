#if RaspberryPi
    import Foundation
    import LockCore
    import LockHAL
    import LockPi
    import Testing

    /// What the Raspberry Pi's board does when the kernel refuses.
    @Suite(.serialized, .enabled(if: BoardKind.present.contains(.raspberryPi), "needs the kernel machine"))
    struct PiFaultTests {
        /// Everything once: what a day at the door asks of the kernel.
        private func workload(_ bench: PiBench) {
            func attempt(_ body: () throws -> Void) {
                do { try body() } catch {
                    // Refused: what follows must work all the same.
                    #expect(error is BoardFault || error is FlashFault)
                }
            }
            attempt { try bench.watchRows(0b111) }
            attempt { try bench.readColumn(1) }
            attempt { try bench.sample(.cells) }
            attempt { try bench.sample(.clock) }
            attempt { try bench.indicate(.keyTaken) }
            attempt { try bench.derive([1, 2, 3, 4, 5, 6]) }
            attempt { try bench.program([0], at: 8 * 4_096) }
            attempt { try bench.startErase(2) }
            attempt { try bench.drive(.extend, DriveNumber(1)) }
            bench.touch(.door(isClosed: false))
            _ = bench.listen(5)
            attempt { try bench.stopMotor() }
            bench.touch(.door(isClosed: true))
            _ = bench.listen(5)
        }

        @Test func `each call that the kernel refuses costs its own effect and nothing else`() throws {
            let bench = try PiBench { parameters in parameters.clockChip = "/dev/rtc0" }
            _ = bench.startUp()
            workload(bench)
            var refused = 0
            for call in KernelCall.allCases where call != .wait && call != .random {
                let before = bench.kernel.count(of: call)
                workload(bench)
                let uses = min(6, bench.kernel.count(of: call) - before)
                for number in 0..<max(0, uses) {
                    bench.kernel.refusals = [Kernel.Refusal(call, after: number, count: 1, code: EIO)]
                    workload(bench)
                    bench.kernel.refusals = []
                    refused += 1
                    // The next day is a good one.
                    _ = bench.listen(40)
                    try #require(bench.bridge == .off, "\(call) \(number)")
                    try bench.drive(.retract, DriveNumber(2))
                    #expect(bench.bridge == .driving(.retract), "\(call) \(number)")
                    try bench.stopMotor()
                    try bench.sample(.cells)
                    #expect(
                        bench.hears(within: 50) { if case .event(.sampled(.cells)) = $0 { true } else { false } },
                        "\(call) \(number)")
                }
            }
            #expect(refused > 15, "only \(refused) calls were refused")
        }

        @Test func `a motor whose lines cannot be set is not believed to run`() throws {
            let bench = try PiBench()
            _ = bench.startUp()
            bench.kernel.refusals = [Kernel.Refusal(.setLines, of: "motor", code: EIO)]
            #expect(throws: BoardFault.lineUnavailable) { try bench.drive(.extend, DriveNumber(1)) }
            #expect(!bench.hears(.driveStarted(DriveNumber(1)), within: 20))
            #expect(bench.board.notices.openTroubles.contains { $0.hasPrefix("motor: ") })
            bench.kernel.refusals = []
            try bench.drive(.extend, DriveNumber(2))
            #expect(bench.bridge == .driving(.extend))
            #expect(bench.board.notices.openTroubles.isEmpty)
            try bench.stopMotor()
        }

        @Test func `a converter that was unplugged is told of with its bus, and taken back when it answers`() throws {
            let bench = try PiBench()
            _ = bench.startUp()
            bench.kernel.refusals = [
                Kernel.Refusal(.writeRegister, code: ENXIO), Kernel.Refusal(.readRegister, code: ENXIO),
            ]
            #expect(throws: BoardFault.deviceSilent) { try bench.sample(.cells) }
            let trouble = bench.board.notices.openTroubles.first ?? ""
            #expect(trouble.contains("/dev/i2c-1"))
            #expect(trouble.contains("plugged in"))
            // The keypad does not need it.
            bench.touch(.key(.digit(5), isDown: true))
            try bench.watchRows(0b111)
            #expect(bench.hears(.rowsChanged, within: 40))
            bench.kernel.refusals = []
            try bench.sample(.cells)
            #expect(bench.hears(within: 50) { if case .event(.sampled(.cells)) = $0 { true } else { false } })
            #expect(bench.board.notices.openTroubles.isEmpty)
        }

        @Test func `a converter at an address where nobody answers is silent`() throws {
            let bench = try PiBench { parameters in parameters.converter?.address = 0x4A }
            _ = bench.startUp()
            #expect(throws: BoardFault.deviceSilent) { try bench.sample(.cells) }
        }

        @Test func `a line that somebody else holds is told of by name, and the others work`() throws {
            let kernel = Kernel()
            let place = try PiLine.find("GPIO26", number: nil, chips: [], kernel)
            let line = PiLine(
                subject: "GPIO26", chip: place.chip, offset: place.offset, isActiveLow: false, bias: .none, debounce: 0)
            let thief = LineGroup([line], subject: "thief", isOutput: false, kernel)
            try thief.hold()
            let bench = try PiBench()
            _ = bench.startUp()
            let trouble = bench.board.notices.openTroubles.first ?? ""
            #expect(trouble.hasPrefix("insideButton (GPIO26): "))
            #expect(trouble.contains("held by boltholed"))
            bench.touch(.door(isClosed: false))
            #expect(bench.hears(.doorChanged(isClosed: false), within: 40))
            thief.release()
        }

        @Test func `a journal that takes no more bytes says so and is still read`() throws {
            let bench = try PiBench()
            _ = bench.startUp()
            try bench.program([0x12], at: 0)
            for code in [ENOSPC, EROFS, EIO] {
                bench.kernel.refusals = [Kernel.Refusal(.writeAt, code: code)]
                #expect(throws: FlashFault.failed) { try bench.program([0x00], at: 1) }
                #expect(bench.board.notices.openTroubles.contains { $0.contains("journal.flash") })
                #expect(try bench.read(2, at: 0) == [0x12, 0xFF])
            }
            bench.kernel.refusals = [Kernel.Refusal(.sync, code: EIO)]
            #expect(throws: FlashFault.failed) { try bench.program([0x00], at: 1) }
            bench.kernel.refusals = []
            try bench.program([0x00], at: 1)
            #expect(bench.board.notices.openTroubles.isEmpty)
        }

        @Test func `a stall shows at the comparator while the motor runs, and not before`() throws {
            let bench = try PiBench()
            _ = bench.startUp()
            bench.puppet.setCurrent(milliamperes: 1_000)
            #expect(!bench.hears(.motorCurrentChanged(isHigh: true), within: 20))
            bench.puppet.setCurrent(milliamperes: 300)
            try bench.drive(.extend, DriveNumber(1))
            #expect(!bench.hears(.motorCurrentChanged(isHigh: true), within: 20))
            bench.puppet.setCurrent(milliamperes: 1_000)
            #expect(bench.hears(.motorCurrentChanged(isHigh: true), within: 40))
            // A measurement in between does not blind the comparator.
            try bench.sample(.rail)
            #expect(bench.hears(within: 60) { if case .event(.sampled(.rail)) = $0 { true } else { false } })
            bench.puppet.setCurrent(milliamperes: 300)
            _ = bench.listen(20)
            bench.puppet.setCurrent(milliamperes: 1_000)
            #expect(bench.hears(.motorCurrentChanged(isHigh: true), within: 40))
            try bench.stopMotor()
        }

        @Test func `a rail that falls is written down for the next start, and struck out when it rises`() throws {
            let bench = try PiBench { parameters in parameters.brownOutMark = NSTemporaryDirectory() + "brown-out" }
            let mark = NSTemporaryDirectory() + "brown-out"
            _ = bench.startUp()
            try bench.drive(.extend, DriveNumber(1))
            _ = bench.listen(5)
            bench.puppet.set(4, isHigh: false)
            _ = bench.listen(10)
            // An inrush ends by itself: the drive goes on.
            #expect(bench.bridge == .driving(.extend))
            #expect(FileManager.default.fileExists(atPath: mark))
            bench.puppet.set(4, isHigh: true)
            _ = bench.listen(10)
            #expect(!FileManager.default.fileExists(atPath: mark))
            try bench.stopMotor()
        }

        @Test func `a motor that was driven is remembered until the memory is emptied`() throws {
            let mark = NSTemporaryDirectory() + "driven-\(UInt64.random(in: 0...UInt64.max))"
            defer { try? FileManager.default.removeItem(atPath: mark) }
            for (path, isKept) in [(mark, true), (nil, false)] as [(String?, Bool)] {
                let bench = try PiBench { parameters in parameters.driveMark = path }
                #expect(!bench.startUp().hasDriven)
                try bench.drive(.retract, DriveNumber(1))
                try bench.stopMotor()
                bench.board.close()
                let next = try PiBench { parameters in parameters.driveMark = path }
                #expect(next.startUp().hasDriven == isKept)
            }
            try FileManager.default.removeItem(atPath: mark)
            #expect(try !PiBench { parameters in parameters.driveMark = mark }.startUp().hasDriven)
        }

        @Test func `a board that is closed in mid-throw, or while it brakes, leaves the motor without power`() throws {
            let bench = try PiBench()
            _ = bench.startUp()
            try bench.drive(.extend, DriveNumber(1))
            bench.board.close()
            #expect(bench.bridge == .off)
            try bench.drive(.extend, DriveNumber(2))
            try bench.stopMotor()
            bench.board.close()
            #expect(bench.bridge == .off)
        }

        @Test func `a converter that dies under the test load does not leave the resistor on`() throws {
            let bench = try PiBench()
            _ = bench.startUp()
            bench.kernel.refusals = [Kernel.Refusal(.readRegister, code: EIO)]
            try bench.sample(.testLoad)
            #expect(bench.puppet.isHigh(10))
            _ = bench.listen(250)
            #expect(!bench.puppet.isHigh(10))
        }

        @Test func `contacts that bounce are told of once a change`() throws {
            let bench = try PiBench()
            _ = bench.startUp()
            _ = bench.listen(5)
            for number in 0..<6 { bench.puppet.set(26, isHigh: number % 2 == 1) }
            bench.puppet.set(26, isHigh: false)
            let heard = bench.listen(30)
            #expect(heard.last == .event(.insideButtonChanged(isPressed: true)))
            // Pressed, and perhaps up and down again; never more than the contacts did.
            #expect(heard.count <= 3)
        }

        @Test func `a chip of flash is used like a file`() throws {
            guard FileManager.default.fileExists(atPath: "/dev/mtd0") else { return }
            let notices = Notices(hasPrefix: false, isSilent: true)
            var flash = try PiFlash(chip: "/dev/mtd0", Kernel(), notices)
            #expect(flash.geometry.sectorSize >= 512)
            let bytes: [UInt8] = [1, 2, 3]
            try flash.program(bytes.span, at: 0)
            var back = [UInt8](repeating: 0, count: 3)
            var span = back.mutableSpan
            try flash.read(at: 0, into: &span)
            #expect(back == bytes)
        }
    }
#endif
