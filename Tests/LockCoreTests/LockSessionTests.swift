import Testing

@testable import LockCore

/// A programming session belongs to who opened it (R1): typed by people in a hurry, and by two of them.
@Suite struct LockSessionTests {
    private func opened() -> Rig {
        var rig = Rig()
        rig.start()
        rig.type(Rig.owner + "#")
        rig.run(.seconds(1))
        return rig
    }

    @Test func `a refused PIN, zero, and a stranger's six digits make nobody a resident`() {
        var rig = opened()
        rig.type("1#12#" + Rig.resident + "#" + Rig.resident + "#")
        rig.run(.seconds(1))
        #expect(rig.indications.contains(.programmingRefused), "somebody has that PIN already")
        rig.type("0#")
        rig.run(.seconds(20))
        rig.type("390517#390517#")
        rig.run(.seconds(2))
        #expect(rig.users.first { $0.credential.user == UserIndex(12) } == nil)
        #expect(!rig.lock.programming.isOpen)
        #expect(rig.problems == [])
    }

    @Test func `zero while a PIN is derived ends the session, and the PIN is not kept`() {
        var rig = opened()
        rig.type("1#12#520931#520931#")
        #expect(rig.lock.pendingCredential != nil, "the derivation takes longer than a key")
        let effects = rig.lock.step(.enrolmentRefused(.busy), at: rig.now)
        #expect(effects.count > 0)
        rig = opened()
        rig.type("1#12#520931#52093")
        rig.type("1#0#")
        rig.run(.seconds(2))
        #expect(!rig.lock.programming.isOpen)
        #expect(rig.lock.enteredCode.count == 0 && rig.lock.pendingCredential == nil)
        #expect(rig.problems == [])
    }

    /// A PIN that was entered in the pause between two tries was derived, and written while the next try had power
    /// (seed 410009 of moving-in: R3).
    @Test func `a PIN that is entered while a throw is under way, its pauses included, is not written under power`() {
        var refused = 0
        for wait in stride(from: UInt64(0), to: 3_000, by: 50) {
            var rig = Rig(travel: 0)
            rig.start()
            rig.type(Rig.owner + "#")
            rig.run(.seconds(1))
            rig.jamAt = 300
            rig.type("1#12#520931#520931")
            rig.isUplinkUp = true
            rig.deliver(.uplinkChanged(isUp: true))
            let request = RemoteRequest(.lock, source: .remote, sequence: 1)
            rig.deliver(.remoteRequested(request, Credential(user: UserIndex(7), role: .resident)))
            rig.run(.milliseconds(wait))
            #expect(rig.lock.programming.isOpen)
            rig.type("#")
            rig.run(.seconds(3))
            #expect(rig.problems == [], "\(wait) ms after the request")
            refused += rig.users.contains { $0.credential.user == UserIndex(12) } ? 0 : 1
        }
        #expect(refused > 20)
    }

    @Test(arguments: ["", "1#", "1#12#", "8#12#", "1#12#520931#", "6#", "6#520931#"], [false, true])
    func `an opening or a closing of the door ends it, wherever it stands`(typed: String, isOpen: Bool) {
        var rig = Rig(travel: 0)
        rig.isDoorClosed = !isOpen
        rig.start()
        rig.type(Rig.owner + "#")
        rig.run(.seconds(1))
        rig.type(typed)
        rig.run(.milliseconds(300))
        #expect(rig.lock.programming.isOpen)
        rig.door(isClosed: isOpen)
        rig.run(.seconds(1))
        #expect(!rig.lock.programming.isOpen)
        rig.type("520931#520931#")
        rig.run(.seconds(1))
        #expect(!rig.users.contains { $0.credential.user == UserIndex(12) })
        #expect(rig.problems == [])
    }

    /// Whether a light of the session was on at every moment between two instants.
    private func isLit(_ rig: Rig, from: Instant, until: Instant) -> Bool {
        var litUntil = Instant.zero
        for line in rig.lines {
            guard case .indicate(let indication) = line.effect, line.at <= until else { continue }
            if line.at > litUntil && line.at > from { return false }
            litUntil = line.at + indication.pattern.length
        }
        return litUntil >= until
    }

    @Test(arguments: ["", "1#", "1#12#", "1#12#123456#", "1#12#520931#520932#", "9999#", "1#12#520931#520931#"])
    func `while it is open the light says so without a break`(typed: String) {
        var rig = opened()
        let from = rig.now
        rig.type(typed)
        var last = rig.now
        while rig.lock.programming.isOpen && rig.now < from + .minutes(3) {
            last = rig.now
            rig.run(.milliseconds(100))
        }
        #expect(!rig.lock.programming.isOpen, "silence ends it")
        #expect(isLit(rig, from: from + .milliseconds(1), until: last), "after \(typed)")
        #expect(rig.indications.last == .quiet)
        #expect(rig.problems == [])
    }

    @Test func `set-up shows its light again after each key, until it has ended`() {
        var rig = Rig(travel: 0, isSetUp: false)
        rig.isDoorClosed = false
        rig.start()
        rig.button(.milliseconds(100))
        rig.run(.seconds(1))
        rig.type("735")
        rig.run(.milliseconds(200))
        #expect(rig.indications.last == .sessionOpen)
        rig.run(.seconds(70))
        #expect(rig.indications.last == .quiet)
    }
}
