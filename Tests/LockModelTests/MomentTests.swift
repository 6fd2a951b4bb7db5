import LockCore
import Testing

@testable import LockModel

@Suite struct MomentTests {
    @Test func `dates are counted by the calendar`() {
        #expect(Moment("1970-01-01 00:00") == .date(WallTime(seconds: 0)))
        #expect(Moment("2026-01-15 21:30:15") == .date(WallTime(seconds: 1_768_512_615)))
        #expect(Moment("2024-02-29 12:00") == .date(WallTime(seconds: 1_709_208_000)))
        #expect(Moment("2000-02-29 00:00") != nil)
        #expect(Moment("2100-02-29 00:00") == nil)
        #expect(Moment("2026-02-29 00:00") == nil)
    }

    @Test(arguments: [
        "24:00", "12:60", "1:30", "12:30:60", "", "2026-1-1 10:00", "1969-12-31 23:59", "2026-01-15", "12.30",
        "2106-02-07 06:28",
    ])
    func `what no clock or calendar shows is no moment`(text: String) { #expect(Moment(text) == nil) }

    @Test(arguments: [0, 951_782_400, 1_709_164_800, 1_768_512_615, 4_102_444_799] as [UInt32])
    func `what is written is read back`(seconds: UInt32) {
        #expect(Moment(Moment.text(WallTime(seconds: seconds))) == .date(WallTime(seconds: seconds)))
    }

    @Test func `a time of day has seconds or not`() {
        #expect(Moment("21:30") == .timeOfDay(77_400))
        #expect(Moment("00:00:59") == .timeOfDay(59))
    }
}
