/// The keypad: from a pressed key to a verdict. Policy: R1, R2, R10.
extension Lock {
    /// The shortest entry that is judged at all; shorter ones cannot be anybody's PIN.
    private static var judgedLengthMin: Int { 4 }
    /// The longest PIN that any setting allows.
    private static var judgedLengthMax: Int { 10 }

    /// How long a derivation may take.
    ///
    /// *Chosen*: half as long again as a board promises.
    private static var answerTimeMax: Interval { .seconds(3) }

    /// Asks the board for what the matrix wants next.
    mutating func order(_ order: KeyMatrix.Order, _ effects: inout Effects) {
        switch order {
        case .nothing: break
        case .read(let column): effects.append(.readColumn(column))
        case .watch(let columns): effects.append(.watchRows(columns: columns))
        }
    }

    mutating func columnRead(_ column: UInt8, _ rows: RowSet, at now: Instant, _ effects: inout Effects) {
        let reading = matrix.columnRead(column, rows: rows, at: now)
        if reading.isGhost { log(.fault(.keyGhost), at: now) }
        if !reading.stuck.isEmpty { keysStuck(reading.stuck, at: now) }
        if matrix.stuck.isEmpty { alarms.clear(.keypadStuck) }
        if !reading.pressed.isEmpty && supply.isReady {
            for index in UInt8(0)..<UInt8(Key.count) {
                let key = Key(index: index)
                if reading.pressed.contains(key) { press(key, at: now, &effects) }
            }
        }
        if reading.isEnterReleased, entry.isEmpty, supply.isReady { oneTouchLocking(at: now, &effects) }
        order(reading.order, &effects)
    }

    private mutating func keysStuck(_ keys: KeySet, at now: Instant) {
        for index in UInt8(0)..<UInt8(Key.count) {
            let key = Key(index: index)
            if keys.contains(key) { log(.fault(.keyStuck(row: key.row, column: key.column)), at: now) }
        }
        // What the stuck key typed is nobody's code.
        entry.wipe()
        raise(.keypadStuck, at: now)
    }

    private mutating func press(_ key: Key, at now: Instant, _ effects: inout Effects) {
        lastActivityAt = now
        switch entry.press(key, at: now) {
        case .taken:
            if !alarms.isSounding { indicate(.keyTaken, at: now, &effects) }
        case .cleared:
            indicate(.entryCleared, at: now, &effects)
        case .bareEnter:
            entry.wipe()
            oneTouchLocking(at: now, &effects)
        case .entered:
            codeEntered(at: now, &effects)
        }
    }

    private mutating func oneTouchLocking(at now: Instant, _ effects: inout Effects) {
        guard isOneTouchLockingEnabled, mayLockItself, !programming.isOpen, bolt.position != .extended else { return }
        requestLock(.keypad, user: nil, at: now, &effects)
    }

    private mutating func codeEntered(at now: Instant, _ effects: inout Effects) {
        var code = entry.code
        let isForProgramming = entry.isForProgramming
        let isOverlong = entry.isOverlong
        entry.wipe()
        defer { code.wipe() }
        if programming.isOpen {
            follow(programming.entered(code, at: now), at: now, &effects)
            return
        }
        verdict = .pending(at: now + verdictTime)
        guard isCommissioned, !isOverlong, verification == .none else { return refuse(at: now) }
        let isInside = button.isSomebodyInside(isDoorClosed: door.isClosed, at: now)
        if code.count == Code.lengthMax {
            guard code.isWellFormedRecoveryCode, recovery.admit(at: now) else { return refuse(at: now) }
            verification = .recoveryCode(isInside: isInside)
            verificationGiveUpAt = now + Self.answerTimeMax
            enteredCode = code
            effects.append(.verify(.recoveryCode))
            return
        }
        guard (Self.judgedLengthMin...Self.judgedLengthMax).contains(code.count) else { return refuse(at: now) }
        // A flash that failed a moment ago may be back: if its count cannot be written, the code is not judged.
        journal.tryAtOnce()
        guard lockout.begin(isInside: isInside, at: now) == .judge else { return refuse(at: now) }
        verification = .waiting(isForProgramming: isForProgramming, isInside: isInside)
        verificationGiveUpAt = now + Self.answerTimeMax
        enteredCode = code
        judgeWaitingCode(at: now, &effects)
    }

    /// Commits the count and has the code compared, as soon as the motor rests: nothing is committed before.
    mutating func judgeWaitingCode(at now: Instant, _ effects: inout Effects) {
        guard case .waiting(let isForProgramming, let isInside) = verification, !bolt.isPowered else { return }
        verification = .pin(isForProgramming: isForProgramming, isInside: isInside)
        verificationGiveUpAt = now + Self.answerTimeMax
        stage(.lockout(lockout.record(chipSeconds: clock.chipSeconds(at: now), at: now)), &effects)
        effects.append(.verify(.pin))
    }

    /// The answer to a code that opens nothing: the same light after the same time, whatever the reason.
    ///
    /// The time counts
    /// from the code's `#`, or the length of the derivation would tell a code that was judged from one that was not.
    mutating func refuse(at now: Instant) {
        if case .pending(let due) = verdict {
            verdict = .refused(at: max(due, now))
        } else {
            verdict = .refused(at: now + verdictTime)
        }
    }

