import LockCore
import LockCrypto
import LockSim
import Testing

/// R4 with end switches that lie: every pair of them, every operation, every supply, from either end.
@Suite struct LyingSwitchTests {
    /// Since when the switches are stuck.
    enum Onset: String, CaseIterable {
        case beforeTheStart
        case retractedFirst
        case extendedFirst
    }

    enum Deed: String, CaseIterable {
        case pin
        case phone
        case button
        case oneTouch
        case relock
    }

    enum Energy: String, CaseIterable {
        case cells
        case block
        case bank
    }

    /// Where the bolt is when the operation begins, and how it came there.
    enum Begin: String, CaseIterable {
        case out
        case inside
        /// The motor was seen to bring it in, the switches stuck, and somebody locked with the key.
        case outByKey
    }

    /// One of the combinations.
    private struct Case: CustomStringConvertible {
        let retracted: Bool?
        let extended: Bool?
        let onset: Onset
        let deed: Deed
        let energy: Energy
        let begin: Begin

        var areHealthy: Bool { retracted == nil && extended == nil }

        private func named(_ level: Bool?) -> String { level.map { $0 ? "on" : "off" } ?? "healthy" }

        var description: String {
            """
            retracted \(named(retracted)), extended \(named(extended)), \(onset), \(deed) on \(energy), bolt \(begin)
            """
        }
    }

    /// Every pair of switches, onset and begin; the supplies take turns, each at every pair.
    private static func cases(_ deed: Deed) -> [Case] {
        var all: [Case] = []
        for retracted in [nil, false, true] {
            for extended in [nil, false, true] {
                for onset in Onset.allCases {
                    // The order matters for two only.
                    guard onset != .extendedFirst || (retracted != nil && extended != nil) else { continue }
                    for begin in Begin.allCases where begin != .outByKey || onset != .beforeTheStart {
                        all.append(
                            Case(
                                retracted: retracted, extended: extended, onset: onset, deed: deed,
                                energy: Energy.allCases[all.count % 3], begin: begin))
                    }
                }
            }
        }
        return all
    }

    private func stick(_ direction: Direction, _ level: Bool?, in home: inout Household) throws {
        guard let level else { return }
        try home.simulation.perform(.start(.endSwitchStuck(direction, isPressed: level)))
        if home.simulation.world.now > .start { home.simulation.run(for: .milliseconds(100)) }
    }

    private func stick(_ it: Case, in home: inout Household) throws {
        if it.onset == .extendedFirst {
            try stick(.extend, it.extended, in: &home)
            try stick(.retract, it.retracted, in: &home)
        } else {
            try stick(.retract, it.retracted, in: &home)
            try stick(.extend, it.extended, in: &home)
        }
    }

    /// A lock in which the operation is about to begin.
    private func lock(_ it: Case) throws -> Household {
        let isMoved = it.begin != .out && it.onset != .beforeTheStart
        var home = try Household { $0.isBoltExtended = it.begin == .out || isMoved }
        if it.energy != .cells { try home.simulation.perform(.start(.cellsDead)) }
        if it.onset == .beforeTheStart { try stick(it, in: &home) }
        home.simulation.run(for: .seconds(3))
        if it.energy == .block { try home.anna(.holdsNineVolt) }
        if it.energy == .bank { try home.anna(.plugsPowerBank) }
        if it.energy != .cells { home.simulation.run(for: .seconds(4)) }
        if isMoved {
            try home.anna(.enters(Household.pin))
            home.simulation.run(for: .seconds(2))
        }
        if it.onset != .beforeTheStart { try stick(it, in: &home) }
        if it.begin == .outByKey { try home.anna(.turnsKey(.extend)) }
        return home
    }

