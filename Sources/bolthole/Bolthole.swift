import ArgumentParser
import LockModel
import LockScenario

/// The root command.
struct Bolthole: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bolthole",
        abstract: "Runs a smart lock's real firmware in a simulated world, and says whether people still get in.",
        discussion: """
            EXAMPLES:
              bolthole run scripts/scenarios/dead-battery-9v.yaml
                  One scenario: a timeline, then PASS or FAIL.
              bolthole run scripts/scenarios --junit out.xml --json out.json --vcd traces/
                  A directory, for CI: a table, and reports.
              bolthole run scripts/scenarios --cut-power-everywhere
                  Each scenario again, with the power cut at every place.
              bolthole check my-scenario.yaml
                  Is it well formed? Runs nothing.
              bolthole replay 'v1 seed=7 text=2af1 cuts=no file=my-scenario.yaml'
                  The last line of a failing run, verbatim.
              bolthole sweep scripts/scenarios/dead-battery-9v.yaml --seeds 1000
                  The same story with a thousand seeds.

            EXIT CODES:
              0  everything passed
              1  an expectation failed
              2  bad input or usage
              3  a checker found the lock unsafe
              4  not live: the lock never recovered
            Of several runs, 2 goes before 3, 3 before 4, 4 before 1.

            COMPLETIONS:
              bolthole --generate-completion-script bash > /etc/bash_completion.d/bolthole   (or zsh, fish)

            ENVIRONMENT:
              NO_COLOR  no colour, even on a terminal
            """,
        version: "bolthole \(Version.current)",
        subcommands: [Run.self, Check.self, Replay.self, Sweep.self, Schema.self, Live.self, PhoneCommand.self])
}
