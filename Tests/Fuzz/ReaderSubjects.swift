import LockCore
import LockModel
import LockScenario

/// Reads a scenario.
///
/// What is refused must say why, at a place in the file.
func readScenario(_ bytes: [UInt8]) {
    do throws(BadInput) {
        _ = try Scenario(SourceText(bytes: bytes, named: "fuzzed.yaml"))
    } catch {
        precondition(!error.complaints.isEmpty, "refused without a reason")
    }
}

/// Reads a scenario and plays it, as `bolthole run` does, and writes all reports of it.
///
/// What was read must run to an end, whatever the end is: nobody can wait for days, so that long stories end early.
func playScenario(_ bytes: [UInt8]) {
    do throws(BadInput) {
        let scenario = try Scenario(SourceText(bytes: bytes, named: "fuzzed.yaml"))
        var options = RunOptions()
        options.isKeepingWaveforms = bytes.count.isMultiple(of: 2)
        options.limit = RunLimit(length: .minutes(3), steps: 100)
        let report = scenario.run(options)
        precondition(report.verdict != .failed || report.failure != nil, "failed without a reason")
        precondition(report.verdict != .unsafe || !report.violations.isEmpty, "unsafe without a reason")
        precondition((try? ReplayLine(report.replayLine)) != nil, "no way of doing it again")
        precondition(!TimelineText().text(of: report).isEmpty, "nothing to tell")
    } catch {
        precondition(!error.complaints.isEmpty, "refused without a reason")
    }
}

/// Reads a lock model.
///
/// What is refused must say why, at a place in the file.
func readModel(_ bytes: [UInt8]) {
    do throws(BadInput) {
        _ = try LockModel(SourceText(bytes: bytes, named: "fuzzed.yaml"))
    } catch {
        precondition(!error.complaints.isEmpty, "refused without a reason")
    }
}
