import LockCore
import LockSim
import Testing

/// Each judge hears a trace that breaks its rule, and one just this side of it.
@Suite struct CheckerTests {
    static let pin = Household.pin

    private func events(_ kinds: [(UInt64, TraceEvent.Kind)]) -> [TraceEvent] {
        kinds.map { TraceEvent(time: WorldTime(milliseconds: $0.0), kind: $0.1) }
    }

    private func judged<Judge: Checker>(_ judge: Judge, _ kinds: [(UInt64, TraceEvent.Kind)]) -> [String] {
        var judge = judge
        for event in events(kinds) { judge.observe(event) }
        judge.finish(at: WorldTime(milliseconds: (kinds.last?.0 ?? 0) + 60_000))
        return judge.findings.violations.map(\.rule)
    }

    /// The contacts of a code and `#`, from a time on, 300 ms a key.
    private func typing(_ digits: String, from start: UInt64) -> [(UInt64, TraceEvent.Kind)] {
        var kinds: [(UInt64, TraceEvent.Kind)] = []
        var time = start
        let keys = digits.utf8.map { Key.digit($0 - 0x30) } + [Key.pound]
        for key in keys {
            kinds.append((time, .keyContact(key, isDown: true)))
            kinds.append((time + 120, .keyContact(key, isDown: false)))
            time += 300
        }
        return kinds
    }

    /// A new line of the access log.
    private func line(_ sequence: UInt32) -> TraceEvent.Kind {
        .flashProgrammed(address: 64, count: 60, .entry(kind: 1, key: sequence))
    }

    /// The keypad's counters.
    private var counted: TraceEvent.Kind { .flashProgrammed(address: 64, count: 52, .entry(kind: 3, key: 0)) }

    private var authority: AuthorityChecker {
        var codes = KnownCodes()
        codes.insert(Self.pin)
        return AuthorityChecker(codes: codes)
    }

    // MARK: R1

    @Test func `a retraction that nobody asked for breaks R1`() {
        #expect(judged(authority, [(100, .motorPower(.retract)), (700, .motorPower(nil))]) == ["R1"])
    }

    @Test func `a wrong code is no authority`() {
        #expect(judged(authority, typing("271829", from: 0) + [(2_500, .motorPower(.retract))]) == ["R1"])
    }

    @Test func `a right code is one for fifteen seconds`() {
        let typed = typing("271828", from: 0)
        #expect(judged(authority, typed + [(16_800, .motorPower(.retract))]) == [])
        #expect(judged(authority, typed + [(16_801, .motorPower(.retract))]) == ["R1"])
    }

    @Test func `a code that was cleared or lies behind ten seconds of silence is none`() {
        let half = typing("2718", from: 0).dropLast(2)
        let cleared = half + [(1_300, .keyContact(.star, isDown: true))] + typing("28", from: 1_600)
        #expect(judged(authority, cleared + [(3_000, .motorPower(.retract))]) == ["R1"])
        #expect(judged(authority, half + typing("28", from: 11_000) + [(13_000, .motorPower(.retract))]) == ["R1"])
    }

