import LockCore
import LockSim
import Testing

@Suite struct BoltModelTests {
    @Test func `a bolt moved by hand goes all the way and says so at its switches`() throws {
        var world = World()
        #expect(world.bolt.switches == .retracted)
        let end = try world.perform(.thumbturn(.extend))
        #expect(end > world.now)
    }
}
