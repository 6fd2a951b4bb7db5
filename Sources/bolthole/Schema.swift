import ArgumentParser
import LockModel
import LockScenario

/// Prints a JSON Schema.
struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints the JSON Schema of scenarios, models or boards, for editors.",
        discussion: """
            EXAMPLE:
              bolthole schema scenario > scenario.schema.json
            """)

    /// What there are schemas of.
    enum Subject: String, ExpressibleByArgument, CaseIterable {
        case scenario
        case model
        case board
    }

    @Argument(help: "scenario, model or board.")
    var subject: Subject

    func run() throws {
        switch subject {
        case .scenario: Terminal.say(Scenario.jsonSchema.page)
        case .model: Terminal.say(LockModel.jsonSchema.page)
        case .board: Terminal.say(BoardDescription.jsonSchema.page)
        }
    }
}
