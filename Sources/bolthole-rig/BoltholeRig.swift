#if RaspberryPi
    import ArgumentParser
    import CLinux
    import Foundation
    import LockModel
    import LockScenario
    import LockSim

    /// Plays a scenario around a real daemon.
    struct BoltholeRig: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "bolthole-rig",
            abstract: "Plays a scenario around the real boltholed, on lines of a real kernel that nothing hangs on.",
            discussion: """
                The scenario's world runs in real time at the other end of the lines: keys bounce, the bolt reaches its
                switch, the rail sags in the converter's registers. Runs in the virtual machine of scripts/kernel-vm;
                --steady keeps a busy host out of its time. Wants both programs built for release: a slow hash of a code
                that takes longer than 2 s is a fault to the lock.

                EXAMPLE:
                  scripts/kernel-vm run --steady .build-pi/release/bolthole-rig scripts/scenarios/dead-battery-usb.yaml

                EXIT CODES:
                  0  the scenario passed
                  1  an expectation failed, or boltholed ended
                  2  bad input, usage, or no such lines here
                  3  a checker found the lock unsafe
                """,
            version: "bolthole-rig \(Version.current)")

        @Argument(help: "The scenario.", completion: .file(extensions: ["yaml", "yml"]))
        var scenario: String

        @Option(help: "The board whose lines are used.", completion: .file(extensions: ["yaml"]))
        var board = "hardware/boards/raspberry-pi.yaml"

        @Option(help: "The daemon; without this, the one beside this program.", completion: .file())
        var boltholed: String?

        @Option(help: "Replaces the scenario's own seed.")
        var seed: UInt64?

        @Option(
            help: ArgumentHelp("Write a report as JSON lines.", valueName: "file"),
            completion: .file(extensions: ["json"]))
        var json: String?

        @Option(
            help: ArgumentHelp("Write every change of a line: milliseconds, line, 1 for active.", valueName: "file"),
            completion: .file())
        var probes: String?

        @Flag(help: "Keep the folder of the run, and say where it is.")
        var keep = false

        func run() throws {
            do {
                try play()
            } catch let trouble as Trouble {
                Terminal.complain("bolthole-rig: \(trouble.text)")
                throw ExitCode(trouble.code)
            } catch let input as BadInput {
                Terminal.complain(input.description)
                throw ExitCode(Verdict.badInput.rawValue)
            }
        }

        private func play() throws {
            let story = try Scenario(readingFrom: scenario)
            try story.checkFitsLines()
            let description = try BoardDescription(readingFrom: board)
            guard let chip = ProcessInfo.processInfo.environment["VM_CHIP"] else {
                throw Trouble(
                    "VM_CHIP is not set: here is no simulated chip; run this in the virtual machine: scripts/kernel-vm run --steady "
                        + CommandLine.arguments.joined(separator: " "))
            }
            let lines = try SimulatedLines(of: description, chip: chip)
            lines.isKeepingChanges = probes != nil
            let converter = try description.converter.map { try SimulatedConverter($0) }
            let folder = try BenchFolder(description, model: story.model)
            let processor = try Processor(
                boltholed ?? Self.neighbour("boltholed"),
                [
                    "run", "--board", folder.board, "--state", folder.state, "--model", folder.model, "--socket",
                    folder.socket,
                ], folder: folder.path)
            // One processor for world and firmware: a machine that is held up holds up both.
            _ = clinux_stay_on(0)
            _ = clinux_go_first()
            var options = RunOptions()
            options.seed = seed
            let report = story.run(options) { world, checkers in
                RigBench(world, checkers, folder, processor, lines, converter, isNew: story.isNew)
            }
            Terminal.say(TimelineText().text(of: report))
            if let json {
                let text = JSONReport.text(of: [RunResult(report)])
                try Data(text.utf8).write(to: URL(fileURLWithPath: json))
            }
            if let probes {
                try Data((lines.changes.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: probes))
            }
            if keep { Terminal.complain("bolthole-rig: the run's folder is \(folder.path)") } else { folder.remove() }
            if report.verdict != .passed { throw ExitCode(report.verdict.rawValue) }
        }

        private static func neighbour(_ name: String) -> String {
            let own = CommandLine.arguments.first.map { URL(fileURLWithPath: $0) }
            return own?.deletingLastPathComponent().appendingPathComponent(name).path ?? name
        }
    }

    @main
    enum Main {
        static func main() {
            do {
                var command = try BoltholeRig.parseAsRoot()
                try command.run()
            } catch let code as ExitCode {
                exit(code.rawValue)
            } catch {
                let message = BoltholeRig.fullMessage(for: error)
                if BoltholeRig.exitCode(for: error) == .success {
                    print(message)
                    exit(0)
                }
                Terminal.complain(message)
                exit(Verdict.badInput.rawValue)
            }
        }
    }
#endif
