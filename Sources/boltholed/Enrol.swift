#if RaspberryPi
    import ArgumentParser
    import Foundation

    /// Gives a user a PIN past the keypad.
    struct Enrol: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "enrol",
            abstract: "Gives a user a PIN, replacing the one that they had.",
            discussion: """
                Asks for the PIN twice without showing it; from a pipe, reads one line. The access log says that a
                credential was added, by nobody at the keypad.

                EXAMPLES:
                  boltholed enrol 0 --role owner
                  boltholed enrol 5 --role guest
                """)

        @OptionGroup var place: SocketOption

        @Argument(help: "The user's number, 0 to 1000; 0 is the owner.")
        var user: UInt16

        @Option(help: "owner, administrator, resident or guest.")
        var role: String

        @Flag(help: "Take a PIN although there are many as short (the chance to guess one exceeds 1 % a year).")
        var allowRisk = false

        func run() throws {
            try ending { () throws(Failure) in
                let pin = try Secret.ask("PIN for user \(user)")
                let request = Request(ask: .enrol, user: user, role: role, pin: pin, isRiskAllowed: allowRisk)
                print(try Client.insist(request, at: place.socket).done ?? "")
            }
        }
    }

    /// Ends a user's credential.
    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Ends a user's credential, at once.",
            discussion: """
                EXAMPLE:
                  boltholed remove 5
                """)

        @OptionGroup var place: SocketOption

        @Argument(help: "The user's number, 1 to 1000.")
        var user: UInt16

        func run() throws {
            try ending { () throws(Failure) in
                print(try Client.insist(Request(ask: .remove, user: user), at: place.socket).done ?? "")
            }
        }
    }

    /// Asks for something that is not shown.
    enum Secret {
        static func ask(_ words: String) throws(Failure) -> String {
            guard isatty(STDIN_FILENO) == 1 else { return readLine() ?? "" }
            var before = termios()
            unsafe tcgetattr(STDIN_FILENO, &before)
            var silent = before
            silent.c_lflag &= ~tcflag_t(ECHO)
            unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
            defer { unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &before) }
            let first = prompt("\(words): ")
            guard first == prompt("once more: ") else { throw Failure("the two are not the same; nothing was changed") }
            return first
        }

        private static func prompt(_ words: String) -> String {
            FileHandle.standardError.write(Data(words.utf8))
            defer { FileHandle.standardError.write(Data("\n".utf8)) }
            return readLine() ?? ""
        }
    }
#endif
