import Testing

@testable import LockCore

@Suite struct LockOpeningTests {
    private func started() -> Rig {
        var rig = Rig()
        rig.start()
        rig.lines.removeAll()
        return rig
    }

    private func log(_ entry: LogEntry, in rig: Rig) -> Int? { rig.entries.firstIndex(of: entry) }

    // MARK: Right and wrong codes

    @Test func `a right PIN is counted, compared, recorded, and then the bolt goes back`() {
        var rig = started()
        rig.type(Rig.resident + "#")
        rig.run(.seconds(2))
        #expect(rig.problems == [])
        #expect(rig.position == .retracted && !rig.isMotorPowered)
        let steps = rig.lines.compactMap { line -> String? in
            switch line.effect {
            case .verify: "compared"
            case .drive(.retract, _): "driven"
            case .stopMotor: "stopped"
            case .commit:
                switch line.record {
                case .lockout(let counters): counters.streak == 0 ? "forgiven" : "counted"
                case .log(let record):
                    if case .operation(.unlock, .keypad, user: UserIndex(7), let outcome) = record.entry {
                        "\(outcome)"
                    } else {
                        "other"
                    }
                default: "other"
                }
            default: nil
            }
        }
        #expect(steps == ["counted", "compared", "forgiven", "started", "driven", "stopped", "done"])
        #expect(rig.indications.contains(.granted) && rig.indications.last == .quiet)
        #expect(rig.lock.lockout.streak == 0 && rig.lock.lockout.budget == 100)
    }

    @Test func `a wrong PIN moves nothing and is answered after the verdict time, counted from its pound key`() {
        var rig = started()
        rig.type("55019")
        let entered = rig.now
        rig.type("3#")
        rig.run(.seconds(3))
        #expect(rig.problems == [])
        #expect(rig.drives == [] && rig.position == .extended)
        #expect(rig.entries.contains(.refusal(.invalidCredential, .keypad, user: nil)))
        // 90 ms a key; the pound key is believed 20 ms and a reading after it went down.
        let shown = rig.shown(.refused).map { $0.since(entered).milliseconds } ?? 0
        #expect((610...630).contains(shown), "\(shown) ms after the last digit but one")
    }

    /// The verdict on a wrong code came the whole derivation later than that on a code that was not judged at all
    /// (attack C04).
    @Test func `C04: a code that is not judged looks like a wrong one, to the millisecond`() {
        func answer(to rig: inout Rig, _ keys: String) -> (UInt64, [Indication]) {
            let start = rig.now
            rig.lines.removeAll()
            rig.type(keys)
            rig.run(.seconds(3))
            return (rig.shown(.refused).map { $0.since(start).milliseconds } ?? 0, rig.indications)
        }
        var judged = started()
        let wrong = answer(to: &judged, "550193#")
        #expect(wrong.0 > 0)

        var stored = StoredState.birth
        stored.lockout = LockoutRecord(streak: 9, budget: 50, refillServed: 0, penaltyLeft: 600, chipSeconds: nil)
        var penalty = Rig(stored: stored)
        penalty.start()
        penalty.run(.seconds(1))
        for code in ["550193#", Rig.resident + "#"] {
            let ignored = answer(to: &penalty, code)
            #expect(ignored == wrong)
            #expect(!penalty.effects.contains(.verify(.pin)))
            #expect(penalty.lock.lockout.streak == 9 && penalty.lock.lockout.budget == 50)
        }
        #expect(penalty.position == .extended)
    }

    @Test func `six wrong codes bring the alarm, the siren and a penalty, and a right one is not judged`() {
        var rig = started()
        for _ in 1...6 {
            rig.type("550193#")
            rig.run(.seconds(1))
        }
        #expect(rig.entries.contains(.lockoutBegan(seconds: 30)))
        #expect(rig.entries.contains(.alarm(.wrongCodeEntryLimit)))
        rig.run(.seconds(1))
        #expect(rig.indications.last == .alarm)
        rig.lines.removeAll()
        rig.type(Rig.resident + "#")
        rig.run(.seconds(2))
        #expect(rig.drives == [] && !rig.effects.contains(.verify(.pin)))
        rig.run(.seconds(30))
        rig.type(Rig.resident + "#")
        rig.run(.seconds(2))
        #expect(rig.position == .retracted)
        #expect(rig.entries.contains(.silenced(by: UserIndex(7))))
        #expect(rig.problems == [])
    }

