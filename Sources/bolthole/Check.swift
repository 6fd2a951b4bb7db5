import ArgumentParser
import LockModel
import LockScenario

/// Reads scenarios without playing them.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says whether scenarios are well formed, without playing them.",
        discussion: """
            Each complaint is a line: file, line, column, what was found, what was expected, the nearest right word.

            EXAMPLES:
              bolthole check my-scenario.yaml
              bolthole check scripts/scenarios
            """)

    @Argument(help: "Scenario files, or directories of them.", completion: .file(extensions: ["yaml", "yml"]))
    var paths: [String]

    func run() throws {
        let verdict: Verdict
        do throws(BadInput) {
            var isGood = true
            for file in try Files.scenarios(paths) {
                do throws(BadInput) {
                    let scenario = try Scenario(readingFrom: file)
                    Terminal.say("\(file): well formed, \(scenario.stepCount) steps\n")
                } catch {
                    isGood = false
                    Terminal.complain(error.description)
                }
            }
            verdict = isGood ? .passed : .badInput
        } catch {
            Terminal.complain(error.description)
            verdict = .badInput
        }
        if verdict != .passed { throw ExitCode(verdict.rawValue) }
    }
}
