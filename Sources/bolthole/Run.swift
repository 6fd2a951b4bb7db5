import ArgumentParser
import Foundation
import LockModel
import LockScenario

/// Plays scenarios.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Plays scenarios against the lock.",
        discussion: """
            One file: its timeline and its verdict. Several: those that fail in full, then a table.

            EXAMPLES:
              bolthole run scripts/scenarios/jam-and-recovery.yaml --svg jam.svg
              bolthole run scripts/scenarios --junit out.xml --json out.json --vcd traces/
              bolthole run scripts/scenarios --traces - | python3 scripts/checks/opinions.py
              bolthole run my-scenario.yaml --seed 7 --cut-power-everywhere
            """)

    @Argument(help: "Scenario files, or directories of them.", completion: .file(extensions: ["yaml", "yml"]))
    var paths: [String]

    @Option(help: ArgumentHelp("Write a JUnit report.", valueName: "file"), completion: .file(extensions: ["xml"]))
    var junit: String?

    @Option(
        help: ArgumentHelp("Write a report as JSON lines.", valueName: "file"), completion: .file(extensions: ["json"]))
    var json: String?

    @Option(help: ArgumentHelp("Write a waveform of each run for GTKWave.", valueName: "dir"), completion: .directory)
    var vcd: String?

    @Option(
        help: ArgumentHelp(
            "Write what the judges hear as JSON lines, for other judges; - is standard output.", valueName: "file"),
        completion: .file(extensions: ["jsonl"]))
    var traces: String?

    @Option(
        help: ArgumentHelp("Draw the run; one scenario only.", valueName: "file"),
        completion: .file(extensions: ["svg"]))
    var svg: String?

    @Option(help: "Replaces the scenarios' own seeds.")
    var seed: UInt64?

    @Flag(help: "Also cut the power at every place of the run, and judge what a cold start makes of it.")
    var cutPowerEverywhere = false

    @Option(help: "How many cores to use.")
    var jobs = ProcessInfo.processInfo.activeProcessorCount

    @Flag(help: "Show every timeline, not only those of failing runs.")
    var timelines = false

    func validate() throws {
        if paths.isEmpty { throw ValidationError("Name a scenario file or a directory, such as scripts/scenarios.") }
        if jobs < 1 || jobs > 256 { throw ValidationError("--jobs wants a number from 1 to 256.") }
    }

    func run() async throws {
        let verdict: Verdict
        do throws(BadInput) {
            let files = try Files.scenarios(paths)
            if svg != nil, files.count > 1 {
                throw BadInput([
                    Complaint(
                        file: "--svg", place: .wholeFile, found: "\(files.count) scenarios", expected: "one to draw")
                ])
            }
            let results = await play(files)
            try report(results)
            verdict = Verdict.worst(of: results.map(\.verdict))
        } catch {
            Terminal.complain(error.description)
            verdict = .badInput
        }
        if verdict != .passed { throw ExitCode(verdict.rawValue) }
    }

    private func play(_ files: [String]) async -> [RunResult] {
        var options = RunOptions()
        options.seed = seed
        options.isCuttingPower = cutPowerEverywhere
        if vcd != nil || svg != nil { options.isKeepingWaveforms = true }
        return await Work.map(files, jobs: jobs, naming: { $0 }) { [options] file in RunResult(playing: file, options) }
    }

    private func report(_ results: [RunResult]) throws(BadInput) {
        let isAside = traces == "-"
        let text = TimelineText(isColoured: Terminal.isColoured && !isAside)
        let traces = try traces.map { path throws(BadInput) in try TraceFile(path) }
        for result in results {
            switch result.outcome {
            case .refused(let input): Terminal.complain(input.description)
            case .ran(let report):
                if results.count == 1 || timelines || report.verdict != .passed {
                    Terminal.say(text.text(of: report) + "\n", aside: isAside)
                }
                if let vcd { try Files.write(VCDReport.text(of: report), to: "\(vcd)/\(report.name).vcd") }
                traces?.write(report)
                if let svg { try Files.write(SVGReport.text(of: report), to: svg) }
            }
        }
        if results.count > 1 { Terminal.say(text.table(of: results), aside: isAside) }
        try traces?.close()
        if let junit { try Files.write(JUnitReport.text(of: results), to: junit) }
        if let json { try Files.write(JSONReport.text(of: results), to: json) }
        // The last line of a failing run is the command that replays it, whatever was printed before.
        if results.count > 1, let failing = results.first(where: { $0.verdict != .passed && $0.verdict != .badInput }),
            case .ran(let report) = failing.outcome
        {
            Terminal.say("replay: bolthole replay '\(report.replayLine)'\n", aside: isAside)
        }
    }
}