    mutating func showVerdict(at now: Instant, _ effects: inout Effects) {
        guard let due = verdict.deadline, due <= now else { return }
        switch verdict {
        case .none, .pending: break
        case .refused:
            indicate(.refused, at: now, &effects)
            verdict = alarms.isSounding ? .siren(at: now + Indication.refused.pattern.length) : .none
        case .siren:
            verdict = .none
            alarms.sirenInterrupted()
        }
    }

    /// Forgets the code that was being verified.
    mutating func endVerification() {
        verification = .none
        verificationGiveUpAt = nil
        enteredCode.wipe()
    }

    /// The derivation never answered.
    ///
    /// The guess is spent; the next one may fare better.
    mutating func verificationSilent(at now: Instant) {
        log(.fault(.board(nil)), at: now)
        if case .waiting = verification { return withdrawVerification(at: now) }
        endVerification()
        refuse(at: now)
        countWrongCode(at: now)
    }

    /// A code that was never compared is answered as a wrong one and not counted: nobody has learned anything by it.
    mutating func withdrawVerification(at now: Instant) {
        endVerification()
        refuse(at: now)
        lockout.withdraw(at: now)
        unsaved.lockout = true
    }

    // MARK: Verdicts

    mutating func codeUnknown(at now: Instant, _ effects: inout Effects) {
        guard verification != .none else { return }
        endVerification()
        refuse(at: now)
        log(.refusal(.invalidCredential, .keypad, user: nil), at: now)
        countWrongCode(at: now)
    }

    /// Nothing is counted for a recovery code: the lockout is not deciding then.
    private mutating func countWrongCode(at now: Instant) {
        guard case .penaltyBegan(let length) = lockout.conclude(isRight: false, at: now) else { return }
        log(.lockoutBegan(seconds: UInt32(clamping: length.wholeSeconds)), at: now)
        raise(.wrongCodeEntryLimit, at: now)
    }

    mutating func credentialFound(_ credential: Credential, at now: Instant, _ effects: inout Effects) {
        guard case .pin(let isForProgramming, let isInside) = verification else { return }
        endVerification()
        if mode == .privacy && credential.mayEndPrivacy {
            accept(credential, isInside: isInside, at: now, &effects)
            guard endsPrivacy(with: credential.user, at: now, &effects) else { return }
            return unlock(credential, change: nil, source: .keypad, at: now, &effects)
        }
        if credential.status == .enabled && (credential.role == .owner || credential.role == .administrator) {
            let isHandled = keeperCame(credential, isForProgramming, isInside: isInside, at: now, &effects)
            if isHandled { return }
        } else if isForProgramming {
            return refuseKnown(credential, .restricted, at: now)
        }
        let decision = credential.decision(
            mode: mode, time: clock.time(at: now), trust: clock.trust, canRecord: journal.isWritable)
        switch decision {
        case .refused(let error):
            refuseKnown(credential, error, at: now)
        case .granted(let change):
            accept(credential, isInside: isInside, at: now, &effects)
            unlock(credential, change: change, source: .keypad, at: now, &effects)
        }
    }

    /// A known code that may not do this now is counted as a wrong one: it must not clear the way for others.
    private mutating func refuseKnown(_ credential: Credential, _ error: OperationError, at now: Instant) {
        refuse(at: now)
        log(.refusal(error, .keypad, user: credential.user), at: now)
        countWrongCode(at: now)
    }

    /// A right code: the streak ends, alarms fall silent, and a resident inside gives guesses back.
    private mutating func accept(
        _ credential: Credential, isInside: Bool, at now: Instant, _ effects: inout Effects
    ) {
        _ = lockout.conclude(isRight: true, at: now)
        unsaved.lockout = true
        if isInside && credential.isUnrestricted && credential.role != .owner && lockout.giveBack(at: now) {
            log(.lockoutEnded(by: credential.user), at: now)
        }
        silence(by: credential.user, at: now, &effects)
    }

    mutating func silence(by user: UserIndex, at now: Instant, _ effects: inout Effects) {
        guard alarms.silence() else { return }
        log(.silenced(by: user), at: now)
        indicate(.quiet, at: now, &effects)
    }

    /// Somebody who lives here proves it a second time, and privacy mode ends; the first time is announced inside (R5).
    ///
    /// A recovery code (`nil`) goes with anybody's first or second proof: it is judged once a minute only, and it is what
    /// a keyless family has left.
    private mutating func endsPrivacy(with user: UserIndex?, at now: Instant, _ effects: inout Effects) -> Bool {
        if let yield = privacyYield, now < yield.until, yield.user == user || yield.user == nil || user == nil {
            setMode(.normal, by: user, at: now, &effects)
            return true
        }
        privacyYield = PrivacyYield(user: user, until: now + PrivacyYield.time)
        if user == nil { recovery.admitOnceMore(at: now) }
        verdict = .none
        indicate(.privacyAsked, at: now, &effects)
        log(.refusal(.restricted, .keypad, user: user), at: now)
        return false
    }

