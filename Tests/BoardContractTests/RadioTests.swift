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