    /// Does it, and waits until all tries are over.
    private func play(_ deed: Deed, in home: inout Household) throws {
        switch deed {
        case .pin: try home.anna(.enters(Household.pin))
        case .phone: try home.anna(.asksByPhone(.unlock))
        case .button: try home.ben(.pressesInsideButton(for: .milliseconds(300)))
        case .oneTouch: try home.anna(.types([.pound]))
        case .relock:
            if home.simulation.world.bolt.permille > 60 {
                try home.anna(.enters(Household.pin))
                home.simulation.run(for: .seconds(10))
            }
            try home.simulation.perform(.openDoor)
            home.simulation.run(for: .seconds(2))
            try home.simulation.perform(.closeDoor)
            home.simulation.run(for: .seconds(32))
        }
        home.simulation.run(for: .seconds(9))
    }

    /// What was seen from that line of the trace on: what is wrong with what the lock said about it.
    private func lies(since line: Int, from place: UInt16, in home: borrowing Household) -> [String] {
        var (place, hasRetracted, lies) = (place, false, [String]())
        for event in home.simulation.trace[line...] {
            switch event.kind {
            case .boltPosition(let permille): place = permille
            case .motorPower(.retract): hasRetracted = true
            case .indicated(.granted):
                if !hasRetracted { lies.append("granted without the motor") }
            case .indicated(.locked): if place < 940 { lies.append("locked at \(place)") }
            default: break
            }
        }
        return lies
    }

    private func drives(_ direction: Direction, since line: Int, in home: borrowing Household) -> Int {
        home.simulation.trace[line...].count { $0.kind == .motorPower(direction) }
    }

    /// An authorised unlock: the motor has power, and the bolt is really in.
    private func opens(_ deed: Deed, _ what: String, in home: inout Household) throws -> [String] {
        let line = home.simulation.trace.count
        let place = home.simulation.world.bolt.permille
        try play(deed, in: &home)
        var wrong = lies(since: line, from: place, in: home)
        let isIn = home.simulation.world.bolt.permille <= EgressChecker.retractedMax
        if drives(.retract, since: line, in: home) == 0 { wrong.append("the motor had no power") }
        if !isIn { wrong.append("the bolt is at \(home.simulation.world.bolt.permille)") }
        if home.simulation.world.bolt.poweredDirection != nil { wrong.append("the motor stays on") }
        return wrong.map { "\(what): \($0)" }
    }

    private func wrongs(_ it: Case) throws -> [String] {
        var home = try lock(it)
        var wrong: [String] = []
        switch it.deed {
        case .pin, .phone:
            wrong += try opens(it.deed, "first", in: &home)
            wrong += try opens(it.deed, "again", in: &home)
            try home.anna(.turnsKey(.extend))
            home.simulation.run(for: .seconds(1))
            wrong += try opens(it.deed, "after the key", in: &home)
        case .button where it.begin == .out && it.areHealthy:
            wrong += try opens(.button, "first", in: &home)
        case .button, .oneTouch, .relock:
            let line = home.simulation.trace.count
            let place = home.simulation.world.bolt.permille
            try play(it.deed, in: &home)
            wrong += lies(since: line, from: place, in: home)
            if home.simulation.world.bolt.poweredDirection != nil { wrong.append("the motor stays on") }
            if it.deed == .relock, it.energy != .cells, drives(.extend, since: line, in: home) > 3 {
                wrong.append("relocked on emergency power")
            }
            // Whatever became of it, the next PIN opens.
            wrong += try opens(.pin, "PIN after it", in: &home)
        }
        wrong += home.simulation.finish().map { "\($0)" }
        home.simulation.judgeLog()
        wrong += (home.simulation.checkers?.movements.findings.told ?? []).map { "log: \($0)" }
        return wrong
    }

    @Test(arguments: Deed.allCases)
    func `whatever the end switches say, an authorised unlock powers the motor and opens, and nobody is told otherwise`(
        deed: Deed
    ) throws {
        for it in Self.cases(deed) {
            do {
                let wrong = try wrongs(it)
                #expect(wrong == [], "\(it)")
            } catch {
                Issue.record("\(it): \(error)")
            }
        }
    }
}
