import LockCore
import Testing

@Suite struct WallClockTests {
    private let day: UInt32 = 86_400
    private let today = WallTime(seconds: 1_700_000_000)

    private func resuming(
        floor: UInt32 = 1_700_000_000, offset: Int64? = 1_699_000_000, trust: TimeTrust = .kept
    ) -> WallClock {
        var clock = WallClock(settings: Settings())
        clock.resume(ClockRecord(floor: WallTime(seconds: floor), offset: offset, trust: trust, epoch: 0))
        return clock
    }

    /// A clock that was told the time by an authenticated source, and nothing else.
    private func told() -> WallClock {
        var clock = WallClock(settings: Settings())
        _ = clock.start(chip: nil, at: .zero)
        _ = clock.offer(today, isAuthenticated: true, at: .zero)
        return clock
    }

    private func later(_ seconds: UInt32) -> WallTime { WallTime(seconds: today.seconds + seconds) }
    private func sooner(_ seconds: UInt32) -> WallTime { WallTime(seconds: today.seconds - seconds) }

    // MARK: Bounded sources

    @Test func `a bounded source moves the time by 48 h at most, both ways and all together, and it is trusted`() {
        var clock = told()
        #expect(clock.offer(later(48 * 3_600 + 1), isAuthenticated: true, isBounded: true, at: .zero) == .refused)
        #expect(clock.offer(sooner(48 * 3_600 + 1), isAuthenticated: true, isBounded: true, at: .zero) == .refused)
        #expect(clock.time(at: .zero) == today)
        let accepted = WallClock.Offer.accepted(isNews: true)
        #expect(clock.offer(later(48 * 3_600), isAuthenticated: true, isBounded: true, at: .zero) == accepted)
        #expect(clock.trust == .authenticated)
        #expect(clock.offer(later(48 * 3_600 + 1), isAuthenticated: true, isBounded: true, at: .zero) == .refused)
        #expect(clock.offer(later(48 * 3_600 + 1), isAuthenticated: false, at: .zero) == .refused)
        #expect(clock.offer(sooner(48 * 3_600), isAuthenticated: true, isBounded: true, at: .zero) == accepted)
        // The owner's word begins anew.
        #expect(clock.offer(today, isAuthenticated: true, at: .zero) == accepted)
        #expect(clock.offer(later(48 * 3_600), isAuthenticated: true, isBounded: true, at: .zero) == accepted)
    }

    @Test func `a bounded source that was refused is none for which the owner opens an epoch`() {
        var clock = told()
        clock.raiseFloor(at: .zero)
        #expect(clock.offer(sooner(90 * day), isAuthenticated: true, isBounded: true, at: .zero) == .refused)
        #expect(clock.openEpoch(at: .zero) == false)
    }

    // MARK: Cold start

    @Test func `a chip that never stopped keeps the time`() {
        var clock = resuming()
        #expect(clock.start(chip: ChipTime(seconds: 1_000_500, isContinuous: true), at: .ms(40)) == true)
        #expect(clock.trust == .kept)
        #expect(clock.time(at: .ms(40)) == later(500))
        #expect(clock.time(at: .s(10) + .milliseconds(40)) == later(510))
    }

    // MARK: A chip that others set (attack H2)

    /// Up for ten minutes on a chip that was believed at the start.
    private func running() -> WallClock {
        var clock = resuming()
        _ = clock.start(chip: ChipTime(seconds: 1_000_500, isContinuous: true), at: .zero)
        return clock
    }

