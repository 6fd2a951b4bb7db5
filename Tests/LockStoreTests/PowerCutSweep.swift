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
        let start = uncut.flash
        uncut.flash.recorded = []
        _ = uncut.perform(step, for: before)
        let writes = uncut.flash.recorded ?? []
        for share in shares {
            for write in writes.indices {
                number += 1
                let noise = Self.mixed(seed, number)
                guard noise % UInt64(cutEvery) == 0 else { continue }
                cuts += 1
                let label = "seed \(seed) step \(index) write \(write) share \(share)"
                let torn = start.torn(after: writes[...write], share: share, noise: noise)
                let recovered = judge(torn, before, after, cuts % 4 == 0 ? step : nil, label)
                guard nestedEvery > 0, cuts % nestedEvery == 0 else { continue }
                for second in recovered.indices {
                    nestedCuts += 1
                    let again = torn.powered().torn(after: recovered[...second], share: share, noise: noise &+ 1)
                    judge(again, before, after, nil, label + " and \(second) in its recovery")
                }
            }
        }
    }

    private static func mixed(_ seed: UInt64, _ number: Int) -> UInt64 {
        var draw = NORFlash(FlashGeometry(sectorSize: 1, sectorCount: 1), seed: seed &* 1_000_003 &+ UInt64(number))
        return draw.random()
    }

    /// The store must remember what was before the step or what is after it, and nothing in between.
    ///
    /// After that it must go on working. Returns what its recovery wrote.
    @discardableResult
    private mutating func judge(
        _ flash: NORFlash, _ before: Household, _ after: Household, _ step: Step?, _ label: String
    ) -> [NORFlash.Write] {
        var recording = flash
        recording.recorded = []
        var bench = Bench(recording)
        let recovery = bench.flash.recorded ?? []
        bench.flash.recorded = nil
        let old = before.differenceInState(from: bench)
        let new = after.differenceInState(from: bench)
        if let old, let new {
            failures.append("\(label): neither old (\(old)) nor new (\(new))")
            return recovery
        }
        // A changed code shows only when it is typed. The log's lines of both are the same but for their number.
        let changed = before.codes.indices.filter { before.codes[$0] != after.codes[$0] }
        let isNew = new == nil && !changed.contains { after.differenceInFinding($0, from: bench) != nil }
        let remembered = isNew ? after : before
        let typed = changed + [cuts % before.codes.count]
        if let difference = typed.lazy.compactMap({ remembered.differenceInFinding($0, from: bench) }).first
            ?? remembered.differenceInState(from: bench) ?? remembered.differenceInLog(from: bench)
        {
            failures.append("\(label): \(difference)")
            return recovery
        }
        guard let step else { return recovery }
        // The person tries again.
        var household = remembered
        if !isNew {
            guard bench.perform(step, for: household) else {
                failures.append("\(label): not taken after the cut")
                return recovery
            }
            household.apply(step)
        }
        bench = Bench(bench.flash)
        if let difference = household.differenceInState(from: bench) {
            failures.append("\(label): after another try \(difference)")
        }
        return recovery
    }
}
