import LockCore
import LockCrypto
import LockSim
import Testing

/// The judges know when whose right is in force: each case has a trace that breaks R1, and one just inside it.
@Suite struct RightsTests {
    typealias Kinds = [(UInt64, TraceEvent.Kind)]

    /// 2026-01-15 12:00 UTC, a Thursday.
    private static var noon: WallTime { WallTime(seconds: 1_768_478_400) }
    private static let minute: UInt64 = 60_000
    private static let day: UInt64 = 86_400_000

    private static var code: Code { Household.code("244948") }

    /// Judges of a run that begins at noon, who know one user with that code and phone 0, and a recovery code.
    private func checkers(_ validity: Validity, _ status: UserStatus = .enabled) -> Checkers {
        var parameters = WorldParameters()
        parameters.wallTime = Self.noon
        parameters.isBoltExtended = true
        var checkers = Checkers(world: World(parameters))
        var credential = Credential(user: UserIndex(1), role: .guest, validity: validity)
        credential.status = status
        checkers.enrol(credential, code: Self.code)
        checkers.add(phone: 0, of: UserIndex(1), isKnown: true)
        checkers.enrolRecoveryCode(Household.code("314159265358"))
        return checkers
    }

    /// Somebody enters the code, its `#` at that time, and the motor opens.
    private func coming(_ time: UInt64, _ digits: String = "244948") -> Kinds {
        var kinds: Kinds = []
        let keys = digits.utf8.map { Key.digit($0 - 0x30) } + [.pound]
        for (place, key) in keys.enumerated() {
            let at = time - UInt64(keys.count - 1 - place) * 300
            kinds.append((at, .keyContact(key, isDown: true)))
            kinds.append((at + 120, .keyContact(key, isDown: false)))
        }
        return kinds + opening(time + 400)
    }

    private func opening(_ time: UInt64) -> Kinds {
        [
            (time, .indicated(.granted)), (time + 100, .motorPower(.retract)), (time + 600, .motorPower(nil)),
            (time + 610, .boltPosition(permille: 0)),
        ]
    }

    private func locking(_ time: UInt64) -> Kinds {
        [
            (time, .motorPower(.extend)), (time + 500, .motorPower(nil)),
            (time + 510, .boltPosition(permille: 1_000)),
        ]
    }

    private func breaksR1(_ checkers: Checkers, _ kinds: Kinds) -> Bool {
        var judge = checkers.authority
        for (time, kind) in kinds.sorted(by: { $0.0 < $1.0 }) {
            judge.observe(TraceEvent(time: WorldTime(milliseconds: time), kind: kind))
        }
        return judge.findings.count > 0
    }

    @Test func `a user who is enabled opens, one who is disabled or was never there does not`() {
        #expect(!breaksR1(checkers(.always), coming(5_000)))
        #expect(breaksR1(checkers(.always, .disabled), coming(5_000)))
        #expect(breaksR1(checkers(.always, .available), coming(5_000)))
        let phone: Kinds = [(5_000, .phone(0, .asked(.unlock)))] + opening(6_000)
        #expect(!breaksR1(checkers(.always), phone))
        #expect(breaksR1(checkers(.always, .disabled), phone), "nor does their phone")
        let request = RemoteRequest(.unlock, source: .remote, sequence: 1)
        let asking: Kinds = [(5_000, .requestArrived(request, by: UserIndex(1)))] + opening(6_000)
        #expect(!breaksR1(checkers(.always), asking))
        #expect(breaksR1(checkers(.always, .disabled), asking), "nor what they ask for from afar")
    }

    @Test(arguments: [(UInt64(598_000), true), (597_999, false), (1_201_999, true), (1_202_000, false)])
    func `a dated right holds from its first second to its end, give or take two`(time: UInt64, isInForce: Bool) {
        let validity = Validity.between(Self.noon.advanced(bySeconds: 600), Self.noon.advanced(bySeconds: 1_200))
        #expect(breaksR1(checkers(validity), coming(time)) == !isInForce)
    }

