/// From cold start to a live keypad.
extension Lock {
    /// Takes up what the store remembers; the levels and the clock follow with `.coldStarted`.
    mutating func resume(_ stored: StoredState) {
        if let record = stored.battery { battery.resume(record) }
        // Only what was under way in the life before was interrupted: after a loss of records, or with a start behind it,
        // the outcome is unknown, and an old authority must not move the bolt (R1). Other lines may be written in the
        // pauses of a throw.
        if let last = stored.lastOperation, case .operation(let operation, let source, let user, .started) = last.entry,
            stored.lostRecords == 0, !stored.hasStartedSince
        {
            interrupted = ActiveOperation(operation: operation, source: source, user: user, isUnrestricted: true)
            interruptedAt = last.trust.isTrusted ? last.time : nil
        }
        if stored.hasOnlyStarted { darkness = .possible }
        if let record = stored.clock { clock.resume(record) }
        if let record = stored.lockout {
            lockout.resume(record, off: .zero, at: .zero)
            lockoutChipSeconds = record.chipSeconds
        }
    }

    mutating func coldStarted(_ start: StartUp, at now: Instant, _ effects: inout Effects) {
        resetCause = start.cause
        if mode == .privacy { privacyUntil = now + PrivacyYield.privacyTimeMax }
        bolt.resume(start.switches)
        if equipment.contains(.doorSwitch) { door.changed(isClosed: start.isDoorClosed, at: now) }
        isCoverFitted = start.isCoverFitted || !equipment.contains(.coverSwitch)
        isClockRunning = clock.start(chip: start.chip, at: now)
        let timeOff = min(clock.timeOff(since: lockoutChipSeconds, at: now), Self.timeOffMax)
        let counters = lockout.record(chipSeconds: nil, at: .zero)
        // Towards the next guess no more counts than was served with power: whoever sets the chip at each cut of the power
        // gets two guesses a day, and not one a cut (attack H2).
        let refill = min(timeOff, .seconds(UInt64(counters.refillServed)))
        lockout.resume(counters, off: timeOff, refill: refill, at: now)
        lockoutChipSeconds = nil
        recovery.restart(at: now)
        supply.start(isNineVoltPresent: start.isNineVoltPresent, isUSBPresent: start.isUSBPresent, at: now)
        if equipment.contains(.keypad) {
            order(start.cause == .brownOut ? matrix.restart(at: now) : matrix.start(), &effects)
        }
        endInterruptedUnlock(isPowerKept: start.isPowerKept, at: now, &effects)
        // Power that came back in a life of which there is no record was kept by nobody (R1).
        if !start.isPowerKept { interruptedAt = nil }
        effects.append(.sample(.temperature))
        effects.append(.sample(.cells))
        batterySampleAt = now + batterySampleTime
        if clock.mayAskChip && equipment.contains(.clockChip) {
            clockSampleAt = now + clockSampleTime(at: now)
        }
    }

    /// The clock chip is read again: every minute until it answers, then every half hour, so that one that was set is
    /// known before the next loss of power.
    ///
    /// *Chosen.*
    func clockSampleTime(at now: Instant) -> Interval { clock.chipSeconds(at: now) == nil ? .minutes(1) : .minutes(30) }

    /// The most of the time without power that counts, whatever the chip says: the longest penalty is served by it.
    ///
    /// *Chosen*: a chip that somebody sets while the lock is off cannot be told from one that ran.
    static var timeOffMax: Interval { .days(1) }

    /// The supply is known and steady: now records may be written, codes may be typed, and what a power cut
    /// interrupted may be finished.
    mutating func supplyReady(at now: Instant, _ effects: inout Effects) {
        let cause = resetCause
        if let cause {
            resetCause = nil
            darkness = hasFallenToItsOwnLight(cause) ? .dark : .none
            log(.coldStarted(cause), at: now)
            tellWhatWasLost(at: now)
            if !isCoverFitted && isCommissioned {
                raise(.frontCoverRemoved, at: now)
                if isDark { alarms.skipSiren() }
            }
            if bolt.position == .impossible {
                log(.fault(.bothEndSwitches), at: now)
                raise(.endSwitchFault, at: now)
            }
        }
        switch supply.state {
        case .onEmergency(let isStrong):
            log(.power(supply.isNineVoltPresent ? .nineVoltConnected : .usbConnected), at: now)
            if !isStrong { log(.power(.sourceTooWeak), at: now) }
            indicate(isStrong ? .emergencyReady : .emergencyWeak, at: now, &effects)
        case .assessing, .onCells, .settling, .testing:
            break
        }
        if cause != nil { nameWeakCells(at: now, &effects) }
        finishInterrupted(after: cause, at: now, &effects)
        if bolt.position == .retracted && bolt.operation == nil && door.isClosed { relock.start(at: now) }
        watchBetween(at: now)
    }

