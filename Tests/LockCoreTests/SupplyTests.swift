import LockCore
import Testing

@Suite struct SupplyTests {
    private func supply(nineVolt: Bool = false, usb: Bool = false) -> Supply {
        var supply = Supply(settings: Settings())
        supply.start(isNineVoltPresent: nineVolt, isUSBPresent: usb, at: .zero)
        return supply
    }

    /// On the 9 V contacts with dead cells, before the first sample of the rail.
    private func settling() -> Supply {
        var supply = supply(nineVolt: true)
        _ = supply.cellsSampled(Millivolts(1_000), at: .zero)
        return supply
    }

    // Samples of a steady rail every 100 ms, until the load test is asked for. Says when that was.
    private func steady(_ supply: inout Supply, _ rail: Int32, from start: UInt64) -> UInt64? {
        for now in stride(from: start, to: start + 5_000, by: 100) {
            _ = supply.wake(at: .ms(now))
            if supply.railSampled(Millivolts(rail), at: .ms(now)) == .testLoad { return now }
        }
        return nil
    }

    @Test(arguments: [(3_300, true), (6_200, true), (0, true)] as [(Int32, Bool)])
    func `without a source outside the lock runs on its cells, whatever they are`(cells: Int32, isReady: Bool) {
        var supply = supply()
        #expect(!supply.isReady)
        #expect(supply.cellsSampled(Millivolts(cells), at: .zero) == .ready)
        #expect(supply.state == .onCells && supply.isReady == isReady && !supply.isOnEmergency)
        #expect(supply.cellsSampled(Millivolts(cells), at: .s(3_600)) == .nothing, "told once")
        #expect(supply.deadline == nil)
    }

    @Test(arguments: [(3_299, true), (3_300, false)] as [(Int32, Bool)])
    func `a source outside is used only when the cells are below the undervoltage lockout`(
        cells: Int32, isEmergency: Bool
    ) {
        var supply = supply(usb: true)
        #expect(supply.cellsSampled(Millivolts(cells), at: .zero) == (isEmergency ? .sampleRail : .ready))
        #expect(supply.isOnEmergency == isEmergency)
        #expect(supply.isReady != isEmergency, "nobody types into a loose contact")
    }

    @Test func `the rail must hold for half a second before the load test`() {
        var supply = settling()
        #expect(steady(&supply, 8_600, from: 100) == 700, "the second sample is the first that can be steady")
    }

    @Test func `a jump of the rail starts the half second anew`() {
        var supply = settling()
        for now in stride(from: UInt64(100), through: 600, by: 100) {
            #expect(supply.railSampled(Millivolts(8_600), at: .ms(now)) == .nothing)
        }
        #expect(supply.railSampled(Millivolts(8_300), at: .ms(700)) == .nothing, "0.3 V is a jump")
        #expect(steady(&supply, 8_300, from: 800) == 1_300)
    }

    @Test func `a smaller jump is not one, and a rail below the minimum never holds`() {
        var supply = settling()
        for now in stride(from: UInt64(100), through: 600, by: 100) {
            _ = supply.railSampled(Millivolts(now % 200 == 0 ? 8_600 : 8_301), at: .ms(now))
        }
        #expect(supply.railSampled(Millivolts(8_301), at: .ms(700)) == .testLoad)
        var low = settling()
        #expect(steady(&low, 3_299, from: 100) == nil)
    }

    @Test func `while it settles the rail is sampled every tenth of a second`() {
        var supply = settling()
        #expect(supply.deadline == .ms(100))
        #expect(supply.wake(at: .ms(99)) == .nothing)
        #expect(supply.wake(at: .ms(100)) == .sampleRail)
        _ = supply.railSampled(Millivolts(8_600), at: .ms(105))
        #expect(supply.deadline == .ms(205))
    }

    @Test(
        arguments: [
            // Open and under 10 ohms. A block of 1.6 ohms; one of 20 ohms, whose rail would fall to 1.4 V.
            (9_000, 7_759, true), (8_600, 2_867, false), (8_600, 0, false),
        ] as [(Int32, Int32, Bool)])
    func `one load test tells whether the source can turn the motor`(open: Int32, loaded: Int32, isStrong: Bool) {
        var supply = settling()
        _ = steady(&supply, open, from: 100)
        #expect(supply.testLoadSampled(Millivolts(loaded)) == .ready)
        #expect(supply.state == .onEmergency(isStrong: isStrong))
        #expect(supply.deadline == nil)
        #expect(supply.testLoadSampled(Millivolts(loaded)) == .nothing)
    }

    @Test func `a converter that is silent keeps nobody out`() {
        var assessing = supply()
        #expect(assessing.wake(at: .ms(299)) == .nothing)
        #expect(assessing.wake(at: .ms(300)) == .ready)
        var refused = supply()
        #expect(refused.cellsSilent() == .ready)
        #expect(refused.cellsSilent() == .nothing)

        var testing = settling()
        let asked = steady(&testing, 8_600, from: 100) ?? 0
        #expect(testing.wake(at: .ms(asked + 299)) == .nothing)
        #expect(testing.wake(at: .ms(asked + 300)) == .ready)
        #expect(testing.state == .onEmergency(isStrong: true))

        var silent = settling()
        for tenth in UInt64(1)...5 { #expect(silent.wake(at: .ms(tenth * 100)) == .sampleRail) }
        #expect(silent.wake(at: .ms(600)) == .ready)
        #expect(silent.isReady && silent.deadline == nil)
        var broken = settling()
        #expect(broken.railSilent() == .ready)
        #expect(broken.railSilent() == .nothing)
    }

    @Test func `a source that is taken away leaves the cells, as weak as they are`() {
        var supply = settling()
        supply.inputChanged(.nineVolt, isPresent: false)
        #expect(supply.state == .onCells && supply.deadline == nil)
    }

    @Test func `one of two sources taken away is no end`() {
        var both = supply(nineVolt: true, usb: true)
        _ = both.cellsSampled(Millivolts(1_000), at: .zero)
        both.inputChanged(.nineVolt, isPresent: false)
        #expect(both.isOnEmergency)
    }

    /// A weak block was tested once; a power bank plugged in beside it did not help until everything was unplugged.
    @Test func `a weak source is tested again when another one joins it`() {
        var supply = settling()
        _ = steady(&supply, 8_600, from: 100)
        _ = supply.testLoadSampled(Millivolts(2_867))
        supply.inputChanged(.usb, isPresent: true)
        #expect(supply.cellsSampled(Millivolts(1_000), at: .s(2)) == .sampleRail)
        _ = steady(&supply, 9_000, from: 2_100)
        _ = supply.testLoadSampled(Millivolts(7_759))
        #expect(supply.state == .onEmergency(isStrong: true))
    }

    @Test(arguments: [(6_000, 4_600, true), (6_000, 3_000, false), (3_300, 3_200, false)] as [(Int32, Int32, Bool)])
    func `extending wants a rail that stays above the undervoltage lockout`(open: Int32, loaded: Int32, may: Bool) {
        #expect(supply().canExtend(open: Millivolts(open), loaded: Millivolts(loaded)) == may)
    }

    @Test func `a converter gone mad does not stop the firmware`() {
        for open in [Int32.min, -1, 0, 1, .max] {
            for loaded in [Int32.min, -1, 0, 1, .max] {
                _ = supply().canExtend(open: Millivolts(open), loaded: Millivolts(loaded))
                var settling = settling()
                _ = settling.railSampled(Millivolts(open), at: .ms(100))
                _ = settling.railSampled(Millivolts(loaded), at: .ms(200))
            }
        }
    }
}
