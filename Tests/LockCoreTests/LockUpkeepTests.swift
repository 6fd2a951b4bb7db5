import Testing

@testable import LockCore

@Suite struct LockUpkeepTests {
    private func started(isSetUp: Bool = true) -> Rig {
        var rig = Rig(isSetUp: isSetUp)
        rig.start()
        rig.run(.seconds(1))
        return rig
    }

    // MARK: Changes past the keypad

    @Test(arguments: [CredentialChange.added, .deleted])
    func `a credential that was changed past the keypad is logged as nobody's doing`(change: CredentialChange) {
        var rig = started()
        rig.deliver(.credentialChanged(change, UserIndex(12), by: nil))
        #expect(rig.entries.last == .credential(change, UserIndex(12), by: nil))
        #expect(rig.problems == [])
    }

    @Test func `a new lock is set up when its owner was enrolled past the keypad, and not by anybody else`() {
        var rig = started(isSetUp: false)
        rig.deliver(.credentialChanged(.added, UserIndex(12), by: nil))
        #expect(!rig.lock.status(at: rig.now).isCommissioned)
        rig.deliver(.credentialChanged(.added, .owner, by: nil))
        #expect(rig.lock.status(at: rig.now).isCommissioned)
        rig.add(Rig.resident, Credential(user: UserIndex(12), role: .resident))
        rig.type(Rig.resident + "#")
        rig.run(.seconds(2))
        #expect(rig.position == .retracted)
    }

    @Test func `a set-up that is under way ends, so that nobody becomes owner over the one who was enrolled`() {
        var rig = Rig(travel: 0, isSetUp: false)
        rig.isDoorClosed = false
        rig.start()
        rig.button(.milliseconds(300))
        #expect(rig.indications.last == .setUpReady)
        rig.type("5180")
        rig.deliver(.credentialChanged(.added, .owner, by: nil))
        #expect(rig.indications.last == .quiet)
        rig.type("37#518037#")
        rig.run(.seconds(2))
        #expect(rig.users.isEmpty)
    }

    @Test func `a PIN that is being derived for the keypad is dropped when a credential changes past it`() {
        var rig = started()
        rig.type(Rig.owner + "#")
        rig.run(.seconds(1))
        rig.type("1#30#518037#518037#")
        #expect(rig.lock.pendingCredential != nil)
        rig.deliver(.credentialChanged(.deleted, UserIndex(7), by: nil))
        #expect(rig.lock.pendingCredential == nil)
        #expect(!rig.lock.programming.isOpen)
        // What the store did all the same is told when it answers.
        rig.run(.seconds(2))
        #expect(rig.entries.last == .credential(.added, UserIndex(30), by: nil))
        #expect(!rig.lock.programming.isOpen)
    }

    // A right that was written while the last log line could not be: the next movement waited a minute for its record.
    @Test(arguments: [
        Event.credentialChanged(.added, UserIndex(30), by: nil), .phoneChanged(.added, UserIndex(7), by: .owner),
        .autoRelockChanged(.seconds(60), by: .owner), .restored(.remoteSequence(5)),
    ])
    func `what was written past the core shows that the store takes records again`(event: Event) {
        var rig = started()
        rig.lock.journal.fail(at: rig.now)
        #expect(!rig.lock.status(at: rig.now).isWritable)
        rig.deliver(event)
        #expect(rig.lock.status(at: rig.now).isWritable)
    }

    // MARK: Restored numbers

    @Test func `a penalty of the backup is served, and its guesses are not given back`() {
        var rig = started()
        let record = LockoutRecord(streak: 9, budget: 40, refillServed: 0, penaltyLeft: 240, chipSeconds: nil)
        rig.deliver(.restored(.lockout(record)))
        #expect(rig.lock.status(at: rig.now).penaltyLeft == .seconds(240))
        #expect(rig.lock.status(at: rig.now).guessesLeft == 40)
        #expect(rig.state.lockout?.penaltyLeft == 240)
        rig.type(Rig.resident + "#")
        rig.run(.seconds(2))
        #expect(rig.position == .extended)
        rig.run(.seconds(240))
        rig.type(Rig.resident + "#")
        rig.run(.seconds(2))
        #expect(rig.position == .retracted)
    }

    @Test func `what is better in a backup changes nothing`() {
        var rig = started()
        for _ in 0..<7 {
            rig.type("999999#")
            rig.run(.seconds(35))
        }
        let before = rig.lock.status(at: rig.now)
        #expect(before.penaltyLeft != nil)
        let record = LockoutRecord(streak: 0, budget: 100, refillServed: 0, penaltyLeft: 1, chipSeconds: nil)
        rig.deliver(.restored(.lockout(record)))
        rig.deliver(.restored(.remoteSequence(0)))
        rig.deliver(.restored(.clock(floor: WallTime(seconds: 5), epoch: 0)))
        rig.deliver(.restored(.standing(nextSequence: 1, isCommissioned: false)))
        var after = rig.lock.status(at: rig.now)
        #expect(after.guessesLeft == before.guessesLeft)
        #expect(after.isCommissioned)
        #expect(abs(Int64(after.penaltyLeft?.wholeSeconds ?? 0) - Int64(before.penaltyLeft?.wholeSeconds ?? 0)) <= 1)
        rig.run(.seconds(3_600))
        after = rig.lock.status(at: rig.now)
        #expect(after.penaltyLeft == nil)
        #expect(rig.problems == [])
    }

