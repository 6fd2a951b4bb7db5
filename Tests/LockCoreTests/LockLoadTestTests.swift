import Testing

@testable import LockCore

/// A lock whose source comes and goes while its energy is measured (R4).
@Suite struct LockLoadTestTests {
    /// Asks for a lock, up to where the load test is under way.
    private func testing(_ rig: inout Rig) {
        rig.isUplinkUp = true
        rig.deliver(.uplinkChanged(isUp: true))
        let request = RemoteRequest(.lock, source: .remote, sequence: 1)
        rig.deliver(.remoteRequested(request, Credential(user: UserIndex(7), role: .resident)))
        for _ in 0..<100 where rig.lock.loadTest?.open == nil { rig.run(.milliseconds(1)) }
    }

    @Test func `a lock that waits for a supply that is being measured does not begin when its source goes`() {
        var rig = Rig(travel: 0)
        rig.start()
        testing(&rig)
        rig.cells = 1_000
        rig.deliver(.powerInputChanged(.nineVolt, isPresent: true))
        rig.deliver(.sampled(.cells(Millivolts(1_000))))
        #expect(!rig.lock.supply.isReady)
        rig.run(.milliseconds(200))
        #expect(rig.lock.isDriveHeld, "it cannot be put on record yet")
        rig.deliver(.powerInputChanged(.nineVolt, isPresent: false))
        rig.run(.seconds(2))
        #expect(rig.drives == [] && !rig.lock.isDriveHeld)
        #expect(rig.entries.contains(.operation(.lock, .remote, user: UserIndex(7), .overridden)))
        #expect(rig.problems == [])
    }

    /// A block that flickered was measured, went, and the motor began on dead cells (seed 600315 of a shaky hand).
    @Test(arguments: [3_000, 5_000] as [Int32])
    func `a load test of a source that goes before its answer is done anew on what is left`(loaded: Int32) {
        var rig = Rig(travel: 0)
        rig.start()
        rig.deliver(.powerInputChanged(.usb, isPresent: true))
        testing(&rig)
        #expect(rig.lock.loadTest?.open != nil && rig.drives == [])
        rig.loadedRail = loaded
        rig.deliver(.powerInputChanged(.usb, isPresent: false))
        rig.run(.seconds(2))
        #expect(rig.effects.filter { $0 == .sample(.testLoad) }.count == 2)
        #expect(rig.drives == (loaded == 5_000 ? [.extend] : []))
        #expect(rig.entries.contains(.alarm(.batteryCritical)) == (loaded == 3_000))
        #expect(rig.problems == [])
    }
}
