/// Door, cover and the button inside, and what follows when somebody is known to be in: privacy, the end of a penalty.
extension Lock {
    mutating func doorChanged(_ isClosed: Bool, at now: Instant, _ effects: inout Effects) {
        // Whoever comes or goes is not who opened the session (R1).
        if isClosed != door.isClosed { closeSession(at: now, &effects) }
        let wasLocked = bolt.position == .extended && bolt.operation == nil
        door.changed(isClosed: isClosed, at: now)
        if isClosed {
            alarms.clear(.doorAjar)
            // Also a bolt that stayed between its ends: the door has been opened and closed, so nobody is shut out.
            if bolt.position != .extended && bolt.operation == nil { relock.start(at: now) }
        } else {
            relock.succeeded()
            abandonLoadTest(.refused(.restricted), &effects)
            if wasLocked && isCommissioned { raise(.doorForcedOpen, at: now) }
            if mode == .privacy && !wasLocked { setMode(.normal, by: nil, at: now, &effects) }
            // A bolt that was out when the lock began, or is out by now, stays where it is: nobody is let in by a door switch,
            // and a switch at the inner end that says otherwise lies (R1).
            let isInterrupted = bolt.operation == .lock && bolt.beganRetracted && !bolt.switches.isExtended
            follow(bolt.doorOpened(at: now), at: now, &effects)
            if isInterrupted && bolt.position != .retracted && bolt.operation == nil {
                raise(.leftUnlocked, at: now)
                begin(
                    ActiveOperation(operation: .unlock, source: .auto, user: nil, isUnrestricted: true), at: now,
                    &effects)
            }
        }
    }

    mutating func coverChanged(_ isFitted: Bool, at now: Instant, _ effects: inout Effects) {
        isCoverFitted = isFitted
        guard !isFitted, isCommissioned else { return }
        raise(.frontCoverRemoved, at: now)
    }

    /// The button acts when it comes up, so that a hold for privacy opens nothing first (R5).
    mutating func insideButtonChanged(_ isPressed: Bool, at now: Instant, _ effects: inout Effects) {
        guard !isPressed else {
            button.pressedAt = now
            return
        }
        guard let pressed = button.pressedAt else { return }
        button.pressedAt = nil
        // A shorter pulse is noise, or somebody outside who plays with the wire.
        guard now.since(pressed) >= InsideButton.pressTimeMin else { return }
        lastActivityAt = now
        if !door.isClosed {
            button.insideUntil = now + InsideButton.insideTime
            if !isCommissioned && supply.isReady {
                programming.openSetUp(at: now)
                indicate(.setUpReady, at: now, &effects)
            }
        }
        insideButtonPressed(at: now, &effects)
    }

    private mutating func insideButtonPressed(at now: Instant, _ effects: inout Effects) {
        if mode == .privacy { setMode(.normal, by: nil, at: now, &effects) }
        if bolt.position != .retracted {
            residentCame(user: nil, at: now, &effects)
            begin(
                ActiveOperation(operation: .unlock, source: .button, user: nil, isUnrestricted: true), at: now,
                &effects)
        } else if door.isClosed {
            requestLock(.button, user: nil, at: now, &effects)
        }
    }

    mutating func insideButtonHeld(at now: Instant, _ effects: inout Effects) {
        guard let due = button.deadline(isDoorClosed: door.isClosed), due <= now else { return }
        button.pressedAt = nil
        if door.isClosed {
            setMode(.privacy, by: nil, at: now, &effects)
            if bolt.position != .extended { requestLock(.button, user: nil, at: now, &effects) }
        } else if !bolt.isPowered {
            factoryReset(at: now, &effects)
        }
    }

    private mutating func factoryReset(at now: Instant, _ effects: inout Effects) {
        guard !supply.isOnEmergency, isCommissioned else { return }
        unsaved.usedCodes = 0
        stage(.factoryReset, &effects)
        log(.factoryReset, at: now)
        raise(.lockFactoryReset, at: now)
        isCommissioned = false
        programming.openSetUp(at: now)
        indicate(.setUpReady, at: now, &effects)
    }

    mutating func setMode(_ new: OperatingMode, by user: UserIndex?, at now: Instant, _ effects: inout Effects) {
        guard new != mode else { return }
        mode = new
        privacyUntil = new == .privacy ? now + PrivacyYield.privacyTimeMax : nil
        privacyYield = nil
        unsaved.mode = true
        log(.mode(new, by: user), at: now)
        if new == .privacy { indicate(.privacyOn, at: now, &effects) }
    }

    /// Somebody who lives here came in by another way than the keypad: a penalty ends (R2).
    mutating func residentCame(user: UserIndex?, at now: Instant, _ effects: inout Effects) {
        guard lockout.forgive(at: now) else { return }
        log(.lockoutEnded(by: user), at: now)
        unsaved.lockout = true
    }
}
