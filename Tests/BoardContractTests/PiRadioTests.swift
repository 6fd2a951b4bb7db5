#if RaspberryPi
    import Glibc
    import LockCore
    import LockHAL
    import LockPi
    import Testing

    /// What the Raspberry Pi's radio does on a machine that has none.
    @Suite(.serialized, .enabled(if: BoardKind.present.contains(.raspberryPi), "needs the kernel machine"))
    struct PiRadioTests {
        @Test func `a board without a radio says nothing of it, and cannot advertise`() throws {
            let bench = try PiBench()
            _ = bench.startUp()
            _ = bench.listen(5)
            #expect(bench.board.notices.told.isEmpty)
            #expect(throws: BoardFault.deviceSilent) { try bench.board.radio.advertise(Self.advertisement) }
            try bench.board.radio.stopAdvertising()
            try bench.board.radio.disconnect(ConnectionNumber(3))
        }

        @Test func `a kernel without Bluetooth is told of once, and the lock works`() throws {
            let bench = try PiBench { parameters in parameters.bluetooth = "hci0" }
            bench.kernel.refusals = [Kernel.Refusal(.openRadio, code: EAFNOSUPPORT)]
            _ = bench.startUp()
            #expect(bench.radioEvents(seconds: 25).isEmpty)
            // Looked for again each 10 s, and told once.
            #expect(bench.kernel.count(of: .openRadio) == 3)
            #expect(bench.board.notices.told.filter { $0.contains("this kernel has no Bluetooth") }.count == 1)
            #expect(throws: BoardFault.deviceSilent) { try bench.board.radio.advertise(Self.advertisement) }
            try bench.drive(.extend, DriveNumber(1))
            #expect(bench.hears(.driveStarted(DriveNumber(1)), within: 20))
            try bench.stopMotor()
        }

        @Test func `a daemon that may not use Bluetooth says what it needs`() throws {
            let bench = try PiBench { parameters in parameters.bluetooth = "hci0" }
            bench.kernel.refusals = [Kernel.Refusal(.openRadio, code: EPERM)]
            _ = bench.startUp()
            #expect(bench.radioEvents(seconds: 1).isEmpty)
            #expect(bench.board.notices.openTroubles.contains { $0.contains("CAP_NET_ADMIN") })
        }

        @Test func `a controller that is not there is told of, and waited for without looking`() throws {
            let bench = try PiBench { parameters in parameters.bluetooth = "hci3" }
            _ = bench.startUp()
            #expect(bench.radioEvents(seconds: 15).isEmpty)
            #expect(
                bench.board.notices.openTroubles.contains { $0.hasPrefix("radio hci3: there is no such controller") })
            #expect(bench.kernel.count(of: .openRadio) == 1)
            #expect(bench.kernel.count(of: .send) == 1)
        }

        static var advertisement: Advertisement { Advertisement(address: [1, 2, 3, 4, 5, 6]) }
    }

    extension PiBench {
        /// What the radio says within so many seconds, until the one that is wanted.
        func radioEvents(seconds: UInt64, until wanted: RadioEvent? = nil) -> [RadioEvent] {
            var events: [RadioEvent] = []
            let end = board.now() + .milliseconds(seconds * 1_000)
            while board.now() < end {
                switch board.nextCompletion(before: end) {
                case .radio(let event):
                    events.append(event)
                    if event == wanted { return events }
                case .event: continue
                case .keyDerived: continue
                case .sectorErased: continue
                case .remoteRequested: continue
                case nil: continue
                }
            }
            return events
        }
    }
#endif
