import Testing

@testable import LockCore

@Suite struct LockPrivacyTests {
    private func inPrivacy() -> Rig {
        var rig = Rig()
        rig.start()
        rig.deliver(.insideButtonChanged(isPressed: true))
        rig.run(.milliseconds(3_100))
        rig.deliver(.insideButtonChanged(isPressed: false))
        rig.run(.seconds(3))
        rig.lines.removeAll()
        return rig
    }

    @Test func `a three second hold behind a closed door is privacy: locked, and nobody outside gets in`() {
        var rig = inPrivacy()
        #expect(rig.state.mode == .privacy)
        #expect(rig.position == .extended)
        rig.type(Rig.resident + "#")
        rig.run(.seconds(2))
        let credential = Credential(user: UserIndex(7), role: .resident)
        rig.deliver(.remoteRequested(RemoteRequest(.unlock, source: .remote, sequence: 1), credential))
        rig.run(.seconds(2))
        #expect(rig.drives == [] && rig.position == .extended)
        #expect(rig.problems == [])
    }

    @Test func `it yields to an administrator's code typed twice, and not once`() {
        var rig = inPrivacy()
        rig.type(Rig.administrator + "#")
        rig.run(.seconds(2))
        #expect(rig.position == .extended && rig.state.mode == .privacy)
        rig.type(Rig.administrator + "#")
        rig.run(.seconds(2))
        #expect(rig.position == .retracted && rig.state.mode == .normal)
        #expect(rig.entries.contains(.mode(.normal, by: UserIndex(1))))
    }

    @Test(arguments: [(19_000, true), (20_100, false)] as [(UInt64, Bool)])
    func `twice means within twenty seconds`(pause: UInt64, ends: Bool) {
        var rig = inPrivacy()
        rig.type(Rig.resident + "#")
        rig.run(.milliseconds(200))
        // The second code is judged 730 ms after its first key.
        rig.run(.milliseconds(pause - 930))
        rig.type(Rig.resident + "#")
        rig.run(.seconds(2))
        #expect((rig.position == .retracted) == ends)
    }

    @Test func `twice means the same person`() {
        var others = inPrivacy()
        others.type(Rig.administrator + "#")
        others.run(.seconds(2))
        others.type(Rig.resident + "#")
        others.run(.seconds(2))
        #expect(others.position == .extended)
    }

    // A toddler leans on the button, and the parents stand outside with what they have in their heads.
    @Test(arguments: [Rig.owner, Rig.administrator, Rig.resident])
    func `it yields to everybody who lives there, and says so inside`(pin: String) {
        var rig = inPrivacy()
        rig.type(pin + "#")
        rig.run(.seconds(1))
        #expect(rig.indications.last == .privacyAsked)
        #expect(!rig.indications.contains(.refused), "a right code is not answered as a wrong one")
        rig.type(pin + "#")
        rig.run(.seconds(2))
        #expect(rig.position == .retracted && rig.state.mode == .normal)
        #expect(rig.problems == [])
    }

    @Test func `it does not yield to guests, nor to residents by the clock or disabled ones`() {
        var rig = inPrivacy()
        rig.add(
            "520931",
            Credential(user: UserIndex(30), role: .resident, validity: .weekly(days: 127, from: 0, until: 1_439)))
        var disabled = Credential(user: UserIndex(31), role: .resident)
        disabled.status = .disabled
        rig.add("317204", disabled)
        for pin in [Rig.guest, "520931", "317204"] {
            for _ in 1...2 {
                rig.type(pin + "#")
                rig.run(.seconds(1))
            }
        }
        #expect(rig.position == .extended && rig.state.mode == .privacy)
    }

    private func recoveryCode() -> Code {
        var code = Code("52907416380")
        _ = code.append(code.recoveryCheckDigit)
        return code
    }

    @Test(arguments: [[true, false], [false, true], [false, false]])
    func `a recovery code is one of the two proofs, or both, and is spent by the second`(areWords: [Bool]) {
        var rig = inPrivacy()
        let code = recoveryCode()
        rig.recoveryCodes = [code]
        rig.run(.seconds(60))
        let digits = code.places.map(String.init).joined()
        for isPIN in areWords {
            #expect(rig.position == .extended)
            rig.type((isPIN ? Rig.resident : digits) + "#")
            rig.run(.seconds(1))
        }
        rig.run(.seconds(1))
        #expect(rig.position == .retracted && rig.state.mode == .normal)
        #expect(rig.entries.contains(.recoveryUsed(RecoveryCodeNumber(0))) == !areWords[1])
        #expect(rig.problems == [])
    }

    @Test(arguments: [(43_190, false), (43_200, true)] as [(UInt64, Bool)])
    func `it ends by itself after twelve hours`(seconds: UInt64, hasEnded: Bool) {
        var rig = Rig()
        rig.start()
        rig.button(.milliseconds(3_100))
        rig.run(.seconds(seconds))
        #expect((rig.lock.mode == .normal) == hasEnded)
    }

    @Test func `it survives a power cut, and ends from inside and when the door opens`() {
        let rig = inPrivacy()
        var next = rig.coldStarted()
        next.start()
        next.type(Rig.resident + "#")
        next.run(.seconds(2))
        #expect(next.position == .extended)
        next.button(.milliseconds(200))
        next.run(.seconds(2))
        #expect(next.position == .retracted && next.state.mode == .normal)
        var turned = rig
        turned.turn(to: 0)
        turned.run(.milliseconds(200))
        turned.door(isClosed: false)
        turned.run(.seconds(1))
        #expect(turned.state.mode == .normal)
    }
}
