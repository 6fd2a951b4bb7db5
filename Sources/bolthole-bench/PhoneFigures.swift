import LockCore
import LockCrypto
import LockHAL
import LockSim
import LockStore

extension Figures {
    /// From a phone's connection to the moving bolt on the simulated link.
    static func phones() throws {
        for mtu in [23, 247] {
            var parameters = WorldParameters()
            parameters.isBoltExtended = true
            parameters.persons = [Person(name: "Anna", carrying: [.phone], phoneOf: UserIndex(1))]
            var simulation = Simulation<SwiftCrypto>(world: World(parameters, tracing: .off))
            simulation.isKeepingTrace = false
            try simulation.install([
                Enrolment(Credential(user: .owner, role: .owner), code: nil),
                Enrolment(Credential(user: UserIndex(1), role: .resident), code: nil),
            ])
            simulation.world.setMTU(mtu, ofPhone: 0)
            simulation.run(for: .seconds(5))
            try simulation.perform(.person(0, .asksByPhone(.unlock)))
            guard simulation.run(within: .seconds(5), until: { $0.bolt.poweredDirection == .retract }) else {
                failed("the bolt did not move for a phone")
            }
            let phone = simulation.world.phones[0]
            tell("phone-mtu\(mtu)-ms", simulation.world.now.since(phone.connectedAt).milliseconds)
            tell("phone-mtu\(mtu)-trips", phone.roundTrips)
        }
    }

    /// How long it takes to find a phone by its key among so many, in microseconds of processor time.
    static func lookUp(among count: Int) throws {
        var flash = FlashModel()
        var store = Store<SwiftCrypto>(
            key: DeviceKey(InlineArray(repeating: 7)), geometry: flash.geometry, derivation: 2)
        _ = store.mount(on: &flash, entropy: InlineArray(repeating: 9))
        try store.enrolWithoutPIN(Credential(user: UserIndex(1), role: .resident), to: &flash)
        var label = PhoneLabel()
        _ = label.append(0x41)
        var keys: [PublicKey] = []
        var random = SeededRandom(seed: 4)
        for _ in 0..<count {
            var bytes = InlineArray<32, UInt8>(repeating: 0)
            for index in 0..<32 { bytes[index] = UInt8(truncatingIfNeeded: random.next()) }
            keys.append(PublicKey(bytes))
            while store.wantsSector {
                let sector = try store.beginPreparation(on: &flash)
                store.finishPreparation(of: sector, isErased: true, on: &flash)
            }
            _ = try store.enrolPhone(PublicKey(bytes), of: UserIndex(1), label: label, to: &flash)
        }
        let rounds = 200_000
        var found = 0
        let seconds = seconds {
            for round in 0..<rounds where store.phone(with: keys[round % count]) != nil { found += 1 }
        }
        guard found == rounds else { failed("\(rounds - found) phones were not found") }
        tell("lookup-us", seconds / Double(rounds) * 1e6)
    }
}