    @Test(arguments: [(-4, true), (-3, false), (0, false), (3, false), (4, true), (864_000, true)] as [(Int64, Bool)])
    func `H2, B08: a chip that jumps was set, and nothing that it shows is believed in the next life`(
        jump: Int64, isSet: Bool
    ) {
        var clock = running()
        let shown = ChipTime(seconds: UInt32(1_000_500 + 600 + jump), isContinuous: true)
        #expect(clock.checked(shown, at: .s(600)) == (isSet ? .wasSet : .running))
        #expect(clock.trust == .kept, "this life goes on by the processor's clock")
        #expect(clock.time(at: .s(600)) == later(1_100))
        #expect((clock.chipSeconds(at: .s(600)) == nil) == isSet)
        let record = clock.record(at: .s(600))
        #expect((record.offset == nil) == isSet)
        var next = WallClock(settings: Settings())
        next.resume(record)
        _ = next.start(chip: ChipTime(seconds: shown.seconds + 60, isContinuous: true), at: .zero)
        #expect(next.trust.isTrusted == !isSet)
        if isSet { #expect(next.timeOff(since: clock.chipSeconds(at: .s(600)), at: .zero) == .zero) }
    }

    @Test(arguments: [(90_000, true), (90_001, false), (864_000, false)] as [(UInt32, Bool)])
    func `H2: a chip that leaps by more than a day and an hour without power gives a time, and no trust`(
        leap: UInt32, isTrusted: Bool
    ) {
        var clock = resuming()
        #expect(clock.start(chip: ChipTime(seconds: 1_000_000 + leap, isContinuous: true), at: .zero) == true)
        #expect(clock.time(at: .zero) == later(leap))
        #expect(clock.trust == (isTrusted ? .kept : .guessed))
        #expect(clock.record(at: .zero).trust == (isTrusted ? .kept : .guessed), "and so in the life after that")
        clock.raiseFloor(at: .zero)
        #expect((clock.record(at: .zero).floor == today) == !isTrusted)
    }

    @Test func `H2: a chip that says that it stopped is told once, and not asked again`() {
        var clock = running()
        #expect(clock.mayAskChip)
        #expect(clock.checked(ChipTime(seconds: 1_001_100, isContinuous: false), at: .s(600)) == .wasSet)
        #expect(!clock.mayAskChip)
        #expect(clock.checked(ChipTime(seconds: 5, isContinuous: true), at: .s(700)) == .running)
        #expect(clock.chipSeconds(at: .s(700)) == nil)
    }

    @Test func `a slow drift is none of anybody's doing`() {
        var clock = running()
        for step in 1...100 as ClosedRange<UInt32> {
            // Two seconds an hour too fast, read every hour.
            let shown = ChipTime(seconds: 1_000_500 + step * 3_602, isContinuous: true)
            #expect(clock.checked(shown, at: .s(UInt64(step) * 3_600)) == .running)
        }
    }

    @Test func `C5: a chip that is busy at the start gives the time as soon as it answers`() {
        var clock = resuming()
        #expect(clock.start(chip: nil, at: .zero) == false)
        #expect(clock.trust == .unknown && clock.mayAskChip)
        #expect(clock.checked(ChipTime(seconds: 1_000_560, isContinuous: true), at: .s(60)) == .found)
        #expect(clock.trust == .kept)
        #expect(clock.time(at: .s(60)) == later(560))
        #expect(clock.record(at: .s(60)).offset == 1_699_000_000)
    }

    @Test func `C5: a chip that answers late, and shows a time before the floor, is given up`() {
        var clock = resuming()
        _ = clock.start(chip: nil, at: .zero)
        #expect(clock.checked(ChipTime(seconds: 999_999, isContinuous: true), at: .s(60)) == .wasSet)
        #expect(!clock.mayAskChip && clock.chipSeconds(at: .s(60)) == nil && clock.trust == .unknown)
    }

    @Test func `C5: a time that was told meanwhile is not taken back by the chip`() {
        var clock = resuming()
        _ = clock.start(chip: nil, at: .zero)
        _ = clock.offer(later(9_000), isAuthenticated: true, at: .s(10))
        #expect(clock.checked(ChipTime(seconds: 1_000_560, isContinuous: true), at: .s(60)) == .found)
        #expect(clock.trust == .authenticated && clock.time(at: .s(60)) == later(9_050))
        #expect(clock.chipSeconds(at: .s(60)) == 1_000_560)
    }

    // MARK: A chip that does not help

    @Test(arguments: [
        nil, ChipTime(seconds: 1_000_500, isContinuous: false), ChipTime(seconds: 999_999, isContinuous: true),
        ChipTime(seconds: .max, isContinuous: true),
    ])
    func `B08: a chip that is missing, stopped, or shows an impossible time is not believed`(chip: ChipTime?) {
        var clock = resuming(offset: chip?.seconds == .max ? 4_294_967_295 : 1_699_000_000)
        #expect(clock.start(chip: chip, at: .zero) == false)
        #expect(clock.trust == .unknown)
        #expect(clock.time(at: .zero) == today, "not before the floor")
        #expect(clock.time(at: .s(60)) == later(60))
    }

    @Test func `what was only guessed is not trusted after a cold start either`() {
        var clock = resuming(trust: .guessed)
        _ = clock.start(chip: ChipTime(seconds: 1_000_500, isContinuous: true), at: .zero)
        #expect(clock.trust == .guessed)
    }

    @Test func `time without power is known from a chip that ran, and never negative`() {
        var clock = resuming()
        _ = clock.start(chip: ChipTime(seconds: 1_000_500, isContinuous: true), at: .zero)
        #expect(clock.timeOff(since: 1_000_000, at: .zero) == .seconds(498))
        #expect(clock.timeOff(since: 1_000_498, at: .zero) == .zero)
        #expect(clock.timeOff(since: 1_000_501, at: .zero) == .zero)
        #expect(clock.timeOff(since: nil, at: .zero) == .zero)
        var stopped = resuming()
        _ = stopped.start(chip: ChipTime(seconds: 1_000_500, isContinuous: false), at: .zero)
        #expect(stopped.timeOff(since: 1_000_000, at: .zero) == .zero)
    }

    /// The lock reads the chip once, at its start, and reckons on from there: what it records was cut off to seconds twice.
    @Test
    func `H2: pulling the battery never gives more time than has passed, wherever in its second the chip was read`() {
        for read in stride(from: 0, to: 1000, by: 50) {
            for wrote in stride(from: 0, to: 3000, by: 50) {
                let (started, recorded) = (1_000_000_000 + UInt64(read), 1_000_000_000 + UInt64(read + wrote))
                var clock = resuming()
                _ = clock.start(chip: ChipTime(seconds: UInt32(started / 1000), isContinuous: true), at: .zero)
                let record = clock.chipSeconds(at: .ms(UInt64(wrote)))
                for pause in stride(from: UInt64(0), to: 5000, by: 50) {
                    var next = resuming()
                    _ = next.start(
                        chip: ChipTime(seconds: UInt32((recorded + pause) / 1000), isContinuous: true), at: .zero)
                    let given = next.timeOff(since: record, at: .zero)
                    guard given <= .milliseconds(pause) else {
                        Issue.record("\(given) for \(pause) ms, read at \(read) ms, written \(wrote) ms later")
                        return
                    }
                }
            }
        }
    }

    @Test func `C03: a time set from outside shortens nothing, because the chip's own counter is what counts`() {
        var clock = resuming()
        _ = clock.start(chip: ChipTime(seconds: 1_000_500, isContinuous: true), at: .zero)
        _ = clock.offer(later(30 * day), isAuthenticated: true, at: .zero)
        #expect(clock.timeOff(since: 1_000_400, at: .zero) == .seconds(98))
    }

    // MARK: Offers

    @Test func `an unauthenticated source corrects by two days and not by a second more`() {
        for (offered, outcome) in [
            (later(2 * day), true), (later(2 * day + 1), false), (sooner(0), true), (sooner(1), false),
        ] {
            var clock = told()
            clock.raiseFloor(at: .zero)
            let isAccepted = clock.offer(offered, isAuthenticated: false, at: .zero) != .refused
            #expect(isAccepted == outcome)
        }
    }

    /// Each offer was held against the time that the one before had made: ten of them moved the clock by twenty days,
    /// and the floor with it (R7: nor poisoned forward).
    @Test func `B08: many small lies of an unauthenticated source add up to two days and no more`() {
        var clock = told()
        for _ in 0..<20 {
            let next = clock.time(at: .zero).advanced(bySeconds: 86_000)
            _ = clock.offer(next, isAuthenticated: false, at: .zero)
            clock.raiseFloor(at: .zero)
        }
        #expect(clock.time(at: .zero) <= later(2 * day))
        _ = clock.offer(later(3 * day), isAuthenticated: true, at: .zero)
        #expect(clock.offer(later(5 * day), isAuthenticated: false, at: .zero) != .refused, "the truth starts it anew")
    }

    @Test func `an unauthenticated time makes nothing trusted`() {
        var clock = WallClock(settings: Settings())
        _ = clock.start(chip: nil, at: .zero)
        #expect(clock.offer(today, isAuthenticated: false, at: .zero) == .accepted(isNews: true))
        #expect(clock.trust == .guessed)
        #expect(!clock.trust.isTrusted)
        clock.raiseFloor(at: .zero)
        #expect(clock.offer(sooner(day), isAuthenticated: false, at: .zero) != .refused, "a guess raises no floor")
    }

    @Test func `B08: an authenticated time may go forward at will and not back before the floor`() {
        var clock = told()
        #expect(clock.offer(later(900 * day), isAuthenticated: true, at: .zero) == .accepted(isNews: true))
        clock.raiseFloor(at: .zero)
        #expect(clock.offer(today, isAuthenticated: true, at: .zero) == .refused)
        #expect(clock.time(at: .zero) == later(900 * day))
        let backALittle = later(899 * day)
        #expect(clock.offer(backALittle, isAuthenticated: true, at: .zero) != .refused)
        #expect(clock.time(at: .zero) == later(900 * day), "never before the floor")
    }

    @Test func `a correction of a minute is no news`() {
        var clock = told()
        #expect(clock.offer(later(60), isAuthenticated: true, at: .zero) == .accepted(isNews: false))
        #expect(clock.offer(later(121), isAuthenticated: true, at: .zero) == .accepted(isNews: true))
    }

    @Test func `an owner inside opens a new epoch with a time that was refused, and only with such a one`() {
        var clock = told()
        #expect(clock.openEpoch(at: .zero) == false)
        _ = clock.offer(later(900 * day), isAuthenticated: true, at: .zero)
        clock.raiseFloor(at: .zero)
        _ = clock.offer(today, isAuthenticated: true, at: .zero)
        #expect(clock.openEpoch(at: .s(5)) == true)
        #expect(clock.time(at: .s(5)) == today)
        #expect(clock.record(at: .s(5)).epoch == 1)
        #expect(clock.openEpoch(at: .s(5)) == false)
    }

    // MARK: Floor and record

    @Test func `the floor is due every hour`() {
        var clock = told()
        #expect(clock.deadline == .s(3_600))
        clock.raiseFloor(at: .s(3_600))
        #expect(clock.deadline == .s(7_200))
    }

    @Test func `what is on record brings the same time back`() {
        var clock = resuming()
        _ = clock.start(chip: ChipTime(seconds: 1_000_500, isContinuous: true), at: .zero)
        _ = clock.offer(later(77), isAuthenticated: true, at: .s(3))
        clock.raiseFloor(at: .s(10))
        let record = clock.record(at: .s(10))
        #expect(record.floor == later(84))
        #expect(record.trust == .kept)
        var next = WallClock(settings: Settings())
        next.resume(record)
        #expect(next.start(chip: ChipTime(seconds: 1_000_600, isContinuous: true), at: .zero) == true)
        #expect(next.time(at: .zero) == later(84 + 90))
    }

    @Test func `B08: time never runs backwards while the lock runs`() {
        var dice = Dice(seed: 7)
        var clock = told()
        var floor = WallTime(seconds: 0)
        for second in UInt64(1)..<2_000 {
            let shift = UInt32(dice.below(400_000))
            let offered = dice.oneIn(2) ? later(shift) : sooner(shift)
            _ = clock.offer(offered, isAuthenticated: dice.oneIn(3), at: .s(second))
            #expect(clock.time(at: .s(second)) >= floor)
            if dice.oneIn(5) {
                clock.raiseFloor(at: .s(second))
                floor = clock.record(at: .s(second)).floor
            }
        }
    }

    // MARK: Restored floors

    @Test func `a restored floor that lies behind changes nothing but what a cold start finds`() {
        var clock = told()
        clock.restore(floor: sooner(100), epoch: 0, at: .zero)
        #expect(clock.time(at: .zero) == today)
        #expect(clock.trust == .authenticated)
        #expect(clock.record(at: .zero).floor == sooner(100))
    }

    @Test func `a clock that shows a time before a restored floor was wrong`() {
        var clock = told()
        clock.restore(floor: later(100), epoch: 0, at: .zero)
        #expect(clock.time(at: .zero) == later(100))
        #expect(clock.time(at: .s(5)) == later(105))
        #expect(clock.trust == .unknown)
    }

    @Test func `a floor from before the owner opened this epoch is not taken over`() {
        var clock = resuming(offset: nil)
        _ = clock.start(chip: nil, at: .zero)
        _ = clock.offer(sooner(day * 30), isAuthenticated: true, at: .zero)
        let isOpened = clock.openEpoch(at: .zero)
        #expect(isOpened)
        clock.restore(floor: later(100), epoch: 0, at: .zero)
        #expect(clock.time(at: .zero) == sooner(day * 30))
        clock.restore(floor: later(100), epoch: 1, at: .zero)
        #expect(clock.time(at: .zero) == later(100))
    }
}
