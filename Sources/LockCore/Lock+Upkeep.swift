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
