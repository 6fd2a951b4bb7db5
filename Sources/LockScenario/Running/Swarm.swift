import LockCore
import LockCrypto
import LockModel
import LockSim

extension ScenarioRunner where Bench == Simulation<SwiftCrypto> {
    /// How long everything may rest between the end of the faults and the judgement.
    ///
    /// *Chosen.*
    static var restTime: Interval { .seconds(70) }

    /// Plays the scenario's deeds under the faults of its seed, then mends everything and sees whether somebody gets in.
    consuming func swarm() -> RunReport {
        isSwarm = true
        let plan = FaultPlan(seed: report.seed, from: .start, length: max(scenario.length, .minutes(1)))
        for entry in plan.entries {
            let (begin, end) = (TimelineText.clock(entry.begin), TimelineText.clock(entry.end))
            tell("plan", "broken from \(begin) to \(end): \(entry.fault)")
        }
        plan.schedule(in: &bench.world)
        attempt(scenario.steps)
        let last = plan.entries.map(\.end).max() ?? .start
        if bench.world.now < last { bench.run(until: last) }
        begin("world", "everything is mended, and the cells are new")
        for action in [
            WorldAction.stopAllFaults, .releaseNineVolt, .unplugUSB, .mendDoor, .insertCells(charge: Percent(100)),
            .returnPower,
        ] {
            do throws(ActionRefusal) {
                _ = try bench.perform(action)
            } catch {
                // There was nothing to take away.
                continue
            }
        }
        bench.run(for: Self.restTime)
        absorb()
        let rescuer = Rescuer(scenario, provisioning, mayUseKey: plan.kinds.contains(.rot) || scenario.isRotting)
        let isRecovered = rescuer.getsIn(&bench)
        absorb()
        tell(
            "expect", isRecovered ? "somebody got in" : "MISSED: nobody got in, though everything was mended",
            isFailure: !isRecovered)
        finish()
        if !isRecovered {
            report.strandings.append("nobody got in, though everything was mended")
            if report.verdict == .passed { report.verdict = .notLive }
        }
        return report
    }

    /// Does what can be done of the steps; what cannot is left out, and nothing is expected.
    private mutating func attempt(_ steps: [Step]) {
        for step in steps {
            do throws(RunFailure) {
                switch step.action {
                case .expect(let expectation):
                    // Whoever waits for something goes on when it is there, or after a while all the same.
                    if case .within(let limit) = expectation.time {
                        let patience = min(limit, .seconds(5))
                        _ = try waitFor(expectation.conditions, since: barrier, within: patience, at: step.place)
                    }
                    if case .throughout(let length) = expectation.time { try pass(length, at: step.place) }
                case .never(_, let length): try pass(length, at: step.place)
                case .cannot: continue
                case .repeated(let times, let inner):
                    for _ in 0..<times { attempt(inner) }
                default: try play(step)
                }
            } catch {
                tell("note", "left out: \(error.text)")
            }
        }
    }
}

extension Scenario {
    /// Whether bits of the flash turn over in the story itself.
    var isRotting: Bool { Self.isRotting(steps) }

    private static func isRotting(_ steps: [Step]) -> Bool {
        steps.contains { step in
            switch step.action {
            case .fault(let call): call.word == .bitRot
            case .repeated(_, let inner): isRotting(inner)
            default: false
            }
        }
    }

    /// About how long the story lasts: the times in its steps, and a few seconds for each deed.
    var length: Interval { Self.length(of: steps) }

    private static func length(of steps: [Step]) -> Interval {
        var total = Interval.zero
        for step in steps {
            switch step.action {
            case .wait(let length), .never(_, let length): total = total + length
            case .untilElapsed(let length): total = max(total, length)
            case .deed: total = total + .seconds(3)
            case .expect(let expectation):
                switch expectation.time {
                case .now: break
                case .within(let limit): total = total + min(limit, .seconds(5))
                case .throughout(let length): total = total + length
                }
            case .repeated(let times, let inner):
                total = total + .milliseconds(length(of: inner).milliseconds * UInt64(times))
            case .until, .cannot, .fault, .mend, .cutPower, .returnPower, .temperature, .network, .offerTime, .note:
                break
            }
        }
        return total
    }

    /// Plays the story with faults drawn from a seed over it; judges rules and recovery, not the story's expectations.
    public func swarm(seed: UInt64, isTelling: Bool = false) -> RunReport {
        var options = RunOptions()
        options.seed = seed
        options.isTelling = isTelling
        var report = ScenarioRunner(self, options).swarm()
        report.replayLine =
            ReplayLine(
                file: file, seed: seed, fingerprint: fingerprint, isCuttingPower: false, isSwarm: true
            ).text
        return report
    }
}

/// The little of a run that a sweep of many keeps.
public struct RunDigest: Sendable {
    /// The seed.
    public let seed: UInt64
    /// How it ended.
    public let verdict: Verdict
    /// Why, if it did not pass.
    public let reason: String
    /// What `bolthole replay` wants to read.
    public let replayLine: String
}

extension RunReport {
    /// The little of it that a sweep keeps.
    public var digest: RunDigest {
        RunDigest(
            seed: seed, verdict: verdict,
            reason: violations.first ?? failure?.text ?? strandings.first ?? "",
            replayLine: replayLine)
    }
}
