@testable import LockCore

/// A lock that is told anything that a board, a store and people can say, in any order, and what must hold all the same.
///
/// It keeps to the contract and no further: answers may be late, doubled, foreign or missing, time goes forward, and a
/// failure comes right after the step whose effect failed.
struct Prober {
    var lock: Lock
    var now = Instant.zero
    /// What was violated, if anything.
    var problem: String?

    private(set) var effects = Effects()
    private var wasPowered = false
    private(set) var isPowered = false
    private var drive = DriveNumber(0)
    private var direction = Direction.retract

    init(_ settings: Settings = Settings(), travel switches: BoltSwitches = .extended) {
        var stored = StoredState.birth
        stored.isCommissioned = true
        lock = Lock(settings: settings, resuming: stored)
        let start = StartUp(
            cause: .powerOn, chip: ChipTime(seconds: 1_000, isContinuous: true), switches: switches, isDoorClosed: true,
            isCoverFitted: true, isNineVoltPresent: false, isUSBPresent: false, hasDriven: true)
        tell(.coldStarted(start))
        tell(.sampled(.cells(Millivolts(6_100))))
    }

    /// Two probers are at the same place if their locks will do the same.
    func isSame(as other: Self) -> Bool { now == other.now && isPowered == other.isPowered && lock == other.lock }

    /// A number that equal probers share.
    var digest: UInt64 {
        var digest = now.milliseconds &* 31 &+ (lock.nextWake?.milliseconds ?? 7)
        digest = digest &* 31 &+ UInt64(lock.journal.count)
        digest = digest &* 31 &+ UInt64(lock.lockout.streak) &* 3 &+ UInt64(lock.lockout.budget)
        digest = digest &* 31 &+ UInt64(lock.entry.code.count) &+ (isPowered ? 97 : 0)
        digest = digest &* 31 &+ (lock.door.isClosed ? 5 : 3) &+ (lock.programming.isOpen ? 11 : 0)
        return digest &* 31 &+ UInt64(lock.mode.rawValue) &+ (lock.isCommissioned ? 13 : 0)
    }

    // MARK: Events

    static let resident = Credential(user: UserIndex(7), role: .resident)
    static let guest = Credential(user: UserIndex(20), role: .guest, validity: .once)
    static let owner = Credential(user: .owner, role: .owner)
    static let restored = LockoutRecord(streak: 6, budget: 90, refillServed: 5, penaltyLeft: 40, chipSeconds: nil)

    /// What may come next.
    var events: [Event] {
        var events: [Event] = [
            .boltSwitchesChanged(.retracted), .boltSwitchesChanged(.extended), .boltSwitchesChanged(.between),
            .boltSwitchesChanged(.both), .doorChanged(isClosed: !lock.door.isClosed),
            .insideButtonChanged(isPressed: lock.button.pressedAt == nil), .driveStarted(drive),
            .motorCurrentChanged(isHigh: true), .sampled(.rail(Millivolts(6_100))),
            .sampled(.testLoad(Millivolts(5_600))), .sampled(.cells(Millivolts(6_100))),
            .sampled(.cells(Millivolts(1_000))), .credentialFound(Self.resident), .credentialFound(Self.guest),
            .credentialFound(Self.owner), .codeUnknown, .recoveryCodeFound(RecoveryCodeNumber(3)),
            .remoteRequested(RemoteRequest(.unlock, source: .remote, sequence: lock.remoteSequence + 1), Self.resident),
            .remoteRequested(RemoteRequest(.lock, source: .remote, sequence: lock.remoteSequence + 1), Self.resident),
            .remoteRequested(
                RemoteRequest(.unlock, source: .proprietaryRemote, sequence: 1, token: RequestToken(1)), Self.resident),
            .remoteRequested(
                RemoteRequest(.lock, source: .proprietaryRemote, sequence: 2, token: RequestToken(1)), Self.owner),
            .phoneNoticed(.flooded), .autoRelockChanged(.seconds(45), by: .owner),
            .phoneChanged(.added, UserIndex(7), by: .owner), .invitationChanged(.added, UserIndex(7), by: .owner),
            .duplicateFound(by: UserIndex(1), .administrator, RequestToken(3)),
            .powerInputChanged(.nineVolt, isPresent: !lock.supply.isNineVoltPresent), .sectorsLow, .sectorPrepared,
            .coverChanged(isFitted: !lock.isCoverFitted), .uplinkChanged(isUp: !lock.alerts.isUp),
            .credentialRead(UserIndex(7), Self.resident), .enrolled(.owner), .enrolmentRefused(.duplicate),
            .rowsChanged, .credentialChanged(.added, UserIndex(7), by: nil),
            .credentialChanged(.deleted, UserIndex(20), by: nil),
            .restored(.lockout(Self.restored)), .restored(.standing(nextSequence: 100, isCommissioned: true)),
        ]
        if let alert = lock.alerts.first { events.append(.alertDelivered(sequence: alert.sequence)) }
        var committed: UInt8 = 0
        for index in 0..<effects.count {
            events.append(.effectFailed(effects[index], .flashFailed, committed: committed))
            if case .commit = effects[index] {
                events.append(.effectFailed(effects[index], .noErasedSector, committed: committed))
                committed += 1
            }
            if case .readColumn(let column) = effects[index] {
                events.append(.columnRead(column: column, rows: RowSet(bits: 0)))
                events.append(.columnRead(column: column, rows: RowSet(bits: 0b1000)))
            }
        }
        return events
    }