    @Test(arguments: [
        // Thursdays from 12:10 to 12:20: today, and in a week; not tomorrow.
        (UInt8(0b1_0000), UInt16(730), UInt16(740), UInt64(598_000), true), (0b1_0000, 730, 740, 597_999, false),
        (0b1_0000, 730, 740, 7 * day + 1_201_999, true), (0b1_0000, 730, 740, 7 * day + 1_202_000, false),
        (0b1_0000, 730, 740, day + 900_000, false),
        // Wednesdays from 23:00 to 12:10 of the next day.
        (0b1000, 1_380, 730, 601_999, true), (0b1000, 1_380, 730, 602_000, false), (0b1000, 1_380, 730, day, false),
        // Saturdays from 20:00 to 02:00: across the end of the week.
        (0b100_0000, 1_200, 120, 2 * day + 13 * 60 * minute, true),
        (0b100_0000, 1_200, 120, 2 * day + 14 * 60 * minute + 2_000, false),
        // All day long on Thursdays.
        (0b1_0000, 0, 0, 12 * 60 * minute + 1_999, true), (0b1_0000, 0, 0, 12 * 60 * minute + 2_000, false),
        (0, 0, 0, 5_000, false),
    ])
    func `a weekly right holds in its windows`(days: UInt8, from: UInt16, until: UInt16, time: UInt64, isInForce: Bool)
    {
        let judges = checkers(.weekly(days: days, from: from, until: until))
        #expect(breaksR1(judges, coming(time)) == !isInForce)
    }

    @Test func `a right for once is used up by the grant, for PIN and phone alike`() {
        let first = coming(5_000) + locking(8_000)
        #expect(!breaksR1(checkers(.once), first))
        #expect(breaksR1(checkers(.once), first + coming(40_000)))
        #expect(breaksR1(checkers(.once), first + [(40_000, .phone(0, .asked(.unlock)))] + opening(41_000)))
        #expect(!breaksR1(checkers(.always), first + coming(40_000)))
    }

    @Test func `a recovery code opens once`() {
        let first = coming(5_000, "314159265358") + locking(8_000)
        #expect(!breaksR1(checkers(.always), first))
        #expect(breaksR1(checkers(.always), first + coming(80_000, "314159265358")))
    }

    @Test func `a right for once is not used by what came to nothing, or was somebody else's`() {
        let tried = coming(5_000).filter { $0.0 <= 5_200 }
        #expect(!breaksR1(checkers(.once), tried + coming(40_000)), "no grant followed")
        let button: Kinds = [(6_000, .insideButton(isPressed: true))] + opening(6_100)
        #expect(!breaksR1(checkers(.once), tried + button + locking(8_000) + coming(40_000)))
        let back: Kinds = [(5_500, .motorPower(.extend)), (5_900, .motorPower(nil))] + [(6_200, .motorPower(.retract))]
        #expect(!breaksR1(checkers(.once), tried + back + [(6_300, .motorPower(nil))] + coming(40_000)), "a way back")
    }

