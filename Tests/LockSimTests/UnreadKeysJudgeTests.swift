import LockCore
import LockSim
import Testing

/// What a lock cannot have read, or need not: a keypad that is dead for a while, columns that are looked at rarely, contacts that
/// closed for a moment only, and a finger on a contact that moisture had closed.
extension ReadKeysJudgeTests {
    /// No key makes contact.
    private func dead(from start: UInt64, to end: UInt64) -> Kinds {
        [(start, .faultStarted(.keypadDead)), (end, .faultStopped(.keypadDead))]
    }

    private func stuck(_ key: Key, from start: UInt64, to end: UInt64? = nil) -> Kinds {
        let begin: Kinds = [(start, .faultStarted(.keyStuck(key))), (start, .keyContact(key, isDown: true))]
        guard let end else { return begin }
        return begin + [(end, .faultStopped(.keyStuck(key))), (end, .keyContact(key, isDown: false))]
    }

    private func comparison(at time: UInt64, digits: UInt8) -> Kinds {
        [
            (time, .flashProgrammed(address: 64, count: 52, .entry(kind: 3, key: 0))),
            (time + 10, .derivationBegan(digits: digits)), (time + 80, .derivationEnded),
        ]
    }

    // MARK: A keypad that is dead

    // The keypad died in the middle of a code, and the lock judged what it had read when the next `#` came.
    @Test(arguments: [(2_219, []), (2_239, []), (2_240, ["R2"]), (3_000, ["R2"])] as [(UInt64, [String])])
    func `enter on a dead keypad ends no entry, one that had rested before does`(died: UInt64, verdict: [String]) {
        let typed = digits(from: 1_000) + press(.pound, at: 2_200) + dead(from: died, to: 4_000)
        #expect(judged(typed + press(.pound, at: 5_000) + comparison(at: 5_030)) == verdict)
    }

    @Test func `digits on a dead keypad are no part of the code that is judged`() {
        // The first two were read, and the third is still down when the keypad makes contact again.
        let typed = digits(from: 1_000) + dead(from: 1_500, to: 1_700) + press(.pound, at: 2_200)
        #expect(judged(typed + comparison(at: 2_230, digits: 4)) == [])
        #expect(judged(authority, digits([2, 7, 1, 8, 2, 8], from: 1_000) + press(.pound, at: 2_800) + opening) == [])
        let unread = digits([2, 7, 1, 8, 2, 8], from: 1_000) + press(.pound, at: 2_800)
        #expect(judged(authority, unread + dead(from: 900, to: 2_950) + opening) == ["R1"])
        #expect(judged(authority, unread + dead(from: 1_500, to: 2_200) + opening) == ["R1"])
        let again = digits([1, 8, 2, 8], from: 3_000) + press(.pound, at: 4_200)
        #expect(judged(authority, unread + dead(from: 1_500, to: 2_950) + again + opening) == [])
    }

    @Test(arguments: [(1_099, []), (1_100, []), (1_101, ["R1"])] as [(UInt64, [String])])
    func `a digit that is still down when a dead keypad is mended is read then`(mended: UInt64, verdict: [String]) {
        let typed = digits([2, 7, 1, 8, 2, 8], from: 1_000) + press(.pound, at: 2_800)
        #expect(judged(authority, dead(from: 500, to: mended) + typed + opening) == verdict)
    }

    @Test func `a key that got stuck while the keypad was dead is pressed when it is mended`() {
        let typed = digits([7, 1, 8, 2, 8], from: 3_000) + press(.pound, at: 4_500)
        let both = dead(from: 100, to: 2_500) + stuck(.digit(2), from: 200, to: 3_800)
        #expect(judged(authority, both + typed + opening) == [])
        let apart = dead(from: 100, to: 2_500) + stuck(.digit(2), from: 200, to: 2_499)
        #expect(judged(authority, apart + typed + opening) == ["R1"])
    }

    @Test func `what is typed while the lock has no power is nobody's authority`() {
        let typed = digits([2, 7, 1, 8, 2, 8], from: 1_000) + press(.pound, at: 2_800)
        let off: Kinds = [(900, .brownedOut), (3_000, .coldStarted(.brownOut))]
        #expect(judged(authority, off + typed + opening) == ["R1"])
        let early: Kinds = [(500, .brownedOut), (900, .coldStarted(.brownOut))]
        #expect(judged(authority, early + typed + opening) == [])
    }

    // MARK: Contacts that closed for a moment

    @Test func `what was answered was read, and is not entered a second time`() {
        // Thirty milliseconds: any lock may have read that enter, and need not have.
        let typed = digits(from: 1_000) + press(.pound, at: 2_200, until: 2_230)
        let later = press(.pound, at: 5_000) + comparison(at: 5_030)
        #expect(judged(typed + later) == [])
        #expect(judged(typed + comparison(at: 2_235)) == [])
        #expect(judged(typed + comparison(at: 2_235) + later) == ["R2"])
    }

    @Test(arguments: [(2_219, []), (2_239, []), (2_240, ["R2"])] as [(UInt64, [String])])
    func `an enter that was too short to be read surely ends no entry for sure`(up: UInt64, verdict: [String]) {
        let typed = digits(from: 1_000) + press(.pound, at: 2_200, until: up)
        #expect(judged(typed + press(.pound, at: 5_000) + comparison(at: 5_030)) == verdict)
    }

    @Test(arguments: [(2_257, []), (2_258, ["R2"])] as [(UInt64, [String])])
    func `a contact that bounces longer must rest longer`(up: UInt64, verdict: [String]) {
        let bounce: Kinds = [(500, .faultStarted(.keyBounce(milliseconds: 18)))]
        let typed = digits(from: 1_000) + press(.pound, at: 2_200, until: up)
        #expect(judged(bounce + typed + press(.pound, at: 5_000) + comparison(at: 5_030)) == verdict)
    }

