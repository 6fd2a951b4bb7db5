#if RaspberryPi
    import ArgumentParser
    import LockModel

    /// The root command.
    @main
    struct Boltholed: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "boltholed",
            abstract: "The firmware of a smart lock on a Raspberry Pi.",
            discussion: """
                EXAMPLES:
                  boltholed --board /etc/bolthole/board.yaml --state /var/lib/bolthole
                      Runs the lock until it is told to stop. systemd does this.
                  boltholed check-board --board /etc/bolthole/board.yaml
                      Bring-up: tries each part in turn and asks what you see.
                  boltholed status
                      What the running lock knows of itself.
                  boltholed log
                      Its newest access log records.
                  boltholed enrol 5 --role resident
                      Gives user 5 a PIN, typed without echo.

                EXIT CODES:
                  0  fine
                  1  the running lock refused, or a check failed
                  2  bad input or environment: the message names file, line or path, and the remedy
                """,
            version: "boltholed \(Version.current)",
            subcommands: [
                Run.self, CheckBoard.self, Status.self, Log.self, Enrol.self, Remove.self, Invite.self,
                Invitations.self, Phones.self, Backup.self, Restore.self, Release.self,
            ],
            defaultSubcommand: Run.self)
    }
#endif
