#if RaspberryPi
    import Foundation
    import LockCore
    import LockHAL
    import LockPi
    import Testing

    /// The radio of the Raspberry Pi's board, on a controller that scripts/test-hardware.d/radio.py plays.
    ///
    /// `BOLTHOLE_RADIO` names the file in which the guest keeps the number of the process that attaches it.
    @Suite(
        .serialized, .enabled(if: VirtualController.file != nil, "needs the kernel machine and a virtual controller"))
    struct RadioTests {
        /// Calls of a start: of each kind the first, and orders and answers in the middle.
        static let refused: [(call: KernelCall, after: Int)] = [
            (.openRadio, 0), (.openRadio, 1), (.listenForPhones, 0), (.watch, 0), (.watch, 1), (.send, 0), (.send, 5),
            (.receive, 0), (.receive, 7),
        ]

        @Test(arguments: refused)
        func `a radio of which the kernel refuses one call is up a little later`(_ call: KernelCall, _ after: Int)
            throws
        {
            let bench = try PiBench { parameters in parameters.bluetooth = "hci0" }
            _ = bench.startUp()
            bench.kernel.refusals = [Kernel.Refusal(call, after: after, count: 1, code: EIO)]
            let events = bench.radioEvents(seconds: 60, until: .stateChanged(isUp: true))
            #expect(events == [.stateChanged(isUp: true)])
            #expect(bench.kernel.refusals.allSatisfy { $0.count == 0 }, "nothing was refused")
            #expect(bench.board.notices.openTroubles.isEmpty)
        }

        @Test func `a phone gets back what it sends, by as many connections as there are`() throws {
            let bench = try PiBench { parameters in parameters.bluetooth = "hci0" }
            let echo = RadioEcho(bench)
            let isDone = echo.run(seconds: 400) { VirtualController.kill() }
            #expect(isDone, "the phone never said that it had enough")
            #expect(echo.wrongs == [])
            #expect(echo.busyCount > 0, "a flood never filled the kernel's buffers")
            // Up; gone and back when the controller was unplugged, and twice when it did not answer.
            #expect(echo.changes == [true, false, true, false, true, false, true])
            bench.board.close()
        }

    }

    /// The program that attaches the virtual controller to the guest's kernel.
    enum VirtualController {
        /// Where its number stands, and the next one's after it was killed.
        static var file: String? { ProcessInfo.processInfo.environment["BOLTHOLE_RADIO"] }

        /// As if somebody pulled the plug; the guest attaches it again.
        static func kill() {
            guard let file, let bytes = FileManager.default.contents(atPath: file),
                let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first, let number = Int32(line)
            else { return }
            _ = Foundation.kill(number, SIGKILL)
        }
    }
#endif
