/// What whoever owns the machine does past the keypad, and what the lock says about itself.
extension Lock {
    /// A credential was changed past the keypad, and is durable.
    ///
    /// What somebody was about to change at the keypad rests on what was there before, so an open session ends.
    mutating func credentialChanged(
        _ change: CredentialChange, _ user: UserIndex, by author: UserIndex?, at now: Instant,
        _ effects: inout Effects
    ) {
        if user == .owner && change == .added { isCommissioned = true }
        storeWrote()
        log(.credential(change, user, by: author), at: now)
        closeSession(at: now, &effects)
    }

    /// Something was written past the core: the store takes records again, whatever the last attempt said.
    mutating func storeWrote() { journal.committed() }

    /// A phone came, went or was changed past the keypad, and that is durable.
    mutating func phoneChanged(_ change: CredentialChange, _ user: UserIndex, by author: UserIndex?, at now: Instant) {
        storeWrote()
        log(.phoneChanged(change, user, by: author), at: now)
    }

    /// An invitation was made, or somebody ended it: a new one is a way in that the owner should know of (attack H1).
    mutating func invitationChanged(
        _ change: CredentialChange, _ user: UserIndex, by author: UserIndex?, at now: Instant
    ) {
        storeWrote()
        let entry = LogEntry.invitationChanged(change, user, by: author)
        if entry.alertUrgency == nil { log(entry, at: now) } else { notify(entry, at: now) }
    }

    /// Whether a PIN that somebody of that role gives may be compared with those of others (R8).
    public func mayTryPIN(as role: Role) -> Bool { duplicates.isLeft(for: role) }

    /// Somebody who may set PINs gave one that is taken: counted before anybody is told, and the owner hears of it (R8,
    /// attack M1).
    ///
    /// With `nil` it was in set-up, where nobody is known yet: told, and not counted.
    mutating func duplicateFound(
        by author: UserIndex?, _ role: Role, at now: Instant, _ effects: inout Effects
    ) {
        if author != nil {
            duplicates.take(for: role, at: now)
            if bolt.isPowered || pendingRecords.isFull {
                unsaved.duplicates = true
            } else {
                stage(.duplicates(duplicates.record), &effects)
            }
        }
        notify(.duplicatePIN(by: author), at: now)
    }

    /// From the next time on; a relock that is under way stays as it is.
    mutating func autoRelockChanged(_ time: Interval, by user: UserIndex, at now: Instant) {
        storeWrote()
        relock.lasts(time)
        log(.settingChanged(number: Self.autoRelockSetting, by: user), at: now)
    }

    /// The number of auto relock among the settings of the link protocol.
    public static var autoRelockSetting: UInt8 { 1 }

    /// A backup was restored: nothing may be better than it says (R9).
    mutating func take(_ restored: Restored, at now: Instant, _ effects: inout Effects) {
        storeWrote()
        switch restored {
        case .lockout(let record):
            lockout.worsen(by: record, at: now)
            unsaved.lockout = true
        case .clock(let floor, let epoch):
            clock.restore(floor: floor, epoch: epoch, at: now)
        case .remoteSequence(let sequence):
            remoteSequence = max(remoteSequence, sequence)
        case .standing(let nextSequence, let wasCommissioned):
            journal.skip(to: nextSequence)
            isCommissioned = isCommissioned || wasCommissioned
            closeSession(at: now, &effects)
        }
    }

    /// Ends a session at the keypad, and forgets what was being enrolled.
    mutating func closeSession(at now: Instant, _ effects: inout Effects) {
        guard programming.isOpen else { return }
        programming.close()
        abandonEnrolment()
        indicate(.quiet, at: now, &effects)
    }

    /// What the lock can say about itself now.
    ///
    /// Computed for each call; looks at everything and changes nothing.
    public func status(at now: Instant) -> LockStatus {
        LockStatus(
            position: bolt.position, operation: bolt.operation, isMotorPowered: bolt.isPowered,
            isDoorClosed: door.isClosed, isCoverFitted: isCoverFitted, power: LockStatus.Power(supply.state),
            isNineVoltPresent: supply.isNineVoltPresent, isUSBPresent: supply.isUSBPresent, level: battery.level,
            charge: battery.charge, throwsLeft: battery.charge == nil ? nil : battery.throwsLeft, mode: mode,
            alarms: alarms.all.without(.forcedUser), isJudging: verification != .none,
            penaltyLeft: lockout.penaltyLeft(at: now), guessesLeft: lockout.budget(at: now),
            isCommissioned: isCommissioned, time: clock.time(at: now), trust: clock.trust,
            recordsWaiting: journal.count, isWritable: journal.isWritable)
    }
}