    /// An owner or an administrator: may open a session.
    ///
    /// Says whether that was all.
    private mutating func keeperCame(
        _ keeper: Credential, _ isForProgramming: Bool, isInside: Bool, at now: Instant, _ effects: inout Effects
    ) -> Bool {
        guard keeper.role == .owner || isForProgramming else { return false }
        accept(keeper, isInside: isInside, at: now, &effects)
        if keeper.role == .owner && isInside { ownerInside(keeper.user, at: now, &effects) }
        if supply.isOnEmergency {
            // Emergency power opens doors and changes nothing (attack D03).
            refuse(at: now)
            log(.refusal(.restricted, .keypad, user: keeper.user), at: now)
        } else {
            programming.open(for: keeper.user, keeper.role, at: now)
            indicate(.programming, at: now, &effects)
        }
        return true
    }

    /// What an owner inside may besides: fill the guess budget (R2), and open a new epoch of time if an authenticated
    /// source contradicts the floor (R7).
    private mutating func ownerInside(_ owner: UserIndex, at now: Instant, _ effects: inout Effects) {
        lockout.refillAll()
        log(.lockoutEnded(by: owner), at: now)
        unsaved.lockout = true
        guard clock.openEpoch(at: now) else { return }
        log(.timeSet(clock.trust, by: owner), at: now)
        if !bolt.isPowered { stage(.clock(clock.record(at: now)), &effects) }
    }

    mutating func recoveryCodeFound(_ number: RecoveryCodeNumber, at now: Instant, _ effects: inout Effects) {
        guard case .recoveryCode(let isInside) = verification else { return }
        // Used already, though the flash took no mark of it.
        guard unsaved.usedCodes & number.bit == 0 else { return codeUnknown(at: now, &effects) }
        endVerification()
        if mode == .privacy && !isInside {
            // The first of two proofs spends nothing: the same code may be the second.
            guard endsPrivacy(with: nil, at: now, &effects) else { return }
        }
        let request = ActiveOperation(operation: .unlock, source: .keypad, user: nil, isUnrestricted: true)
        guard isInside || !isTooWeak(for: .keypad) else { return begin(request, at: now, &effects) }
        follow(bolt.halt(), at: now, &effects)
        // A flash that failed a moment ago may be back: a code that is not marked as used opens once more.
        journal.tryAtOnce()
        stage(.recoveryUsed(number), &effects)
        log(.recoveryUsed(number), at: now)
        // Whoever has the sheet silences the alarm, and in nobody's name: the code's own line tells of it.
        if alarms.silence() { indicate(.quiet, at: now, &effects) }
        if isInside {
            programming.openSetUp(at: now)
            indicate(.setUpReady, at: now, &effects)
        } else {
            begin(request, at: now, &effects)
        }
    }

    // MARK: Programming

    /// Does what a session asks for.
    mutating func follow(_ outcome: Programming.Outcome, at now: Instant, _ effects: inout Effects) {
        switch outcome {
        case .notOpen: break
        case .next: indicate(.programmingNext, at: now, &effects)
        case .lookUp(let user): effects.append(.lookUp(user))
        case .weak: indicate(.weakPIN, at: now, &effects)
        case .refused: indicate(.programmingRefused, at: now, &effects)
        case .ended:
            abandonEnrolment()
            indicate(.quiet, at: now, &effects)
        case .enrol(let credential, let code):
            guard bolt.operation == nil, programming.user == nil || duplicates.isLeft(for: programming.role) else {
                return enrolmentRefused(.busy, at: now, &effects)
            }
            pendingCredential = credential
            enteredCode = code
            effects.append(.enrol)
        case .change(let credential, let change):
            guard !bolt.isPowered else { return indicate(.programmingRefused, at: now, &effects) }
            stage(.credential(credential), &effects)
            log(.credential(change, credential.user, by: programming.user), at: now)
            indicate(.programmingDone, at: now, &effects)
        case .delete(let user):
            guard !bolt.isPowered else { return indicate(.programmingRefused, at: now, &effects) }
            stage(.deletion(user), &effects)
            log(.credential(.deleted, user, by: programming.user), at: now)
            indicate(.programmingDone, at: now, &effects)
        }
    }

    mutating func enrolled(_ user: UserIndex, at now: Instant, _ effects: inout Effects) {
        pendingCredential = nil
        enteredCode.wipe()
        if user == .owner { isCommissioned = true }
        storeWrote()
        log(.credential(.added, user, by: programming.user), at: now)
        programming.enrolled(at: now)
        indicate(.programmingDone, at: now, &effects)
    }

    mutating func enrolmentRefused(_ refusal: EnrolmentRefusal, at now: Instant, _ effects: inout Effects) {
        guard programming.refused(at: now) else { return }
        pendingCredential = nil
        enteredCode.wipe()
        if refusal == .storeFailed { log(.fault(.store), at: now) }
        if refusal == .duplicate { duplicateFound(by: programming.user, programming.role, at: now, &effects) }
        indicate(.programmingRefused, at: now, &effects)
    }
}
