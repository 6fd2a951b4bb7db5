import LockCore
import LockHAL
import LockStore

/// Cuts the power at every program and every erase of a workload, and again during the recovery from each cut.
struct PowerCutSweep {
    var geometry = Bench.small
    var seed: UInt64 = 1
    var steps = 120
    /// How much of the torn write is done, in 1/256 of its bytes.
    var shares = [0, 128, 255]
    /// Every how many cuts the recovery is cut, too; 0 = never.
    var nestedEvery = 1
    /// Every how many cuts are made at all.
    var cutEvery = 1

    private(set) var cuts = 0
    private(set) var nestedCuts = 0
    private(set) var turns = 0
    private(set) var failures: [String] = []

    mutating func run() {
        var random = NORFlash(FlashGeometry(sectorSize: 512, sectorCount: 8), seed: seed)
        var flash = NORFlash(geometry, seed: seed)
        var household = Household()
        var number = 0
        for index in 0..<steps where failures.count < 5 {
            let bench = Bench(flash)
            var step = household.step(&random)
            if bench.store.wantsSector { step = .prepare }
            cutEverywhere(in: step, before: household, on: flash, index, &number)
            if bench.perform(step, for: household) {
                household.apply(step)
            } else {
                failures.append("seed \(seed) step \(index): \(step) was not taken")
            }
            flash = bench.flash
        }
        turns = flash.erases.reduce(0, +) / geometry.sectorCount
    }

    private mutating func cutEverywhere(
        in step: Step, before: Household, on flash: NORFlash, _ index: Int, _ number: inout Int
    ) {
        var after = before
        after.apply(step)
        let uncut = Bench(flash)
        let first = uncut.flash.writes
        _ = uncut.perform(step, for: before)
        for share in shares {
            for write in 0..<uncut.flash.writes - first {
                number += 1
                guard Self.mixed(seed, number) % UInt64(cutEvery) == 0 else { continue }
                let bench = Bench(flash)
                bench.flash.cutShare = share
                bench.flash.cutAtWrite = bench.flash.writes + write
                bench.flash.noise = Self.mixed(seed, number)
                _ = bench.perform(step, for: before)
                cuts += 1
                let label = "seed \(seed) step \(index) \(step) write \(write) share \(share)"
                if nestedEvery > 0, cuts % nestedEvery == 0 {
                    cutRecovery(of: bench.flash, share, before, after, label)
                }
                judge(bench.flash, before, after, step, label)
            }
        }
    }

    private static func mixed(_ seed: UInt64, _ number: Int) -> UInt64 {
        var draw = NORFlash(FlashGeometry(sectorSize: 1, sectorCount: 1), seed: seed &* 1_000_003 &+ UInt64(number))
        return draw.random()
    }

    private mutating func cutRecovery(
        of flash: NORFlash, _ share: Int, _ before: Household, _ after: Household, _ label: String
    ) {
        var write = 0
        while true {
            var again = flash
            again.powerUp()
            again.cutShare = share
            let bench = Bench(again, cutAtWrite: write)
            guard bench.flash.isOff else { return }
            nestedCuts += 1
            judge(bench.flash, before, after, nil, label + " and \(write) in its recovery")
            write += 1
        }
    }

    /// The store must remember what was before the step or what is after it, and nothing in between. After that it
    /// must go on working.
    private mutating func judge(
        _ flash: NORFlash, _ before: Household, _ after: Household, _ step: Step?, _ label: String
    ) {
        var bench = Bench(flash)
        let old = before.differenceInState(from: bench)
        let new = after.differenceInState(from: bench)
        if let old, let new {
            failures.append("\(label): neither old (\(old)) nor new (\(new))")
            return
        }
        // The log's lines of both are the same but for the number, and of the codes one a time is tried.
        let remembered = new == nil ? after : before
        let user = cuts % before.codes.count
        if let difference = remembered.differenceInFinding(user, from: bench) ?? remembered.differenceInLog(from: bench) {
            failures.append("\(label): \(difference)")
            return
        }
        guard let step else { return }
        // The person tries again.
        var household = remembered
        if new != nil {
            guard bench.perform(step, for: household) else {
                failures.append("\(label): not taken after the cut")
                return
            }
            household.apply(step)
        }
        bench = Bench(bench.flash)
        if let difference = household.differenceInState(from: bench) {
            failures.append("\(label): after another try \(difference)")
        }
    }
}
