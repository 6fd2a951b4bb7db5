import LockCore
import LockCrypto
import LockSim
import Testing

@Suite struct SimulationTests {
    @Test func `a good PIN opens the door within two seconds, and nobody has anything to object`() throws {
        var home = try Household()
        home.simulation.run(for: .seconds(2))
        try home.anna(.enters(Household.pin))
        let isOpen = home.simulation.run(within: .seconds(2)) { $0.bolt.switches == .retracted && !$0.bolt.isActive }
        #expect(isOpen)
        try home.anna(.opensDoor)
        try home.anna(.walks(to: .inside))
        try home.anna(.closesDoor)
        let isLocked = home.simulation.run(within: .seconds(40)) { $0.isLocked && !$0.bolt.isActive }
        #expect(isLocked, "auto relock after 30 s")
        home.simulation.run(for: .minutes(10))
        #expect(home.simulation.finish() == [])
    }
}
