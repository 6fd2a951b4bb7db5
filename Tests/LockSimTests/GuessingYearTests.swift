import Foundation
import LockCore
import LockCrypto
import LockSim
import Testing

/// Somebody guesses for as long as it takes, with the store as full as it gets, a busy family that resets the streak
/// with its right codes, and a hand that pulls the battery between guesses (R2, attacks C01, C02, C06).
@Suite struct GuessingYearTests {
    /// The everyday run takes two days; the whole year is run with `BOLTHOLE_FULL=1`.
    private static var days: Int { ProcessInfo.processInfo.environment["BOLTHOLE_FULL"] == nil ? 2 : 365 }

    /// Eight digits without any pattern, a different one for each user.
    private static func pin(of user: Int) -> Code {
        var code = Code()
        var state = UInt64(user) &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678
        for _ in 0..<8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            _ = code.append(UInt8((state >> 33) % 10))
        }
        return code
    }

    private static func isDerivation(_ event: TraceEvent) -> Bool {
        if case .derivationBegan = event.kind { true } else { false }
    }

    @Test(arguments: [false, true])
    func `C01, C02, C06: a year of guessing gets no more than 100 guesses and one a day`(isPullingBattery: Bool) throws
    {
        var parameters = WorldParameters()
        parameters.isBoltExtended = true
        parameters.persons = [
            Person(name: "Anna", knowing: [Self.pin(of: 1)]), Person(name: "somebody"),
        ]
        let world = World(parameters, tracing: .pins)
        var settings = Settings()
        settings.autoRelockTime = .seconds(5)
        var simulation = Simulation<SwiftCrypto>(world: world, settings: settings)
        let owner = Enrolment(Credential(user: .owner, role: .owner), code: Self.pin(of: 0))
        try simulation.install(
            [owner]
                + (1...1_000).map { user in
                    Enrolment(Credential(user: UserIndex(UInt16(user)), role: .resident), code: Self.pin(of: user))
                })
        simulation.run(for: .seconds(5))
        var judged = 0
        var opened = 0
        for day in 0..<Self.days {
            let midnight = WorldTime(milliseconds: UInt64(day) * 86_400_000 + 10_000)
            for visit in 0..<20 {
                // The family comes every hour and a bit, and its right code ends the streak of wrong ones.
                simulation.run(until: midnight + .minutes(UInt64(visit) * 70))
                try simulation.performToEnd(.person(0, .enters(Self.pin(of: 1))))
                opened += simulation.run(within: .seconds(3), until: { $0.bolt.switches == .retracted }) ? 1 : 0
                simulation.run(for: .seconds(20))
                for guess in 0..<5 {
                    let before = simulation.trace.count
                    let code = Self.pin(of: 5_000 + day * 100 + visit * 5 + guess)
                    try simulation.performToEnd(.person(1, .guesses(code)))
                    simulation.run(for: .seconds(1))
                    judged += simulation.trace[before...].count(where: Self.isDerivation)
                    guard isPullingBattery else { continue }
                    try simulation.perform(.cutPower)
                    simulation.run(for: .seconds(1))
                    try simulation.perform(.returnPower)
                    simulation.run(for: .seconds(2))
                }
            }
        }
        #expect(judged <= 100 + Self.days)
        #expect(judged >= 100, "the guesser did get the guesses that are free to all")
        #expect(opened > 0, "the family got in while the budget lasted")
        #expect(simulation.world.bolt.switches == .extended)
    }
}
