import Testing

@testable import LockCore

/// What the core does with an operation that a phone nearby asks for.
@Suite struct LockPhoneTests {
    private static let resident = Credential(user: UserIndex(7), role: .resident)

    private func locked(_ settings: Settings = Settings()) -> Rig {
        var rig = Rig(settings)
        rig.start()
        return rig
    }

    private func ask(
        _ rig: inout Rig, _ operation: LockOperation, _ credential: Credential?, sequence: UInt32 = 1
    ) {
        let request = RemoteRequest(
            operation, source: .proprietaryRemote, sequence: sequence, token: RequestToken(UInt16(sequence)))
        rig.deliver(.remoteRequested(request, credential))
    }

    @Test func `a resident's phone opens, and is told so in the step that orders the drive`() {
        var rig = locked()
        ask(&rig, .unlock, Self.resident)
        #expect(rig.outcomes == [.started])
        rig.run(.seconds(2))
        #expect(rig.position == .retracted)
        #expect(rig.entries.contains(.operation(.unlock, .proprietaryRemote, user: UserIndex(7), .done)))
        #expect(rig.problems == [])
    }

    @Test func `the challenge's number is on record before the motor starts`() throws {
        var rig = locked()
        ask(&rig, .unlock, Self.resident, sequence: 41)
        let record = try #require(rig.lines.firstIndex { $0.record == .phoneSequence(41) })
        let drive = try #require(rig.lines.firstIndex { if case .drive = $0.effect { true } else { false } })
        #expect(record < drive)
        #expect(rig.state.phoneSequence == 41)
    }

    @Test func `the owner's phone opens, although the owner's PIN does not`() {
        var rig = locked()
        ask(&rig, .unlock, Credential(user: .owner, role: .owner))
        rig.run(.seconds(2))
        #expect(rig.position == .retracted && rig.outcomes == [.started])
    }

    @Test func `requests from afar and phones count apart`() {
        var rig = locked()
        ask(&rig, .unlock, Self.resident, sequence: 900)
        rig.run(.seconds(5))
        rig.deliver(.remoteRequested(RemoteRequest(.lock, source: .remote, sequence: 1), Self.resident))
        rig.run(.seconds(2))
        #expect(rig.position == .extended)
    }

    @Test func `a phone is told when there is nothing to do`() {
        var rig = locked()
        ask(&rig, .unlock, Self.resident, sequence: 1)
        rig.run(.seconds(2))
        ask(&rig, .lock, Self.resident, sequence: 2)
        rig.run(.seconds(2))
        let drives = rig.drives
        ask(&rig, .lock, Self.resident, sequence: 3)
        rig.run(.seconds(1))
        #expect(rig.outcomes == [.started, .started, .unnecessary] && rig.drives == drives)
    }

    @Test func `asking again for what is under way starts nothing anew`() {
        var rig = locked()
        ask(&rig, .unlock, Self.resident)
        rig.run(.milliseconds(200))
        ask(&rig, .unlock, Self.resident, sequence: 2)
        #expect(rig.outcomes == [.started, .started])
        rig.run(.seconds(2))
        #expect(rig.drives.count == 1 && rig.problems == [])
    }

    @Test func `locking while it opens is put off, and nothing is spent`() {
        var rig = locked()
        ask(&rig, .unlock, Self.resident)
        rig.run(.milliseconds(200))
        ask(&rig, .lock, Self.resident, sequence: 2)
        #expect(rig.outcomes.last == .busy)
        #expect(rig.state.phoneSequence == 1)
    }

    @Test func `a phone of nobody, of a disabled user, and of a guest out of hours is refused and logged`() {
        var disabled = Self.resident
        disabled.status = .disabled
        let past = Credential(
            user: UserIndex(20), role: .guest, validity: .between(WallTime(seconds: 0), WallTime(seconds: 1)))
        let cases: [(Credential?, OperationError)] = [
            (nil, .invalidCredential), (disabled, .restricted), (past, .restricted),
        ]
        for (credential, error) in cases {
            var rig = locked()
            ask(&rig, .unlock, credential)
            rig.run(.seconds(2))
            #expect(rig.outcomes == [.refused(error)])
            #expect(rig.position == .extended)
            #expect(rig.entries.contains(.refusal(error, .proprietaryRemote, user: credential?.user)))
        }
    }

    @Test func `privacy mode refuses every phone`() {
        var rig = locked()
        rig.button(.seconds(4))
        #expect(rig.state.mode == .privacy)
        ask(&rig, .unlock, Credential(user: .owner, role: .owner))
        #expect(rig.outcomes == [.refused(.restricted)])
    }

    @Test func `locking at an open door is refused`() {
        var rig = locked()
        ask(&rig, .unlock, Self.resident)
        rig.run(.seconds(2))
        rig.door(isClosed: false)
        ask(&rig, .lock, Self.resident, sequence: 2)
        #expect(rig.outcomes.last == .refused(.restricted))
    }

    @Test func `cells that cannot finish a lock refuse it, and say why`() {
        var rig = locked()
        ask(&rig, .unlock, Self.resident)
        rig.run(.seconds(2))
        rig.rail = 4_500
        rig.loadedRail = 2_800
        ask(&rig, .lock, Self.resident, sequence: 2)
        rig.run(.seconds(1))
        #expect(rig.outcomes.last == .refused(.insufficientBattery))
    }