    /// A code typed at once, past the matrix: the entry is filled and its `#` pressed by a whole scan.
    mutating func enter(_ digits: String) {
        for digit in Code(digits).places { _ = lock.entry.press(.digit(digit), at: now) }
        press(.pound)
    }

    /// Presses and releases a key, with the scans that it takes.
    mutating func press(_ key: Key) {
        for isDown in [true, false] {
            for _ in 0..<4 {
                tell(.rowsChanged)
                for column in UInt8(0)..<3 {
                    let rows: UInt8 = isDown && key.column == column ? 1 << key.row : 0
                    tell(.columnRead(column: column, rows: RowSet(bits: rows)))
                }
                now = now + .milliseconds(10)
            }
        }
    }

    // Goes to the next wake and wakes the lock there. Says whether there was one.
    mutating func sleep() -> Bool {
        guard let due = lock.nextWake else { return false }
        now = max(now, due)
        var turns = 0
        while let next = lock.nextWake, next <= now, problem == nil {
            tell(.wake)
            turns += 1
            if turns > 10 { problem = "the same wake again and again" }
        }
        return true
    }

    mutating func tell(_ event: Event) {
        if case .effectFailed(let effect, _, _) = event { takeBack(from: effect) }
        effects = lock.step(event, at: now)
        wasPowered = isPowered
        var hasCounted = false
        for index in 0..<effects.count {
            switch effects[index] {
            case .commit(let slot):
                if isPowered { problem = "a record while the motor has power, after \(event)" }
                if Int(slot) >= lock.pendingRecords.count { problem = "a commit of nothing, after \(event)" }
                if case .lockout = lock.pendingRecords[Int(slot)] { hasCounted = true }
            case .verify(.pin):
                if !hasCounted { problem = "compared before it was counted, after \(event)" }
            case .drive(let direction, let number):
                if isPowered { problem = "driven without a stop, after \(event)" }
                if direction == .extend && !lock.door.isClosed { problem = "extended at an open door, after \(event)" }
                isPowered = true
                drive = number
                self.direction = direction
            case .stopMotor: isPowered = false
            case .prepareSector:
                if isPowered { problem = "a sector erased while the motor has power, after \(event)" }
            case .verify, .lookUp, .enrol, .readColumn, .watchRows, .sample, .indicate, .send, .answer: break
            }
        }
        if lock.bolt.isPowered && !isPowered { problem = "believed powered, after \(event)" }
        if lock.bolt.isPowered && lock.bolt.deadline == nil { problem = "power without an end, after \(event)" }
        if isPowered && !lock.bolt.isPowered, case .effectFailed = event {
        } else if isPowered != lock.bolt.isPowered {
            problem = problem ?? "power that the core does not know of, after \(event)"
        }
        if isPowered && direction == .extend && !lock.door.isClosed, case .doorChanged = event {
            problem = "still extending when the door has opened"
        }
        if lock.verification != .none && lock.verificationGiveUpAt == nil { problem = "a code that waits for ever" }
    }

    /// The effect failed, and the dependent ones behind it did not happen.
    private mutating func takeBack(from effect: Effect) {
        isPowered = wasPowered
        for index in 0..<effects.count {
            if effects[index] == effect {
                // Unconditional ones still happen.
                for later in (index + 1)..<max(index + 1, effects.count) where effects[later] == .stopMotor {
                    isPowered = false
                }
                return
            }
            switch effects[index] {
            case .drive: isPowered = true
            case .stopMotor: isPowered = false
            default: break
            }
        }
    }
}
