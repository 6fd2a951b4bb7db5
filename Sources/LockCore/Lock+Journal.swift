/// Records: what must be durable before something happens, and what is told afterwards.
extension Lock {
    /// How long nobody must have touched the lock before a sector is erased: erasing holds up commits, and a motor that
    /// starts in the middle could tear it.
    ///
    /// *Chosen*.
    private static var quietTime: Interval { .seconds(5) }

    /// How often the order to stop the motor is repeated if it cannot be carried out.
    ///
    /// *Chosen*.
    private static var stopsFailedMax: UInt8 { 3 }

    /// Writes a line of the access log.
    ///
    /// It is committed as soon as the motor rests.
    @discardableResult
    mutating func log(_ entry: LogEntry, at now: Instant) -> LogRecord {
        journal.append(entry, time: clock.time(at: now), trust: clock.trust)
    }

    /// Begins an alarm: in the log, on its way out of the house, and by the siren if it has one.
    mutating func raise(_ alarm: Alarm, at now: Instant) {
        guard alarms.raise(alarm, at: now) else { return }
        notify(.alarm(alarm), at: now)
    }

    /// Writes a line that also leaves the house: an alarm, or something that the owner should hear of some time.
    mutating func notify(_ entry: LogEntry, at now: Instant) { alerts.append(log(entry, at: now)) }

    /// Stages a record that the rest of the step depends on.
    ///
    /// Never while the motor is powered.
    mutating func stage(_ record: Record, _ effects: inout Effects) {
        precondition(!bolt.isPowered, "a record is committed while the motor is powered")
        effects.append(.commit(slot: UInt8(pendingRecords.count)))
        pendingRecords.append(record)
    }

    /// Stages what waits: mode and counters, which other things depend on, then what was learned of cells and clock, then as
    /// many log records as one step carries.
    mutating func flush(at now: Instant, _ effects: inout Effects) {
        guard !bolt.isPowered, supply.isReady, journal.isWritable else { return }
        if journal.takeLoss() { log(.logDegraded, at: now) }
        if unsaved.mode && !pendingRecords.isFull {
            unsaved.mode = false
            stage(.mode(mode), &effects)
        }
        if unsaved.lockout && !pendingRecords.isFull {
            unsaved.lockout = false
            stage(.lockout(lockout.record(chipSeconds: clock.chipSeconds(at: now), at: now)), &effects)
        }
        if unsaved.usedCodes != 0 && !pendingRecords.isFull {
            let number = RecoveryCodeNumber(UInt8(unsaved.usedCodes.trailingZeroBitCount))
            unsaved.usedCodes &= ~number.bit
            stage(.recoveryUsed(number), &effects)
        }
        if unsaved.duplicates && !pendingRecords.isFull {
            unsaved.duplicates = false
            stage(.duplicates(duplicates.record), &effects)
        }
        if unsaved.battery && !pendingRecords.isFull {
            unsaved.battery = false
            stage(.battery(battery.record), &effects)
        }
        if unsaved.clock && !pendingRecords.isFull {
            unsaved.clock = false
            stage(.clock(clock.record(at: now)), &effects)
        }
        if unsaved.alertCursor && !pendingRecords.isFull {
            unsaved.alertCursor = false
            stage(.alertCursor(alerts.cursor), &effects)
        }
        while journal.mayCommit, !pendingRecords.isFull, let record = journal.take() {
            stage(.log(record), &effects)
        }
        if journal.mayCommit { journal.goOn(at: now) }
    }

    /// Has a sector erased while the motor rests and nobody is at the lock; at once if the store has none left.
    mutating func requestSector(at now: Instant, _ effects: inout Effects) {
        sectorAt = nil
        guard journal.isSectorWanted else { return }
        let isQuiet = now.since(lastActivityAt) >= Self.quietTime && verification == .none
        let isAllowed = !bolt.isPowered && supply.isReady && (isQuiet && !supply.isOnEmergency || !journal.isWritable)
        if isAllowed {
            journal.sectorRequested(at: now)
            effects.append(.prepareSector)
        } else {
            sectorAt = now + Self.quietTime
        }
    }

    /// The step before went through: what it staged is durable.
    mutating func confirmRecords() {
        recordsDurable()
        pendingRecords.removeAll()
    }

    private mutating func recordsDurable() {
        guard !pendingRecords.isEmpty else { return }
        // A sector that cannot be erased is told once, and not anew with each record that finds room elsewhere.
        if !journal.hasFailedPreparation { alarms.clear(.logDegraded) }
        journal.committed()
    }

