/// How a run ended.
///
/// The number is the exit code of the command line, and a promise.
public enum Verdict: Int32, Sendable, CaseIterable {
    /// Everything that was expected came true, and no checker objected.
    case passed = 0
    /// An expectation did not come true, or somebody could not do what the scenario says.
    case failed = 1
    /// The scenario could not be read.
    case badInput = 2
    /// A checker found the lock unsafe.
    case unsafe = 3
    /// The lock never recovered: faults were over, and a good PIN did not open the door within its time.
    case notLive = 4

    /// The word for it in reports.
    public var word: String {
        switch self {
        case .passed: "passed"
        case .failed: "failed"
        case .badInput: "bad input"
        case .unsafe: "unsafe"
        case .notLive: "not live"
        }
    }

    /// The verdict on several runs: bad input before everything, because nothing is known of that scenario; then
    /// unsafe, not live, failed.
    public static func worst(of verdicts: [Verdict]) -> Verdict {
        for verdict in [Verdict.badInput, .unsafe, .notLive, .failed] where verdicts.contains(verdict) {
            return verdict
        }
        return .passed
    }
}
