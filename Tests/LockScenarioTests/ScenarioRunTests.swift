import LockCore
import LockModel
import LockSim
import Testing

@testable import LockScenario

@Suite struct ScenarioRunTests {
    @Test func `a resident's PIN opens the door and the run passes`() throws {
        let report = try play(
            """
            - wait: 5 s
            - Anna enters: their PIN
            - expect: {light: granted, within: 1 s}
            - expect: {bolt: retracted, motor: resting, within: 2 s}
            - Anna opens the door
            """)
        #expect(report.verdict == .passed, "\(TimelineText().text(of: report))")
        #expect(report.wayIn == "PIN")
    }

    @Test func `an expectation that does not come true fails the run, with its place and what was there instead`()
        throws
    {
        let report = try play("- wait: 5 s\n- expect: {bolt: retracted, within: 3 s}")
        #expect(report.verdict == .failed)
        #expect(report.failure?.place.line == 9)
        #expect(
            report.failure?.text
                == "expected that the bolt is retracted within 3 s; instead the bolt is extended")
        #expect(report.duration == .seconds(10), "five seconds, three, and the epilogue")
    }

    @Test(arguments: [
        ("- expect: {bolt: retracted}", Verdict.failed), ("- expect: {bolt: extended}", .passed),
        ("- expect: {bolt: extended, for: 5 s}", .passed), ("- expect: {door: open, for: 5 s}", .failed),
        ("- never: {bolt: retracted, for: 5 s}", .passed), ("- never: {bolt: extended, for: 5 s}", .failed),
        ("- cannot: Mallory opens the door", .passed), ("- cannot: Mallory forces the door", .failed),
        ("- Anna opens the door", .failed),
        // Only the run knows how long somebody types.
        ("- Anna enters: their PIN\n- at: 1 s", .failed), ("- Anna enters: their PIN\n- at: 5 s", .passed),
        ("- Anna enters: their PIN\n- at: 2026-01-15 12:00:01", .failed), ("- at: 2026-01-15 12:01", .passed),
        ("- wait: 5 s\n- expect: {log: {coldStart: powerOn, times: 1}}", .passed),
        ("- wait: 5 s\n- expect: {log: {coldStart: powerOn, times: 2}}", .failed),
        ("- Tom turns the thumbturn: unlock\n- expect: {bolt: retracted, within: 1 s}", .passed),
        ("- wait: 1 s\n- Mallory forces the door\n- expect: {alert: doorForcedOpen, within: 1 min}", .passed),
    ])
    func `each kind of step is judged`(steps: String, verdict: Verdict) throws {
        let report = try play(steps)
        #expect(report.verdict == verdict, "\(TimelineText().text(of: report))")
    }

    @Test func `what may never be so ends the run at the moment when it is`() throws {
        let report = try play(
            "- wait: 5 s\n- Anna enters: their PIN\n- wait: 1 min", head: "never: [{bolt: retracted}]")
        #expect(report.verdict == .failed)
        #expect(report.failure?.text == "the bolt is retracted, which must never be so in this run")
        #expect(report.duration < .seconds(12))
    }

    @Test func `a time of day is the next one that the clock shows`() throws {
        let report = try play(
            "- at: 12:00:30\n- at: 12:00\n- expect: {bolt: extended}", head: "starts: 2026-01-15 12:00")
        #expect(report.duration == .days(1) + .seconds(2))
    }

    @Test func `repetitions are played as often as they say, each guess another one`() throws {
        let report = try play(
            """
            - wait: 1 s
            - repeat:
                times: 3
                steps:
                  - Mallory guesses: at random
                  - wait: 2 s
            - expect: {log: {refusal: invalidCredential, source: keypad, times: 3}}
            """)
        #expect(report.verdict == .passed, "\(TimelineText().text(of: report))")
    }

    @Test func `two PINs in the lock's store are two people in its log`() throws {
        let report = try play(
            """
            - wait: 5 s
            - Anna enters: their PIN
            - expect: {bolt: retracted, within: 3 s}
            - expect: {log: {unlock: done, by: Anna}, within: 2 s}
            - expect: {log: {unlock: done, by: Tom, times: 0}}
            """)
        #expect(report.verdict == .passed, "\(TimelineText().text(of: report))")
    }

    @Test func `the same seed gives the same bytes, another one another trace`() throws {
        func trace(_ seed: UInt64) throws -> RunReport {
            var options = RunOptions()
            options.seed = seed
            return try play("- wait: 5 s\n- Anna enters: their PIN\n- wait: 40 s", options: options)
        }
        let (first, again, other) = (try trace(7), try trace(7), try trace(8))
        #expect(first.trace == again.trace)
        #expect(TimelineText().text(of: first) == TimelineText().text(of: again))
        #expect(first.trace != other.trace)
    }

    @Test func `a new lock knows nobody`() throws {
        let report = try play(
            "- wait: 5 s\n- Anna enters: their PIN\n- never: {bolt: retracted, for: 10 s}", head: "lock: {isNew: true}")
        #expect(report.verdict == .passed, "\(TimelineText().text(of: report))")
    }

    @Test func `a lock may know many other PINs`() throws {
        let report = try play(
            "- wait: 5 s\n- Anna enters: their PIN\n- expect: {bolt: retracted, within: 3 s}",
            head: "lock: {otherPINs: 500, settings: {pinLengthMin: 4}}")
        #expect(report.verdict == .passed, "\(TimelineText().text(of: report))")
    }

    @Test func `the construction of the default model is that of the default world`() {
        let construction = Construction()
        let (bolt, supply) = (BoltParameters(), SupplyParameters())
        #expect(Double(construction.windingResistance) / 1_000 == bolt.windingResistance)
        #expect(Double(construction.bridgeResistance) / 1_000 == bolt.bridgeResistance)
        #expect(Double(construction.currentLimit) / 1_000 == bolt.currentLimit)
        #expect(Double(construction.stallThreshold) / 1_000 == bolt.stallThreshold)
        #expect(Double(construction.wiringResistance) / 1_000 == supply.wiringResistance)
        #expect(Double(construction.contactResistance) / 1_000 == supply.contactResistance)
        #expect(Double(construction.sleepCurrent) / 1_000 == supply.sleepCurrent)
        #expect(Double(construction.workCurrent) / 1_000 == supply.workCurrent)
        #expect(Double(construction.solarCurrent) / 1_000 == supply.solarCurrent)
    }

    @Test(arguments: FaultWord.allCases) func `every fault can begin and be mended`(word: FaultWord) throws {
        let value: String? =
            switch word.form {
            case nil: nil
            case .quantity(.share, _)?: "40 %"
            case .quantity(.duration, _)?: word.rawValue.hasPrefix("clock") ? "2 s" : "30 ms"
            case .quantity(.temperature, _)?: "-10 °C"
            case .count?: "3"
            case .keys?: "\"5\""
            case .word(let words)?: words[0].text
            default: "?"
            }
        let fault = value.map { "{\"\(word.rawValue)\": \($0)}" } ?? "\"\(word.rawValue)\""
        let report = try play("- wait: 1 s\n- fault: \(fault)\n- wait: 2 s\n- mend: \(word.rawValue)\n- wait: 1 s")
        #expect(report.verdict == .passed, "\(TimelineText().text(of: report))")
    }

    @Test func `a swarm with a seed does the same again`() throws {
        let scenario = try Scenario(SourceText(household("- Anna enters: their PIN\n- wait: 20 s"), named: "s.yaml"))
        let (first, again) = (scenario.swarm(seed: 5, isTelling: true), scenario.swarm(seed: 5, isTelling: true))
        #expect(first.trace == again.trace)
        #expect(first.verdict == again.verdict)
        #expect(first.replayLine.contains("swarm=yes"))
    }
}
