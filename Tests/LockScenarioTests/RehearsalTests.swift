import LockCore
import LockModel
import Testing

@testable import LockScenario

/// What reading finds by going through the steps as a run does: faults with nothing to break or mend, and moments that
/// cannot come.
@Suite struct RehearsalTests {
    private func complaints(_ text: String) -> [String] {
        do throws(BadInput) {
            _ = try Scenario(SourceText(text, named: Shipped.folder + "/s.yaml"))
            return []
        } catch {
            return error.complaints.map { String($0.description.dropFirst(Shipped.folder.count + 1)) }
        }
    }

    private func complaints(ofSteps steps: String, head: String = "") -> [String] {
        complaints("story: A test.\n\(head)\nsteps:\n\(steps)\n")
    }

    // MARK: Faults

    @Test(arguments: [
        ("  - mend: jam at", "s.yaml:4:5: there is nothing to mend: no \"jam at\" has begun"),
        ("  - fault: {jam at: 40 %}\n  - mend: jam at\n  - mend: jam at", "s.yaml:6:5: there is nothing to mend"),
        ("  - fault: {jam at: 40 %}\n  - mend: everything\n  - mend: jam at", "s.yaml:6:5: there is nothing to mend"),
        (
            "  - fault: flash dead\n  - repeat: {times: 2, steps: [{mend: flash dead}]}",
            "s.yaml:5:32: there is nothing to mend"
        ),
        ("  - fault: {flash sector failing: 1024}", "expected a whole number from 0 to 1023"),
        ("  - fault: {radio drops connections after: 0}", "expected a whole number from 1 to"),
        ("  - fault: {power cut at flash write: 0}", "expected a whole number from 1 to"),
    ])
    func `what is not broken cannot be mended`(steps: String, part: String) {
        let found = complaints(ofSteps: steps)
        #expect(found.count == 1 && found[0].contains(part), "\(found)")
    }

    @Test(arguments: [
        "  - fault: {jam at: 40 %}\n  - fault: {jam at: 60 %}\n  - mend: jam at\n  - mend: jam at",
        "  - repeat: {times: 3, steps: [{fault: flash dead}, {mend: flash dead}]}",
        "  - fault: flash dead\n  - repeat: {times: 1, steps: [{mend: flash dead}]}",
        "  - fault: {flash sector failing: 1023}\n  - mend: everything\n  - mend: everything",
    ])
    func `what is broken as often as it is mended is well`(steps: String) { #expect(complaints(ofSteps: steps) == []) }

    @Test(arguments: [
        ("keypad dead", "no keypad"), ("{keypad key stuck: \"5\"}", "no keypad"), ("ghost keys", "no keypad"),
        ("Wi-Fi down", "no wifi"), ("USB weak", "no usb"),
    ])
    func `a fault of a part that the model lacks is bad input, in the words that a run has`(fault: String, part: String)
    {
        let found = complaints(ofSteps: "  - fault: \(fault)", head: "lock: {model: minimalist}")
        #expect(found.count == 1 && found[0].contains("cannot begin, because the lock has \(part)"), "\(found)")
        #expect(complaints(ofSteps: "  - fault: \(fault)") == [])
    }

    @Test func `what only the moment shows, a run tells`() throws {
        let steps = "  - cut power\n  - wait: 1 s\n  - fault: firmware killed"
        let scenario = try Scenario(SourceText("story: A test.\nsteps:\n\(steps)\n", named: "s.yaml"))
        let report = scenario.run()
        #expect(report.failure?.place == Place(line: 5, column: 5))
        #expect(
            report.failure?.text == "firmware killed: cannot begin, because the firmware does not run")
    }

    @Test(arguments: [("wifi", "Wi-Fi down"), ("broker", "broker down"), ("bluetooth", "Bluetooth down")])
    func `a network that is down from the beginning is not broken: a step brings it up`(name: String, word: String)
        throws
    {
        let found = complaints(ofSteps: "  - mend: \(word)", head: "network: {\(name): down}")
        #expect(found.count == 1 && found[0].contains("write \"network: {\(name): up}\""), "\(found)")
        let text = """
            story: A test.
            network: {\(name): down}
            steps:
              - fault: \(word)
              - mend: \(word)
              - note: down as before
            """
        let report = try Scenario(SourceText(text, named: "s.yaml")).run()
        #expect(report.verdict == .passed)
        let told = report.timeline.map(\.what)
        #expect(!told.contains("the way out of the house works") && !told.contains("Bluetooth works"), "\(told)")
    }

