import LockModel
import LockScenario

extension Figures {
    /// A short scenario, read once and played again and again in this process, without a timeline.
    static func scenarios() throws {
        let scenario = try Scenario(SourceText(short, named: "short.yaml"))
        var options = RunOptions()
        options.isTelling = false
        let count = 500
        var passed = 0
        let seconds = seconds {
            for seed in 0..<count {
                options.seed = UInt64(seed)
                if scenario.run(options).verdict == .passed { passed += 1 }
            }
        }
        guard passed == count else { failed("only \(passed) of \(count) short scenarios passed") }
        tell("scenarios", count)
        tell("scenarios-seconds", seconds)
    }

    private static var short: String {
        """
        story: Anna comes home and types her PIN.
        people:
          Anna: {role: resident, pin: "482915"}
        steps:
          - Anna enters: their PIN
          - expect: {bolt: retracted, within: 3 s}

        """
    }
}
