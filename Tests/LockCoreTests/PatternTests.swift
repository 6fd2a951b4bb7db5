import Foundation
import LockCore
import Testing

@Suite struct PatternTests {
    @Test func `no two indications look and sound alike`() {
        for (index, one) in Indication.allCases.enumerated() {
            for other in Indication.allCases[(index + 1)...] {
                #expect(one.pattern != other.pattern, "\(one) and \(other)")
            }
        }
    }

    @Test func `every pattern ends, and only the siren and an open session last longer than half a minute`() {
        for indication in Indication.allCases {
            switch indication {
            case .alarm: #expect(indication.pattern.length <= .seconds(90))
            case .setUpReady, .programming, .programmingNext, .sessionOpen:
                #expect(indication.pattern.length <= Programming.timeout)
            case .quiet, .keyTaken, .entryCleared, .granted, .refused, .locked, .jammed, .notFullyLocked, .doorOpen,
                .batteryLow, .batteryCritical, .emergencyWait, .emergencyReady, .emergencyWeak, .programmingDone,
                .programmingRefused, .weakPIN, .privacyOn, .privacyAsked:
                #expect(indication.pattern.length <= .seconds(30))
            }
        }
    }

    @Test func `the page on lights and sounds says what the lock shows`() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/LockCore/LockCore.docc/Indications.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        for indication in Indication.allCases {
            let pattern = indication.pattern
            var tone = "\(pattern.tone)"
            if pattern.toneRepeats != pattern.repeats { tone += ", \(pattern.toneRepeats)" }
            let row =
                "| \(indication) | \(pattern.colour) | \(pattern.onTime) / \(pattern.offTime) | \(pattern.repeats) | \(tone) |"
            #expect(text.contains(row), "the page wants the row: \(row)")
        }
    }
}
