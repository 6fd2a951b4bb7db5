import LockCore
import LockCrypto
import LockSim
import Testing

@Suite struct SwarmTests {
    @Test(arguments: UInt64(0)..<8)
    func `whatever a seed brings, no rule is broken and a good PIN opens in the end`(seed: UInt64) throws {
        var home = try Household { $0.seed = seed }
        let verdict = SwarmRun(seed: seed, code: Household.pin).run(&home.simulation)
        #expect(verdict.violations == [], "seed \(seed): \(verdict.plan.entries)")
        #expect(verdict.isLive, "seed \(seed): \(verdict.plan.entries)")
    }

    @Test func `the same seed makes the same trace, another one another`() throws {
        func trace(_ seed: UInt64) throws -> [TraceEvent] {
            var home = try Household(tracing: .all) { $0.seed = seed }
            _ = SwarmRun(seed: seed, code: Household.pin).run(&home.simulation)
            return home.simulation.trace
        }
        let once = try trace(3)
        #expect(once.count > 1_000)
        #expect(try trace(3) == once)
        #expect(try trace(4) != once)
    }

    @Test func `a plan draws some kinds and leaves others out`() {
        var counts: [Int] = []
        for seed in UInt64(0)..<200 {
            let plan = FaultPlan(seed: seed, from: .start, length: .minutes(20))
            counts.append(plan.kinds.count)
            #expect(!plan.entries.isEmpty)
            for entry in plan.entries {
                #expect(entry.begin <= entry.end)
                #expect(entry.end <= .start + .minutes(20))
            }
        }
        #expect(counts.contains { $0 <= 3 })
        #expect(counts.contains { $0 >= 12 })
    }
}
