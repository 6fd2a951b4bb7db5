#if RaspberryPi
    import ArgumentParser
    import Foundation
    import LockCore
    import LockCrypto
    import LockHAL
    import LockModel
    import LockPi

    /// Bring-up: tries each part in turn, and asks the person what they see.
    struct CheckBoard: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check-board",
            abstract: "Tries each part of a board in turn and asks what you see; writes a report.",
            discussion: """
                For the first evening, before the firmware runs: boltholed must be stopped, since it holds the lines. The
                motor comes last, first for a tenth of a second. Answer y (yes), n (no) or s (skip).

                EXAMPLES:
                  boltholed check-board --board /etc/bolthole/board.yaml
                  boltholed check-board --board board.yaml --only keypad --only motor --report report.txt

                EXIT CODES:
                  0  everything that was tried is good
                  1  something is not
                  2  bad input or environment
                """)

        /// What can be tried, in this order.
        enum Part: String, CaseIterable, ExpressibleByArgument {
            case lights, keypad, switches, inputs, converter, clock, motor
        }

        @Option(help: "The board file.", completion: .file(extensions: ["yaml"]))
        var board: String

        @Option(help: "Only this part: lights, keypad, switches, inputs, converter, clock or motor; may be repeated.")
        var only: [Part] = []

        @Option(help: "Where the report goes, besides the screen.", completion: .file())
        var report: String?

        @Option(help: "Seconds to wait for a key, a switch or a source.")
        var patience: UInt64 = 20

        func run() throws {
            var isGood = true
            try ending { () throws(Failure) in
                guard (1...600).contains(patience) else {
                    throw Failure("--patience \(patience): expected 1 to 600 seconds")
                }
                let opening = try Opening(board: board, model: nil)
                let kernel = Kernel()
                var parameters = try opening.parameters(kernel)
                // Nothing may reset the machine while somebody looks for a screwdriver.
                parameters.watchdog = nil
                let notices = Notices(hasPrefix: false, isSilent: true)
                let scratch = NSTemporaryDirectory() + "bolthole-check-\(UUID().uuidString)"
                defer { _ = unsafe unlink(scratch) }
                let hardware: PiBoard
                do {
                    let flash = try PiFlash(file: scratch, kernel, notices)
                    hardware = try PiBoard(parameters, flash: flash, key: InlineArray(repeating: 0), kernel, notices) {
                        code, salt in Derivation.scrypt(code, Salt(salt)).bytes
                    }
                } catch {
                    throw Failure("\(error)")
                }
                var check = BoardCheck(hardware, name: opening.board.name, patience: .seconds(patience))
                let parts = only.isEmpty ? Part.allCases : Part.allCases.filter(only.contains)
                for part in parts { check.perform(part) }
                isGood = check.finish()
                guard let report else { return }
                do {
                    try Data(check.report.utf8).write(to: URL(fileURLWithPath: report))
                } catch {
                    throw Failure("\(report): the report cannot be written; is the folder there, and writable?")
                }
            }
            if !isGood { throw ExitCode(1) }
        }
    }
#endif
