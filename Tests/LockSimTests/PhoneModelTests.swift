import LockCore
import LockCrypto
import LockSim
import Testing

/// Phones of the simulation, and the air between them and the lock.
@Suite struct PhoneModelTests {
    private func isIn(_ world: borrowing World) -> Bool { world.bolt.switches == .retracted }

    @Test(arguments: [23, 247]) func `a phone that was here before opens after waiting for the lock at most 4 times`(
        mtu: Int
    ) throws {
        var home = try Household()
        home.simulation.run(for: .seconds(5))
        home.simulation.world.setMTU(mtu, ofPhone: 0)
        try home.anna(.asksByPhone(.unlock))
        #expect(home.simulation.run(within: .seconds(2)) { $0.bolt.poweredDirection == .retract })
        let phone = home.simulation.world.phones[0]
        #expect(phone.roundTrips <= 4)
        let time = home.simulation.world.now.since(phone.connectedAt)
        #expect(time <= .milliseconds(mtu == 23 ? 600 : 400), "\(time.milliseconds) ms")
        #expect(home.simulation.finish().isEmpty)
    }

    @Test func `a phone keeps its connection for the next request, and hangs up ten seconds later`() throws {
        var home = try Household()
        try home.anna(.asksByPhone(.unlock))
        home.simulation.run(for: .seconds(3))
        #expect(home.simulation.world.radio.connectionCount == 1)
        try home.anna(.asksByPhone(.lock))
        home.simulation.run(for: .seconds(3))
        #expect(home.simulation.world.isLocked)
        home.simulation.run(for: .seconds(9))
        #expect(home.simulation.world.radio.connectionCount == 0)
        let kinds = home.simulation.trace.map(\.kind)
        #expect(kinds.filter { $0 == .phone(0, .connected) }.count == 1)
        #expect(home.simulation.finish().isEmpty)
    }