    /// Whether a light or the siren may have brought the lock down: weak cells that broke down with no throw under way, or so far
    /// that it looks as if they had been taken out, in two lives in which nothing else happened.
    ///
    /// Shown again it would bring the next start down too, and so on, each with lines that drive older ones out of the log; and
    /// a stuck key would do so sixteen times a second.
    private func hasFallenToItsOwnLight(_ cause: ResetCause) -> Bool {
        let isWeak = battery.level <= .replace || battery.isProvenWeak
        let hasFallen = cause == .brownOut || cause == .powerOn && darkness == .possible
        return hasFallen && interrupted == nil && !supply.isOnEmergency && isWeak
    }

    private mutating func tellWhatWasLost(at now: Instant) {
        if lostRecords > 0 {
            log(.storeDamaged(records: lostRecords), at: now)
            lostRecords = 0
        }
        if !isClockRunning && equipment.contains(.clockChip) { log(.fault(.clockStopped), at: now) }
        if !journal.isWritable { raise(.logDegraded, at: now) }
    }

    /// An unlock that lost its power is over, and the journal says so before anything else, even on a supply that nobody has
    /// measured: firmware that dies before the supply is known would find it begun, and power kept.
    private mutating func endInterruptedUnlock(isPowerKept: Bool, at now: Instant, _ effects: inout Effects) {
        guard let request = interrupted, request.operation == .unlock, !isPowerKept, bolt.position != .retracted,
            journal.isWritable
        else { return }
        log(.operation(request.operation, request.source, user: request.user, .failed), at: now)
        isInterruptionTold = true
        if let record = journal.take() { stage(.log(record), &effects) }
    }

    /// The operation that is on record as started and not as ended (R1, R4, R9).
    ///
    /// At its end: it is done. Still at its beginning: nobody waits for it any more. Between: a lock is finished, once; a
    /// second interruption leaves the bolt *not fully locked* and says so, or a weak supply would try for ever. An unlock
    /// is finished only if the power never went and its authority still holds: who brings the power back need not be
    /// who had the code.
    private mutating func finishInterrupted(after cause: ResetCause?, at now: Instant, _ effects: inout Effects) {
        guard let request = interrupted else { return }
        interrupted = nil
        let target: Bolt.Position = request.operation == .lock ? .extended : .retracted
        guard bolt.position != target else {
            log(.operation(request.operation, request.source, user: request.user, .done), at: now)
            return
        }
        if !isInterruptionTold {
            log(.operation(request.operation, request.source, user: request.user, .failed), at: now)
        }
        // A source outside that fed it then may be gone by now: not the cells gave way.
        if cause == .brownOut && !battery.isOutside { cellsProvedWeak(at: now, &effects) }
        guard bolt.position == .between, request.source != .resumed else { return }
        if request.operation == .lock {
            guard !supply.isOnEmergency, mayLockItself else { return }
            requestLock(.resumed, user: request.user, at: now, &effects)
        } else if isStillAuthorised(since: interruptedAt, at: now) {
            begin(
                ActiveOperation(operation: .unlock, source: .resumed, user: request.user, isUnrestricted: true),
                at: now, &effects)
        }
    }

    /// Whether an authority that was used then is still one (R1); without a trusted time nobody knows.
    private func isStillAuthorised(since begun: WallTime?, at now: Instant) -> Bool {
        guard let begun, clock.trust.isTrusted else { return false }
        let time = clock.time(at: now)
        return begun <= time && time <= begun.advanced(bySeconds: Self.authorityTime.wholeSeconds)
    }

    /// A lock that nobody can open from outside does not lock itself (R1): it would shut out whoever has just fitted it.
    ///
    /// Nobody can, either, while the store cannot be read, unless there is a key.
    var mayLockItself: Bool { isCommissioned && (!isStoreUnread || equipment.contains(.keyway)) }

    /// How long an authority serves its operation.
    ///
    /// *Chosen*, R1: verifying, and three tries of 1.5 s with their pauses.
    static var authorityTime: Interval { .seconds(15) }
}

/// What is not shown, so that weak cells carry the lock.
enum Darkness: UInt8 {
    case none
    /// The two lives before had nothing on record but their start and trouble: their own light may have ended them.
    case possible
    case dark
}

extension ResetCause {
    /// Whether the firmware alone began anew.
    var keptPower: Bool {
        switch self {
        case .watchdog, .fault, .request: true
        case .powerOn, .brownOut: false
        }
    }
}

extension StartUp {
    /// Whether the lock had power ever since its motor was driven, so that nobody else can have brought it back.
    ///
    /// The cause alone does not say so: a start after a loss of power leaves no record while the flash is dead.
    var isPowerKept: Bool { cause.keptPower && hasDriven }
}
