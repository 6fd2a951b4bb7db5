import Foundation
import LockCore
import LockHAL
import Testing

/// Figures, not claims: printed in full runs only.
@Suite struct SpeedTests {
    @Test(.enabled(if: isFull)) func `figures`() throws {
        // Processor time, since others may be busy on the same machine.
        func measure(_ body: () throws -> Void) rethrows -> Double {
            let start = clock()
            try body()
            return Double(clock() - start) / Double(CLOCKS_PER_SEC)
        }
        let bench = Bench()
        for user: UInt16 in 0..<8 { try bench.enrol(user, 314_150 + Int(user)) }
        for _ in 0..<30 { try bench.log() }
        func figure(_ name: String, _ count: Int, _ body: () throws -> Void) rethrows {
            let time = try measure { for _ in 0..<count { try body() } }
            print(name, time / Double(count) * 1e6, "us")
        }
        let image = bench.flash
        figure("mount of a small journal", 1_000) { _ = Bench(image) }
        figure("find", 1_000) { _ = bench.find(314_155) }
        figure("verify 30 lines", 1_000) { _ = bench.verifyLog() }
        let large = Bench(.fourMebibytes)
        try figure("commit of a log line", 5_000) { try large.log() }
        try figure("commit of a state", 2_000) { try large.commit(.lockout(Household.lockout(1))) }
        let full = large.flash
        figure("mount of 4 MiB with 7000 records", 20) { _ = Bench(full) }
        figure("mount of 4 MiB, blank", 20) { _ = Bench(.fourMebibytes) }
        var sweep = PowerCutSweep(seed: 1, steps: 100)
        let time = measure { sweep.run() }
        print(
            "sweep:", sweep.cuts + sweep.nestedCuts, "cuts at", Double(sweep.cuts + sweep.nestedCuts) / time, "a second"
        )
    }
}