    @Test func `D12: nothing that is typed silences the siren but a valid code`() {
        var rig = started()
        rig.deliver(.coverChanged(isFitted: false))
        #expect(rig.indications.last == .alarm)
        for keys in ["*", "*", "12", "*", "#", "1#", "550193#"] {
            rig.type(keys)
            rig.run(.seconds(3))
            #expect(rig.indications.last == .alarm, "after the keys")
        }
        rig.type(Rig.resident + "#")
        rig.run(.seconds(2))
        #expect(rig.indications.last != .alarm)
        #expect(rig.problems == [])
    }

    @Test func `a derivation that never answers ends by itself, and the keypad works on`() {
        var rig = started()
        rig.isDerivationSilent = true
        rig.type(Rig.resident + "#")
        rig.run(.seconds(5))
        #expect(rig.shown(.refused) != nil)
        rig.isDerivationSilent = false
        rig.type(Rig.resident + "#")
        rig.run(.seconds(2))
        #expect(rig.position == .retracted)
        #expect(rig.problems == [])
    }

    @Test func `B09: a one-time code opens once, and is marked before the motor starts`() {
        var rig = started()
        rig.type(Rig.guest + "#")
        rig.run(.seconds(2))
        #expect(rig.position == .retracted)
        let marked = rig.lines.firstIndex { if case .credential? = $0.record { true } else { false } } ?? .max
        let driven = rig.lines.firstIndex { if case .drive = $0.effect { true } else { false } } ?? 0
        #expect(marked < driven)
        rig.run(.seconds(40))
        #expect(rig.position == .extended)
        rig.type(Rig.guest + "#")
        rig.run(.seconds(2))
        #expect(rig.position == .extended)
        #expect(rig.entries.contains(.refusal(.disabledUserDenied, .keypad, user: UserIndex(20))))
    }

    @Test func `M7: a resident inside has guesses for the family again, and the log says who`() {
        var stored = StoredState.birth
        stored.lockout = LockoutRecord(streak: 18, budget: 0, refillServed: 0, penaltyLeft: 86_400, chipSeconds: nil)
        for code in [Rig.resident, Rig.guest] {
            var rig = Rig(stored: stored)
            rig.start()
            rig.run(.seconds(61))
            rig.door(isClosed: false)
            rig.button(.milliseconds(200))
            rig.type(code + "#")
            rig.run(.seconds(3))
            let isResident = code == Rig.resident
            #expect(rig.lock.lockout.budget == (isResident ? 3 : 0))
            #expect(rig.entries.contains(.lockoutEnded(by: UserIndex(7))) == isResident)
            #expect(rig.problems == [])
        }
    }

    @Test func `a recovery code opens in a penalty, once, a minute after cold start`() {
        var stored = StoredState.birth
        stored.lockout = LockoutRecord(streak: 18, budget: 0, refillServed: 0, penaltyLeft: 86_400, chipSeconds: nil)
        var rig = Rig(stored: stored)
        var code = Code("52907416380")
        _ = code.append(code.recoveryCheckDigit)
        rig.recoveryCodes = [nil, code]
        let keys = code.places.map(String.init).joined() + "#"
        rig.start()
        rig.type(keys)
        rig.run(.seconds(3))
        #expect(rig.position == .extended, "too early")
        rig.run(.seconds(60))
        rig.type(keys)
        rig.run(.seconds(3))
        #expect(rig.position == .retracted)
        #expect(rig.recoveryCodes == [nil, nil])
        #expect(rig.entries.contains(.recoveryUsed(RecoveryCodeNumber(1))))
        #expect(rig.lock.lockout.streak == 18, "the PIN's numbers are untouched")
        rig.run(.seconds(100))
        rig.type(keys)
        rig.run(.seconds(3))
        #expect(rig.position == .extended)
        #expect(rig.problems == [])
    }

