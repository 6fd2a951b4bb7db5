import LockCore
import Testing

@Suite struct LockoutTests {
    private func born() -> Lockout { Lockout(settings: Settings()) }

    /// Counters as the store remembers them, with a full budget unless said otherwise.
    private func resuming(
        streak: UInt8, budget: UInt8 = 100, refillServed: UInt32 = 0, penaltyLeft: UInt32 = 0, off: Interval = .zero,
        at now: Instant = .zero
    ) -> Lockout {
        var lockout = born()
        let record = LockoutRecord(
            streak: streak, budget: budget, refillServed: refillServed, penaltyLeft: penaltyLeft, chipSeconds: nil)
        lockout.resume(record, off: off, at: now)
        return lockout
    }

    private func guess(_ lockout: inout Lockout, at now: Instant) -> Lockout.Outcome? {
        guard lockout.begin(at: now) == .judge else { return nil }
        return lockout.conclude(isRight: false, at: now)
    }

    // MARK: Streak and penalties

    @Test func `five wrong codes cost no waiting and the sixth does`() {
        var lockout = born()
        for _ in 1...5 {
            #expect(lockout.begin(at: .zero) == .judge)
            #expect(lockout.conclude(isRight: false, at: .zero) == .refused)
        }
        #expect(lockout.begin(at: .zero) == .judge)
        #expect(lockout.conclude(isRight: false, at: .zero) == .penaltyBegan(.seconds(30)))
    }

    @Test(
        arguments: [
            (6, 30), (7, 60), (8, 120), (16, 30_720), (17, 61_440), (18, 86_400), (40, 86_400), (255, 86_400),
        ] as [(UInt8, UInt64)])
    func `penalties double with each further wrong code up to a day`(streak: UInt8, seconds: UInt64) {
        var lockout = resuming(streak: streak - 1)
        #expect(guess(&lockout, at: .zero) == .penaltyBegan(.seconds(seconds)))
    }

    @Test func `the streak stays at its end`() {
        var lockout = resuming(streak: .max)
        _ = guess(&lockout, at: .zero)
        #expect(lockout.streak == .max)
    }

    @Test func `codes are ignored until the very end of the penalty, and cost nothing`() {
        var lockout = resuming(streak: 5)
        _ = guess(&lockout, at: .zero)
        let before = lockout
        #expect(lockout.begin(at: .ms(29_999)) == .ignore)
        #expect((lockout.streak, lockout.budget) == (before.streak, before.budget))
        #expect(lockout.isInPenalty(at: .ms(29_999)))
        #expect(!lockout.isInPenalty(at: .ms(30_000)))
        #expect(lockout.begin(at: .ms(30_000)) == .judge)
    }