    @Test func `the button inside and a request are authority`() {
        let request = RemoteRequest(.unlock, source: .remote, sequence: 1)
        #expect(judged(authority, [(0, .insideButton(isPressed: true)), (9, .motorPower(.retract))]) == [])
        #expect(judged(authority, [(0, .requestArrived(request, by: UserIndex(1))), (9, .motorPower(.retract))]) == [])
        let locking = RemoteRequest(.lock, source: .remote, sequence: 1)
        #expect(
            judged(authority, [(0, .requestArrived(locking, by: UserIndex(1))), (9, .motorPower(.retract))]) == ["R1"])
    }

    // A stranger's 9 V block finished somebody's unlock, and no judge said a word.
    @Test func `an opening that lost its power is never finished by itself`() {
        let interrupted = typing("271828", from: 0) + [(2_500, .motorPower(.retract)), (2_700, .brownedOut)]
        let start: TraceEvent.Kind = .coldStarted(.powerOn)
        #expect(judged(authority, interrupted + [(3_000, start), (3_100, .motorPower(.retract))]) == ["R1"])
    }

    @Test func `firmware that died finishes an opening once, within its fifteen seconds`() {
        let died = typing("271828", from: 0) + [(2_500, .motorPower(.retract)), (2_700, .firmwareDied)]
        let start: TraceEvent.Kind = .coldStarted(.watchdog)
        #expect(judged(authority, died + [(4_000, start), (16_800, .motorPower(.retract))]) == [])
        #expect(judged(authority, died + [(4_000, start), (16_801, .motorPower(.retract))]) == ["R1"])
        let twice = died + [(4_000, start), (4_500, .firmwareDied), (6_000, start), (6_100, .motorPower(.retract))]
        #expect(judged(authority, twice) == ["R1"])
    }

    @Test func `contacts of a fault are nobody's digits, a finger's are`() {
        let keys = [Key.digit(1), Key.digit(2), Key.digit(4)]
        let closed = keys.map { (UInt64(0), TraceEvent.Kind.keyContact($0, isDown: true)) }
        let opened = keys.map { (UInt64(500), TraceEvent.Kind.keyContact($0, isDown: false)) }
        let pin = typing("271828", from: 1_000) + [(3_500, TraceEvent.Kind.motorPower(.retract))]
        let ghosts =
            [(UInt64(0), TraceEvent.Kind.faultStarted(.keyGhost))] + closed
            + [(500, .faultStopped(.keyGhost))] + opened
        #expect(judged(authority, ghosts + pin) == [])
        // Three fingers in a row, which the lock reads; on these three corners it could not.
        let row = [Key.digit(1), .digit(2), .digit(3)].flatMap { key in
            [(UInt64(0), TraceEvent.Kind.keyContact(key, isDown: true)), (500, .keyContact(key, isDown: false))]
        }
        #expect(judged(authority, row.sorted { $0.0 < $1.0 } + pin) == ["R1"])
        #expect(judged(authority, closed + opened + pin) == [])
    }

    /// A throw to lock that began at `from` and stalled at `to`, both in thousandths.
    private func stalled(from: UInt16, to: UInt16) -> [(UInt64, TraceEvent.Kind)] {
        [
            (0, .boltPosition(permille: from)), (1, .motorPower(.extend)), (560, .motorPower(nil)),
            (565, .boltPosition(permille: to)),
        ]
    }

    @Test func `the way back of a throw that began with the bolt in is no opening, however far`() {
        let back: [(UInt64, TraceEvent.Kind)] = [(1_000, .motorPower(.retract)), (1_500, .motorPower(nil))]
        #expect(judged(authority, stalled(from: 0, to: 500) + back) == [])
        #expect(judged(authority, stalled(from: 60, to: 939) + back) == [])
        // A switch that has stuck says nothing of a bolt that is out: for the lock it is a jam (R4).
        #expect(judged(authority, stalled(from: 0, to: 1_000) + back) == [])
    }

    @Test func `a bolt that was out or half-way, or got out, comes back by a backing off at most`() {
        let short: [(UInt64, TraceEvent.Kind)] = [(1_000, .motorPower(.retract)), (1_250, .motorPower(nil))]
        let long: [(UInt64, TraceEvent.Kind)] = [(1_000, .motorPower(.retract)), (1_251, .motorPower(nil))]
        for (from, to) in [(61, 500), (500, 700), (0, 940), (0, 1_000)] as [(UInt16, UInt16)] {
            let isOut = BoltSwitches(isRetracted: false, isExtended: to >= 940)
            let stall = stalled(from: from, to: to) + [(570, .boltSwitches(isOut))]
            #expect(judged(authority, stall + short) == [])
            #expect(judged(authority, stall + long) == ["R1"])
        }
    }

    // A door switch that lied between two tries was called an opening.
    @Test func `a way back in two goes is one, if the throw began with the bolt in and the second comes soon`() {
        let first: [(UInt64, TraceEvent.Kind)] = [
            (1_000, .motorPower(.retract)), (1_150, .motorPower(nil)), (1_170, .boltPosition(permille: 578)),
        ]
        let soon: [(UInt64, TraceEvent.Kind)] = [(1_750, .motorPower(.retract)), (2_050, .motorPower(nil))]
        let late: [(UInt64, TraceEvent.Kind)] = [(1_751, .motorPower(.retract)), (2_051, .motorPower(nil))]
        #expect(judged(authority, stalled(from: 0, to: 840) + first + soon) == [])
        #expect(judged(authority, stalled(from: 0, to: 840) + first + late) == ["R1"])
        #expect(judged(authority, stalled(from: 1_000, to: 840) + first + soon) == ["R1"])
    }

    // The way back of a lock that began as soon as an opening had ended was called an opening.
    @Test func `a throw out with the bolt in is a new one, however soon it follows`() {
        for (place, verdict) in [(60, []), (61, ["R1"])] as [(UInt16, [String])] {
            let back: [(UInt64, TraceEvent.Kind)] = [
                (960, .motorPower(.retract)), (1_110, .motorPower(nil)), (1_120, .boltPosition(permille: place)),
                (1_310, .motorPower(.extend)), (1_560, .motorPower(nil)), (1_570, .boltPosition(permille: 550)),
                (1_960, .motorPower(.retract)), (2_260, .motorPower(nil)),
            ]
            #expect(judged(authority, stalled(from: 1_000, to: 840) + back) == verdict)
        }
    }

    @Test func `a way back that begins long after the stall is an opening`() {
        #expect(judged(authority, stalled(from: 0, to: 500) + [(1_160, .motorPower(.retract))]) == [])
        #expect(judged(authority, stalled(from: 0, to: 500) + [(1_161, .motorPower(.retract))]) == ["R1"])
    }

    @Test func `a throw that the door interrupts goes back, unless the bolt was out before`() {
        let interrupted: [(UInt64, TraceEvent.Kind)] = [
            (0, .motorPower(.extend)), (200, .doorSwitch(isClosed: false)), (210, .motorPower(nil)),
            (212, .motorPower(.retract)), (700, .motorPower(nil)),
        ]
        #expect(judged(authority, [(0, .boltPosition(permille: 0))] + interrupted) == [])
        #expect(judged(authority, [(0, .boltPosition(permille: 1_000))] + interrupted) == ["R1"])
    }

    @Test func `a stuck digit that completes somebody's PIN is theirs, and a faulty enter ends what a finger typed`() {
        let first = typing("2", from: 0).dropLast(2)
        let rest = typing("1828", from: 1_000) + [(3_500, TraceEvent.Kind.motorPower(.retract))]
        for (key, findings) in [(Key.digit(7), []), (.digit(3), ["R1"])] as [(Key, [String])] {
            let stuck: [(UInt64, TraceEvent.Kind)] = [
                (600, .faultStarted(.keyStuck(key))), (600, .keyContact(key, isDown: true)),
            ]
            #expect(judged(authority, first + stuck + rest) == findings)
        }
        let digits = typing("271828", from: 0).dropLast(2)
        let enter: [(UInt64, TraceEvent.Kind)] = [
            (2_500, .faultStarted(.keyStuck(.pound))), (2_500, .keyContact(.pound, isDown: true)),
            (3_500, .motorPower(.retract)),
        ]
        #expect(judged(authority, digits + enter) == [])
    }

    @Test func `mending ghosts leaves a stuck key stuck`() throws {
        var world = World()
        let stuck = Key.digit(1)
        _ = try world.perform(.start(.keyStuck(stuck)))
        _ = try world.perform(.start(.keyGhost))
        _ = try world.perform(.stop(.keyGhost))
        #expect(world.keypad.stuck.contains(stuck))
        _ = try world.perform(.stop(.keyStuck(stuck)))
        #expect(!world.keypad.stuck.contains(stuck))
    }

    // MARK: R2

    private func guesses(_ count: Int, apart: UInt64, codes: KnownCodes = KnownCodes()) -> [String] {
        var kinds: [(UInt64, TraceEvent.Kind)] = []
        for guess in 0..<UInt64(count) {
            kinds += typing("111222", from: guess * apart) + [(guess * apart + 1_850, .derivationBegan(digits: 6))]
        }
        return judged(GuessChecker(codes: codes), kinds)
    }

    @Test func `five wrong codes are free, the seventh needs 30 s`() {
        #expect(guesses(6, apart: 3_000) == [])
        #expect(guesses(7, apart: 3_000) == ["R2"])
    }

    @Test func `penalties double, so guessing every half minute breaks R2 at the eighth code`() {
        #expect(guesses(7, apart: 31_000) == [])
        #expect(guesses(8, apart: 31_000) == ["R2"])
    }

    @Test func `beyond the budget every guess breaks R2`() {
        let day = Interval.days(1).milliseconds
        // More than a day apart no penalty is broken: 100 guesses, and one more for each day, are never spent.
        #expect(guesses(20, apart: day + 5_000) == [])
        var codes = KnownCodes()
        codes.insert(Self.pin)
        // Somebody who knows a code resets the streak again and again: what is left is the budget.
        var kinds: [(UInt64, TraceEvent.Kind)] = []
        for guess in 0..<101 as Range<UInt64> {
            let time = guess * 10_000
            kinds += typing("111222", from: time) + [(time + 1_850, .derivationBegan(digits: 6))]
            kinds += typing("271828", from: time + 4_000) + [(time + 5_850, .derivationBegan(digits: 6))]
        }
        #expect(judged(GuessChecker(codes: codes), kinds) == ["R2"])
    }

    @Test func `L1: whoever is inside is judged in a penalty, but not twice in a minute`() {
        func verdict(
            start: UInt64 = 0, isDoorClosed: Bool = false, hasButton: Bool = true, second: UInt64? = nil
        ) -> [String] {
            var kinds: [(UInt64, TraceEvent.Kind)] = [
                (start, .coldStarted(.powerOn)), (start, .doorSwitch(isClosed: isDoorClosed)),
            ]
            // Six wrong codes, the last one entered at 76.8 s: a penalty of 30 s.
            for guess in 0..<UInt64(6) {
                let time = 60_000 + guess * 3_000
                kinds += typing("111222", from: time) + [(time + 1_850, .derivationBegan(digits: 6))]
            }
            if hasButton { kinds.append((77_500, .insideButton(isPressed: true))) }
            for time in [80_000] + (second.map { [$0] } ?? []) {
                kinds += typing("111222", from: time) + [(time + 1_850, .derivationBegan(digits: 6))]
                if hasButton { kinds.append((time + 2_000, .insideButton(isPressed: true))) }
            }
            return judged(GuessChecker(codes: KnownCodes()), kinds)
        }
        #expect(verdict() == [])
        #expect(verdict(hasButton: false) == ["R2"])
        #expect(verdict(second: 139_000) == [])
        #expect(verdict(second: 138_999) == ["R2"])
        #expect(verdict(start: 22_800) == [], "a minute after cold start, a second less for bouncing keys")
        #expect(verdict(start: 22_801) == ["R2"])
        // At the closed door the button opens, and ends the penalty.
        #expect(verdict(isDoorClosed: true, second: 84_000) == [])
    }

    @Test func `recovery codes are judged once a minute`() {
        let first: [(UInt64, TraceEvent.Kind)] = [(0, .coldStarted(.powerOn)), (60_000, .derivationBegan(digits: 12))]
        #expect(judged(GuessChecker(codes: KnownCodes()), first + [(120_000, .derivationBegan(digits: 12))]) == [])
        #expect(judged(GuessChecker(codes: KnownCodes()), first + [(119_999, .derivationBegan(digits: 12))]) == ["R2"])
    }

    @Test func `a recovery code that privacy wants to see twice is judged at once, and a third one is not`() {
        let first: [(UInt64, TraceEvent.Kind)] = [(0, .coldStarted(.powerOn)), (60_000, .derivationBegan(digits: 12))]
        func verdict(asked: UInt64, _ rest: [(UInt64, TraceEvent.Kind)]) -> [String] {
            judged(GuessChecker(codes: KnownCodes()), first + [(asked, .indicated(.privacyAsked))] + rest)
        }
        let second: [(UInt64, TraceEvent.Kind)] = [(66_000, .derivationBegan(digits: 12))]
        #expect(verdict(asked: 62_000, second) == [])
        #expect(verdict(asked: 62_001, second) == ["R2"], "that light was for something else")
        #expect(verdict(asked: 62_000, second + [(70_000, .derivationBegan(digits: 12))]) == ["R2"])
    }

    @Test func `a judged code that nobody typed breaks R2`() {
        #expect(judged(GuessChecker(codes: KnownCodes()), [(0, .derivationBegan(digits: 6))]) == ["R2"])
    }

    @Test func `a code that is judged before its attempt was recorded breaks R2`() {
        var codes = KnownCodes()
        codes.insert(Self.pin)
        let judge = GuessChecker(codes: codes)
        let typed = [(0, TraceEvent.Kind.coldStarted(.powerOn))] + typing("271828", from: 1_000)
        let began: [(UInt64, TraceEvent.Kind)] = [(3_000, .derivationBegan(digits: 6))]
        let ended: [(UInt64, TraceEvent.Kind)] = [(3_400, .derivationEnded)]
        #expect(judged(judge, typed + [(2_900, counted)] + began + ended) == [])
        #expect(judged(judge, typed + began + [(3_399, counted)] + ended) == [])
        #expect(judged(judge, typed + began + ended) == ["R2"])
        #expect(judged(judge, typed + [(2_900, line(1))] + began + ended) == ["R2"])
        // Counted for the code before is not counted for this one; a dead flash counts nothing.
        #expect(judged(judge, [(500, counted)] + typed + began + ended) == ["R2"])
        #expect(judged(judge, [(500, .faultStarted(.flashDead))] + typed + began + ended) == [])
        #expect(judged(judge, typed + [(2_900, .flashFailed(address: 0))] + began + ended) == [])
    }

    // MARK: R3

    @Test func `only a new line of the log is a record of a movement`() {
        let go: [(UInt64, TraceEvent.Kind)] = [(9, .motorPower(.retract))]
        #expect(judged(RecordChecker(), [(0, counted)] + go) == ["R3"])
        #expect(judged(RecordChecker(), [(0, .flashProgrammed(address: 0, count: 16, .structure))] + go) == ["R3"])
        #expect(judged(RecordChecker(), [(0, .flashProgrammed(address: 0, count: 0, .unseen))] + go) == [])
        // A line that only moves to another sector tells of something else.
        let before: [(UInt64, TraceEvent.Kind)] = [
            (0, line(7)), (1, .motorPower(.retract)), (600, .motorPower(nil)), (9_000, line(7)),
        ]
        #expect(judged(RecordChecker(), before + [(9_001, .motorPower(.extend))]) == ["R3"])
        #expect(judged(RecordChecker(), before + [(9_000, line(8)), (9_001, .motorPower(.extend))]) == [])
    }

    @Test func `a motor without a record breaks R3`() {
        #expect(judged(RecordChecker(), [(0, .motorPower(.retract))]) == ["R3"])
        #expect(
            judged(RecordChecker(), [(0, line(1)), (9, .motorPower(.retract))]) == [])
        let late: [(UInt64, TraceEvent.Kind)] = [
            (0, line(1)), (2_001, .motorPower(.retract)),
        ]
        #expect(judged(RecordChecker(), late) == ["R3"])
    }

    @Test func `a second try needs no second record, a second operation does`() {
        let first: [(UInt64, TraceEvent.Kind)] = [
            (0, line(1)), (1, .motorPower(.retract)), (600, .motorPower(nil)),
        ]
        #expect(judged(RecordChecker(), first + [(1_600, .motorPower(.retract))]) == [])
        #expect(judged(RecordChecker(), first + [(1_601, .motorPower(.retract))]) == ["R3"])
    }

    @Test func `a dead flash excuses it if an alarm follows within ten seconds`() {
        let dead: [(UInt64, TraceEvent.Kind)] = [(0, .faultStarted(.flashDead)), (5, .motorPower(.retract))]
        #expect(judged(RecordChecker(), dead + [(10_005, .indicated(.alarm))]) == [])
        #expect(judged(RecordChecker(), dead + [(10_006, .indicated(.alarm))]) == ["R3"])
        #expect(judged(RecordChecker(), dead) == ["R3"])
    }

    @Test func `an alarm that cannot leave the house is owed until it can, and no longer than the power lasts`() {
        let dead: [(UInt64, TraceEvent.Kind)] = [(0, .faultStarted(.flashDead)), (5, .motorPower(.retract))]
        #expect(judged(RecordChecker(isUplinkUp: true), dead) == ["R3"])
        #expect(judged(RecordChecker(isUplinkUp: false), dead) == [])
        let up = dead + [(20_000, TraceEvent.Kind.uplink(isUp: true))]
        #expect(judged(RecordChecker(isUplinkUp: false), up + [(30_000, .alertSent(Self.degraded))]) == [])
        #expect(judged(RecordChecker(isUplinkUp: false), up + [(30_001, .alertSent(Self.degraded))]) == ["R3"])
        #expect(judged(RecordChecker(isUplinkUp: false), up) == ["R3"])
        let cut = dead + [(10_000, .brownedOut), (20_000, .uplink(isUp: true))]
        #expect(judged(RecordChecker(isUplinkUp: false), cut) == [])
        #expect(judged(RecordChecker(hasUplink: false), up) == [])
        let downAgain = up + [(25_000, TraceEvent.Kind.uplink(isUp: false))]
        #expect(judged(RecordChecker(isUplinkUp: false), downAgain) == [])
    }

    private static var degraded: LogRecord {
        LogRecord(sequence: 7, time: WallTime(seconds: 0), trust: .unknown, entry: .alarm(.logDegraded))
    }

    @Test func `flash work while the motor has power breaks R3`() {
        let on: [(UInt64, TraceEvent.Kind)] = [(0, line(1)), (1, .motorPower(.extend))]
        #expect(judged(RecordChecker(), on + [(2, line(2))]) == ["R3"])
        #expect(judged(RecordChecker(), on + [(2, .eraseBegan(sector: 3))]) == ["R3"])
        #expect(judged(RecordChecker(), on + [(2, .motorPower(nil)), (2, .eraseBegan(sector: 3))]) == [])
    }

    // MARK: R4

    @Test func `cells that fail between two tries were good when they were measured`() {
        let first: [(UInt64, TraceEvent.Kind)] = [(0, .motorPower(.extend)), (400, .motorPower(nil))]
        let failing: [(UInt64, TraceEvent.Kind)] = [(700, .faultStarted(.cellsMixed(weakest: Percent(2))))]
        let second: [(UInt64, TraceEvent.Kind)] = [(1_400, .motorPower(.extend)), (1_420, .brownedOut)]
        #expect(judged(EnergyChecker(), first + failing + second) == [])
        #expect(judged(EnergyChecker(), first + second) == ["R4"])
        // A second operation has its own measurement.
        let later: [(UInt64, TraceEvent.Kind)] = [(1_401, .motorPower(.extend)), (1_420, .brownedOut)]
        #expect(judged(EnergyChecker(), first + failing + later) == ["R4"])
    }

    @Test func `locking that browns the lock out breaks R4, unless somebody took the source away`() {
        let extending: [(UInt64, TraceEvent.Kind)] = [(0, .motorPower(.extend))]
        #expect(judged(EnergyChecker(), extending + [(50, .brownedOut)]) == ["R4"])
        #expect(judged(EnergyChecker(), extending + [(40, .nineVolt(Millivolts(0))), (50, .brownedOut)]) == [])
        #expect(judged(EnergyChecker(), [(0, .motorPower(.retract)), (50, .brownedOut)]) == [])
        let after = extending + [(600, .motorPower(nil))]
        #expect(judged(EnergyChecker(), after + [(700, .brownedOut)]) == ["R4"])
        #expect(judged(EnergyChecker(), after + [(701, .brownedOut)]) == [])
    }

    // MARK: R5

    @Test func `driving both ways breaks R5`() {
        #expect(judged(MotorChecker(), [(0, .motorLines(retract: true, extend: true))]) == ["R5"])
    }

    @Test func `a motor that is on for longer than its one-shot breaks R5`() {
        let on: [(UInt64, TraceEvent.Kind)] = [(0, .motorPower(.retract))]
        #expect(judged(MotorChecker(), on + [(1_610, .motorPower(nil))]) == [])
        #expect(judged(MotorChecker(), on + [(1_611, .motorPower(nil))]) == ["R5"])
    }

    @Test func `a stall is over 50 ms after it was one`() {
        let stalled: [(UInt64, TraceEvent.Kind)] = [(0, .motorPower(.retract)), (300, .motorCurrentHigh(true))]
        #expect(judged(MotorChecker(), stalled + [(390, .motorPower(nil))]) == [])
        #expect(judged(MotorChecker(), stalled + [(391, .motorPower(nil))]) == ["R5"])
        let dead = stalled + [(310, .firmwareDied), (1_600, .motorPower(nil))]
        #expect(judged(MotorChecker(), dead) == [], "the one-shot, not dead firmware, ends it")
    }

    @Test func `extending against an open door breaks R5`() {
        #expect(
            judged(MotorChecker(isDoorClosed: false), [(0, .motorPower(.extend)), (9, .motorPower(nil))]) == ["R5"])
        let opening: [(UInt64, TraceEvent.Kind)] = [(0, .motorPower(.extend)), (100, .doorSwitch(isClosed: false))]
        #expect(judged(MotorChecker(), opening + [(150, .motorPower(nil))]) == [])
        #expect(judged(MotorChecker(), opening + [(151, .motorPower(nil))]) == ["R5"])
    }

    @Test func `a thumbturn that does not open breaks R5`() {
        let turn: [(UInt64, TraceEvent.Kind)] = [(0, .handTurns(.retract, share: Percent(100), isKey: false))]
        #expect(judged(EgressChecker(permille: 1_000), turn + [(300, .boltPosition(permille: 60))]) == [])
        #expect(judged(EgressChecker(permille: 1_000), turn + [(300, .boltPosition(permille: 61))]) == ["R5"])
        #expect(judged(EgressChecker(permille: 0), turn) == [])
    }

    // MARK: Light, log, leaks

    @Test func `a lock that complains for ever breaks the rule, one that is spoken to does not`() {
        let nagging = (0..<80 as Range<UInt64>).map { ($0 * 5_000, TraceEvent.Kind.indicated(.jammed)) }
        #expect(judged(IndicationChecker(), nagging) == ["Indication"])
        let spoken = nagging.flatMap { [$0, ($0.0 + 1, .keyContact(.pound, isDown: true))] }
        #expect(judged(IndicationChecker(), spoken) == [])
    }

    @Test func `a code in a text is found, plain or spread, and a longer number is none`() {
        func found(_ text: String) -> Int { LeakChecker.findings(in: text, codes: [Self.pin], at: .start).count }
        #expect(found("Anna types 271828 and #") == 1)
        #expect(found("keys 2 7 1 8 2 8") == 1)
        #expect(found("at 1271828 ms") == 0)
        #expect(found("at 2718281 ms") == 0)
        #expect(found("nothing") == 0)
    }
}
