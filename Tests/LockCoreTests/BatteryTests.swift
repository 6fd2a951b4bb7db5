import LockCore
import Testing

@Suite struct BatteryTests {
    private let warm = Decidegrees(200)

    /// Four alkaline cells at that charge, sampled once.
    private func battery(at charge: UInt8) -> Battery {
        var battery = Battery(settings: Settings())
        _ = rest(&battery, at: charge)
        return battery
    }

    private func rest(_ battery: inout Battery, at charge: UInt8) -> Battery.Change {
        let cell = CellCurve(.alkaline).voltage(at: Percent(charge)).value
        // A millivolt more, so that rounding down does not lose a per cent.
        return battery.rested(at: Millivolts(cell * 4 + 3), warm)
    }

    @Test func `before the first sample nothing is known and nothing is claimed`() {
        let battery = Battery(settings: Settings())
        #expect(battery.charge == nil)
        #expect(battery.throwsLeft == 0)
        #expect(battery.level == .ok)
    }

    @Test func `levels fall at their thresholds and rise five per cent above them`() {
        var battery = battery(at: 60)
        var levels: [(UInt8, Battery.Level)] = []
        for charge: UInt8 in [31, 30, 29, 32, 34, 36, 25, 20, 19, 22, 24, 26, 34, 36] {
            if let level = rest(&battery, at: charge).level { levels.append((charge, level)) }
        }
        #expect(levels.map(\.1) == [.warning, .ok, .warning, .replace, .warning, .ok])
        #expect(levels[0].0 < 31 && levels[1].0 == 36 && levels[3].0 < 21 && levels[4].0 == 26)
    }

    @Test func `a fresh set is noticed, and what was learned of the old one is forgotten`() {
        var battery = battery(at: 25)
        _ = battery.threw(loaded: Millivolts(3_500), Milliamperes(300))
        #expect(battery.throwCount == 1)
        let old = battery.resistance
        #expect(rest(&battery, at: 44).isReplaced == false)
        let change = rest(&battery, at: 100)
        #expect(change.isReplaced)
        #expect(change.level == nil || change.level == .ok)
        #expect(battery.level == .ok)
        #expect(battery.throwCount == 0)
        #expect(battery.resistance < old)
    }

    @Test func `a fresh set put in while the lock had no power is noticed by what is on record`() {
        var battery = Battery(settings: Settings())
        battery.resume(BatteryRecord(resistance: Milliohms(5_000), charge: Percent(12), throwCount: 900))
        #expect(rest(&battery, at: 90).isReplaced)
        #expect(battery.throwCount == 0)
        var same = Battery(settings: Settings())
        same.resume(BatteryRecord(resistance: Milliohms(5_000), charge: Percent(80), throwCount: 900))
        #expect(!rest(&same, at: 90).isReplaced)
        #expect(same.throwCount == 900 && same.resistance == Milliohms(5_000))
    }

    @Test func `resistance is learned from the sag, a quarter at a time`() {
        var battery = battery(at: 60)
        let fresh = battery.resistance.value
        #expect(fresh == 800, "four cells of 200 milliohms")
        // 300 mA and a sag of 0.6 V: 2 ohms.
        let loaded = battery.voltage - Millivolts(600)
        _ = battery.threw(loaded: loaded, Milliamperes(300))
        #expect(battery.resistance == Milliohms(800 + (2_000 - 800) / 4))
        for _ in 0..<40 { _ = battery.threw(loaded: loaded, Milliamperes(300)) }
        #expect((1_990...2_000).contains(battery.resistance.value))
    }

    @Test func `old or mixed cells that read well are told once`() {
        var battery = battery(at: 60)
        let loaded = battery.voltage - Millivolts(1_200)
        let told = (0..<40).filter { _ in battery.threw(loaded: loaded, Milliamperes(300)).isUneven }
        #expect(told.count == 1)
    }

    @Test func `a measurement that cannot be is not learned from`() {
        var battery = battery(at: 60)
        let before = battery.resistance
        _ = battery.threw(loaded: battery.voltage, Milliamperes(300))
        _ = battery.threw(loaded: Millivolts(9_000), Milliamperes(300))
        _ = battery.threw(loaded: Millivolts(4_000), Milliamperes(0))
        #expect(battery.resistance == before)
    }

    @Test func `critical is counted in throws, not in per cent`() {
        var battery = battery(at: 60)
        #expect(battery.throwsLeft > 1_000)
        // 15 ohms: the rail would fall far below 3.4 V as soon as the motor starts.
        for _ in 0..<40 { _ = battery.threw(loaded: battery.voltage - Millivolts(4_500), Milliamperes(300)) }
        #expect(battery.throwsLeft == 0)
        #expect(battery.level == .critical)
        #expect(battery.charge.map { $0 > Percent(50) } == true)
    }

    // Half-full cells read well on a summer evening and on a winter morning; on the morning the load test refuses to lock.
    @Test func `cold is reckoned with before the first throw in it`() {
        var battery = battery(at: 50)
        #expect(battery.level == .ok && battery.throwsLeft > 1_000)
        let cold = Millivolts(battery.voltage.value - 4 * 30)
        _ = battery.rested(at: cold, Decidegrees(-100))
        #expect(battery.level < .ok)
        #expect(battery.charge == Percent(50))
        _ = battery.rested(at: Millivolts(battery.voltage.value + 4 * 30), warm)
        #expect(battery.level == .ok)
    }

    @Test func `resistance learned in the cold is that of cold cells, and no sign of old ones`() {
        var battery = battery(at: 90)
        _ = battery.rested(at: battery.voltage - Millivolts(4 * 30), Decidegrees(-100))
        // 300 mA and a sag of 0.77 V: 2.56 ohms, which are 0.8 ohms at 20 degrees.
        for _ in 0..<40 {
            let change = battery.threw(loaded: battery.voltage - Millivolts(768), Milliamperes(300))
            #expect(!change.isUneven)
        }
        #expect((790...810).contains(battery.resistance.value))
    }

    @Test func `a converter gone mad does not stop the firmware`() {
        for voltage in [Int32.min, -1, 0, 1, .max] {
            for loaded in [Int32.min, -1, 0, 1, .max] {
                for current in [Int32.min, -1, 0, 1, .max] {
                    var battery = Battery(settings: Settings())
                    _ = battery.rested(at: Millivolts(voltage), Decidegrees(.min))
                    for _ in 0..<3 { _ = battery.threw(loaded: Millivolts(loaded), Milliamperes(current)) }
                    _ = battery.throwsLeft
                    _ = battery.record
                }
            }
        }
    }
}