    @Test func `a right code sets the streak to zero and the next wrong ones are free again`() {
        var lockout = resuming(streak: 5)
        #expect(lockout.begin(at: .zero) == .judge)
        #expect(lockout.conclude(isRight: true, at: .zero) == .accepted)
        #expect(lockout.streak == 0)
        for _ in 1...5 { #expect(guess(&lockout, at: .zero) == .refused) }
        #expect(guess(&lockout, at: .zero) == .penaltyBegan(.seconds(30)))
    }

    @Test func `while one code is judged no other is`() {
        var lockout = born()
        #expect(lockout.begin(at: .zero) == .judge)
        #expect(lockout.begin(at: .zero) == .ignore)
        #expect(lockout.streak == 1)
    }

    @Test func `a verdict that nobody asked for changes nothing`() {
        var lockout = resuming(streak: 7)
        let before = lockout
        #expect(lockout.conclude(isRight: true, at: .zero) == .refused)
        #expect(lockout == before)
    }

    // MARK: Budget

    @Test func `each wrong code takes a guess and a right one gives back its own and no more`() {
        var lockout = resuming(streak: 0, budget: 50)
        _ = guess(&lockout, at: .zero)
        #expect(lockout.budget == 49)
        #expect(lockout.begin(at: .zero) == .judge)
        #expect(lockout.budget == 48)
        _ = lockout.conclude(isRight: true, at: .zero)
        #expect(lockout.budget == 49)
    }

    @Test func `an empty budget shuts the keypad until one comes back, a day after the first was taken`() {
        var lockout = resuming(streak: 0, budget: 1)
        guard case .penaltyBegan(let length) = guess(&lockout, at: .s(100)) else {
            Issue.record("the last guess was spent without a penalty")
            return
        }
        #expect(length == .seconds(86_400 - 100), "it has been filling since the start")
        #expect(lockout.begin(at: .ms(86_399_999)) == .ignore)
        #expect(lockout.begin(at: .s(86_400)) == .judge)
    }

    @Test func `a full budget saves no time up for the next guess`() {
        var lockout = born()
        for _ in 1...5 { _ = guess(&lockout, at: .s(86_400 * 10)) }
        #expect(lockout.budget == 95)
        _ = lockout.wake(at: .s(86_400 * 10 + 1))
        #expect(lockout.begin(at: .s(86_400 * 11 - 1)) == .judge)
        #expect(lockout.budget == 94)
        _ = lockout.conclude(isRight: true, at: .s(86_400 * 11))
        #expect(lockout.budget == 96)
    }

    // Somebody inside at the open door is judged even with no guess left. A right code then gave back a guess that had
    // never been taken: a guest could have refilled an attacker's budget.
    @Test func `a right code that cost no guess gives none back`() {
        var lockout = resuming(streak: 0, budget: 0)
        for minute in UInt64(1)...3 {
            #expect(lockout.begin(isInside: true, at: .s(minute * 60)) == .judge)
            #expect(lockout.conclude(isRight: true, at: .s(minute * 60)) == .accepted)
            #expect(lockout.budget == 0)
        }
        #expect(lockout.begin(at: .s(180)) == .ignore)
    }

    @Test func `an owner inside fills the budget and ends the penalty`() {
        var lockout = resuming(streak: 200, budget: 0, penaltyLeft: 86_400)
        lockout.refillAll()
        #expect(lockout.budget == 100)
        #expect(lockout.streak == 0)
        #expect(lockout.begin(at: .zero) == .judge)
    }

    // MARK: Power cuts

    @Test func `a cut between counting and comparing has spent the guess and finds the whole penalty waiting`() {
        var lockout = resuming(streak: 5)
        #expect(lockout.begin(at: .s(7)) == .judge)
        let record = lockout.record(chipSeconds: nil, at: .s(7))
        #expect(record.streak == 6 && record.budget == 99 && record.penaltyLeft == 30)
        var afterTheCut = born()
        afterTheCut.resume(record, off: .zero, at: .zero)
        #expect(afterTheCut.begin(at: .ms(29_999)) == .ignore)
        #expect(afterTheCut.begin(at: .s(30)) == .judge)
    }

    @Test func `a cut while the last guess is judged leaves an empty budget that fills in powered time`() {
        var lockout = resuming(streak: 0, budget: 1)
        #expect(lockout.begin(at: .zero) == .judge)
        var afterTheCut = born()
        afterTheCut.resume(lockout.record(chipSeconds: nil, at: .zero), off: .zero, at: .zero)
        #expect(afterTheCut.begin(at: .s(86_399)) == .ignore)
        #expect(afterTheCut.begin(at: .s(86_400)) == .judge)
    }

    @Test func `each eighth of a penalty is to be committed and it goes on from there`() {
        var lockout = resuming(streak: 8)
        #expect(guess(&lockout, at: .zero) == .penaltyBegan(.seconds(240)))
        for eighth in UInt64(1)..<8 {
            #expect(lockout.deadline == .s(30 * eighth))
            #expect(lockout.wake(at: .ms(30_000 * eighth - 1)) == false)
            #expect(lockout.wake(at: .s(30 * eighth)) == true)
            #expect(lockout.wake(at: .s(30 * eighth)) == false, "once")
            let record = lockout.record(chipSeconds: nil, at: .s(30 * eighth))
            #expect(record.penaltyLeft == UInt32(240 - 30 * eighth))
        }
        #expect(lockout.wake(at: .s(240)) == true)
        #expect(lockout.deadline == nil)
        #expect(lockout.record(chipSeconds: nil, at: .s(240)).penaltyLeft == 0)
    }

    @Test func `part of a second of penalty is a whole one on record`() {
        var lockout = resuming(streak: 5)
        _ = guess(&lockout, at: .zero)
        #expect(lockout.record(chipSeconds: nil, at: .ms(1)).penaltyLeft == 30)
        #expect(lockout.record(chipSeconds: nil, at: .s(1)).penaltyLeft == 29)
    }

    @Test func `C1: a penalty that was served wholly without power is over`() {
        var lockout = resuming(streak: 10, penaltyLeft: 600)
        #expect(lockout.isInPenalty(at: .zero))
        lockout.resume(lockout.record(chipSeconds: nil, at: .zero), off: .seconds(599), at: .zero)
        #expect(lockout.isInPenalty(at: .zero))
        lockout.resume(lockout.record(chipSeconds: nil, at: .zero), off: .seconds(1), at: .zero)
        #expect(!lockout.isInPenalty(at: .zero) && lockout.deadline == nil)
        #expect(lockout.begin(at: .zero) == .judge)
    }

    @Test(arguments: [(0, 600), (599, 1), (600, 0), (10_000, 0)] as [(UInt64, UInt64)])
    func `time without power counts as far as it is trusted`(off: UInt64, left: UInt64) {
        var lockout = resuming(streak: 10, penaltyLeft: 600, off: .seconds(off), at: .s(3))
        if left > 0 { #expect(lockout.begin(at: .s(3 + left) + .zero) == .judge) }
        var same = resuming(streak: 10, penaltyLeft: 600, off: .seconds(off), at: .s(3))
        #expect(same.begin(at: .ms(3_000 + left * 1_000 - (left > 0 ? 1 : 0))) == (left > 0 ? .ignore : .judge))
    }

    @Test func `trusted time without power brings guesses back, and not more than there can be`() {
        #expect(resuming(streak: 0, budget: 10, refillServed: 80_000, off: .seconds(6_399)).budget == 10)
        #expect(resuming(streak: 0, budget: 10, refillServed: 80_000, off: .seconds(6_400)).budget == 11)
        #expect(resuming(streak: 0, budget: 10, off: .days(50)).budget == 60)
        #expect(resuming(streak: 0, budget: 10, off: .days(5_000)).budget == 100)
        #expect(resuming(streak: 0, budget: 255).budget == 100, "a record cannot hold more than there are")
    }

    @Test func `the worst record is a day of penalty and one guess`() {
        var lockout = born()
        lockout.resume(Lockout.worst(settings: Settings()), off: .zero, at: .zero)
        #expect(lockout.begin(at: .ms(86_399_999)) == .ignore)
        #expect(lockout.begin(at: .s(86_400)) == .judge)
        guard case .penaltyBegan(.days(1)) = lockout.conclude(isRight: false, at: .s(86_400)) else {
            Issue.record("the next wrong code costs a day again")
            return
        }
    }

    // MARK: Those who may

    @Test func `somebody inside is judged in a penalty, and counted all the same`() {
        var lockout = resuming(streak: 9, penaltyLeft: 600)
        #expect(lockout.begin(at: .s(60)) == .ignore)
        #expect(lockout.begin(isInside: true, at: .s(60)) == .judge)
        #expect((lockout.streak, lockout.budget) == (10, 99))
        guard case .penaltyBegan(let length) = lockout.conclude(isRight: false, at: .s(60)) else {
            Issue.record("a wrong code from inside ended the penalty")
            return
        }
        #expect(length >= .seconds(540))
    }

    @Test func `a resident by another way ends the penalty but not an empty budget`() {
        var lockout = resuming(streak: 9, budget: 40, penaltyLeft: 600)
        #expect(lockout.forgive(at: .s(1)) == true)
        #expect(lockout.streak == 0)
        #expect(lockout.budget == 40)
        #expect(lockout.begin(at: .s(1)) == .judge)

        var empty = resuming(streak: 9, budget: 0, penaltyLeft: 600)
        _ = empty.forgive(at: .s(1))
        #expect(empty.begin(at: .s(86_399)) == .ignore)
        #expect(empty.begin(at: .s(86_400)) == .judge)
    }

    @Test func `without a penalty there is nothing to forgive`() {
        var lockout = born()
        #expect(lockout.forgive(at: .zero) == false)
        #expect(lockout == born())
    }

    /// A resident's phone in the moment in which a code was being judged used to let that code's verdict fall under the
    /// table: a right one had lost a guess, a wrong one was not counted in the streak.
    @Test(arguments: [true, false])
    func `forgiveness while a code is judged leaves its verdict to come`(isRight: Bool) {
        var lockout = resuming(streak: 3, budget: 50)
        #expect(lockout.begin(at: .zero) == .judge)
        _ = lockout.forgive(at: .zero)
        #expect(lockout.conclude(isRight: isRight, at: .zero) == (isRight ? .accepted : .refused))
        #expect(lockout.streak == (isRight ? 0 : 1))
        #expect(lockout.budget == (isRight ? 50 : 49))
    }

    @Test func `a code that was counted and never compared is taken back`() {
        var lockout = resuming(streak: 3, budget: 50)
        #expect(lockout.begin(at: .zero) == .judge)
        lockout.withdraw(at: .zero)
        #expect((lockout.streak, lockout.budget) == (3, 50))
        #expect(lockout.begin(at: .zero) == .judge, "the keypad is not dead")
    }

    @Test func `L1: with a helper inside one code a minute is judged in a penalty, from a minute after the start`() {
        var lockout = resuming(streak: 9, budget: 0, penaltyLeft: 86_400)
        var judged: [UInt64] = []
        for second in UInt64(0)...240 where lockout.begin(isInside: true, at: .s(second)) == .judge {
            judged.append(second)
            _ = lockout.conclude(isRight: false, at: .s(second))
        }
        #expect(judged == [60, 120, 180, 240])
        lockout.resume(lockout.record(chipSeconds: nil, at: .s(250)), off: .zero, at: .s(250))
        #expect(lockout.begin(isInside: true, at: .s(309)) == .ignore, "pulling the battery gains nothing")
        #expect(lockout.begin(isInside: true, at: .s(310)) == .judge)
    }

    @Test func `outside of a penalty somebody inside is judged like anybody`() {
        var lockout = resuming(streak: 0, budget: 50)
        for second in UInt64(0)...3 {
            #expect(lockout.begin(isInside: true, at: .s(second)) == .judge)
            #expect(lockout.conclude(isRight: false, at: .s(second)) == .refused)
        }
    }

    @Test func `M7: a resident inside gives three guesses back, once until one came back by time`() {
        var lockout = resuming(streak: 0, budget: 0)
        #expect(lockout.giveBack(at: .s(100)) == true)
        #expect(lockout.budget == 3)
        #expect(lockout.giveBack(at: .s(200)) == false)
        // Whoever pulls the battery does not get them anew.
        let record = lockout.record(chipSeconds: nil, at: .s(200))
        #expect(record.wasGivenBack)
        lockout.resume(record, off: .zero, at: .s(200))
        #expect(lockout.giveBack(at: .s(86_399)) == false)
        #expect(lockout.budget == 3)
        #expect(lockout.giveBack(at: .s(86_400)) == true)
        #expect(lockout.budget == 7)
    }

    @Test(arguments: [97, 98, 99, 100] as [UInt8])
    func `guesses are given back up to the full budget, and none to a full one`(budget: UInt8) {
        var lockout = resuming(streak: 0, budget: budget)
        let isGiven = lockout.giveBack(at: .s(1))
        #expect(isGiven == (budget < 100))
        #expect(lockout.budget == 100)
    }

    @Test func `a code from inside that is taken back leaves the penalty as it was`() {
        var lockout = resuming(streak: 9, budget: 0, penaltyLeft: 600)
        #expect(lockout.begin(isInside: true, at: .s(60)) == .judge)
        lockout.withdraw(at: .s(60))
        #expect((lockout.streak, lockout.budget) == (9, 0))
        #expect(lockout.isInPenalty(at: .s(599)))
        #expect(!lockout.isInPenalty(at: .s(600)))
    }

    // MARK: The year

    /// What an attacker does with the power.
    enum Power: CaseIterable {
        case steady
        /// Pulled whenever a code has been counted, before it is compared.
        case pulledBeforeVerdict
        /// Pulled each time something was committed; half of the time the clock chip runs on.
        case pulledOften
    }

    @Test(arguments: Power.allCases, [false, true])
    func `a year of guessing as fast as allowed gives no more than 465 guesses`(power: Power, hasGuest: Bool) {
        // A guest's right code after every four guesses keeps the streak down: then only the budget bounds them.
        let judged = yearOfGuessing(power, hasGuest: hasGuest)
        #expect(judged <= 465, "\(judged)")
        #expect(judged >= (power == .steady && hasGuest ? 465 : 300), "the simulation guesses in earnest: \(judged)")
    }

    private func yearOfGuessing(_ power: Power, hasGuest: Bool) -> Int {
        let year: UInt64 = 365 * 86_400_000
        var lockout = born()
        var stored = lockout.record(chipSeconds: nil, at: .zero)
        var storedAt: UInt64 = 0
        var startedAt: UInt64 = 0
        var time: UInt64 = 0
        var judged = 0
        var turns = 0
        func now() -> Instant { .ms(time - startedAt) }
        func commit() {
            stored = lockout.record(chipSeconds: nil, at: now())
            storedAt = time
        }
        func pull() {
            // Two seconds without power; the chip is trusted every other time.
            time += 2_000
            turns += 1
            let off = turns % 2 == 0 ? (time - storedAt) / 1_000 : 0
            startedAt = time
            lockout = born()
            lockout.resume(stored, off: .seconds(off), at: .zero)
        }
        while time <= year {
            if lockout.begin(at: now()) == .judge {
                commit()
                judged += 1
                if power == .pulledBeforeVerdict {
                    pull()
                } else {
                    _ = lockout.conclude(isRight: false, at: now())
                    if power == .pulledOften { pull() }
                }
                if hasGuest && lockout.streak >= 4 && lockout.begin(at: now()) == .judge {
                    commit()
                    _ = lockout.conclude(isRight: true, at: now())
                    commit()
                }
                continue
            }
            // Ignored: wait for the next mark, but an hour at most, and see to what is due, as the lock does.
            let mark = lockout.deadline.map { $0.milliseconds + startedAt } ?? .max
            let next = min(max(mark, time + 1), time + 3_600_000)
            let isHour = next != mark
            time = next
            if lockout.wake(at: now()) || isHour { commit() }
            if power == .pulledOften { pull() }
        }
        return judged
    }

    // MARK: Restored numbers

    @Test func `a code that is being judged while a backup is restored gives back no guess of the backup's`() {
        var lockout = resuming(streak: 0)
        _ = lockout.begin(at: .zero)
        let record = LockoutRecord(streak: 2, budget: 10, refillServed: 0, penaltyLeft: 50, chipSeconds: nil)
        lockout.worsen(by: record, at: .zero)
        #expect(lockout.conclude(isRight: true, at: .zero) == .accepted)
        #expect(lockout.budget == 10)
    }

    @Test func `a wrong code that is being judged while a backup is restored costs the penalty of the backup`() {
        var lockout = resuming(streak: 0)
        _ = lockout.begin(at: .zero)
        let record = LockoutRecord(streak: 2, budget: 10, refillServed: 0, penaltyLeft: 50, chipSeconds: nil)
        lockout.worsen(by: record, at: .zero)
        #expect(lockout.conclude(isRight: false, at: .zero) == .penaltyBegan(.seconds(50)))
    }

    @Test func `a penalty that is being served is not shortened by a backup, and a longer one replaces it`() {
        var lockout = resuming(streak: 7, penaltyLeft: 100)
        let shorter = LockoutRecord(streak: 7, budget: 100, refillServed: 0, penaltyLeft: 99, chipSeconds: nil)
        lockout.worsen(by: shorter, at: .zero)
        #expect(lockout.penaltyLeft(at: .zero) == .seconds(100))
        let longer = LockoutRecord(streak: 7, budget: 100, refillServed: 0, penaltyLeft: 101, chipSeconds: nil)
        lockout.worsen(by: longer, at: .zero)
        #expect(lockout.penaltyLeft(at: .zero) == .seconds(101))
    }
}
