public import LockCore
public import LockModel
public import LockSim

/// What became of one run.
public struct RunReport: Sendable {
    /// The scenario's file.
    public let file: String
    /// The scenario's name.
    public let name: String
    /// Its story.
    public let story: String
    /// The model's name.
    public let model: String
    /// The seed that fixed everything random.
    public let seed: UInt64
    /// How it ended.
    public var verdict: Verdict
    /// Where and why it failed; `nil` if it did not.
    public var failure: Failure?
    /// What the checkers found, each as one sentence.
    public var violations: [String] = []
    /// Where nobody got in afterwards, each as one sentence; no rule is broken by that.
    public var strandings: [String] = []
    /// The violations, without what power cuts everywhere found.
    public var findings: [Violation] = []
    /// What the judges knew when it began.
    public var beginning = Beginning()
    /// What they were told of codes since.
    public var codeNotices: [CodeNotice] = []
    /// What happened, for people.
    public var timeline: [TimelineLine] = []
    /// What happened, for waveforms.
    public var trace: [TraceEvent] = []
    /// How long the run lasted on the world's clock.
    public var duration = Interval.zero
    /// How somebody last got in; `nil` if nobody did.
    public var wayIn: String?
    /// What `--cut-power-everywhere` did; `nil` without it.
    public var cuts: CutReport?
    /// What `bolthole replay` wants to read to do this run again.
    public var replayLine: String
    /// Names of the people, by the index that the trace uses.
    var names: [String] = []

    /// Where and why a run failed.
    public struct Failure: Equatable, Sendable {
        /// The step's place in the file.
        public let place: Place
        /// What was expected and what was there instead.
        public let text: String
    }

    /// What power cuts everywhere did to a scenario.
    public struct CutReport: Equatable, Sendable {
        /// Places where the power could be cut.
        public var places: Int
        /// Places where it was cut.
        public var tried: Int
        /// Cuts after which something was wrong.
        public var failed: Int
    }

    /// The first line of a run's output: version, seed, parameters.
    public var headline: String {
        "bolthole \(Version.current)  scenario \(name)  seed \(seed)  model \(model)"
    }
}

extension Scenario {
    /// Plays the scenario and answers what became of it.
    ///
    /// Takes no real time but the computing.
    public func run(_ options: RunOptions = RunOptions()) -> RunReport {
        let report = ScenarioRunner(self, options).runSimulated()
        return replayable(report, options)
    }

    /// Plays the scenario on another bench than the simulation.
    ///
    /// Takes as long as the bench does.
    ///
    /// - Parameter prepare: Makes the bench from the scenario's world and the judges who will hear it.
    public func run<Bench: LockBench & ~Copyable>(
        _ options: RunOptions, on prepare: (World, Checkers) -> Bench
    ) -> RunReport {
        replayable(ScenarioRunner(self, options, on: prepare).run(), options)
    }

    private func replayable(_ report: RunReport, _ options: RunOptions) -> RunReport {
        var report = report
        report.replayLine =
            ReplayLine(
                file: file, seed: report.seed, fingerprint: fingerprint, isCuttingPower: options.isCuttingPower
            ).text
        return report
    }
}
