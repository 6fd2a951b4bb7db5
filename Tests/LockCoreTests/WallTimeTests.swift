import LockCore
import Testing

@Suite struct WallTimeTests {
    @Test(
        arguments: [
            (0, 4, 0),  // 1970-01-01, a Thursday
            (951_782_399, 1, 1_439),  // 2000-02-28 23:59:59, a Monday
            (951_782_400, 2, 0),  // 2000-02-29
            (1_709_164_800, 4, 0),  // 2024-02-29
            (1_735_689_599, 2, 1_439),  // 2024-12-31 23:59:59
            (1_735_689_600, 3, 0),  // 2025-01-01
            (4_102_444_800, 5, 0),  // 2100-01-01
            (4_107_542_400, 1, 0),  // 2100-03-01, after a February of 28 days
        ] as [(UInt32, UInt8, UInt16)])
    func `weekday and minute are those of the calendar`(seconds: UInt32, weekday: UInt8, minute: UInt16) {
        #expect(WallTime(seconds: seconds).weekday == weekday)
        #expect(WallTime(seconds: seconds).minuteOfDay == minute)
    }

    @Test func `time stays at its last second`() {
        #expect(WallTime(seconds: .max - 1).advanced(bySeconds: 1).seconds == .max)
        #expect(WallTime(seconds: .max - 1).advanced(bySeconds: 2).seconds == .max)
        #expect(WallTime(seconds: 5).advanced(bySeconds: .max >> 1).seconds == .max)
    }

    @Test func `trust has an order, and only the better half is trusted`() {
        #expect(TimeTrust.allCases.filter(\.isTrusted) == [.kept, .authenticated])
        #expect(TimeTrust.unknown < .guessed && TimeTrust.kept < .authenticated)
    }

    @Test func `instants and intervals stop at the ends of time instead of trapping`() {
        #expect(Instant.ms(.max) + .seconds(1) == .ms(.max))
        #expect(Instant.ms(5).since(.ms(7)) == .zero)
        #expect(Instant.ms(7).since(.ms(5)) == .milliseconds(2))
        #expect(Interval.seconds(1) - .seconds(2) == .zero)
        #expect(Interval.milliseconds(.max) + .seconds(1) == .milliseconds(.max))
        #expect(Interval.days(1) == .hours(24) && Interval.minutes(60) == .hours(1))
    }
}
