import LockCore
import LockCrypto
import LockSim
import Testing

/// The power cut at every flash program and every other place of a run, once and again in the recovery.
@Suite struct CutSweepTests {
    private func recovers(_ simulation: inout Simulation<SwiftCrypto>) -> Bool {
        for _ in 0..<6 {
            guard (try? simulation.performToEnd(.person(0, .enters(Household.pin)))) != nil else { return false }
            if simulation.run(within: .seconds(8), until: { !$0.bolt.holdsDoor && !$0.bolt.isActive }) { return true }
        }
        return false
    }

    private func sweep(
        limit: Int, _ run: (inout Household) throws -> Void
    ) throws -> (sweep: CutSweep, verdicts: [CutSweep.Verdict]) {
        var home = try Household()
        home.simulation.collectCuts(limit: limit, seed: 1)
        try run(&home)
        let sweep = home.simulation.takeCuts()
        let verdicts = sweep.run(SwiftCrypto.self, settings: home.simulation.settings, seed: 1) { recovers(&$0) }
        return (sweep, verdicts)
    }

    private func entry(_ home: inout Household) throws {
        home.simulation.run(for: .seconds(2))
        try home.anna(.enters(Household.pin))
        home.simulation.run(for: .seconds(3))
    }

    @Test func `a power cut anywhere in an entry breaks no rule, and Anna gets in afterwards`() throws {
        let (sweep, verdicts) = try sweep(limit: 60, entry)
        #expect(sweep.candidateCount > 25)
        #expect(verdicts.count >= sweep.cuts.count)
        for verdict in verdicts where !verdict.isGood {
            Issue.record("cut \(verdict.number) at \(verdict.time.milliseconds) ms, \(verdict.place): \(verdict)")
        }
    }

    @Test func `each program gives a torn place, and each but a turn's first one before it`() throws {
        var home = try Household()
        home.simulation.collectCuts(limit: 1_000, seed: 1)
        let before = home.simulation.world.flash.programCount
        try entry(&home)
        let programs = home.simulation.world.flash.programCount - before
        let sweep = home.simulation.takeCuts()
        #expect(sweep.isExhaustive)
        #expect(sweep.cuts.filter { $0.place == .tornProgram }.count == Int(programs))
        #expect(sweep.cuts.contains { $0.place == .betweenPrograms })
        #expect(sweep.cuts.map(\.number) == Array(0..<sweep.candidateCount))
    }

    @Test func `more places than the limit are drawn from the seed, and the count is known`() throws {
        func numbers(_ seed: UInt64) throws -> [Int] {
            var home = try Household()
            home.simulation.collectCuts(limit: 10, seed: seed)
            try entry(&home)
            let sweep = home.simulation.takeCuts()
            #expect(!sweep.isExhaustive)
            #expect(sweep.cuts.count == 10)
            #expect(sweep.candidateCount > 25)
            return sweep.cuts.map(\.number)
        }
        let once = try numbers(1)
        #expect(try numbers(1) == once)
        #expect(try numbers(2) != once)
    }

    @Test func `collecting places does not change the run`() throws {
        var plain = try Household(tracing: .all)
        try entry(&plain)
        var collecting = try Household(tracing: .all)
        collecting.simulation.collectCuts(limit: 5, seed: 3)
        try entry(&collecting)
        #expect(plain.simulation.trace == collecting.simulation.trace)
    }
}
