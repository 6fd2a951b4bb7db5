import LockCore
import LockCrypto
import LockSim
import Testing

/// What goes wrong on the air, and who does it on purpose.
@Suite struct RadioModelTests {
    private static let troubles: [Fault] = [
        .radioLossy(Percent(60)), .radioSlow(milliseconds: 150), .radioSlow(milliseconds: 900), .radioRepeats,
        .radioSwaps, .radioSplits, .radioDrops(after: 5), .radioJammed,
    ]

    /// A household with Tom, who is administrator and away, and Mallory with a radio at the door.
    private func home(_ level: Trace.Level = .pins) throws -> Household {
        try Household(tracing: level) { parameters in
            parameters.persons.append(Person(name: "Mallory", at: .outside, carrying: [.radioKit]))
        }
    }

    @Test(arguments: RadioModelTests.troubles)
    func `whatever the air does, nothing opens that nobody asked for, and a clear air opens again`(
        trouble: Fault
    ) throws {
        var home = try home()
        home.simulation.run(for: .seconds(3))
        try home.simulation.perform(.start(trouble))
        for operation in [LockOperation.unlock, .lock, .unlock] {
            try home.anna(.asksByPhone(operation))
            home.simulation.run(for: .seconds(40))
        }
        try home.simulation.perform(.stop(trouble))
        home.simulation.run(for: .seconds(40))
        try home.anna(.asksByPhone(.lock))
        #expect(home.simulation.run(within: .seconds(15)) { $0.isLocked })
        home.simulation.run(for: .seconds(15))
        try home.anna(.asksByPhone(.unlock))
        #expect(home.simulation.run(within: .seconds(5)) { $0.bolt.switches == .retracted })
        #expect(home.simulation.finish() == [])
    }

    @Test(arguments: [Fault.radioLossy(Percent(60)), .radioRepeats, .radioSwaps, .radioSplits])
    func `what happens to packets on the air is seen there, and every talk opens or ends`(trouble: Fault) throws {
        var home = try home()
        home.simulation.run(for: .seconds(3))
        try home.simulation.perform(.start(trouble))
        // Small packets, so that several wait for one another and can change places.
        home.simulation.world.setMTU(23, ofPhone: 0)
        for _ in 0..<4 {
            try home.anna(.asksByPhone(.unlock))
            home.simulation.run(for: .seconds(60))
            #expect(home.simulation.world.radio.connectionCount == 0, "nothing is left hanging")
        }
        let radio = home.simulation.world.radio
        let isLossy = trouble == .radioLossy(Percent(60))
        #expect(isLossy ? radio.lostCount > 0 : radio.mangledCount > 0)
        #expect(isLossy ? radio.mangledCount == 0 : radio.lostCount == 0)
        #expect(home.simulation.finish() == [])
    }

    @Test func `packets that are lost delay an opening and do not prevent it`() throws {
        var home = try home()
        home.simulation.run(for: .seconds(3))
        try home.simulation.perform(.start(.radioLossy(Percent(50))))
        try home.anna(.asksByPhone(.unlock))
        #expect(home.simulation.run(within: .seconds(6)) { $0.bolt.switches == .retracted })
        #expect(home.simulation.finish() == [])
    }

    @Test func `a recorded unlock that is sent again opens nothing, neither at once nor after a restart`() throws {
        var home = try home()
        home.simulation.run(for: .seconds(3))
        try home.simulation.performToEnd(.person(2, .usesRadio(.records)))
        try home.anna(.asksByPhone(.unlock))
        home.simulation.run(for: .seconds(60))
        #expect(home.simulation.world.isLocked)
        for _ in 0..<2 {
            try home.simulation.performToEnd(.person(2, .usesRadio(.replays)))
            let isOpen = home.simulation.run(within: .seconds(30)) { !$0.isLocked }
            #expect(!isOpen)
            try home.simulation.perform(.start(.firmwareKilled))
            home.simulation.run(for: .seconds(10))
        }
        #expect(home.simulation.finish() == [])
    }

    @Test func `no packet shows a code or a key`() throws {
        var home = try home(.all)
        home.simulation.run(for: .seconds(3))
        try home.anna(.asksByPhone(.unlock))
        home.simulation.run(for: .seconds(5))
        let world = home.simulation.world
        #expect(world.radio.packets.count > 6)
        let findings = LeakChecker.findings(
            inPackets: world.radio.packets, codes: [Household.pin, Household.ownerPIN],
            secrets: world.phones.flatMap(\.secrets), at: world.now)
        #expect(findings.count == 0)
    }

    @Test func `a leak checker that reads packets finds what is in one`() {
        let pin = Household.pin
        let bytes: [UInt8] = [0x52, 20, 0, 2, 7, 1, 8, 2, 8, 0]
        let text: [UInt8] = [0x52] + Array("x271828y".utf8)
        let key = [UInt8](repeating: 0xA5, count: 32)
        for packet in [bytes, text, [1, 2] + key] {
            let findings = LeakChecker.findings(inPackets: [packet], codes: [pin], secrets: [key], at: .start)
            #expect(findings.count == 1)
        }
    }

    @Test func `the authority checker blames a lock that opens for a phone whose rights have ended`() {
        var checker = AuthorityChecker(codes: KnownCodes())
        checker.phones = [0]
        let later = WorldTime(milliseconds: 20_000)
        checker.observe(TraceEvent(time: .start, kind: .phone(0, .asked(.unlock))))
        checker.observe(TraceEvent(time: .start, kind: .motorPower(.retract)))
        #expect(checker.findings.count == 0)
        checker.observe(TraceEvent(time: .start, kind: .motorPower(nil)))
        checker.observe(TraceEvent(time: later, kind: .phoneAllowed(0, false)))
        checker.observe(TraceEvent(time: later, kind: .phone(0, .asked(.unlock))))
        checker.observe(TraceEvent(time: later, kind: .motorPower(.retract)))
        #expect(checker.findings.count == 1)
    }
}
