import LockCore
import Testing

@Suite struct CellCurveTests {
    private let warm = Decidegrees(200)

    @Test(arguments: Chemistry.allCases)
    func `charge never falls as the voltage rises, from empty to full`(chemistry: Chemistry) {
        let curve = CellCurve(chemistry)
        var last = Percent(0)
        for millivolts in Int32(0)...5_000 {
            let charge = curve.charge(at: Millivolts(millivolts), warm)
            #expect(charge >= last)
            last = charge
        }
        #expect(curve.charge(at: Millivolts(0), warm) == Percent(0))
        #expect(last == Percent(100))
    }

    @Test(arguments: Chemistry.allCases)
    func `voltage and charge undo each other`(chemistry: Chemistry) {
        let curve = CellCurve(chemistry)
        for value in UInt8(0)...100 {
            let back = Int(curve.charge(at: curve.voltage(at: Percent(value)), warm).value)
            #expect(abs(back - Int(value)) <= 1, "\(value) % came back as \(back) %")
        }
    }

    @Test func `the figures are those of an alkaline cell`() {
        let curve = CellCurve(.alkaline)
        #expect(curve.charge(at: Millivolts(1_600), warm) == Percent(100))
        #expect(curve.charge(at: Millivolts(1_270), warm) == Percent(50))
        #expect(curve.charge(at: Millivolts(1_100), warm) == Percent(10))
        #expect(curve.charge(at: Millivolts(900), warm) == Percent(0))
    }

    @Test func `a cold cell is not an empty one, and a hot one not fuller`() {
        let curve = CellCurve(.alkaline)
        let voltage = Millivolts(1_240)
        #expect(curve.charge(at: voltage, Decidegrees(-100)) > curve.charge(at: voltage, warm))
        #expect(curve.charge(at: voltage, Decidegrees(600)) == curve.charge(at: voltage, warm))
    }

    @Test(arguments: Chemistry.allCases)
    func `a converter gone mad does not stop the firmware`(chemistry: Chemistry) {
        let curve = CellCurve(chemistry)
        for voltage in [Int32.min, -1, 0, .max] {
            for temperature in [Int16.min, 0, .max] {
                _ = curve.charge(at: Millivolts(voltage), Decidegrees(temperature))
            }
        }
    }

    @Test(arguments: Chemistry.allCases)
    func `resistance falls with charge and rises with cold`(chemistry: Chemistry) {
        let curve = CellCurve(chemistry)
        for charge: UInt8 in 1...100 {
            #expect(curve.resistance(at: Percent(charge)) <= curve.resistance(at: Percent(charge - 1)))
        }
        for degrees: Int16 in -60...90 {
            #expect(
                curve.coldFactor(at: Decidegrees(degrees * 10)) >= curve.coldFactor(at: Decidegrees(degrees * 10 + 10)))
        }
        #expect(curve.coldFactor(at: Decidegrees(200)) == 100)
        #expect(curve.coldFactor(at: Decidegrees(.min)) == curve.coldFactor(at: Decidegrees(-300)))
        #expect(curve.coldFactor(at: Decidegrees(.max)) == curve.coldFactor(at: Decidegrees(700)))
    }
}