    @Test func `a copy of the world in the middle of a talk goes on as the world does`() throws {
        var home = try Household()
        try home.anna(.asksByPhone(.unlock))
        #expect(home.simulation.run(within: .seconds(2)) { $0.radio.connectionCount == 1 })
        home.simulation.run(for: .milliseconds(100))
        // A cut sweep copies the world before each write; here every copy talks on after the power has come back.
        home.simulation.collectCuts(limit: 20)
        home.simulation.run(for: .seconds(4))
        let isOpen = isIn(home.simulation.world)
        #expect(isOpen)
        let sweep = home.simulation.takeCuts()
        let verdicts = sweep.run(SwiftCrypto.self, settings: Settings()) { simulation in
            do throws(ActionRefusal) {
                try simulation.perform(.person(0, .asksByPhone(.unlock)))
            } catch {
                return false
            }
            return simulation.run(within: .seconds(20)) { isIn($0) }
        }
        #expect(!verdicts.isEmpty)
        for verdict in verdicts { #expect(verdict.isGood, "\(verdict.number) \(verdict.place) \(verdict.violations)") }
    }

    @Test func `the lock has no controller before anybody takes a phone out`() throws {
        var home = try Household()
        home.simulation.run(for: .hours(1))
        #expect(!home.simulation.world.radio.isUp)
        try home.anna(.asksByPhone(.unlock))
        home.simulation.run(for: .seconds(2))
        #expect(home.simulation.world.radio.isUp)
    }

    @Test func `the same seed gives the same talk`() throws {
        var traces: [[TraceEvent]] = []
        for _ in 0..<2 {
            var home = try Household()
            try home.anna(.asksByPhone(.unlock))
            home.simulation.run(for: .seconds(30))
            traces.append(home.simulation.trace)
        }
        #expect(traces[0] == traces[1])
    }

    @Test func `a controller that goes in mid-talk stops nothing, and is of use again when it is back`() throws {
        var home = try Household()
        try home.anna(.asksByPhone(.unlock))
        #expect(home.simulation.run(within: .seconds(2)) { $0.radio.connectionCount == 1 })
        try home.simulation.perform(.start(.bluetoothDown))
        home.simulation.run(for: .seconds(1))
        #expect(home.simulation.world.isLocked)
        try home.simulation.perform(.stop(.bluetoothDown))
        try home.anna(.asksByPhone(.unlock))
        #expect(home.simulation.run(within: .seconds(4)) { isIn($0) })
        #expect(home.simulation.finish().isEmpty)
    }

    @Test(arguments: [PhoneUse.switches(isOn: false), .findsBattery(at: Percent(0))])
    func `a phone that goes off in mid-talk says no more, gives up, and opens when it is on again`(
        end: PhoneUse
    ) throws {
        var home = try Household()
        try home.anna(.asksByPhone(.unlock))
        #expect(home.simulation.run(within: .seconds(2)) { $0.radio.connectionCount == 1 })
        try home.anna(.usesPhone(end))
        home.simulation.run(for: .seconds(3))
        #expect(home.simulation.world.radio.connectionCount == 1, "the lock does not know yet")
        home.simulation.run(for: .seconds(3))
        #expect(home.simulation.world.radio.connectionCount == 0)
        #expect(home.simulation.world.isLocked)
        #expect(home.simulation.trace.map(\.kind).filter { $0 == .phone(0, .gaveUp) }.count == 1)

        let isFlat = end == .findsBattery(at: Percent(0))
        let reason = isFlat ? ActionRefusal.phoneIsFlat : .phoneIsOff
        #expect(throws: reason) { try home.anna(.asksByPhone(.unlock)) }
        #expect(throws: reason) { try home.anna(.asksFromAfar(.unlock)) }
        if isFlat {
            #expect(throws: ActionRefusal.phoneIsFlat) { try home.anna(.usesPhone(.switches(isOn: true))) }
            try home.anna(.usesPhone(.findsBattery(at: Percent(5))))
            #expect(throws: ActionRefusal.phoneIsOff) { try home.anna(.asksByPhone(.unlock)) }
        }
        try home.anna(.usesPhone(.switches(isOn: true)))
        try home.anna(.asksByPhone(.unlock))
        #expect(home.simulation.run(within: .seconds(4)) { isIn($0) })
        #expect(home.simulation.finish().isEmpty)
    }

    @Test func `a phone that is off and on again in a moment connects when the lock has noticed`() throws {
        var home = try Household()
        try home.anna(.asksByPhone(.unlock))
        #expect(home.simulation.run(within: .seconds(2)) { $0.radio.connectionCount == 1 })
        try home.anna(.usesPhone(.switches(isOn: false)))
        try home.anna(.usesPhone(.switches(isOn: true)))
        try home.anna(.asksByPhone(.unlock))
        #expect(home.simulation.run(within: .seconds(8)) { isIn($0) })
        #expect(home.simulation.finish().isEmpty)
    }

    @Test func `whoever is removed by phone opens nothing any more, by PIN or phone, and others as before`() throws {
        var home = try Household {
            $0.persons.append(Person(name: "Tom", at: .outside, carrying: [.phone], phoneOf: .owner))
        }
        home.simulation.run(for: .seconds(3))
        try home.simulation.performToEnd(.person(2, .usesPhone(.removesUser(0))))
        home.simulation.run(for: .seconds(20))
        let kinds = home.simulation.trace.map(\.kind)
        #expect(kinds.contains(.phoneAllowed(0, false)))
        try home.anna(.enters(Household.pin))
        let isOpenByPIN = home.simulation.run(within: .seconds(10)) { !$0.isLocked }
        #expect(!isOpenByPIN)
        try home.anna(.asksByPhone(.unlock))
        let isOpenByPhone = home.simulation.run(within: .seconds(20)) { !$0.isLocked }
        #expect(!isOpenByPhone)
        try home.simulation.performToEnd(.person(2, .asksByPhone(.unlock)))
        #expect(home.simulation.run(within: .seconds(4)) { isIn($0) })
        #expect(home.simulation.finish().isEmpty)
    }
}
