import LockCore
import LockCrypto
import LockSim
import Testing

/// The hand has the last word (R5): thumbturn and key against a running motor, at every 10 ms of a throw.
@Suite struct HandTests {
    /// A household whose bolt is about to go that way: the motor has just been given power.
    private func throwing(_ direction: Direction) throws -> Household {
        var home = try Household { $0.isBoltExtended = direction == .retract }
        home.simulation.run(for: .seconds(2))
        try home.anna(direction == .retract ? .enters(Household.pin) : .types([.pound]))
        let begins = home.simulation.run(within: .seconds(2)) { $0.bolt.poweredDirection == direction }
        #expect(begins)
        return home
    }

    /// How often the motor was given power that way since the hand turned.
    private func drives(_ direction: Direction, in home: inout Household, since time: WorldTime) -> Int {
        home.simulation.world.trace.events.count { $0.time > time && $0.kind == .motorPower(direction) }
    }

    @Test(arguments: [false, true])
    func `a hand that opens against a locking motor opens, whenever it turns`(isKey: Bool) throws {
        for offset in stride(from: UInt64(0), through: 700, by: 10) {
            var home = try throwing(.extend)
            home.simulation.run(for: .milliseconds(offset))
            let turned = home.simulation.world.now
            if isKey { try home.anna(.turnsKey(.retract)) } else { try home.ben(.turnsThumbturn(.retract)) }
            home.simulation.run(for: .seconds(4))
            let what = "\(isKey ? "key" : "thumbturn") after \(offset) ms"
            #expect(home.simulation.world.bolt.switches == .retracted, "\(what)")
            #expect(drives(.extend, in: &home, since: turned) == 0, "\(what): it was driven again")
            home.simulation.run(for: .seconds(24))
            #expect(home.simulation.world.bolt.switches == .retracted, "\(what): auto relock has its whole time")
            let log = home.simulation.accessLog(newest: 64).map(\.entry)
            let isManual = log.contains(.operation(.unlock, .manual, user: nil, .done))
            // In the first moments the bolt has not left its switch: then the motor is held, and nothing has moved.
            #expect(isManual || offset < 100, "\(what): not recorded as manual")
            #expect(home.simulation.finish() == [], "\(what)")
        }
    }

    @Test(arguments: [false, true])
    func `a hand that locks against an opening motor locks, once the bolt has left its end`(isKey: Bool) throws {
        for offset in stride(from: UInt64(100), through: 700, by: 10) {
            var home = try throwing(.retract)
            home.simulation.run(for: .milliseconds(offset))
            let turned = home.simulation.world.now
            if isKey { try home.anna(.turnsKey(.extend)) } else { try home.ben(.turnsThumbturn(.extend)) }
            home.simulation.run(for: .seconds(4))
            let what = "\(isKey ? "key" : "thumbturn") after \(offset) ms"
            #expect(home.simulation.world.bolt.switches == .extended, "\(what)")
            #expect(drives(.retract, in: &home, since: turned) == 0, "\(what): it was driven again")
            let log = home.simulation.accessLog(newest: 64).map(\.entry)
            #expect(log.contains(.operation(.lock, .manual, user: nil, .done)), "\(what): not recorded as manual")
            #expect(home.simulation.finish() == [], "\(what)")
        }
    }

    @Test func `a hand has the last word between the tries of a jammed lock, too`() throws {
        for offset in stride(from: UInt64(0), through: 3_000, by: 50) {
            var home = try Household { $0.isBoltExtended = false }
            home.simulation.run(for: .seconds(2))
            try home.simulation.perform(.start(.jam(at: Percent(55))))
            try home.anna(.types([.pound]))
            let stalls = home.simulation.run(within: .seconds(3)) { $0.bolt.isCurrentHigh && $0.bolt.position > 5 }
            #expect(stalls)
            home.simulation.run(for: .milliseconds(offset))
            let turned = home.simulation.world.now
            try home.ben(.turnsThumbturn(.retract))
            home.simulation.run(for: .seconds(6))
            #expect(home.simulation.world.bolt.switches == .retracted, "after \(offset) ms")
            let further = drives(.extend, in: &home, since: turned)
            #expect(further <= 2, "after \(offset) ms: driven \(further) times more")
            #expect(home.simulation.finish() == [], "after \(offset) ms")
        }
    }
}
