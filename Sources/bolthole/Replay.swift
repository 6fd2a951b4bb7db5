import ArgumentParser
import LockModel
import LockScenario

/// Plays a failing run again.
struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Plays the failing run again whose last line you have.",
        discussion: """
            A failing run ends with the command to type. The same line gives the same run, byte by byte; if the scenario
            or its model has changed since, it says so and plays what is there now.

            EXAMPLE:
              bolthole replay 'v1 seed=7 text=2af1 cuts=no file=my-scenario.yaml'
            """)

    @Argument(help: "The line, in quotes.")
    var line: String

    func run() throws {
        let verdict: Verdict
        do throws(BadInput) {
            let wanted = try ReplayLine(line)
            let scenario = try Scenario(readingFrom: wanted.file)
            if let fingerprint = wanted.fingerprint, fingerprint != scenario.fingerprint {
                Terminal.complain("note: \(wanted.file) has changed since that run")
            }
            var options = RunOptions()
            options.seed = wanted.seed
            options.isCuttingPower = wanted.isCuttingPower
            let report = wanted.isSwarm ? scenario.swarm(seed: wanted.seed, isTelling: true) : scenario.run(options)
            Terminal.say(TimelineText(isColoured: Terminal.isColoured).text(of: report))
            verdict = report.verdict
        } catch {
            Terminal.complain(error.description)
            verdict = .badInput
        }
        if verdict != .passed { throw ExitCode(verdict.rawValue) }
    }
}
