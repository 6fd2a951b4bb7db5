#if RaspberryPi
    import ArgumentParser
    import Foundation

    /// Shows what the running lock knows of itself.
    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "status",
            abstract: "Shows what the running lock knows of itself.",
            discussion: """
                Bolt, door, supply, clock, what is in force, and troubles of parts. Never who opened: that is the log's.

                EXAMPLE:
                  boltholed status
                """)

        @OptionGroup var place: SocketOption

        @Flag(help: "Prints one JSON object.")
        var json = false

        func run() throws {
            try ending { () throws(Failure) in
                let facts = try Client.ask(Request(ask: .status), at: place.socket).facts ?? []
                if json {
                    print(JSONText.object(facts.map { ($0.name, $0.value) }))
                } else {
                    let width = facts.map(\.name.count).max() ?? 0
                    for fact in facts {
                        print(fact.name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + fact.value)
                    }
                }
            }
        }
    }

    /// JSON whose keys keep their order.
    enum JSONText {
        static func object(_ pairs: [(String, String)]) -> String {
            "{" + pairs.map { "\(quoted($0.0)): \(quoted($0.1))" }.joined(separator: ", ") + "}"
        }

        static func quoted(_ text: String) -> String {
            do {
                return String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
            } catch {
                return "\"\""
            }
        }
    }
#endif
