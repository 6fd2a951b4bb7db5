import Foundation
import LockHAL
import Testing

/// Whether the sweeps are to be complete.
///
/// Sampled ones are for every day.
let isFull = ProcessInfo.processInfo.environment["BOLTHOLE_FULL"] == "1"

@Suite struct PowerCutTests {
    @Test(arguments: isFull ? 1...20 : 1...2)
    func `a cut at any write leaves each record wholly old or wholly new`(seed: UInt64) {
        var sweep = PowerCutSweep(seed: seed, steps: isFull ? 400 : 80, nestedEvery: isFull ? 1 : 4)
        sweep.run()
        #expect(sweep.failures.isEmpty, "\(sweep.failures.joined(separator: "\n"))")
        #expect(sweep.cuts > 100)
        #expect(sweep.nestedCuts > 20)
        if isFull { print("seed", seed, "cuts", sweep.cuts, "in recoveries", sweep.nestedCuts, "turns", sweep.turns) }

    }

    @Test func `a cut at any write of a journal that has gone round does no harm`() {
        let geometry = FlashGeometry(sectorSize: 512, sectorCount: 16)
        var sweep = PowerCutSweep(
            geometry: geometry, seed: 99, steps: isFull ? 600 : 300, shares: [100], nestedEvery: isFull ? 1 : 5,
            cutEvery: isFull ? 1 : 5)
        sweep.run()
        #expect(sweep.failures.isEmpty, "\(sweep.failures.joined(separator: "\n"))")
        #expect(sweep.turns >= 1)
        #expect(sweep.cuts > 50)

    }
}
