import LockCore
import Testing

@Suite struct AlarmsTests {
    @Test(arguments: Alarm.allCases)
    func `an alarm is told once while it is in force`(alarm: Alarm) {
        var alarms = Alarms(sirenTime: .minutes(3))
        #expect(!alarms.isActive(alarm))
        #expect(alarms.raise(alarm, at: .zero) == true)
        #expect(alarms.raise(alarm, at: .s(1)) == false)
        #expect(Alarm.allCases.filter(alarms.isActive) == [alarm], "each has a place of its own")
    }

    @Test(arguments: Alarm.allCases)
    func `only those that somebody must hear sound the siren, and wait for a person`(alarm: Alarm) {
        var alarms = Alarms(sirenTime: .minutes(3))
        _ = alarms.raise(alarm, at: .s(1))
        let isLoud = [.frontCoverRemoved, .doorForcedOpen, .wrongCodeEntryLimit].contains(alarm)
        #expect(alarms.isSounding == isLoud)
        alarms.clear(alarm)
        #expect(alarms.isActive(alarm) == isLoud, "a cause that is gone is no person")
        #expect(alarms.silence() == isLoud)
        #expect(!alarms.isActive(alarm))
        #expect(alarms.deadline == nil)
        #expect(alarms.silence() == false)
    }

    @Test func `the siren ends after three minutes, the alarm does not`() {
        var alarms = Alarms(sirenTime: .minutes(3))
        _ = alarms.raise(.doorForcedOpen, at: .s(10))
        #expect(alarms.deadline == .s(190))
        #expect(alarms.sirenEnded(at: .ms(189_999)) == false)
        #expect(alarms.sirenEnded(at: .s(190)) == true)
        #expect(alarms.sirenEnded(at: .s(191)) == false)
        #expect(!alarms.isSounding && alarms.isActive(.doorForcedOpen))
        #expect(alarms.raise(.doorForcedOpen, at: .s(200)) == false)
        #expect(!alarms.isSounding)
    }

    @Test func `the siren is turned on once, and again after an answer at the keypad`() {
        var alarms = Alarms(sirenTime: .minutes(3))
        #expect(alarms.takeSiren() == false)
        _ = alarms.raise(.frontCoverRemoved, at: .zero)
        #expect(alarms.takeSiren() == true)
        #expect(alarms.takeSiren() == false)
        alarms.sirenInterrupted()
        #expect(alarms.takeSiren() == true)
        _ = alarms.silence()
        alarms.sirenInterrupted()
        #expect(alarms.takeSiren() == false)
    }

    @Test func `silencing leaves the alarms that have no siren`() {
        var alarms = Alarms(sirenTime: .minutes(3))
        _ = alarms.raise(.batteryLow, at: .zero)
        #expect(alarms.silence() == false)
        #expect(alarms.isActive(.batteryLow))
    }
}
