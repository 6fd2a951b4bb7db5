import Testing

@testable import LockModel

@Suite struct QuantityTests {
    @Test(arguments: [
        ("30 s", 30_000), ("500 ms", 500), ("2 h", 7_200_000), ("1 day 3 h", 97_200_000), ("2 days", 172_800_000),
        ("1.5 s", 1_500), ("5min", 300_000), ("0 s", 0), ("1 min 30 s", 90_000), ("0.001 s", 1),
    ])
    func `durations are read to the millisecond`(text: String, milliseconds: Int64) throws {
        #expect(try Quantity.duration.parse(text) == milliseconds)
    }

    @Test func `voltages, currents, resistances, temperatures, shares and charges are exact`() throws {
        #expect(try Quantity.voltage.parse("9.4 V") == 9_400)
        #expect(try Quantity.voltage.parse("250 mV") == 250)
        #expect(try Quantity.share.parse("12 %") == 1_200)
        #expect(try Quantity.share.parse("12.5%") == 1_250)
        #expect(try Quantity.temperature.parse("-10 °C") == -100)
        #expect(try Quantity.temperature.parse("- 0.5 C") == -5)
        #expect(try Quantity.resistance.parse("1.7 Ω") == 1_700)
        #expect(try Quantity.current.parse("1.2 A") == 1_200_000)
        #expect(try Quantity.charge.parse("2400 mAh") == 2_400_000)
    }

    @Test(arguments: [
        ("30", Quantity.Fault.noUnit), ("-5 s", .negative), ("\u{2212}5 s", .negative), ("5 V", .unknownUnit("V")),
        ("s", .noNumber), ("", .noNumber), ("0.0001 s", .tooFine), ("99999999999999999999 s", .tooFine),
        ("1 day 3", .noUnit), ("9999999999999 days", .tooFine), ("1 s -1 s", .noNumber), ("١ s", .noNumber),
    ])
    func `what is no duration says why`(text: String, fault: Quantity.Fault) {
        #expect(throws: fault) { try Quantity.duration.parse(text) }
    }

    @Test func `only a duration has several parts`() {
        #expect(throws: Quantity.Fault.unknownUnit("500 mV")) { try Quantity.voltage.parse("1 V 500 mV") }
    }

    @Test(arguments: Quantity.allCases)
    func `what is written is read back`(quantity: Quantity) throws {
        for value in [0, 1, 5, 10, 99, 100, 999, 1_000, 1_500, 60_000, 90_000, 3_600_000, 86_400_000, 172_800_000]
            as [Int64]
        {
            #expect(try quantity.parse(quantity.text(value)) == value, "\(quantity.text(value))")
            let pattern = try Regex(quantity.pattern)
            #expect(quantity.text(value).wholeMatch(of: pattern) != nil, "the schema knows \(quantity.text(value))")
        }
    }
}