    // MARK: A finger on a contact that is closed

    // Moisture had closed the contact, and dried while the finger was on it.
    @Test(arguments: [(1_619, ["R1"]), (1_620, []), (1_700, [])] as [(UInt64, [String])])
    func `a finger on a bridged contact is read when the bridge is gone`(up: UInt64, verdict: [String]) {
        let held = press(.digit(2), at: 1_500, until: up)
        let typed = digits([7, 1, 8, 2, 8], from: 2_000) + press(.pound, at: 3_500)
        #expect(judged(authority, bridge(from: 500, to: 1_600) + held + typed + opening) == verdict)
    }

    @Test func `a finger that the lock had read before the bridge is not read again`() {
        let held = press(.digit(2), at: 1_000, until: 3_000)
        let twice = digits([2, 7, 1, 8, 2, 8], from: 3_200) + press(.pound, at: 5_000)
        #expect(judged(authority, bridge(from: 1_500, to: 2_000) + held + twice + opening) == ["R1"])
        let once = digits([7, 1, 8, 2, 8], from: 3_200) + press(.pound, at: 5_000)
        #expect(judged(authority, bridge(from: 1_500, to: 2_000) + held + once + opening) == [])
    }

    // MARK: Columns that are looked at rarely

    /// The 9 is in the column of the 6, and goes down for so long; then the others, and the `#` of a fault.
    private func besideStuck(_ key: Key, since start: UInt64, nineFor length: UInt64) -> Kinds {
        stuck(key, from: start, to: 16_500) + digits([4, 8], from: 14_000)
            + press(.digit(9), at: 14_600, until: 14_600 + length) + digits([1, 5], from: 15_200)
            + press(.pound, at: 17_000)
    }

    // Any key in the column of a stuck one must be held for a quarter of a second: that is a known limit.
    @Test(arguments: [(120, []), (289, []), (290, ["R1"])] as [(UInt64, [String])])
    func `a short touch in the column of a key that is stuck may go unread`(length: UInt64, verdict: [String]) {
        let code = Household.code("4815")
        var codes = KnownCodes()
        codes.insert(code)
        let judge = AuthorityChecker(codes: codes)
        let opens: Kinds = [(17_100, .motorPower(.retract)), (17_600, .motorPower(nil))]
        #expect(judged(judge, besideStuck(.digit(6), since: 1_000, nineFor: length) + opens) == verdict)
    }

    @Test func `a short touch in another column is read, and so is one beside a key that is not stuck yet`() {
        var codes = KnownCodes()
        codes.insert(Household.code("4815"))
        let judge = AuthorityChecker(codes: codes)
        let opens: Kinds = [(17_100, .motorPower(.retract)), (17_600, .motorPower(nil))]
        #expect(judged(judge, besideStuck(.digit(5), since: 1_000, nineFor: 120) + opens) == ["R1"])
        #expect(judged(judge, besideStuck(.digit(6), since: 4_601, nineFor: 120) + opens) == ["R1"])
        #expect(judged(judge, besideStuck(.digit(6), since: 3_900, nineFor: 120) + opens) == [])
    }

    @Test(arguments: [(10_499, ["R1"]), (10_500, [])] as [(UInt64, [String])])
    func `a key just after a bridge that lasted ten seconds may go unread`(end: UInt64, verdict: [String]) {
        let typed =
            bridge(from: 500, to: end) + press(.digit(1), at: end + 10)
            + digits([2, 7, 1, 8, 2, 8], from: end + 500) + press(.pound, at: end + 2_300)
        let opens: Kinds = [(end + 2_400, .motorPower(.retract)), (end + 2_900, .motorPower(nil))]
        #expect(judged(authority, typed + opens) == verdict)
        let later =
            bridge(from: 500, to: end) + press(.digit(1), at: end + 291)
            + digits([2, 7, 1, 8, 2, 8], from: end + 500) + press(.pound, at: end + 2_300)
        #expect(judged(authority, later + opens) == ["R1"])
    }

    // MARK: `0 #`

    private var session: Kinds { [(10, .derivationEnded), (20, .indicated(.programming))] }

    // The keypad died 23 ms after the `#` made contact: no lock can have read it for sure, and the session went on.
    @Test(arguments: [(1_339, []), (1_340, ["R1"])] as [(UInt64, [String])])
    func `an enter that died at once ends no session`(died: UInt64, verdict: [String]) {
        let typed = session + digits([0], from: 1_000) + press(.pound, at: 1_300) + dead(from: died, to: 2_000)
        #expect(judged(SessionChecker(), typed + [(2_500, .indicated(.sessionOpen))]) == verdict)
    }

    // The 0 had no contact for most of the time, and what was typed before went unread.
    @Test(arguments: [(1_079, ["R1"]), (1_081, []), (1_119, [])] as [(UInt64, [String])])
    func `a 0 that had no contact ends no session`(mended: UInt64, verdict: [String]) {
        let typed = session + dead(from: 500, to: mended) + digits([0], from: 1_000) + press(.pound, at: 1_300)
        #expect(judged(SessionChecker(), typed + [(2_500, .indicated(.sessionOpen))]) == verdict)
    }

    @Test func `a 0 behind digits whose enter went unread ends no session`() {
        let before = session + digits([5], from: 1_000) + press(.pound, at: 1_300)
        let ended = digits([0], from: 2_000) + press(.pound, at: 2_300) + [(3_500, .indicated(.sessionOpen))]
        #expect(judged(SessionChecker(), before + dead(from: 1_200, to: 1_800) + ended) == [])
        #expect(judged(SessionChecker(), before + dead(from: 1_500, to: 1_800) + ended) == ["R1"])
    }
}
