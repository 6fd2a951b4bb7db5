import LockCore
import LockSim
import Testing

/// R2 where an owner's code is set at the keypad: only the lock was told it.
@Suite struct OwnerCodeJudgeTests {
    private typealias Kinds = [(UInt64, TraceEvent.Kind)]

    private func typed(_ digits: [UInt8], from start: UInt64) -> Kinds {
        let keys = digits.map { Key.digit($0) } + [.pound]
        let contacts: Kinds = keys.enumerated().flatMap { index, key -> Kinds in
            let at = start + 300 * UInt64(index)
            return [(at, .keyContact(key, isDown: true)), (at + 120, .keyContact(key, isDown: false))]
        }
        let entered = start + 300 * UInt64(digits.count)
        return contacts + [
            (entered + 29, .flashProgrammed(address: 64, count: 52, .entry(kind: 3, key: 0))),
            (entered + 30, .derivationBegan(digits: UInt8(digits.count))), (entered + 90, .derivationEnded),
        ]
    }

    /// Five wrong codes, the owner's, and one more that is wrong.
    private func judged(_ answer: Indication, owner: [UInt8]) -> [String] {
        let wrong: [UInt8] = [3, 1, 4, 1, 5, 9]
        let setUp: Kinds = [(0, .indicated(.setUpReady)), (1_995, .indicated(answer)), (2_500, .indicated(.quiet))]
        var events = setUp + typed([6, 0, 4, 2, 8, 1], from: 100)
        for number in UInt64(0)..<5 { events += typed(wrong, from: 3_000 + 3_000 * number) }
        events += typed(owner, from: 18_000) + typed(wrong, from: 21_000)
        var judge = GuessChecker(codes: KnownCodes())
        for event in events.sorted(by: { $0.0 < $1.0 }) {
            judge.observe(TraceEvent(time: WorldTime(milliseconds: event.0), kind: event.1))
        }
        return judge.findings.violations.map(\.rule)
    }

    // The owner's code was taken for a sixth wrong one, and the lock, which knew better, for one that forgot a penalty.
    @Test func `the code that a new lock has taken ends the wrong ones, any other does not`() {
        #expect(judged(.programmingDone, owner: [6, 0, 4, 2, 8, 1]) == [])
        #expect(judged(.programmingDone, owner: [6, 0, 4, 2, 8, 2]) == ["R2"])
        #expect(judged(.programmingRefused, owner: [6, 0, 4, 2, 8, 1]) == ["R2"])
    }
}