    // MARK: Times

    @Test(arguments: [
        "  - wait: 3650 days", "  - at: 3650 days", "  - at: 2036-01-13 12:00",
        "  - wait: 3649 days\n  - at: 2036-01-13 12:00", "  - repeat: {times: 10, steps: [{wait: 365 days}]}",
        "  - repeat: {times: 5, steps: [{repeat: {times: 2, steps: [{wait: 365 days}]}}]}",
        "  - repeat: {times: 3650, steps: [{at: 12:00}, {wait: 1 min}]}",
        "  - wait: 3640 days\n  - never: {bolt: retracted, for: 10 days}",
        "  - wait: 3640 days\n  - expect: {bolt: extended, for: 10 days}",
    ])
    func `a run of ten years is well`(steps: String) { #expect(complaints(ofSteps: steps) == []) }

    @Test(arguments: [
        "  - wait: 3650 days\n  - wait: 1 ms", "  - at: 2036-01-13 12:00:01", "  - at: 2105-12-31 23:59",
        "  - wait: 3650 days\n  - at: 2036-01-13 12:00:01", "  - repeat: {times: 11, steps: [{wait: 365 days}]}",
        "  - repeat: {times: 10000, steps: [{wait: 3650 days}]}",
        "  - repeat: {times: 6, steps: [{repeat: {times: 2, steps: [{wait: 365 days}]}}]}",
        "  - repeat: {times: 3652, steps: [{at: 12:00}, {wait: 1 min}]}",
        "  - wait: 3640 days\n  - never: {bolt: retracted, for: 241 h}",
        "  - wait: 3640 days\n  - expect: {bolt: extended, for: 241 h}",
    ])
    func `a run of more than ten years is bad input, whatever makes it so long`(steps: String) {
        let found = complaints(ofSteps: steps)
        #expect(found.count == 1 && found[0].contains("; expected a run of at most 3650 days"), "\(found)")
        #expect(found.first?.hasPrefix("s.yaml:") == true)
    }

    @Test func `no run goes on beyond the end of the calendar`() {
        let head = "starts: 2105-12-31 23:59"
        #expect(complaints(ofSteps: "  - wait: 37 days", head: head) == [])
        #expect(complaints(ofSteps: "  - wait: 38 days", head: head).first?.contains("a run of at most") == true)
    }

    @Test(arguments: [
        "  - at: 2026-01-15 11:59:59", "  - wait: 2 days\n  - at: 2026-01-17 11:59",
        "  - wait: 10 s\n  - at: 9 s", "  - repeat: {times: 2, steps: [{at: 2026-02-01 12:00}, {wait: 1 s}]}",
    ])
    func `a moment that has passed is bad input`(steps: String) {
        let found = complaints(ofSteps: steps)
        #expect(found.count == 1 && found[0].contains("which has passed when this step begins"), "\(found)")
    }

    @Test(arguments: ["  - at: 2026-01-15 12:00", "  - wait: 10 s\n  - at: 10 s", "  - wait: 1 h\n  - at: 12:00"])
    func `a moment that is now, or comes tomorrow, is well`(steps: String) { #expect(complaints(ofSteps: steps) == []) }

    @Test func `who waits longer than a run may last is told by the run`() throws {
        let text = """
            story: A test.
            starts: 2105-12-31 23:59
            steps:
              - wait: 37 days
              - expect: {light: granted, within: 2 days}
            """
        var options = RunOptions()
        options.isTelling = false
        let report = try Scenario(SourceText(text, named: "s.yaml")).run(options)
        #expect(report.failure?.text.hasPrefix("the run was to last no longer than ") == true)
        #expect(report.duration < .days(38))
    }
}
