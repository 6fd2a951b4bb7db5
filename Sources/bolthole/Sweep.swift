import ArgumentParser
import Foundation
import LockModel
import LockScenario

/// Plays scenarios under drawn faults.
struct Sweep: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Plays a scenario with many seeds, each with faults drawn from its seed.",
        discussion: """
            Swarm style: each seed first draws which kinds of fault are active, then when they begin and end, and lays
            them over the scenario. Judged are the rules, and whether somebody gets in once the faults have ended and the
            cells are fresh; not the scenario's own expectations.

            EXAMPLES:
              bolthole sweep scripts/scenarios/power-outage-router-up.yaml --seeds 1000
              bolthole sweep scripts/scenarios/power-outage-router-up.yaml --from 77 --seeds 1
              bolthole sweep scripts/scenarios --seeds 10 --traces - | python3 scripts/checks/opinions.py
            """)

    @Argument(help: "Scenario files, or directories of them.", completion: .file(extensions: ["yaml", "yml"]))
    var paths: [String]

    @Option(help: "How many seeds.")
    var seeds = 100

    @Option(help: "The first seed.")
    var from: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "Write what the judges hear as JSON lines, for other judges; - is standard output.", valueName: "file"),
        completion: .file(extensions: ["jsonl"]))
    var traces: String?

    @Option(help: "How many cores to use.")
    var jobs = ProcessInfo.processInfo.activeProcessorCount

    func validate() throws {
        if seeds < 1 || seeds > 10_000_000 { throw ValidationError("--seeds wants a number from 1 to 10000000.") }
        if jobs < 1 || jobs > 256 { throw ValidationError("--jobs wants a number from 1 to 256.") }
        if from > UInt64(Int.max) - UInt64(seeds) { throw ValidationError("--from and --seeds go beyond all seeds.") }
    }

    func run() async throws {
        let verdict: Verdict
        do throws(BadInput) {
            verdict = try await sweep()
        } catch {
            Terminal.complain(error.description)
            verdict = .badInput
        }
        if verdict != .passed { throw ExitCode(verdict.rawValue) }
    }

    private func sweep() async throws(BadInput) -> Verdict {
        let traces = try traces.map { path throws(BadInput) in try TraceFile(path) }
        let isAside = traces?.isStandardOutput == true
        var verdicts: [Verdict] = []
        for file in try Files.scenarios(paths) {
            let scenario = try Scenario(readingFrom: file)
            Terminal.say(
                "bolthole \(Version.current)  sweep of \(scenario.name)  seeds \(from) to \(from + UInt64(seeds) - 1)\n",
                aside: isAside)
            let all = (0..<seeds).map { from + UInt64($0) }
            let reports = await Work.map(all, jobs: jobs, naming: { "seed \($0)" }) { seed in
                let report = scenario.swarm(seed: seed)
                traces?.write(report)
                return report.digest
            }
            let bad = reports.filter { $0.verdict != .passed }
            for report in bad.prefix(10) {
                Terminal.say("seed \(report.seed): \(report.verdict.word): \(report.reason)\n", aside: isAside)
            }
            Terminal.say("\(reports.count - bad.count) of \(reports.count) seeds passed\n", aside: isAside)
            if let first = bad.first { Terminal.say("replay: bolthole replay '\(first.replayLine)'\n", aside: isAside) }
            verdicts += reports.map(\.verdict)
        }
        try traces?.close()
        return Verdict.worst(of: verdicts)
    }
}
