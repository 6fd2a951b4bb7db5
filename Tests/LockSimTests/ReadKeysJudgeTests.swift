import LockCore
import LockSim
import Testing

/// R1 and R2 where the lock cannot read all that is typed: what goes unread ends nothing, and what nobody can have entered is
/// still nobody's.
@Suite struct ReadKeysJudgeTests {
    typealias Kinds = [(UInt64, TraceEvent.Kind)]

    func judged(_ kinds: Kinds) -> [String] { judged(GuessChecker(codes: KnownCodes()), kinds) }

    func judged(_ judge: some Checker, _ kinds: Kinds) -> [String] {
        var judge = judge
        for kind in kinds.sorted(by: { $0.0 < $1.0 }) {
            judge.observe(TraceEvent(time: WorldTime(milliseconds: kind.0), kind: kind.1))
        }
        judge.finish(at: WorldTime(milliseconds: 60_000))
        return judge.findings.violations.map(\.rule)
    }

    func press(_ key: Key, at time: UInt64, until end: UInt64? = nil) -> Kinds {
        [(time, .keyContact(key, isDown: true)), (end ?? time + 120, .keyContact(key, isDown: false))]
    }

    func digits(_ digits: [UInt8] = [2, 7, 1, 8], from start: UInt64) -> Kinds {
        digits.enumerated().flatMap { press(.digit($1), at: start + 300 * UInt64($0)) }
    }

    /// Moisture bridges three contacts.
    func bridge(from start: UInt64, to end: UInt64) -> Kinds {
        let keys = [Key.digit(1), Key.digit(2), Key.digit(4)]
        return [(start, .faultStarted(.keyGhost))] + keys.map { (start, .keyContact($0, isDown: true)) }
            + [(end, .faultStopped(.keyGhost))] + keys.map { (end, .keyContact($0, isDown: false)) }
    }

    /// A code is counted and compared.
    func comparison(at time: UInt64) -> Kinds {
        [
            (time, .flashProgrammed(address: 64, count: 52, .entry(kind: 3, key: 0))),
            (time + 10, .derivationBegan(digits: 4)), (time + 80, .derivationEnded),
        ]
    }

    // The lock judged what a second `#` entered, and rightly: it had not read the first one.
    @Test(arguments: [(2_460, ["R2"]), (2_461, []), (3_000, []), (3_999, [])] as [(UInt64, [String])])
    func `enter that a bridge of moisture hides ends no entry, one that had rested before does`(
        enter: UInt64, verdict: [String]
    ) {
        let hidden = digits(from: 1_000) + bridge(from: 2_500, to: 4_000) + press(.pound, at: enter)
        #expect(judged(hidden + press(.pound, at: 5_000) + comparison(at: 5_030)) == verdict)
    }

    @Test(arguments: [(5_019, ["R2"]), (5_020, [])] as [(UInt64, [String])])
    func `contacts must have rested before anything can be made of them`(answer: UInt64, verdict: [String]) {
        let hidden = digits(from: 1_000) + bridge(from: 2_500, to: 4_000) + press(.pound, at: 2_900)
        #expect(judged(hidden + press(.pound, at: 5_000) + comparison(at: answer - 10)) == verdict)
    }

    @Test func `what is compared after a bridge is counted after its own enter`() {
        let hidden = digits(from: 1_000) + bridge(from: 2_500, to: 4_000) + press(.pound, at: 3_000)
        let compared: Kinds = [(5_040, .derivationBegan(digits: 4)), (5_110, .derivationEnded)]
        let counted = comparison(at: 4_999).prefix(1)
        #expect(judged(hidden + press(.pound, at: 5_000) + compared + counted) == ["R2"])
        #expect(judged(hidden + press(.pound, at: 4_999) + compared + counted) == [])
    }

    @Test func `enter that is still down when the bridge is gone is read then`() {
        let hidden = digits(from: 1_000) + bridge(from: 2_500, to: 5_500)
        #expect(judged(hidden + press(.pound, at: 3_000, until: 6_000) + comparison(at: 5_530)) == [])
        #expect(judged(hidden + press(.pound, at: 3_000, until: 5_499) + comparison(at: 5_530)) == ["R2"])
    }