    private func opened() -> Rig {
        var rig = locked()
        ask(&rig, .unlock, Self.resident)
        rig.run(.seconds(2))
        rig.outcomes = []
        rig.answered = []
        return rig
    }

    @Test(arguments: [2_800, 5_600])
    func `phones that ask to lock while it is tested get one answer each, the test's`(loaded: Int32) {
        var rig = opened()
        rig.rail = 4_500
        rig.loadedRail = loaded
        for sequence in UInt32(2)...5 { ask(&rig, .lock, Self.resident, sequence: sequence) }
        #expect(rig.outcomes == [], "nobody knows yet")
        ask(&rig, .lock, Self.resident, sequence: 6)
        #expect(rig.outcomes == [.busy], "more than can be connected")
        rig.run(.seconds(1))
        let outcome: RequestOutcome = loaded == 5_600 ? .started : .refused(.insufficientBattery)
        #expect(rig.outcomes == [.busy] + [RequestOutcome](repeating: outcome, count: 4))
        #expect(rig.answered.map(\.number) == [6, 2, 3, 4, 5])
        #expect(rig.problems == [])
    }

    @Test func `a lock that the door, a phone or the button inside cuts short in its test is answered`() {
        var door = opened()
        ask(&door, .lock, Self.resident, sequence: 2)
        door.door(isClosed: false)
        #expect(door.outcomes == [.refused(.restricted)] && door.answered == [RequestToken(2)])

        var phone = opened()
        ask(&phone, .lock, Self.resident, sequence: 2)
        ask(&phone, .unlock, Self.resident, sequence: 3)
        #expect(phone.outcomes == [.busy, .started])
        #expect(phone.answered == [RequestToken(2), RequestToken(3)])
        phone.run(.seconds(2))
        #expect(phone.outcomes.count == 2 && phone.position == .retracted)
    }

    @Test func `a phone that asks while another source's lock is tested is answered as well`() {
        var rig = opened()
        rig.deliver(.remoteRequested(RemoteRequest(.lock, source: .remote, sequence: 1), Self.resident))
        ask(&rig, .lock, Self.resident, sequence: 2)
        rig.run(.seconds(1))
        #expect(rig.outcomes == [.started] && rig.answered == [RequestToken(2)])
    }

    @Test func `a request from afar has no phone to answer`() {
        var rig = locked()
        rig.deliver(.remoteRequested(RemoteRequest(.unlock, source: .remote, sequence: 1), Self.resident))
        rig.run(.seconds(2))
        #expect(rig.outcomes == [] && rig.position == .retracted)
    }

    @Test func `with a dead flash a resident's phone still opens, and a guest's does not`() {
        for (credential, isOpened) in [(Self.resident, true), (Credential(user: UserIndex(20), role: .guest), false)] {
            var state = StoredState.birth
            state.isWritable = false
            var rig = Rig(stored: state)
            rig.start()
            ask(&rig, .unlock, credential)
            rig.run(.seconds(2))
            #expect((rig.position == .retracted) == isOpened, "\(credential.role)")
        }
    }

    @Test func `a resident's phone ends the keypad's penalty, a guest's does not`() {
        for (credential, isEnded) in [(Self.resident, true), (Credential(user: UserIndex(20), role: .guest), false)] {
            var rig = locked()
            for _ in 0..<6 {
                rig.type("111222#")
                rig.run(.seconds(2))
            }
            #expect(rig.lock.status(at: rig.now).penaltyLeft != nil)
            ask(&rig, .unlock, credential)
            rig.run(.seconds(2))
            #expect((rig.lock.status(at: rig.now).penaltyLeft == nil) == isEnded, "\(credential.role)")
        }
    }

    @Test func `nothing that phones fail at touches the keypad's numbers`() {
        var rig = locked()
        let before = rig.lock.lockout
        for sequence in UInt32(1)...50 {
            ask(&rig, .unlock, nil, sequence: sequence)
            rig.deliver(.phoneNoticed(.wrongPIN(UserIndex(7))))
            rig.deliver(.phoneNoticed(.handshakesRefused(count: 100)))
        }
        #expect(rig.lock.lockout == before)
    }
}

/// Settings that the owner's phone changes.
@Suite struct LockSettingTests {
    @Test func `a changed auto relock holds from the next time on, and is logged`() {
        var rig = Rig()
        rig.start()
        rig.deliver(.autoRelockChanged(.seconds(120), by: .owner))
        rig.type(Rig.resident + "#")
        rig.run(.seconds(119))
        #expect(rig.position == .retracted)
        rig.run(.seconds(6))
        #expect(rig.position == .extended)
        #expect(rig.entries.contains(.settingChanged(number: Lock.autoRelockSetting, by: .owner)))
    }

    @Test func `zero turns auto relock off`() {
        var rig = Rig()
        rig.start()
        rig.deliver(.autoRelockChanged(.zero, by: .owner))
        rig.type(Rig.resident + "#")
        rig.run(.minutes(10))
        #expect(rig.position == .retracted)
    }

    @Test func `what was changed is remembered over a restart`() {
        var state = StoredState.birth
        state.autoRelockSeconds = 300
        var rig = Rig(stored: state)
        rig.start()
        rig.type(Rig.resident + "#")
        rig.run(.seconds(299))
        #expect(rig.position == .retracted)
        rig.run(.seconds(6))
        #expect(rig.position == .extended)
    }
}
