import Testing

@testable import LockCore

/// Every effect of every step of a few days in the life of a lock fails once, in every way.
///
/// Judged are what must never happen (the rig writes it down), and that the lock is of use afterwards.
@Suite struct LockFailureTests {
    enum Story: CaseIterable {
        case coldStartBetween
        case rightPIN
        case codeInMidThrow
        case wrongPINs
        case guestOnce
        case oneTouchLock
        case jam
        case doorInMidLock
        case programming
        case privacy
        case recoveryCode
        case remote
        case emergency
        case setUp

        func begin() -> Rig {
            switch self {
            case .coldStartBetween:
                var stored = StoredState.birth
                stored.lastOperation = LogRecord(
                    sequence: 10, time: WallTime(seconds: 0), trust: .unknown,
                    entry: .operation(.lock, .auto, user: nil, .started))
                stored.nextSequence = 11
                return Rig(stored: stored, travel: 300)
            case .oneTouchLock, .doorInMidLock, .programming: return Rig(travel: 0)
            case .emergency:
                var rig = Rig()
                rig.cells = 1_200
                rig.rail = 9_000
                rig.loadedRail = 7_700
                rig.startUp.isNineVoltPresent = true
                return rig
            case .setUp:
                var rig = Rig(travel: 0, isSetUp: false)
                rig.isDoorClosed = false
                return rig
            case .rightPIN, .codeInMidThrow, .wrongPINs, .guestOnce, .jam, .privacy, .recoveryCode, .remote:
                return Rig()
            }
        }

        func play(_ rig: inout Rig) {
            rig.start()
            switch self {
            case .coldStartBetween: rig.run(.seconds(3))
            case .rightPIN:
                rig.type(Rig.resident + "#")
                rig.run(.seconds(2))
            case .codeInMidThrow:
                rig.type(Rig.resident + "#")
                // At most so long, whatever has failed.
                for _ in 0..<100 where !rig.isMotorPowered { rig.run(.milliseconds(10)) }
                rig.type("5501#")
                rig.type(Rig.guest + "#")
                rig.run(.seconds(4))
            case .wrongPINs:
                for _ in 1...6 { rig.type("5501#") }
                rig.run(.seconds(3))
            case .guestOnce:
                rig.type(Rig.guest + "#")
                rig.run(.seconds(2))
            case .oneTouchLock:
                rig.type("#")
                rig.run(.seconds(2))
            case .jam:
                rig.jamAt = 400
                rig.type(Rig.resident + "#")
                rig.run(.seconds(6))
                rig.jamAt = nil
            case .doorInMidLock:
                rig.type("#")
                rig.run(.milliseconds(150))
                rig.door(isClosed: false)
                rig.run(.seconds(2))
                rig.door(isClosed: true)
            case .programming:
                rig.type(Rig.owner + "#")
                rig.run(.seconds(1))
                rig.type("5#7#1#7#" + Rig.resident + "#" + Rig.resident + "#")
                rig.run(.seconds(1))
                rig.type("0#")
            case .privacy:
                rig.button(.milliseconds(3_200))
                rig.run(.seconds(2))
                rig.button(.milliseconds(100))
                rig.run(.seconds(2))
            case .recoveryCode:
                var code = Code("52907416380")
                _ = code.append(code.recoveryCheckDigit)
                rig.recoveryCodes = [code]
                rig.run(.seconds(60))
                rig.type(code.places.map(String.init).joined() + "#")
                rig.run(.seconds(2))
            case .remote:
                rig.deliver(.uplinkChanged(isUp: true))
                rig.isUplinkUp = true
                let request = RemoteRequest(.unlock, source: .remote, sequence: 1)
                rig.deliver(.remoteRequested(request, Credential(user: UserIndex(7), role: .resident)))
                rig.run(.seconds(2))
                rig.deliver(.coverChanged(isFitted: false))
                rig.run(.seconds(1))
            case .emergency:
                rig.run(.seconds(1))
                rig.type(Rig.resident + "#")
                rig.run(.seconds(2))
            case .setUp:
                rig.button(.milliseconds(100))
                rig.type(Rig.owner + "#" + Rig.owner + "#")
                rig.run(.seconds(1))
            }
        }
    }

    @Test(arguments: Story.allCases)
    func `whatever fails once, nothing forbidden happens and the lock is of use afterwards`(story: Story) {
        var control = story.begin()
        story.play(&control)
        #expect(control.problems == [], "nothing has failed yet")
        #expect(control.effectCount > 10)
        for number in 0..<control.effectCount {
            for fault in EffectFault.allCases where isPossible(fault, for: number, in: control) {
                var rig = story.begin()
                rig.failing = number
                rig.fault = fault
                story.play(&rig)
                let what = "\(story): effect \(number), \(rig.failed.map { "\($0)" } ?? "none"), \(fault)"
                #expect(rig.failed != nil, "\(what) was never reached")
                afterwards(&rig, story, what)
            }
        }
    }

    @Test func `a flash that takes some records and fails at others is one alarm, not one for each time`() {
        var rig = Rig()
        rig.start()
        var lock = rig.lock
        var told: [UInt32] = []
        for _ in 0..<3 {
            _ = lock.step(.wake, at: rig.now)
            lock.pendingRecords.removeAll()
            lock.journal.fail(at: rig.now)
            for _ in 0..<4 { _ = lock.step(.phoneNoticed(.flooded), at: rig.now) }
            lock.journal.sectorPrepared()
            _ = lock.step(.wake, at: rig.now)
            #expect(lock.pendingRecords.count > 2)
            _ = lock.step(.effectFailed(.commit(slot: 2), .flashFailed, committed: 2), at: rig.now)
            for index in 0..<lock.waitingCount where lock.waitingRecord(at: index).entry == .alarm(.logDegraded) {
                let sequence = lock.waitingRecord(at: index).sequence
                if !told.contains(sequence) { told.append(sequence) }
            }
        }
        #expect(told.count == 1)
    }