    // MARK: Duress

    @Test func `a duress code is not to be told from any other, but by the owner and the alert`() {
        func opened(by pin: String) -> (rig: Rig, seen: [String]) {
            var rig = started()
            rig.type(pin + "#")
            rig.run(.seconds(40))
            let seen = rig.lines.compactMap { line -> String? in
                switch line.effect {
                case .indicate, .drive, .stopMotor, .verify: "\(line.at.milliseconds) \(line.effect)"
                default: nil
                }
            }
            return (rig, seen)
        }
        let usual = opened(by: Rig.resident)
        let forced = opened(by: Rig.forced)
        #expect(usual.seen == forced.seen)
        let hidden = forced.rig.entries.filter { $0 == .duress(UserIndex(8)) }
        #expect(hidden.count == 1)
        let others = forced.rig.entries.filter { $0 != .duress(UserIndex(8)) }
        #expect(others.count == usual.rig.entries.count)
        #expect(!others.contains(.alarm(.forcedUser)))
        #expect(forced.rig.lock.alerts.first?.entry == .duress(UserIndex(8)))
        #expect(usual.rig.lock.alerts.first == nil)
    }

    // MARK: Remote

    @Test func `a remote request opens once, and its replay never`() {
        var rig = started()
        let credential = Credential(user: UserIndex(7), role: .resident)
        let request = RemoteRequest(.unlock, source: .remote, sequence: 5)
        rig.deliver(.remoteRequested(request, credential))
        rig.run(.seconds(2))
        #expect(rig.position == .retracted)
        rig.run(.seconds(60))
        #expect(rig.position == .extended)
        for sequence in [UInt32(5), 4, 0] {
            rig.deliver(.remoteRequested(RemoteRequest(.unlock, source: .remote, sequence: sequence), credential))
            rig.run(.seconds(2))
            #expect(rig.position == .extended)
        }
        var next = rig.coldStarted()
        next.start()
        next.deliver(.remoteRequested(request, credential))
        next.run(.seconds(2))
        #expect(next.position == .extended, "nor after a power cut")
        next.deliver(.remoteRequested(RemoteRequest(.unlock, source: .remote, sequence: 6), credential))
        next.run(.seconds(2))
        #expect(next.position == .retracted)
        #expect(rig.problems == [] && next.problems == [])
    }

    @Test func `a resident's phone ends a penalty, a guest's does not`() {
        for (role, isEnded) in [(Role.resident, true), (.administrator, true), (.guest, false)] {
            var stored = StoredState.birth
            stored.lockout = LockoutRecord(streak: 9, budget: 50, refillServed: 0, penaltyLeft: 600, chipSeconds: nil)
            var rig = Rig(stored: stored)
            rig.start()
            let request = RemoteRequest(.unlock, source: .proprietaryRemote, sequence: 1)
            rig.deliver(.remoteRequested(request, Credential(user: UserIndex(9), role: role)))
            rig.run(.seconds(2))
            #expect(rig.position == .retracted)
            #expect(rig.lock.lockout.isInPenalty(at: rig.now) != isEnded)
        }
    }

    @Test func `nobody, the owner PIN and a disabled phone are refused from afar`() {
        var disabled = Credential(user: UserIndex(9), role: .resident)
        disabled.status = .disabled
        for (number, credential) in [nil, Credential(user: .owner, role: .owner), disabled].enumerated() {
            var rig = started()
            let request = RemoteRequest(.unlock, source: .remote, sequence: UInt32(number + 1))
            rig.deliver(.remoteRequested(request, credential))
            rig.run(.seconds(2))
            #expect(rig.drives == [])
            #expect(rig.entries.contains { if case .refusal = $0 { true } else { false } })
        }
    }
}