    @Test func `the log goes on above the numbers of the backup, and old requests stay answered`() {
        var rig = started()
        rig.deliver(.restored(.standing(nextSequence: 500, isCommissioned: true)))
        rig.deliver(.restored(.remoteSequence(80)))
        let user = rig.users[2].credential
        rig.deliver(.remoteRequested(RemoteRequest(.unlock, source: .remote, sequence: 80), user))
        rig.run(.seconds(3))
        #expect(rig.position == .extended)
        #expect(rig.records.last?.sequence == 500)
        rig.deliver(.remoteRequested(RemoteRequest(.unlock, source: .remote, sequence: 81), user))
        rig.run(.seconds(3))
        #expect(rig.position == .retracted)
        #expect(rig.problems == [])
    }

    // MARK: Status

    @Test func `the status of a lock at rest`() {
        let rig = started()
        let status = rig.lock.status(at: rig.now)
        #expect(status.position == .extended)
        #expect(status.operation == nil)
        #expect(!status.isMotorPowered)
        #expect(status.isDoorClosed)
        #expect(status.isCoverFitted)
        #expect(status.power == .cells)
        #expect(status.isKeypadLive)
        #expect(status.level == .ok)
        #expect(status.charge != nil)
        #expect(status.throwsLeft ?? 0 > 100)
        #expect(status.mode == .normal)
        #expect(status.alarms.isEmpty)
        #expect(!status.isJudging)
        #expect(status.penaltyLeft == nil)
        #expect(status.guessesLeft == 100)
        #expect(status.isCommissioned)
        #expect(status.trust == .unknown)
        #expect(status.recordsWaiting == 0)
        #expect(status.isWritable)
    }

    @Test func `before the cells are measured the status says so`() {
        let lock = Lock(settings: Settings(), resuming: .birth)
        let status = lock.status(at: .zero)
        #expect(status.power == .notMeasured)
        #expect(!status.isKeypadLive)
        #expect(status.charge == nil)
        #expect(status.throwsLeft == nil)
        #expect(!status.isCommissioned)
    }

    @Test func `the status follows the motor, the door, the cover and a code that is being judged`() {
        var rig = started()
        rig.deliver(.coverChanged(isFitted: false))
        #expect(!rig.lock.status(at: rig.now).isCoverFitted)
        #expect(rig.lock.status(at: rig.now).alarms.contains(.frontCoverRemoved))
        #expect(!rig.lock.status(at: rig.now).alarms.contains(.doorAjar))
        rig.type(Rig.resident + "#")
        #expect(rig.lock.status(at: rig.now).isJudging)
        rig.run(.milliseconds(300))
        #expect(rig.lock.status(at: rig.now).isMotorPowered)
        #expect(rig.lock.status(at: rig.now).operation == .unlock)
        rig.run(.seconds(2))
        #expect(!rig.lock.status(at: rig.now).isMotorPowered)
        #expect(rig.lock.status(at: rig.now).position == .retracted)
        rig.door(isClosed: false)
        #expect(!rig.lock.status(at: rig.now).isDoorClosed)
    }

    @Test func `a guess that came back is counted, though nobody has asked for it`() {
        var rig = started()
        rig.type("999999#")
        rig.run(.seconds(2))
        #expect(rig.lock.status(at: rig.now).guessesLeft == 99)
        #expect(rig.lock.status(at: rig.now + .days(1)).guessesLeft == 100)
    }

    @Test func `duress is not in the status`() {
        var plain = started()
        var forced = started()
        plain.type(Rig.resident + "#")
        forced.type(Rig.forced + "#")
        plain.run(.seconds(3))
        forced.run(.seconds(3))
        #expect(forced.entries.contains(.duress(UserIndex(8))))
        let status = forced.lock.status(at: forced.now)
        #expect(!status.alarms.contains(.forcedUser))
        #expect(status == plain.lock.status(at: plain.now))
    }

    @Test func `while records cannot be written the status says how many wait`() {
        var rig = started()
        rig.failing = rig.effectCount
        rig.fault = .flashFailed
        rig.deliver(.credentialChanged(.added, UserIndex(12), by: nil))
        rig.run(.seconds(1))
        let status = rig.lock.status(at: rig.now)
        #expect(!status.isWritable)
        #expect(status.recordsWaiting >= 1)
        #expect(status.alarms.contains(.logDegraded))
    }
}
