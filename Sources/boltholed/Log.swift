#if RaspberryPi
    import ArgumentParser
    import Foundation

    /// Shows the access log of the running lock.
    struct Log: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "log",
            abstract: "Shows the access log.",
            discussion: """
                Oldest first. Times in UTC; one that the lock cannot be sure of has a question mark.

                EXAMPLES:
                  boltholed log
                  boltholed log --after 120 --json
                """)

        @OptionGroup var place: SocketOption

        @Option(help: "Only records after this sequence number; otherwise the newest 50.")
        var after: UInt32?

        @Flag(help: "Prints one JSON object a line.")
        var json = false

        func run() throws {
            try ending { () throws(Failure) in
                var after = after
                while true {
                    let answer = try Client.ask(Request(ask: .log, after: after), at: place.socket)
                    let records = answer.records ?? []
                    for record in records { show(record) }
                    guard after != nil, let last = records.last, last.sequence < answer.newest ?? 0 else { return }
                    after = last.sequence
                }
            }
        }

        private func show(_ record: LogLine) {
            if json {
                print(
                    JSONText.object(
                        [
                            ("sequence", "\(record.sequence)"), ("time", Self.time(record.time)),
                            ("trust", record.trust),
                            ("text", record.text),
                        ] + (record.user.map { [("user", "\($0)")] } ?? [])))
            } else {
                let doubt = record.trust == "authenticated" ? " " : "?"
                let user = record.user.map { "  user \($0)" } ?? ""
                print("\(record.sequence)  \(Self.time(record.time))\(doubt)  \(record.text)\(user)")
            }
        }

        static func time(_ seconds: UInt32) -> String {
            // Not ISO8601DateFormatter: it would take 5 MB of ICU into the daemon's memory.
            Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
        }
    }
#endif