    @Test func `a finger on an enter that is stuck enters nothing, however often it comes`() {
        let stuck: Kinds = [(2_500, .faultStarted(.keyStuck(.pound))), (2_500, .keyContact(.pound, isDown: true))]
        let first = digits(from: 1_000) + stuck + comparison(at: 2_530)
        #expect(judged(first) == [])
        let again = first + digits(from: 3_000) + press(.pound, at: 4_500) + press(.pound, at: 5_000)
        #expect(judged(again + comparison(at: 5_030)) == ["R2"])
        let mended: Kinds = [(4_300, .faultStopped(.keyStuck(.pound))), (4_300, .keyContact(.pound, isDown: false))]
        #expect(judged(first + digits(from: 3_000) + mended + press(.pound, at: 5_000) + comparison(at: 5_030)) == [])
    }

    // A `#` that was stuck for ten seconds made the lock forget what was typed, and the judge waited for more digits than
    // any code has.
    @Test(arguments: [(12_499, ["R2"]), (12_501, [])] as [(UInt64, [String])])
    func `a key that is stuck for ten seconds takes what was typed with it`(mended: UInt64, verdict: [String]) {
        let twelve = digits(from: 3_000) + digits(from: 4_200) + digits(from: 5_400)
        let stuck: Kinds = [
            (2_500, .faultStarted(.keyStuck(.pound))), (2_500, .keyContact(.pound, isDown: true)),
            (mended, .faultStopped(.keyStuck(.pound))), (mended, .keyContact(.pound, isDown: false)),
        ]
        let four = digits(from: 13_500) + press(.pound, at: 15_000)
        #expect(judged(stuck + twelve + four + comparison(at: 15_030)) == verdict)
    }

    // MARK: R1

    var authority: AuthorityChecker {
        var codes = KnownCodes()
        codes.insert(Household.pin)
        return AuthorityChecker(codes: codes)
    }

    var opening: Kinds { [(6_000, .motorPower(.retract)), (6_500, .motorPower(nil))] }

    // A finger on a stuck key closes nothing; the lock had read that key at its start.
    @Test func `a stuck digit that is down at a start counts, and one that was cleared does not`() {
        let key = Key.digit(2)
        let stuck: Kinds = [(100, .faultStarted(.keyStuck(key))), (100, .keyContact(key, isDown: true))]
        let restarted: Kinds = [(200, .firmwareDied), (500, .coldStarted(.watchdog))]
        let typed = digits([2, 7, 1, 8, 2, 8], from: 1_000) + press(.pound, at: 2_800)
        // The second 2 closes nothing either, so it takes a key that is mended in between.
        let mended: Kinds = [(2_000, .faultStopped(.keyStuck(key))), (2_000, .keyContact(key, isDown: false))]
        #expect(judged(authority, stuck + restarted + typed + mended + opening) == [])
        #expect(judged(authority, stuck + press(.star, at: 600) + typed + mended + opening) == ["R1"])
    }

    @Test func `a digit that a bridge hides belongs to no code, one that nothing hides does`() {
        let typed =
            digits([2, 7], from: 1_000) + press(.digit(9), at: 2_000)
            + digits([1, 8, 2, 8], from: 3_000) + press(.pound, at: 4_500) + [(4_530, .derivationBegan(digits: 6))]
        #expect(judged(authority, typed + bridge(from: 1_800, to: 2_500) + opening) == [])
        #expect(judged(authority, typed + opening) == ["R1"])
    }

    @Test func `what was read before firmware died opens for its fifteen seconds, and no second life longer`() {
        let typed = digits([2, 7, 1, 8, 2, 8], from: 1_000) + press(.pound, at: 2_800)
        let lives: Kinds = [
            (2_830, .firmwareDied), (3_500, .coldStarted(.watchdog)), (4_000, .firmwareDied),
            (5_000, .coldStarted(.watchdog)),
        ]
        #expect(judged(authority, typed + lives.prefix(2) + opening) == [])
        #expect(judged(authority, typed + lives + opening) == ["R1"])
    }
}
