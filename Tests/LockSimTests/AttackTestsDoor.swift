import LockCore
import LockCrypto
import LockSim
import Testing

/// D01, D02, D03, D09, D11 and D13: attacks on power, sensors and flash, from outside the door.
@Suite struct AttackTestsDoor {
    private func started() throws -> Household {
        var home = try Household()
        home.simulation.run(for: .seconds(5))
        return home
    }

    private func opens(_ home: inout Household) throws -> Bool {
        try home.anna(.enters(Household.pin))
        return home.simulation.run(within: .seconds(10)) { !$0.bolt.holdsDoor && !$0.bolt.isActive }
    }

    private func entries(_ home: inout Household) -> [LogEntry] {
        home.simulation.accessLog(newest: .max).map(\.entry)
    }

    @Test func `D01: a lock whose power is cut in mid-lock does not say that it has locked`() throws {
        var home = try started()
        #expect(try opens(&home))
        try home.simulation.perform(.start(.powerCutInThrow(after: 150)))
        #expect(home.simulation.run(within: .minutes(1)) { $0.processor.state == .unpowered })
        #expect(!home.simulation.world.isLocked)
        home.simulation.run(for: .seconds(2))
        try home.simulation.perform(.stopAllFaults)
        // Whoever gives the power back finds the bolt where it stopped, and the lock says what it sees.
        try home.simulation.perform(.returnPower)
        let isHonest = home.simulation.run(within: .seconds(20)) { $0.isLocked || $0.indication == .notFullyLocked }
        #expect(isHonest)
        if !home.simulation.world.isLocked { #expect(entries(&home).contains(.alarm(.notFullyLocked))) }
        home.simulation.run(for: .minutes(1))
        if home.simulation.world.isLocked { try home.ben(.turnsThumbturn(.retract)) }
        #expect(try opens(&home), "Anna gets in as before")
        home.simulation.run(for: .minutes(1))
        #expect(home.simulation.finish() == [])
    }

    @Test func `D09: a magnet at any switch draws no bolt back, and the PIN opens as before`() throws {
        let magnets: [Fault] = [
            .doorSwitchStuck(isClosed: true), .doorSwitchStuck(isClosed: false),
            .endSwitchStuck(.extend, isPressed: true), .endSwitchStuck(.extend, isPressed: false),
            .endSwitchStuck(.retract, isPressed: true),
        ]
        for magnet in magnets {
            var home = try started()
            // Held there, taken away, and waved to and fro.
            for length in [60_000, 1_000, 100, 100, 100, 20, 20, 20] as [UInt64] {
                try home.simulation.perform(.start(magnet))
                home.simulation.run(for: .milliseconds(length))
                try home.simulation.perform(.stop(magnet))
                home.simulation.run(for: .milliseconds(length))
                #expect(home.simulation.world.isLocked, "\(magnet)")
            }
            home.simulation.run(for: .seconds(10))
            #expect(home.simulation.world.isLocked, "\(magnet)")
            #expect(try opens(&home), "\(magnet)")
            #expect(home.simulation.finish() == [], "\(magnet)")
        }
    }

    @Test func `D09: a magnet that makes the door look open keeps it from locking, and that is told`() throws {
        var home = try started()
        try home.simulation.perform(.start(.doorSwitchStuck(isClosed: false)))
        #expect(
            home.simulation.run(within: .seconds(10)) { $0.uplink.deliveredCount > 0 }, "a forced door, as it seems")
        try home.simulation.perform(.stopAllFaults)
        home.simulation.run(for: .minutes(1))
        #expect(try opens(&home))
        try home.simulation.perform(.start(.doorSwitchStuck(isClosed: false)))
        home.simulation.run(for: .minutes(6))
        #expect(!home.simulation.world.isLocked)
        #expect(entries(&home).contains(.alarm(.doorAjar)))
        try home.simulation.perform(.stopAllFaults)
        home.simulation.run(for: .minutes(1))
        #expect(home.simulation.world.isLocked, "when the magnet is gone it locks by itself")
        #expect(home.simulation.finish() == [])
    }

    @Test func `D03: a train of glitches at the contacts outside opens nothing, and dead cells still open with a PIN`()
        throws
    {
        var home = try started()
        try home.simulation.perform(.start(.cellsDead))
        home.simulation.run(for: .seconds(5))
        for pulse in 0..<200 as Range<UInt64> {
            try home.simulation.perform(.holdNineVolt(NineVoltBlock(charge: 1)))
            home.simulation.run(for: .milliseconds(1 + pulse * 7 % 250))
            try home.simulation.perform(.releaseNineVolt)
            home.simulation.run(for: .milliseconds(1 + pulse * 3 % 40))
            #expect(home.simulation.world.isLocked, "pulse \(pulse)")
        }
        home.simulation.run(for: .seconds(5))
        try home.anna(.holdsNineVolt)
        home.simulation.run(for: .seconds(3))
        #expect(try opens(&home))
        #expect(home.simulation.finish() == [])
    }

    @Test func `D11: an hour of everything that can be done from outside writes the flash 1,000 times at most`() throws
    {
        var home = try Household { parameters in
            parameters.persons.append(Person(name: "Mallory", at: .outside, carrying: [.radioKit]))
        }
        home.simulation.run(for: .seconds(5))
        let before = home.simulation.world.flash.programCount
        let erased = home.simulation.world.flash.eraseCounts.reduce(0, +)
        try home.simulation.perform(.person(2, .usesRadio(.floods(for: .minutes(5)))))
        for minute in 0..<60 as Range<UInt64> {
            try home.simulation.performToEnd(.person(2, .guesses(Household.code("55\(1_000 + minute)"))))
            for _ in 0..<10 {
                try home.simulation.perform(.plugUSB(USBSource(currentLimit: 1)))
                home.simulation.run(for: .milliseconds(700))
                try home.simulation.perform(.unplugUSB)
                home.simulation.run(for: .milliseconds(700))
            }
            try home.simulation.perform(.takeCoverOff)
            home.simulation.run(for: .seconds(15))
            try home.simulation.perform(.putCoverBack)
            home.simulation.run(for: .seconds(15))
        }
        let written = home.simulation.world.flash.programCount - before
        #expect(written <= 1_000, "\(written) writes")
        // A sector takes 100,000 erasures: at this rate the flash outlives the door.
        #expect(home.simulation.world.flash.eraseCounts.reduce(0, +) - erased <= 60)
        home.simulation.run(for: .days(1))
        #expect(try opens(&home))
        #expect(home.simulation.finish() == [])
    }

    @Test func `D02, D13: whoever is inside gets out, whatever is done outside and however weak the cells are`() throws
    {
        var home = try started()
        for guess in 0..<12 { try home.anna(.guesses(Household.code("66\(1_000 + guess)"))) }
        try home.simulation.perform(.start(.radioJammed))
        #expect(try !opens(&home), "the keypad waits out a penalty")
        try home.ben(.pressesInsideButton(for: .milliseconds(200)))
        #expect(home.simulation.run(within: .seconds(5)) { !$0.bolt.holdsDoor && !$0.bolt.isActive }, "the button")
        home.simulation.run(for: .minutes(1))
        #expect(home.simulation.world.isLocked)
        try home.simulation.perform(.start(.cellsDead))
        home.simulation.run(for: .seconds(2))
        try home.ben(.turnsThumbturn(.retract))
        home.simulation.run(for: .milliseconds(500))
        #expect(!home.simulation.world.bolt.holdsDoor, "the thumbturn, without any power")
        try home.ben(.opensDoor)
        #expect(home.simulation.finish() == [])
    }
}
