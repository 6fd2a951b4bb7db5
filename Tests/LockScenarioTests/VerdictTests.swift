import LockModel
import Testing

@testable import LockScenario

@Suite struct VerdictTests {
    @Test func `the exit codes are the ones that are promised`() {
        #expect(Verdict.allCases.map(\.rawValue) == [0, 1, 2, 3, 4])
        #expect(Verdict.passed.rawValue == 0)
        #expect(Verdict.failed.rawValue == 1)
        #expect(Verdict.badInput.rawValue == 2)
        #expect(Verdict.unsafe.rawValue == 3)
        #expect(Verdict.notLive.rawValue == 4)
    }

    @Test(arguments: [
        ([Verdict](), Verdict.passed), ([.passed, .passed], .passed), ([.passed, .failed], .failed),
        ([.failed, .notLive], .notLive), ([.notLive, .unsafe, .failed], .unsafe), ([.unsafe, .badInput], .badInput),
    ])
    func `of several verdicts the gravest counts, and bad input before all`(verdicts: [Verdict], worst: Verdict) {
        #expect(Verdict.worst(of: verdicts) == worst)
    }
}

@Suite struct ReplayLineTests {
    @Test(arguments: [
        ReplayLine(file: "a b/c'd.yaml", seed: 7, fingerprint: 0x2AF1, isCuttingPower: false),
        ReplayLine(file: "x file=y.yaml", seed: .max, fingerprint: nil, isCuttingPower: true),
        ReplayLine(file: "x", seed: 0, fingerprint: .max, isCuttingPower: false, isSwarm: true),
    ])
    func `a line that was written is read back`(line: ReplayLine) throws {
        #expect(try ReplayLine(line.text) == line)
    }

    @Test(arguments: [
        "", "v1", "v1 seed=1 file=x", "v2 seed=1 cuts=no file=x", "v1 seed=x cuts=no file=x", "v1 seed=1 cuts=no file=",
        "v1 seed=1 what cuts=no file=x",
    ])
    func `anything else is refused`(text: String) {
        #expect(throws: BadInput.self) { try ReplayLine(text) }
    }

    @Test func `a failing run ends with the command that replays it`() throws {
        let report = try play("- expect: {bolt: retracted}")
        let last = TimelineText().text(of: report).split(separator: "\n").last.map(String.init)
        #expect(last == "replay: bolthole replay '\(report.replayLine)'")
        let line = try ReplayLine(report.replayLine)
        #expect(line.seed == report.seed && line.file == "s.yaml")
    }
}
