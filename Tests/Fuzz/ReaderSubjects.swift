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
