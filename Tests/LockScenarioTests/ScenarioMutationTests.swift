import Foundation
import LockCore
import LockModel
import LockSim
import Testing

@testable import LockScenario

/// Whole scenarios that nobody wrote, through the same reader and the same run as everybody's; scripts/fuzz goes further.
@Suite struct ScenarioMutationTests {
    /// `BOLTHOLE_FULL=1` tries a hundred times as many.
    private static let isFull = ProcessInfo.processInfo.environment["BOLTHOLE_FULL"] == "1"

    @Test func `A10: what reading accepts, running brings to an end, and what it refuses it refuses at a place`() throws
    {
        var mutations = try ScenarioMutations(seed: 60)
        var (read, refused) = (0, 0)
        var options = RunOptions()
        options.limit = RunLimit(length: .seconds(10), steps: 12)
        for number in 1...(Self.isFull ? 30_000 : 200) {
            let text = mutations.next()
            do throws(BadInput) {
                let report = try Scenario(SourceText(text, named: "s.yaml")).run(options)
                read += 1
                #expect(report.verdict != .failed || report.failure != nil, "number \(number)")
                #expect(report.violations == [], "number \(number):\n\(text)")
            } catch {
                refused += 1
                #expect(!error.complaints.isEmpty, "number \(number)")
                for complaint in error.complaints {
                    #expect(complaint.place.line > 0 && !complaint.expected.isEmpty, "number \(number)")
                }
            }
        }
        #expect(read > 30 && refused > 30, "\(read) were read and \(refused) refused: too few of one kind")
    }

    @Test func `a run that goes further than it may fails at the step that would`() throws {
        var options = RunOptions()
        options.limit = RunLimit(length: .minutes(1), steps: 3)
        let long = try play("- wait: 1 s\n- wait: 365 days", options: options)
        #expect(long.verdict == .failed)
        #expect(long.failure?.text == "the run was to last no longer than 1 min")
        #expect(long.duration == .minutes(1) + .seconds(2))
        let many = try play("- repeat: {times: 1000, steps: [wait: 1 s]}", options: options)
        #expect(many.failure?.text == "the run was to take no more than 3 steps")
        let fits = try play("- wait: 59 s\n- wait: 1 s\n- expect: {bolt: extended}", options: options)
        #expect(fits.verdict == .passed, "\(fits.failure?.text ?? "")")
    }
}
