import LockCore
import LockCrypto
import LockModel
import LockSim

/// Faults for one seed, swarm style: first which kinds are active in this run, then how often (architecture, section 5).
struct Swarm {
    /// Kinds active at most in one run. *Chosen*: more of them only hide each other.
    static var kindsMax: Int { 4 }

    /// When a fault begins and ends, in milliseconds since the beginning.
    struct Episode {
        var fault: Fault
        var begins: UInt64
        var ends: UInt64
    }

    let episodes: [Episode]

    /// The faults of a seed within a time.
    init(seed: UInt64, within length: Interval) {
        var random = SeededRandom(seed: seed ^ 0x5A_4B_3C)
        var kinds = Self.kinds(&random)
        var active: [Fault] = []
        for _ in 0..<random.next(in: 1...Self.kindsMax) {
            active.append(kinds.remove(at: random.next(in: 0...kinds.count - 1)))
        }
        var episodes: [Episode] = []
        let end = max(length.milliseconds, 1_000)
        for fault in active {
            for _ in 0..<random.next(in: 1...3) {
                let begins = random.next(in: 0..<end)
                episodes.append(Episode(fault: fault, begins: begins, ends: begins + 50 + random.next(in: 0..<end)))
            }
        }
        self.episodes = episodes
    }

    /// All kinds, with what they leave open drawn.
    private static func kinds(_ random: inout SeededRandom) -> [Fault] {
        [
            .cellsAt(Percent(UInt8(random.next(in: 1...30)))), .cellsSagging(times: UInt8(random.next(in: 2...20))),
            .cellsMixed(weakest: Percent(UInt8(random.next(in: 1...20)))), .temperature(Decidegrees(Int16(random.next(in: -250...500)))),
            .dirtyContacts, .powerCut, .powerCutAtFlashWrite(UInt32(random.next(in: 1...20))),
            .powerCutInThrow(after: UInt16(random.next(in: 0...900))), .inrushBrownOut, .motorStalled,
            .jam(at: Percent(UInt8(random.next(in: 5...95)))), .motorSlow(tenths: UInt8(random.next(in: 12...30))),
            .endSwitchStuck(.retract, isPressed: random.happens(inThousand: 500)),
            .endSwitchStuck(.extend, isPressed: random.happens(inThousand: 500)), .keyJammed, .doorMisaligned,
            .doorSwitchStuck(isClosed: random.happens(inThousand: 500)), .keypadDead,
            .keyStuck(Key(index: UInt8(random.next(in: 0...11)))), .keyBounce(milliseconds: UInt8(random.next(in: 5...18))),
            .keyGhost, .clockLost, .clockDrifting(millionths: Int32(random.next(in: -500...500))),
            .clockWoundBack(seconds: UInt32(random.next(in: 1...1_000_000))),
            .clockPoisoned(seconds: UInt32(random.next(in: 1...100_000_000))), .clockSilent,
            .flashSectorFailing(UInt16(random.next(in: 0...3))), .bitRot(bits: UInt16(random.next(in: 1...4))),
            .firmwareKilled, .firmwareKilledInThrow(after: UInt16(random.next(in: 0...900))), .wifiDown, .brokerDown,
            .bluetoothDown,
        ]
    }
}

extension ScenarioRunner {
    /// How long everything may rest between the end of the faults and the judgement. *Chosen.*
    static var restTime: Interval { .seconds(70) }

    /// Plays the scenario's deeds under the faults of its seed, then mends everything and sees whether somebody gets in.
    consuming func swarm() -> RunReport {
        let swarm = Swarm(seed: report.seed, within: scenario.length)
        for episode in swarm.episodes {
            simulation.schedule(.start(episode.fault), at: WorldTime(milliseconds: episode.begins))
            simulation.schedule(.stop(episode.fault), at: WorldTime(milliseconds: episode.ends))
        }
        attempt(scenario.steps)
        let last = swarm.episodes.map(\.ends).max() ?? 0
        if simulation.world.now.milliseconds < last { simulation.run(until: WorldTime(milliseconds: last)) }
        begin("world", "everything is mended, and the cells are new")
        for action in [WorldAction.stopAllFaults, .releaseNineVolt, .unplugUSB, .mendDoor, .insertCells(charge: Percent(100)), .returnPower] {
            do throws(ActionRefusal) {
                _ = try simulation.perform(action)
            } catch {
                // There was nothing to take away.
                continue
            }
        }
        simulation.run(for: Self.restTime)
        absorb()
        let isRecovered = Rescuer(scenario, provisioning).getsIn(&simulation)
        absorb()
        tell("expect", isRecovered ? "somebody got in" : "MISSED: nobody got in, though everything was mended", isFailure: !isRecovered)
        finish()
        if !isRecovered, report.verdict == .passed { report.verdict = .notLive }
        return report
    }

    /// Does what can be done of the steps; what cannot is left out, and nothing is expected.
    private mutating func attempt(_ steps: [Step]) {
        for step in steps {
            do throws(RunFailure) {
                switch step.action {
                case .expect(let expectation):
                    if case .within(let limit) = expectation.time { try pass(min(limit, .seconds(5)), at: step.place) }
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
            case .until, .cannot, .fault, .mend, .cutPower, .returnPower, .temperature, .network, .offerTime, .note: break
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
        report.replayLine = ReplayLine(
            file: file, seed: seed, fingerprint: fingerprint, isCuttingPower: false, isSwarm: true).text
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
            reason: violations.first ?? failure?.text ?? (verdict == .notLive ? "nobody got in, though everything was mended" : ""),
            replayLine: replayLine)
    }
}