    /// An effect of the step before failed.
    ///
    /// What the step had committed until then is durable; its other records come back, whatever it was that failed.
    mutating func failed(
        _ effect: Effect, _ fault: EffectFault, committed: Int, at now: Instant, _ effects: inout Effects
    ) {
        let isStore = if case .commit = effect { true } else { false }
        // A store that took some and then failed has failed: its alarm stays one alarm.
        if !isStore && committed > 0 { recordsDurable() }
        let lost = takeBackRecords(from: committed)
        if isStore { storeFailed(fault, at: now) }
        tell(lost, at: now, &effects)
        // A drive that still waits must not go on without what had to be durable before it.
        if !isStore && isDriveHeld && lost.isGating { operationNotRecorded(isGatingLost: true, at: now, &effects) }
        switch effect {
        case .commit:
            operationNotRecorded(isGatingLost: lost.isGating, at: now, &effects)
        case .drive:
            log(.fault(.board(nil)), at: now)
            let request = active
            follow(bolt.driveFailed(), at: now, &effects)
            // The answer was dropped with the drive; whoever had one before hears no second one.
            if let request { answer(bolt.operation == nil ? .refused(.unspecified) : .started, to: request, &effects) }
        case .verify:
            log(.fault(.board(nil)), at: now)
            withdrawVerification(at: now)
        case .lookUp, .enrol:
            log(.fault(.board(nil)), at: now)
            enrolmentRefused(.busy, at: now, &effects)
        case .prepareSector:
            journal.preparationFailed(at: now)
            if fault == .flashFailed { raise(.logDegraded, at: now) }
        case .sample(let channel):
            sampleFailed(channel, at: now, &effects)
        case .stopMotor:
            stopFailed(at: now, &effects)
        case .watchRows:
            matrix.watchFailed(at: now)
        case .readColumn, .indicate, .send, .answer:
            // Nothing can be done about a light; a column that is not read is given up and read anew.
            break
        }
    }

    private mutating func storeFailed(_ fault: EffectFault, at now: Instant) {
        switch fault {
        case .noErasedSector:
            journal.ranOut(at: now)
        case .flashFailed, .notFound, .lineUnavailable, .deviceSilent:
            journal.fail(at: now)
            raise(.logDegraded, at: now)
        }
    }

    /// The motor could not be stopped: what was to follow in that step did not happen.
    ///
    /// The order is repeated, a few times
    /// only; then the hardware's one-shot has the last word (R5).
    private mutating func stopFailed(at now: Instant, _ effects: inout Effects) {
        guard stopsFailed < Self.stopsFailedMax else { return }
        stopsFailed += 1
        log(.fault(.board(nil)), at: now)
        if bolt.isPowered { follow(bolt.driveFailed(), at: now, &effects) } else { effects.append(.stopMotor) }
    }

    /// Takes back what was staged from a slot on and did not become durable.
    private mutating func takeBackRecords(from slot: Int) -> LostRecords {
        var logs = Bounded<6, LogRecord>()
        var lost = LostRecords()
        for index in min(slot, pendingRecords.count)..<pendingRecords.count {
            switch pendingRecords[index] {
            case .log(let record): logs.append(lost.isChange ? record.telling(.fault(.store)) : record)
            case .mode: unsaved.mode = true
            case .lockout:
                unsaved.lockout = true
                lost.isCount = true
            case .factoryReset:
                lost.isChange = true
                isCommissioned = true
            case .credential, .deletion:
                lost.isGating = true
                lost.isChange = programming.isOpen
            case .duplicates: unsaved.duplicates = true
            case .clock: unsaved.clock = true
            case .battery: unsaved.battery = true
            case .alertCursor: unsaved.alertCursor = true
            case .recoveryUsed(let number):
                unsaved.usedCodes |= number.bit
                lost.isGating = true
            case .remoteSequence, .phoneSequence, .autoRelock:
                lost.isGating = lost.isGating || pendingRecords[index].isGating
            }
        }
        pendingRecords.removeAll()
        journal.putBack(logs)
        return lost
    }

    private mutating func tell(_ lost: LostRecords, at now: Instant, _ effects: inout Effects) {
        if lost.isCount, case .pin = verification {
            // Not counted durably, so not judged (R2).
            withdrawVerification(at: now)
        }
        guard lost.isChange else { return }
        if !isCommissioned || programming.user == nil { programming.close() }
        indicate(.programmingRefused, at: now, &effects)
    }
}

/// What was not written.
private struct LostRecords {
    /// Something that the rest of the step depended on.
    var isGating = false
    /// The count of a code.
    var isCount = false
    /// A change that a session asked for, or a factory reset.
    var isChange = false
}
