#if RaspberryPi
    import Foundation
    import LockCore
    import LockHAL
    import LockPi
    import Testing

    /// What the Raspberry Pi's board makes of the machine around it: names of lines, clocks, cells at their end.
    @Suite(.serialized, .enabled(if: BoardKind.present.contains(.raspberryPi), "needs the kernel machine"))
    struct PiSurroundingsTests {
        @Test func `a line is found by its name, and where it has another, by its number on a known chip`() throws {
            let kernel = Kernel()
            let named = try PiLine.find("GPIO17", number: nil, chips: [], kernel)
            #expect(named.offset == 17)
            let numbered = try PiLine.find("SDA1", number: 2, chips: ["pinctrl-rp1", "pinctrl-bcm2835"], kernel)
            #expect(numbered.offset == 2)
            #expect(numbered.chip == named.chip)
            #expect(throws: KernelFault.self) { try PiLine.find("SDA1", number: 2, chips: ["pinctrl-rp1"], kernel) }
            #expect(throws: KernelFault.self) {
                try PiLine.find("SDA1", number: 54, chips: ["pinctrl-bcm2835"], kernel)
            }
        }

        @Test func `the clock chip is believed as long as nobody sets it`() throws {
            let bench = try PiBench { parameters in parameters.clockChip = "/dev/rtc0" }
            let before = try #require(bench.startUp().chip)
            #expect(before.isContinuous)
            #expect(abs(Int(before.seconds) - Int(time(nil))) < 5)
            _ = bench.listen(150)
            try run("hwclock", "--set", "--date", "2033-05-18 03:33:20", "--utc")
            defer { try? run("hwclock", "--systohc", "--utc") }
            try bench.sample(.clock)
            let after = try #require(chipTime(bench))
            #expect(abs(Int(after.seconds) - 2_000_000_000) < 10)
            #expect(!after.isContinuous)
            #expect(bench.board.notices.told.contains { $0.contains("/dev/rtc0") && $0.contains("somebody set it") })
        }

        @Test func `a clock chip that has lost its time is not believed`() throws {
            try run("hwclock", "--set", "--date", "2000-01-01 00:00:05", "--utc")
            defer { try? run("hwclock", "--systohc", "--utc") }
            let bench = try PiBench { parameters in parameters.clockChip = "/dev/rtc0" }
            let chip = try #require(bench.startUp().chip)
            #expect(!chip.isContinuous)
        }

        @Test func `a clock chip that is not there is told of`() throws {
            let bench = try PiBench { parameters in parameters.clockChip = "/dev/rtc7" }
            #expect(bench.startUp().chip == nil)
            #expect(throws: BoardFault.deviceSilent) { try bench.sample(.clock) }
            #expect(bench.board.notices.openTroubles.contains { $0.contains("/dev/rtc7") })
        }

        @Test func `the system's time is offered when it follows the network, and never as authentic`() throws {
            let alone = try PiBench()
            _ = alone.startUp()
            #expect(!alone.hears(within: 5) { isOffer($0) })
            // What an NTP daemon does: status without "unsynchronised".
            try setClock(status: 0)
            defer { try? setClock(status: 0x40) }
            let bench = try PiBench()
            _ = bench.startUp()
            #expect(bench.hears(within: 5) { isOffer($0) })
            // The daemon moves the time: told again, at once.
            try setClock(status: 0, step: 2)
            #expect(bench.hears(within: 50) { isOffer($0) })
        }

        @Test func `cells at their end want a shutdown, unless something is connected outside`() throws {
            let bench = try PiBench { parameters in parameters.shutdownVoltage = Millivolts(6_100) }
            _ = bench.startUp()
            try bench.sample(.cells)
            _ = bench.listen(50)
            #expect(bench.board.isExhausted)
            bench.touch(.usb(isConnected: true))
            _ = bench.listen(20)
            try bench.sample(.cells)
            _ = bench.listen(50)
            #expect(!bench.board.isExhausted)
            let fresh = try PiBench { parameters in parameters.shutdownVoltage = Millivolts(5_900) }
            _ = fresh.startUp()
            try fresh.sample(.cells)
            _ = fresh.listen(50)
            #expect(!fresh.board.isExhausted)
        }

        @Test func `a watchdog that somebody else feeds is told of, and the lock works`() throws {
            let first = try PiBench { parameters in parameters.watchdog = "/dev/watchdog" }
            #expect(first.board.notices.openTroubles.isEmpty)
            let second = try PiBench { parameters in parameters.watchdog = "/dev/watchdog" }
            #expect(second.board.notices.openTroubles.contains { $0.contains("/dev/watchdog") })
            _ = second.startUp()
            first.board.close()
        }

        private func isOffer(_ heard: Heard) -> Bool {
            if case .event(.timeOffered(let time, isAuthenticated: false)) = heard {
                return abs(Int(time.seconds) - Int(Foundation.time(nil))) < 5
            }
            return false
        }

        private func chipTime(_ bench: PiBench) -> ChipTime? {
            var found: ChipTime?
            _ = bench.hears(within: 20) { heard in
                if case .event(.sampled(.clock(let time))) = heard { found = time }
                return found != nil
            }
            return found
        }

        private struct Failed: Error {}

        private func run(_ command: String, _ arguments: String...) throws {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = [command] + arguments
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else { throw Failed() }
        }

        /// Sets the kernel's clock status and moves its time, as an NTP daemon does.
        private func setClock(status: Int, step: Int = 0) throws {
            try run(
                "python3", "-c",
                """
                import ctypes, struct
                words = bytearray(208)
                struct.pack_into("I", words, 0, 0x10 | 0x4 | (0x100 if \(step) else 0))
                struct.pack_into("i", words, 40, \(status))
                struct.pack_into("q", words, 72, \(step))
                buffer = (ctypes.c_char * 208).from_buffer(words)
                exit(0 if ctypes.CDLL(None).adjtimex(buffer) >= 0 else 1)
                """)
        }
    }
#endif
