/// Records: what must be durable before something happens, and what is told afterwards.
extension Lock {
    /// How long nobody must have touched the lock before a sector is erased: erasing holds up commits, and a motor that
    /// starts in the middle could tear it. *Chosen*.
    private static var quietTime: Interval { .seconds(5) }

    /// Writes a line of the access log. It is committed as soon as the motor rests.
    @discardableResult
    mutating func log(_ entry: LogEntry, at now: Instant) -> LogRecord {
        journal.append(entry, time: clock.time(at: now), trust: clock.trust)
    }

    /// Begins an alarm: in the log, on its way out of the house, and by the siren if it has one.
    mutating func raise(_ alarm: Alarm, at now: Instant) {
        guard alarms.raise(alarm, at: now) else { return }
        alerts.append(log(.alarm(alarm), at: now))
    }

    /// Stages a record that the rest of the step depends on. Never while the motor is powered.
    mutating func stage(_ record: Record, _ effects: inout Effects) {
        precondition(!bolt.isPowered, "a record is committed while the motor is powered")
        effects.append(.commit(slot: UInt8(pendingRecords.count)))
        pendingRecords.append(record)
    }

    /// Stages what waits: changed counters and mode, then as many log records as one step carries.
    mutating func flush(at now: Instant, _ effects: inout Effects) {
        guard !bolt.isPowered, supply.isReady, journal.isWritable else { return }
        if unsaved.mode && !pendingRecords.isFull { stage(.mode(mode), &effects) }
        if unsaved.lockout && !pendingRecords.isFull {
            stage(.lockout(lockout.record(chipSeconds: clock.chipSeconds(at: now), at: now)), &effects)
        }
        unsaved = Unsaved()
        while journal.mayCommit, !pendingRecords.isFull, let record = journal.take() {
            stage(.log(record), &effects)
        }
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
        pendingRecords.removeAll()
    }

    /// An effect of the step before failed.
    mutating func failed(_ effect: Effect, _ fault: EffectFault, at now: Instant, _ effects: inout Effects) {
        switch effect {
        case .commit(let slot):
            commitFailed(from: Int(slot), fault, at: now, &effects)
        case .drive:
            confirmRecords()
            log(.fault(.board(nil)), at: now)
            follow(bolt.driveFailed(), at: now, &effects)
        case .verify:
            confirmRecords()
            log(.fault(.board(nil)), at: now)
            dropVerification(at: now)
        case .lookUp, .enrol:
            confirmRecords()
            enrolmentRefused(.storeFailed, at: now, &effects)
        case .prepareSector:
            confirmRecords()
            journal.preparationFailed(at: now)
            if fault == .flashFailed { raise(.logDegraded, at: now) }
        case .sample(let channel):
            confirmRecords()
            sampleFailed(channel, at: now, &effects)
        case .stopMotor, .readColumn, .watchRows, .indicate, .send:
            // Nothing can be done about a light; the motor's one-shot has the last word; the keypad is read anew at
            // the next edge.
            confirmRecords()
        }
    }

    private mutating func commitFailed(
        from slot: Int, _ fault: EffectFault, at now: Instant, _ effects: inout Effects
    ) {
        var logs = Bounded<6, LogRecord>()
        var isGatingLost = false
        for index in slot..<max(slot, pendingRecords.count) {
            switch pendingRecords[index] {
            case .log(let record): logs.append(record)
            case .mode: unsaved.mode = true
            case .lockout: unsaved.lockout = true
            case .clock, .credential, .deletion, .recoveryUsed, .battery, .remoteSequence, .alertCursor, .factoryReset:
                isGatingLost = isGatingLost || pendingRecords[index].isGating
            }
        }
        pendingRecords.removeAll()
        journal.putBack(logs)
        switch fault {
        case .noErasedSector:
            journal.ranOut(at: now)
        case .flashFailed, .notFound, .lineUnavailable, .deviceSilent:
            journal.fail(at: now)
            raise(.logDegraded, at: now)
        }
        if verification != .none {
            // Not counted durably, so not judged (R2).
            dropVerification(at: now)
        }
        operationNotRecorded(isGatingLost: isGatingLost, at: now, &effects)
    }
}
