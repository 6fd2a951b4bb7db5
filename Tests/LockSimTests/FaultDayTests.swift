import LockCore
import LockCrypto
import LockSim
import Testing

/// What `Fault.response` promises, played: a day with each fault in a furnished lock, and the evening after it was mended.
@Suite struct FaultDayTests {
    /// What became of a day.
    private struct Day {
        var byPIN = false
        var byPhone = false
        var byBlock = false
        var byKey = false
        var byThumbturn = false
        var afterMending = false
        /// Whether the bolt was out after each try of somebody outside without a key.
        var staysOut = true
        /// What of lights, alerts and log names a fault.
        var names: Set<String> = []
        var violations: [Violation] = []
    }

    /// Whether the bolt is in within ten seconds.
    private func isIn(_ home: inout Household) -> Bool {
        home.simulation.run(within: .seconds(10)) { $0.bolt.permille <= 60 && !$0.bolt.isActive }
    }

    private func isOut(_ home: borrowing Household) -> Bool { home.simulation.world.bolt.permille >= 940 }

    /// The bolt is brought out again from inside, at a door that is closed, and all is quiet.
    private func lockUp(_ home: inout Household) throws {
        home.simulation.run(for: .seconds(12))
        if home.simulation.world.bolt.permille < 940 {
            if !home.simulation.world.door.isClosed { _ = try? home.simulation.perform(.closeDoor) }
            try home.simulation.performToEnd(.thumbturn(.extend))
        }
        home.simulation.run(for: .seconds(12))
    }

    private func day(with fault: Fault) throws -> Day {
        var home = try Household()
        var day = Day()
        home.simulation.run(for: .seconds(3))
        let line = home.simulation.trace.count
        let before = home.simulation.accessLog(newest: 1).last?.sequence ?? 0
        try home.simulation.perform(.start(fault))
        home.simulation.run(for: .seconds(8))
        if home.simulation.world.bolt.permille < 940 { try lockUp(&home) }
        try home.anna(.enters(Household.pin))
        day.byPIN = isIn(&home)
        day.staysOut = isOut(home)
        try lockUp(&home)
        day.byPhone = (try? home.anna(.asksByPhone(.unlock))) != nil && isIn(&home)
        day.staysOut = day.staysOut && isOut(home)
        try lockUp(&home)
        if (try? home.anna(.holdsNineVolt)) != nil {
            home.simulation.run(for: .seconds(4))
            try home.anna(.enters(Household.pin))
            day.byBlock = isIn(&home)
            day.staysOut = day.staysOut && isOut(home)
            try home.anna(.takesNineVoltAway)
        }
        try lockUp(&home)
        _ = try? home.anna(.turnsKey(.retract))
        day.byKey = isIn(&home)
        try lockUp(&home)
        try home.ben(.turnsThumbturn(.retract))
        day.byThumbturn = isIn(&home)
        try lockUp(&home)
        day.names = names(in: &home, since: line, after: before)
        try home.simulation.perform(.stop(fault))
        home.simulation.run(for: .seconds(70))
        try lockUp(&home)
        try home.anna(.enters(Household.pin))
        day.afterMending = isIn(&home)
        home.simulation.run(for: .minutes(1))
        day.violations = home.simulation.finish()
        return day
    }

    /// What tells people of a fault.
    private func names(in home: inout Household, since line: Int, after sequence: UInt32) -> Set<String> {
        var names: Set<String> = []
        for event in home.simulation.trace[line...] {
            switch event.kind {
            case .indicated(let light):
                switch light {
                case .quiet, .keyTaken, .entryCleared, .granted, .locked, .emergencyWait, .emergencyReady: break
                default: names.insert("light \(light)")
                }
            case .alertSent(let record): names.insert("alert \(record.entry)")
            default: break
            }
        }
        for record in home.simulation.accessLog(newest: 512) where record.sequence > sequence {
            switch record.entry {
            case .operation(_, _, _, .done), .operation(_, _, _, .started), .operation(_, _, _, .unnecessary),
                .power(.nineVoltConnected), .power(.nineVoltGone), .timeSet:
                break
            default: names.insert("log \(record.entry)")
            }
        }
        return names
    }

    /// Whether nothing in the electronics can tell it from nobody being there.
    private func isUnknowable(_ fault: Fault) -> Bool { [.keyJammed, .keypadDead, .radioJammed].contains(fault) }

    @Test(arguments: FaultTests.all)
    func `each fault keeps what its response promises, all day and after it was mended`(fault: Fault) throws {
        let day = try day(with: fault)
        #expect(day.byThumbturn)
        #expect(day.byKey || fault == .keyJammed)
        #expect(day.violations == [])
        switch fault.response {
        case .masked:
            #expect(day.byPIN)
            #expect(day.names == [], "nobody is told")
        case .degradedButSafe:
            #expect(day.byPIN || day.byPhone || day.byBlock || day.byKey)
            let isWhole = day.byPIN && day.byPhone && day.byBlock && day.byKey
            #expect(isWhole || day.names != [] || isUnknowable(fault), "something does not work, and nothing says so")
        case .failsSecure:
            #expect(day.staysOut && !day.byPIN && !day.byPhone && !day.byBlock)
        }
        #expect(day.afterMending, "the PIN opens when it is mended")
    }
}
