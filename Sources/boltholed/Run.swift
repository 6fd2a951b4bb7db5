#if RaspberryPi
    import ArgumentParser
    import CLinux
    import Glibc
    import LockCore
    import LockCrypto
    import LockLink
    import LockHAL
    import LockModel
    import LockPi
    import LockRuntime
    import LockStore

    /// Runs the lock.
    struct Run: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "run",
            abstract: "Runs the lock until it is told to stop (SIGTERM).",
            discussion: """
                Stays in the foreground and tells what goes wrong on standard error. Parts that are missing or fail are
                told once and tried again; the others work on.

                EXAMPLE:
                  boltholed --board /etc/bolthole/board.yaml --state /var/lib/bolthole
                """)

        @Option(help: "The board file: which line is what.", completion: .file(extensions: ["yaml"]))
        var board: String

        @Option(help: "The folder of journal and device key; made if it is not there.", completion: .directory)
        var state: String

        @Option(help: "The lock model, instead of the one that the board file names.")
        var model: String?

        @OptionGroup var place: SocketOption

        func run() throws {
            try ending { () throws(Failure) in
                // Whoever reads our words may go; the lock stays.
                signal(SIGPIPE, SIG_IGN)
                // A slow hash takes 8 MiB for a moment, and not for the rest of the year.
                clinux_return_large_blocks()
                let opening = try Opening(board: board, model: model)
                let kernel = Kernel()
                let notices = Notices(hasPrefix: unsafe getenv("JOURNAL_STREAM") != nil)
                let folder = try StateFolder(state, kernel)
                var parameters = try opening.parameters(kernel)
                let life = LifeMark(folder: place.folder, state: state)
                parameters.cause = life.cause()
                parameters.brownOutMark = life.brownOutMark
                parameters.driveMark = life.driveMark
                let hasJournal = unsafe access(folder.path + "/journal.flash", F_OK) == 0
                let key = try folder.deviceKey(hasJournal: hasJournal)
                let flash = try folder.journal(opening.board.flash, notices)
                let notification = Notification()
                let hardware: PiBoard
                do throws(KernelFault) {
                    hardware = try PiBoard(
                        parameters, flash: flash, key: key, notification: notification, kernel, notices
                    ) { code, salt in Derivation.scrypt(code, Salt(salt)).bytes }
                } catch {
                    throw Failure("\(error.description); the system is out of descriptors")
                }
                let facts = AttributeFacts(
                    manufacturer: AttributeValue("Bolthole"), model: AttributeValue("Raspberry Pi"),
                    firmware: AttributeValue(text: Array(Version.current.utf8).span), battery: 100)
                let runtime = Runtime<PiBoard, SwiftCrypto>(
                    board: hardware, settings: opening.model.settings, facts: facts)
                var daemon = try Daemon(
                    runtime: runtime, socket: place.socket,
                    board: LockIdentity(name: opening.board.name, settings: opening.model.settings), life: life,
                    notification, notices
                )
                try daemon.run()
                // Held until the end: nobody else may use the state meanwhile.
                _ = folder.path
            }
        }
    }

    /// Where the control socket is.
    struct SocketOption: ParsableArguments {
        @Option(help: "The socket on which the running lock answers root and the group bolthole.")
        var socket = "/run/bolthole/control"

        /// Its folder.
        var folder: String {
            let parts = socket.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            return parts.isEmpty ? "." : parts.joined(separator: "/")
        }
    }

    /// Files that tell the next start how this life ended.
    struct LifeMark {
        /// In a folder that a reboot empties: a word.
        ///
        /// systemd's watchdog leaves its word through `boltholed release`.
        private let mark: String
        /// In the state folder, since a brown-out of the rail empties the other.
        let brownOutMark: String
        /// Beside the word: whether the motor was driven since the power came.
        let driveMark: String

        init(folder: String, state: String) {
            mark = folder + "/life"
            driveMark = folder + "/driven"
            brownOutMark = state + "/brown-out"
        }

        /// Why the firmware starts.
        func cause() -> ResetCause {
            if unsafe access(brownOutMark, F_OK) == 0 {
                _ = unsafe unlink(brownOutMark)
                _ = unsafe unlink(driveMark)
                return .brownOut
            }
            let file = unsafe open(mark, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { return .powerOn }
            defer { close(file) }
            var letter: UInt8 = 0
            guard unsafe read(file, &letter, 1) == 1 else { return .powerOn }
            switch letter {
            case UInt8(ascii: "s"): return .request
            case UInt8(ascii: "w"): return .watchdog
            default: return .fault
            }
        }

        /// How a life goes, or ended.
        enum Word: String {
            case running, stopped, watchdog
        }

        /// Writes it down.
        func write(_ word: Word) {
            let file = unsafe open(mark, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
            guard file >= 0 else { return }
            _ = unsafe Glibc.write(file, word.rawValue, word.rawValue.utf8.count)
            close(file)
        }
    }
#endif
