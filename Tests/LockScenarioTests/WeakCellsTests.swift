import Foundation
import LockCore
import LockSim
import Testing

@testable import LockScenario

/// Weak cells are named (R4): a night, a PIN, the lock's own relock, the PIN again, for each charge and cold.
///
/// What became of it stands as a table in Parameters.md, too.
@Suite struct WeakCellsTests {
    private static let charges = [100, 50, 45, 30, 20, 15, 10, 5]
    private static let temperatures = [20, 10, 0, -10, -18]

    /// What became of one place of the table.
    private struct Outcome {
        /// How often the bolt was drawn back; twice, if it was thrown between.
        var openings = 0
        /// Whether it locked itself again.
        var isRelocked = false
        /// Whether the cells were named before anybody came.
        var isToldBefore = false
        /// Whether they were named at all, by light or alert.
        var isTold = false

        init(_ trace: [TraceEvent]) {
            var hasAnybodyCome = false
            var isRetracted = false
            for event in trace {
                switch event.kind {
                case .keyContact: hasAnybodyCome = true
                case .boltSwitches(let switches):
                    if switches.isRetracted && !isRetracted { openings += 1 }
                    if switches.isExtended && openings > 0 { isRelocked = true }
                    if switches.isRetracted { isRetracted = true }
                    if switches.isExtended { isRetracted = false }
                case .indicated(.batteryLow), .indicated(.batteryCritical): tell(hasAnybodyCome)
                case .alertSent(let record):
                    if [.alarm(.batteryLow), .alarm(.batteryCritical)].contains(record.entry) { tell(hasAnybodyCome) }
                default: break
                }
            }
        }

        private mutating func tell(_ hasAnybodyCome: Bool) {
            isTold = true
            if !hasAnybodyCome { isToldBefore = true }
        }

        /// Whether everything was done that a lock is there for.
        var isWorking: Bool { openings >= 2 && isRelocked }

        var words: String {
            let deed = isWorking ? "works" : openings > 0 ? "stays open" : "stays shut"
            return deed + (isToldBefore ? ", told" : isTold ? ", told then" : isWorking ? "" : ", NOT TOLD")
        }
    }

    private static func outcome(charge: Int, temperature: Int) throws -> Outcome {
        let report = try play(
            """
            - wait: 8 h
            - Anna enters: their PIN
            - wait: 2 min
            - Anna enters: their PIN
            - wait: 2 min
            """, head: "lock: {cells: \(charge) %, temperature: \(temperature) °C}")
        #expect(report.violations == [], "\(charge) % at \(temperature) °C")
        return Outcome(report.trace)
    }

    @Test(arguments: Array(stride(from: 24, through: -20, by: -4)))
    func `between the places of the table, too, cells work or are told of`(temperature: Int) throws {
        // With 3 % the firmware does not start.
        for charge in stride(from: 5, through: 99, by: 2) {
            let outcome = try Self.outcome(charge: charge, temperature: temperature)
            #expect(outcome.isWorking || outcome.isToldBefore, "\(charge) % at \(temperature) °C: \(outcome.words)")
        }
    }

    @Test func `each charge and cold either works or is told, and the table in Parameters is what happens`() throws {
        var lines = [
            "| charge | " + Self.temperatures.map { "\($0) °C" }.joined(separator: " | ") + " |",
            "| --- |" + String(repeating: " --- |", count: Self.temperatures.count),
        ]
        for charge in Self.charges {
            var line = "| \(charge) % |"
            for temperature in Self.temperatures {
                let outcome = try Self.outcome(charge: charge, temperature: temperature)
                #expect(outcome.isWorking || outcome.isToldBefore, "\(charge) % at \(temperature) °C: \(outcome.words)")
                line += " \(outcome.words) |"
            }
            lines.append(line)
        }
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(
            contentsOf: root.appending(path: "Sources/LockSim/LockSim.docc/Parameters.md"), encoding: .utf8)
        let table = lines.joined(separator: "\n")
        #expect(page.contains(table), "Parameters.md has another table than\n\(table)")
    }
}
