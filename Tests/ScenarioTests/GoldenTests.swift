import Foundation
import LockModel
import LockScenario
import Testing

/// The timelines of the shipped scenarios, as they were looked at and found right.
///
/// After a change that is meant to be seen: `BOLTHOLE_WRITE_GOLDEN=1 swift test --filter ScenarioTests`, then read the
/// difference before it is committed.
@Suite struct GoldenTests {
    @Test(arguments: scenarios) func `every shipped scenario passes, and tells what it told before`(file: String) throws
    {
        let report = try Scenario(readingFrom: Self.folder + "/" + file).run()
        let text = TimelineText().text(of: report)
        #expect(report.verdict == .passed, "\(text)")
        let golden = Self.golden + "/" + file.replacingOccurrences(of: ".yaml", with: ".txt")
        if ProcessInfo.processInfo.environment["BOLTHOLE_WRITE_GOLDEN"] != nil {
            try text.write(toFile: golden, atomically: true, encoding: .utf8)
        }
        #expect(try text == String(contentsOfFile: golden, encoding: .utf8))
    }

    @Test func `every golden timeline belongs to a scenario`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.golden).sorted()
        #expect(files == Self.scenarios.map { $0.replacingOccurrences(of: ".yaml", with: ".txt") })
    }

    @Test(arguments: [
        "power-outage-router-down", "power-outage-router-up", "key-jams-on-a-cold-morning", "dead-battery-9v",
        "dead-battery-usb", "weak-9v-then-fresh", "brown-out-in-mid-throw", "guessing-with-battery-pulls",
        "shut-out-by-guesses-recovery-code", "jam-and-recovery", "replacing-all-cells", "forced-door",
        "lost-clock-expired-code", "flash-dies", "killed-in-mid-throw", "lost-phone-revoked", "replayed-unlock",
        "relayed-unlock", "radio-flood-keypad-works", "bluetooth-without-wifi", "invited-guest-expires",
        "jammed-radio-keypad-works", "flat-phone-keypad-opens",
    ])
    func `no story that is promised is missing`(name: String) {
        #expect(Self.scenarios.contains(name + ".yaml"))
    }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    private static let folder = root + "/scripts/scenarios"
    private static let golden = root + "/Tests/ScenarioTests/Golden"

    static let scenarios: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.sorted()
    }()
}