    @Test func `light and motor each show a grant, and two who came at a time share it`() {
        let typed = coming(5_000).filter { $0.0 <= 5_120 }
        let second = locking(12_000) + coming(40_000)
        #expect(breaksR1(checkers(.once), typed + [(5_400, .indicated(.granted))] + second), "to a bolt that is in")
        #expect(
            breaksR1(checkers(.once), typed + [(5_500, .motorPower(.retract)), (6_000, .motorPower(nil))] + second))
        var judges = checkers(.once)
        judges.enrol(Credential(user: UserIndex(2), role: .resident), code: Household.pin)
        let theirs = coming(3_000, "271828").filter { $0.0 <= 3_120 }
        #expect(!breaksR1(judges, theirs + coming(7_000) + second), "whose grant it was nobody can say")
    }

    @Test func `a mark that the flash could not keep, or has lost, is not held against the lock`() {
        let second = locking(8_000) + coming(40_000)
        #expect(!breaksR1(checkers(.once), [(0, .faultStarted(.flashDead))] + coming(5_000) + second))
        #expect(!breaksR1(checkers(.once), coming(5_000) + [(7_000, .faultStarted(.bitRot(bits: 1)))] + second))
        #expect(!breaksR1(checkers(.once), [(0, .faultStarted(.bitRot(bits: 1)))] + coming(5_000) + second))
        let later: Kinds = [(7_000, .faultStarted(.flashDead)), (7_500, .faultStopped(.flashDead))]
        #expect(breaksR1(checkers(.once), coming(5_000) + later + second), "it was written before")
    }

    @Test func `a right for some minutes runs from its first use`() {
        let first = coming(3_600_000) + locking(3_603_000)
        let judges = checkers(.expiring(minutes: 10, since: nil))
        #expect(!breaksR1(judges, first), "however late that is")
        #expect(!breaksR1(judges, first + coming(3_600_000 + 601_999)))
        #expect(breaksR1(judges, first + coming(3_600_000 + 602_000)))
        let started = checkers(.expiring(minutes: 10, since: Self.noon))
        #expect(!breaksR1(started, coming(601_999)))
        #expect(breaksR1(started, coming(602_000)))
    }

    @Test func `what the lock cannot know of the time is not held against it, what it can is`() {
        let validity = Validity.between(Self.noon, Self.noon.advanced(bySeconds: 1_200))
        let late = coming(1_208_000)
        #expect(breaksR1(checkers(validity), late))
        #expect(!breaksR1(checkers(validity), [(0, .faultStarted(.clockDrifting(millionths: -5_000)))] + late))
        #expect(breaksR1(checkers(validity), [(0, .faultStarted(.clockDrifting(millionths: -4_000)))] + late))
        let mended: Kinds = [
            (0, .faultStarted(.clockDrifting(millionths: 5_000))),
            (600_000, .faultStopped(.clockDrifting(millionths: 5_000))),
        ]
        #expect(breaksR1(checkers(validity), mended + late))
        let before = Self.noon.advanced(bySeconds: 600)
        #expect(!breaksR1(checkers(validity), [(1_200_000, .timeOffered(before, isAuthenticated: true))] + late))
        #expect(breaksR1(checkers(validity), [(1_200_000, .timeOffered(before, isAuthenticated: false))] + late))
        #expect(breaksR1(checkers(validity), [(0, .faultStarted(.clockWoundBack(seconds: 600)))] + late))
    }

    @Test func `a code that was set anew has the new right`() {
        var judges = checkers(.always, .disabled)
        judges.allow(Self.code)
        #expect(!breaksR1(judges, coming(5_000)))
        judges.forbid(Self.code)
        #expect(breaksR1(judges, coming(5_000)))
    }

    @Test func `a code out of its time is a wrong one for R2`() {
        for (status, isRight) in [(UserStatus.enabled, true), (.disabled, false)] {
            var judge = checkers(.always, status).guesses
            for number in 0..<7 as Range<UInt64> {
                let time = 5_000 + number * 5_000
                let kinds =
                    coming(time).filter { $0.0 <= time + 120 } + [
                        (time + 20, .flashProgrammed(address: 64, count: 52, .entry(kind: 3, key: 0))),
                        (time + 30, .derivationBegan(digits: 6)), (time + 90, .derivationEnded),
                    ]
                for (time, kind) in kinds.sorted(by: { $0.0 < $1.0 }) {
                    judge.observe(TraceEvent(time: WorldTime(milliseconds: time), kind: kind))
                }
            }
            #expect((judge.wrongCount == 0) == isRight)
            #expect((judge.findings.count == 0) == isRight, "the seventh comes in a penalty")
        }
    }

    // MARK: The real lock under these judges

    @Test(arguments: [
        (Validity.always, UserStatus.disabled, [false, false]), (.once, .enabled, [true, false]),
        (.expiring(minutes: 1, since: nil), .enabled, [true, false]),
        (.weekly(days: 0b1111111, from: 0, until: 0), .enabled, [true, true]),
        (.weekly(days: 0, from: 0, until: 0), .enabled, [false, false]),
        (.between(WallTime(seconds: 0), WallTime(seconds: 1_767_225_690)), .enabled, [true, false]),
    ])
    func `the lock and its judges agree on each right`(validity: Validity, status: UserStatus, opens: [Bool]) throws {
        var parameters = WorldParameters()
        parameters.isBoltExtended = true
        parameters.persons = [Person(name: "Tom", knowing: [Self.code])]
        let world = World(parameters)
        var simulation = Simulation<SwiftCrypto>(world: world, checkers: Checkers(world: world))
        var credential = Credential(user: UserIndex(1), role: .guest, validity: validity)
        credential.status = status
        try simulation.install(
            [
                Enrolment(Credential(user: .owner, role: .owner), code: Household.ownerPIN),
                Enrolment(credential, code: Self.code),
            ], knowingTime: parameters.wallTime)
        simulation.run(for: .seconds(5))
        for expected in opens {
            try simulation.performToEnd(.person(0, .enters(Self.code)))
            #expect(simulation.run(within: .seconds(5)) { !$0.bolt.holdsDoor && !$0.bolt.isActive } == expected)
            simulation.run(for: .seconds(2))
            try simulation.performToEnd(.thumbturn(.extend))
            simulation.run(for: .seconds(100))
        }
        #expect(simulation.finish() == [])
    }
}
