import LockCore
public import LockModel

/// What became of one file: a run, or a refusal to read it.
public struct RunResult: Sendable {
    /// A run or a refusal.
    public enum Outcome: Sendable {
        /// It was played.
        case ran(RunReport)
        /// It could not be read.
        case refused(BadInput)
    }

    /// The file.
    public let file: String
    /// A run or a refusal.
    public let outcome: Outcome
    /// How long it took to compute, in milliseconds of real time.
    public let computingMilliseconds: UInt64

    /// Reads a file and plays it.
    public init(playing file: String, _ options: RunOptions) {
        self.file = file
        var outcome: Outcome?
        let time = ContinuousClock().measure {
            do throws(BadInput) {
                outcome = .ran(try Scenario(readingFrom: file).run(options))
            } catch {
                outcome = .refused(error)
            }
        }
        self.outcome = outcome ?? .refused(BadInput([]))
        computingMilliseconds = UInt64(max(0, time / .milliseconds(1)))
    }

    /// A run that was played elsewhere.
    public init(_ report: RunReport) {
        file = report.file
        outcome = .ran(report)
        computingMilliseconds = report.duration.milliseconds
    }

    /// The name of the scenario.
    public var name: String {
        switch outcome {
        case .ran(let report): report.name
        case .refused: Scenario.name(of: file)
        }
    }

    /// How it ended.
    public var verdict: Verdict {
        switch outcome {
        case .ran(let report): report.verdict
        case .refused: .badInput
        }
    }
}
