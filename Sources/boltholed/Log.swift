#if RaspberryPi
    import ArgumentParser
    import Foundation

    /// Shows the access log of the running lock.
    struct Log: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "log",
            abstract: "Shows the access log.",
            discussion: """
                Oldest first. Times in UTC; one that the lock cannot be sure of has a question mark. What is for the owner
                alone is left out, without a gap: records have no numbers here.

                EXAMPLES:
                  boltholed log
                  boltholed log --count 500 --json
                """)

        @OptionGroup var place: SocketOption

        @Option(help: "How many of the newest records, 1 to 3000.")
        var count = 50

        @Flag(help: "Prints one JSON object a line.")
        var json = false

        func validate() throws {
            guard (1...3_000).contains(count) else { throw ValidationError("--count wants a number from 1 to 3000.") }
        }

        func run() throws {
            try ending { () throws(Failure) in
                var records: [LogLine] = []
                while records.count < count {
                    let request = Request(ask: .log, skip: records.count, count: count - records.count)
                    let older = try Client.ask(request, at: place.socket).records ?? []
                    guard !older.isEmpty else { break }
                    records = older + records
                }
                for record in records { show(record) }
            }
        }

        private func show(_ record: LogLine) {
            if json {
                print(
                    JSONText.object(
                        [
                            ("time", Self.time(record.time)), ("trust", record.trust), ("text", record.text),
                        ] + (record.user.map { [("user", "\($0)")] } ?? [])
                            + (record.author.map { [("author", "\($0)")] } ?? [])))
            } else {
                let doubt = record.trust == "authenticated" ? " " : "?"
                let user = record.user.map { "  user \($0)" } ?? ""
                let author = record.author.map { "  by user \($0)" } ?? ""
                print("\(Self.time(record.time))\(doubt)  \(record.text)\(user)\(author)")
            }
        }

        static func time(_ seconds: UInt32) -> String {
            // Not ISO8601DateFormatter: it would take 5 MB of ICU into the daemon's memory.
            Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
        }
    }
#endif
