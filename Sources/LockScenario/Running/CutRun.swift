import LockCore
import LockCrypto
import LockModel
import LockSim

extension ScenarioRunner {
    /// How long somebody may need to get in after a cut: a whole penalty of recovery codes, and the door. *Chosen*.
    static var recoveryTime: Interval { .minutes(3) }

    /// Judges a cold start after a cut at every place that the run went through, and whether somebody still gets in.
    mutating func cutPowerEverywhere() {
        let sweep = simulation.takeCuts()
        let rescuer = Rescuer(scenario, provisioning)
        let verdicts = sweep.run(SwiftCrypto.self, settings: scenario.model.settings, seed: report.seed) { simulation in
            rescuer.getsIn(&simulation)
        }
        let bad = verdicts.filter { !$0.isGood }
        report.cuts = RunReport.CutReport(places: sweep.candidateCount, tried: verdicts.count, failed: bad.count)
        for verdict in bad.prefix(8) {
            let place = "cut \(verdict.number) at \(TimelineText.clock(verdict.time))"
            for violation in verdict.violations.prefix(2) {
                report.violations.append("\(place): \(violation.rule): \(violation.text)")
            }
            if !verdict.isRecovered { report.violations.append("\(place): nobody got in afterwards") }
        }
        if bad.contains(where: { !$0.violations.isEmpty }) {
            report.verdict = .unsafe
        } else if !bad.isEmpty, report.verdict != .unsafe {
            report.verdict = .notLive
        }
    }
}

/// Somebody competent who tries to get in after a cut: waits out what must be waited, types a good PIN, a recovery
/// code if that does not help, and turns the key as the last resort.
struct Rescuer {
    private let pin: Code?
    private let recoveryCodes: [Code]
    private let hasKeypad: Bool

    init(_ scenario: Scenario, _ provisioning: Provisioning) {
        pin = scenario.people.first { $0.pin != nil && $0.role != .owner && $0.role != .guest }?.pin
        recoveryCodes = Array(provisioning.recoveryCodes.prefix(scenario.scene.recoveryCodeCount).reversed())
        hasKeypad = scenario.model.settings.equipment.contains(.keypad)
    }

    /// Whether the door can be opened in the end, within `ScenarioRunner.recoveryTime`.
    func getsIn(_ simulation: inout Simulation<SwiftCrypto>) -> Bool {
        if isOpen(simulation.world) { return true }
        if hasKeypad {
            let rescuer = simulation.world.add(Person(name: "rescuer"))
            if let pin, tries(pin, rescuer, &simulation) { return true }
            if let pin, tries(pin, rescuer, &simulation) { return true }
            simulation.run(for: .seconds(61))
            for code in recoveryCodes.prefix(2) {
                if tries(code, rescuer, &simulation) { return true }
                simulation.run(for: .seconds(61))
            }
        }
        do throws(ActionRefusal) {
            try simulation.performToEnd(.mechanicalKey(.retract))
            simulation.run(for: .seconds(1))
        } catch {
            return isOpen(simulation.world)
        }
        return isOpen(simulation.world)
    }

    private func tries(_ code: Code, _ rescuer: Int, _ simulation: inout Simulation<SwiftCrypto>) -> Bool {
        do throws(ActionRefusal) {
            try simulation.performToEnd(.person(rescuer, .guesses(code)))
        } catch {
            return false
        }
        return simulation.run(within: .seconds(10)) { world in isOpen(world) }
    }

    /// Whether the bolt does not hold the door.
    private func isOpen(_ world: borrowing World) -> Bool {
        !world.door.isClosed || BoltWord(world) == .retracted
    }
}
