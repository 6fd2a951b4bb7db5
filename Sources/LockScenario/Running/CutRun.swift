import LockCore
import LockCrypto
import LockModel
import LockSim

extension ScenarioRunner where Bench == Simulation<SwiftCrypto> {
    /// A run of a simulated lock.
    init(_ scenario: Scenario, _ options: RunOptions) {
        self.init(scenario, options) { world, checkers in
            Simulation(world: world, settings: scenario.model.settings, checkers: checkers)
        }
    }

    /// Plays everything, if asked for also with the power cut everywhere, and answers what became of it.
    consuming func runSimulated() -> RunReport {
        guard options.isCuttingPower else { return run() }
        bench.collectCuts(limit: CutSweep.cutsMax, seed: report.seed)
        playAll()
        cutPowerEverywhere()
        return report
    }

    /// How many bad cuts are told one by one; of the others there is the number.
    ///
    /// *Chosen*: they fail for one reason mostly.
    private static var cutsTold: Int { 8 }

    /// Judges a cold start after a cut at every place that the run went through, and whether somebody still gets in.
    mutating func cutPowerEverywhere() {
        let sweep = bench.takeCuts()
        let rescuer = Rescuer(scenario, provisioning)
        let verdicts = sweep.run(SwiftCrypto.self, settings: scenario.model.settings, seed: report.seed) { simulation in
            rescuer.getsIn(&simulation)
        }
        let bad = verdicts.filter { !$0.isGood }
        report.cuts = RunReport.CutReport(places: sweep.candidateCount, tried: verdicts.count, failed: bad.count)
        for verdict in bad.prefix(Self.cutsTold) {
            let place = "cut \(verdict.number) at \(TimelineText.clock(verdict.time))"
            for violation in verdict.violations.prefix(2) {
                report.violations.append("\(place): \(violation.rule): \(violation.text)")
            }
            if !verdict.isRecovered { report.strandings.append("\(place): nobody got in afterwards") }
        }
        if bad.count > Self.cutsTold {
            let more = "and \(bad.count - Self.cutsTold) more cuts"
            if report.violations.isEmpty { report.strandings.append(more) } else { report.violations.append(more) }
        }
        if bad.contains(where: { !$0.violations.isEmpty }) {
            report.verdict = .unsafe
        } else if !bad.isEmpty, report.verdict != .unsafe {
            report.verdict = .notLive
        }
    }
}

/// Somebody competent who tries to get in when all is over: a good PIN twice, two recovery codes, the PIN again while
/// penalties are served.
///
/// The key counts only where nothing else can: without a keypad, or with a part still broken.
struct Rescuer {
    /// How long somebody may need to get in when all is over, penalties included.
    ///
    /// *Chosen*.
    static var recoveryTime: Interval { .minutes(30) }

    private let pin: Code?
    private let recoveryCodes: [Code]
    private let hasKeypad: Bool
    private let mayUseKey: Bool

    init(_ scenario: Scenario, _ provisioning: Provisioning, mayUseKey: Bool = false) {
        pin = scenario.people.first { $0.pin != nil && $0.role != .owner && $0.role != .guest }?.pin
        // A lock that began new has no codes but those of the story: there the key is the way in.
        let codeCount = scenario.scene.isNew ? 0 : scenario.scene.recoveryCodeCount
        recoveryCodes = Array(provisioning.recoveryCodes.prefix(codeCount).reversed())
        hasKeypad = scenario.model.settings.equipment.contains(.keypad)
        self.mayUseKey = mayUseKey
    }

    /// Whether the bolt lets go in the end, within `recoveryTime`.
    func getsIn(_ simulation: inout Simulation<SwiftCrypto>) -> Bool {
        if isOpen(simulation.world) { return true }
        let isBroken = !simulation.world.faults.isEmpty
        if hasKeypad, opensByCode(&simulation) { return true }
        guard mayUseKey || isBroken || !hasKeypad || (pin == nil && recoveryCodes.isEmpty) else { return false }
        do throws(ActionRefusal) {
            try simulation.performToEnd(.mechanicalKey(.retract))
        } catch {
            // No keyway, or the key is jammed: the thumbturn must do, for egress is free (R5).
            do throws(ActionRefusal) { try simulation.performToEnd(.thumbturn(.retract)) } catch { return false }
        }
        simulation.run(for: .seconds(1))
        return isOpen(simulation.world)
    }

    private func opensByCode(_ simulation: inout Simulation<SwiftCrypto>) -> Bool {
        let rescuer = simulation.world.add(Person(name: "rescuer"))
        let deadline = simulation.world.now + Self.recoveryTime
        if let pin {
            if tries(pin, rescuer, &simulation) { return true }
            if tries(pin, rescuer, &simulation) { return true }
        }
        for code in recoveryCodes.prefix(2) {
            simulation.run(for: .seconds(61))
            if tries(code, rescuer, &simulation) { return true }
        }
        while let pin, simulation.world.now < deadline {
            simulation.run(for: .seconds(30))
            if tries(pin, rescuer, &simulation) { return true }
        }
        return false
    }

    /// Types a code, and once more if the lock asks for that.
    private func tries(_ code: Code, _ rescuer: Int, _ simulation: inout Simulation<SwiftCrypto>) -> Bool {
        for _ in 0..<2 {
            do throws(ActionRefusal) {
                try simulation.performToEnd(.person(rescuer, .guesses(code)))
            } catch {
                return false
            }
            _ = simulation.run(within: .seconds(10)) { world in isOpen(world) || world.indication == .privacyAsked }
            guard !isOpen(simulation.world), simulation.world.indication == .privacyAsked else { break }
        }
        return isOpen(simulation.world)
    }

    /// Whether the bolt does not hold the door.
    private func isOpen(_ world: borrowing World) -> Bool {
        !world.door.isClosed || BoltWord(world) == .retracted
    }
}
