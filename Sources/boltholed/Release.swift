#if RaspberryPi
    import ArgumentParser
    import Glibc
    import LockPi

    /// Takes the power from the motor after the daemon is gone.
    struct Release: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "release",
            abstract: "Takes the power from the motor, puts the lights out, and lets all lines go.",
            discussion: """
                systemd runs it when boltholed is gone, however it went: a dead process leaves its lines as they were,
                and only the hardware's one-shot would end the drive.

                EXAMPLE:
                  boltholed release --board /etc/bolthole/board.yaml
                """)

        @Option(help: "The board file.", completion: .file(extensions: ["yaml"]))
        var board: String

        @OptionGroup var place: SocketOption

        func run() throws {
            try ending { () throws(Failure) in
                // systemd.exec(5): how the service ended. The next start is to know that it hung.
                if let result = unsafe getenv("SERVICE_RESULT"), unsafe String(cString: result) == "watchdog" {
                    LifeMark(folder: place.folder, state: place.folder).write(.watchdog)
                }
                let kernel = Kernel()
                let parameters = try Opening(board: board, model: nil).parameters(kernel)
                let groups = [
                    (parameters.motor, "motor"), ([parameters.testLoad], "test load"), (parameters.columns, "columns"),
                    ([parameters.lightGreen], "green light"), ([parameters.lightRed], "red light"),
                    ([parameters.sounder], "sounder"),
                ]
                for (lines, subject) in groups {
                    let group = LineGroup(lines, subject: subject, isOutput: true, kernel)
                    // Requested outputs begin inactive: that is all.
                    do throws(KernelFault) { try group.hold() } catch { throw Failure(error.description, code: 1) }
                    group.release()
                }
            }
        }
    }
#endif