    /// A flash that failed was tried once a minute, and a bolt moved meanwhile without a record, though it was back
    /// (seed 302147 of jam-and-recovery).
    @Test func `an operation tries a store that failed before its time, so that a record is there before the motor`() {
        var rig = Rig.started()
        rig.lock.journal.fail(at: rig.now)
        rig.run(.seconds(5))
        rig.button(.milliseconds(100))
        rig.run(.seconds(1))
        let order = rig.lines.compactMap { line -> String? in
            switch line.effect {
            case .commit: "record"
            case .drive: "motor"
            default: nil
            }
        }
        #expect(order.first == "record" && order.contains("motor"), "\(order)")
    }

    @Test func `a PIN is judged as soon as the flash is back, and none is while it is not`() {
        var rig = Rig.started()
        rig.lock.journal.fail(at: rig.now)
        rig.type(Rig.resident)
        rig.failing = rig.effectCount + 1
        var back = rig
        back.failing = nil
        back.type("#")
        back.run(.seconds(2))
        #expect(back.position == .retracted)
        // The count of the code is the first effect that writes.
        let streak = rig.lock.lockout.streak
        for number in rig.effectCount..<rig.effectCount + 40 where rig.position == .extended {
            var dead = rig
            dead.failing = number
            dead.fault = .flashFailed
            dead.type("#")
            dead.run(.seconds(2))
            guard case .commit? = dead.failed else { continue }
            #expect(dead.position == .extended && dead.lock.lockout.streak == streak)
            #expect(dead.problems == [])
            return
        }
        Issue.record("the count was never reached")
    }

    /// It opened, since it is one of the two ways in that a dead flash leaves, and opened once more when the flash was back.
    @Test func `a recovery code without its mark opens no second time, and is marked when the flash is back`() {
        var rig = Rig()
        var code = Code("52907416380")
        _ = code.append(code.recoveryCheckDigit)
        rig.recoveryCodes = [nil, code]
        rig.start()
        rig.run(.seconds(61))
        let keys = code.places.map(String.init).joined() + "#"
        var control = rig
        control.type(keys)
        control.run(.seconds(2))
        let mark = control.lines.firstIndex { if case .recoveryUsed? = $0.record { true } else { false } }
        rig.failing = mark
        rig.fault = .flashFailed
        rig.type(keys)
        rig.run(.seconds(2))
        #expect(rig.failed != nil && rig.position == .retracted)
        #expect(rig.recoveryCodes == [nil, code], "the store has no mark")
        #expect(rig.lock.unsaved.usedCodes == 2)
        var again = rig
        again.run(.seconds(61))
        #expect(again.recoveryCodes == [nil, nil] && again.lock.unsaved.usedCodes == 0)
        #expect(again.problems == [])
        rig.lock.recovery.admitOnceMore(at: rig.now)
        rig.type(keys)
        rig.run(.seconds(2))
        #expect(rig.drives == [.retract], "not a second time")
    }

    /// The store's faults for what the store does, the board's for the rest.
    private func isPossible(_ fault: EffectFault, for number: Int, in control: Rig) -> Bool {
        switch control.lines[number].effect {
        case .commit, .lookUp, .enrol, .verify, .prepareSector: true
        // The link takes any answer.
        case .answer: false
        case .drive, .stopMotor, .watchRows, .sample, .indicate, .send: fault == .deviceSilent
        // There are hundreds of them, all alike.
        case .readColumn: fault == .deviceSilent && number % 7 == 0
        }
    }

    private func afterwards(_ rig: inout Rig, _ story: Story, _ what: String) {
        if !rig.isDoorClosed && story != .setUp { rig.door(isClosed: true) }
        // A failing store is tried again after a minute; a penalty or a session may have to end.
        rig.run(.seconds(75))
        #expect(rig.problems == [], "\(what)")
        #expect(!rig.isMotorPowered, "\(what): the motor has power")
        #expect(rig.lock.bolt.position == rig.position, "\(what): the bolt is not where the core thinks")
        let numbers = rig.records.map(\.sequence)
        let isGapless = zip(numbers, numbers.dropFirst()).allSatisfy { $1 == $0 + 1 }
        #expect(isGapless, "\(what): lines are missing in the log: \(numbers)")
        #expect(rig.lock.journal.count == 0, "\(what): lines of the log still wait")
        #expect(rig.lock.pendingRecords.isEmpty || rig.lock.journal.isWritable, "\(what)")
        guard story != .setUp else {
            rig.button(.milliseconds(100))
            if !rig.state.isCommissioned { rig.type(Rig.owner + "#" + Rig.owner + "#") }
            rig.run(.seconds(1))
            #expect(rig.state.isCommissioned, "\(what): cannot be set up any more")
            return
        }
        // Whoever lives here gets in: the PIN, unless the story's failure left them deleted.
        let pin = rig.users.contains { $0.credential.user == UserIndex(7) } ? Rig.resident : Rig.administrator
        rig.type("*" + "*" + pin + "#")
        rig.run(.seconds(3))
        #expect(rig.position == .retracted, "\(what): the resident is not let in")
        #expect(rig.problems == [], "\(what), in the end")
    }
}
