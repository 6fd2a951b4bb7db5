import LockModel

@testable import LockScenario

/// Plays the steps in a small household: Anna lives here, Tom is inside, Mallory has no right.
func play(_ steps: String, head: String = "", options: RunOptions = RunOptions()) throws -> RunReport {
    try Scenario(SourceText(household(steps, head: head), named: "s.yaml")).run(options)
}

/// The text of such a scenario.
func household(_ steps: String, head: String = "") -> String {
    let lines = steps.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }
    return """
        story: A test.
        \(head)
        people:
          Anna: {role: resident, pin: "482915", carries: [key, phone], knows: [recovery code 3]}
          Tom: {role: resident, pin: "591763", stands: inside, carries: [spare cells]}
          Mallory: {carries: [crowbar]}
        steps:
        \(lines.joined(separator: "\n"))
        """
}
