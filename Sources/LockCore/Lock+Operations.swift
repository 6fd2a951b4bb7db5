/// Operations of the bolt: who asked, what is recorded, what became of it. Policy: R3, R4, R5.
extension Lock {
    /// How long the bolt may rest between its ends before that is an alarm.
    ///
    /// *Chosen*: longer than any hand needs.
    private static var betweenTimeMax: Interval { .seconds(5) }

    // MARK: Unlocking

    /// Opens for a credential that was granted.
    ///
    /// Nothing is spent on a bolt that is on its way already.
    mutating func unlock(
        _ credential: Credential, change: Credential?, source: OperationSource, for token: RequestToken? = nil,
        at now: Instant, _ effects: inout Effects
    ) {
        guard bolt.operation != .unlock else {
            answer(.started, to: token, &effects)
            if bolt.isPowered || bolt.position == .retracted { indicate(.granted, at: now, &effects) }
            return
        }
        follow(bolt.halt(), at: now, &effects)
        if let change, !isTooWeak(for: source) {
            stage(.credential(change), &effects)
            clock.raiseFloor(at: now)
            stage(.clock(clock.record(at: now)), &effects)
        }
        if credential.isDuress { alarmSilently(credential.user, at: now) }
        let isFree = credential.isUnrestricted && change == nil
        var request = ActiveOperation(
            operation: .unlock, source: source, user: credential.user, isUnrestricted: isFree)
        if let token { request.askers.append(token) }
        begin(request, at: now, &effects)
    }

    /// A duress code: nothing to see or to read at the lock (R10).
    private mutating func alarmSilently(_ user: UserIndex, at now: Instant) {
        _ = alarms.raise(.forcedUser, at: now)
        alerts.append(log(.duress(user), at: now))
        alarms.clear(.forcedUser)
    }

    /// Records an operation, then orders it.
    mutating func begin(_ request: ActiveOperation, at now: Instant, _ effects: inout Effects) {
        // Whoever wants in now does not want it locked in a moment.
        if request.operation == .unlock { abandonLoadTest(.busy, &effects) }
        if isTooWeak(for: request.source) {
            log(.refusal(.insufficientBattery, request.source, user: request.user), at: now)
            log(.power(.sourceTooWeak), at: now)
            indicate(.emergencyWeak, at: now, &effects)
            return answer(.refused(.insufficientBattery), to: request, &effects)
        }
        lastActivityAt = now
        abandonEnrolment()
        if bolt.operation == request.operation {
            // Without power just now, it is shown as soon as the next try has it.
            if request.operation == .unlock && bolt.isPowered { indicate(.granted, at: now, &effects) }
            return answer(.started, to: request, &effects)
        }
        follow(bolt.halt(), at: now, &effects)
        dropHeldDrive(at: now)
        if !isContradicted(request.operation) && bolt.isSurely(at: request.operation) {
            log(.operation(request.operation, request.source, user: request.user, .unnecessary), at: now)
            indicate(request.operation == .unlock ? .granted : .locked, at: now, &effects)
            return answer(.unnecessary, to: request, &effects)
        }
        log(.operation(request.operation, request.source, user: request.user, .started), at: now)
        noteSource()
        journal.tryAtOnce()
        flush(at: now, &effects)
        relock.stop()
        active = request
        isDriveHeld = true
        driveOnceRecorded(at: now, &effects)
        answer(.started, to: request, &effects)
    }

    /// Orders the drive of an operation as soon as all records up to its own are staged before it.
    ///
    /// A step carries six; behind more than five others the drive waits for the next steps, which are due at once.
    mutating func driveOnceRecorded(at now: Instant, _ effects: inout Effects) {
        guard isDriveHeld, !journal.mayCommit, let request = active else { return }
        guard request.operation == .unlock || door.isClosed else { return dropHeldDrive(at: now) }
        isDriveHeld = false
        orderMovement(request.operation, at: now, &effects)
    }

    private mutating func orderMovement(_ operation: LockOperation, at now: Instant, _ effects: inout Effects) {
        let step = bolt.request(operation, isContradicted: isContradicted(operation), at: now)
        order(step.order, &effects)
    }

    /// Something else came before the motor was ordered.
    mutating func dropHeldDrive(at now: Instant) {
        guard isDriveHeld, let request = active else { return }
        isDriveHeld = false
        active = nil
        log(.operation(request.operation, request.source, user: request.user, .overridden), at: now)
    }

    /// Whether the source outside cannot move the bolt.
    ///
    /// Then nothing is spent: a code that opens once still does.
    func isTooWeak(for source: OperationSource) -> Bool {
        if case .onEmergency(isStrong: false) = supply.state { source != .button } else { false }
    }

    /// The store writes a new PIN as soon as it is derived, and nothing is written while the motor is powered: a
    /// movement comes first, and the PIN is typed again.
    mutating func abandonEnrolment() {
        guard pendingCredential != nil else { return }
        pendingCredential = nil
        enteredCode.wipe()
    }

    /// Who asks to be let in at a closed door contradicts a switch that says that the bolt is in (R4).
    private func isContradicted(_ operation: LockOperation) -> Bool { operation == .unlock && door.isClosed }

    /// The records of an operation could not be written, so its drive did not happen either.
    mutating func operationNotRecorded(isGatingLost: Bool, at now: Instant, _ effects: inout Effects) {
        guard bolt.isPowered || isDriveHeld, let request = active else { return }
        isDriveHeld = false
        bolt.cancel()
        active = nil
        let mayGoOn = request.operation == .lock || (request.isUnrestricted && !isGatingLost)
        // A recovery code that cannot be marked still opens: it is one of the two ways in that a dead flash leaves.
        let isLastWay = request.user == nil && request.source == .keypad && request.operation == .unlock
        guard mayGoOn || isLastWay else {
            log(.operation(request.operation, request.source, user: request.user, .failed), at: now)
            indicate(.refused, at: now, &effects)
            return answer(.refused(.unspecified), to: request, &effects)
        }
        active = request
        orderMovement(request.operation, at: now, &effects)
        answer(.started, to: request, &effects)
    }

    // MARK: Locking

    /// Locks, after the energy for it has been measured (R4).
    mutating func requestLock(
        _ source: OperationSource, user: UserIndex?, for token: RequestToken? = nil, at now: Instant,
        _ effects: inout Effects
    ) {
        guard door.isClosed else {
            if source != .auto { indicate(.doorOpen, at: now, &effects) }
            return answer(.refused(.restricted), to: token, &effects)
        }
        // An unlock whose switch still bounces has arrived; one under way goes on.
        if bolt.operation == .unlock && !bolt.isPowered && bolt.position == .retracted {
            follow(bolt.halt(), at: now, &effects)
        }
        guard loadTest == nil else { return joinLoadTest(token, &effects) }
        guard bolt.operation == nil else {
            return answer(bolt.operation == .unlock ? .busy : .started, to: token, &effects)
        }
        var request = ActiveOperation(operation: .lock, source: source, user: user, isUnrestricted: true)
        if let token { request.askers.append(token) }
        loadTest = LoadTest(request: request, giveUpAt: now + LoadTest.timeMax)
        // A test under way is of a source that has gone; its answer comes first.
        if !supply.isAnswerStale { effects.append(.sample(.rail)) }
    }

    /// Whoever asks for the same while it is tested gets the answer of the test.
    private mutating func joinLoadTest(_ token: RequestToken?, _ effects: inout Effects) {
        guard let token, var test = loadTest else { return }
        // More than there are connections: some of them have hung up.
        guard test.request.askers.appendIfRoom(token) else { return answer(.busy, to: token, &effects) }
        loadTest = test
    }

    /// It is not to be locked any more: whoever asked for it is told.
    mutating func abandonLoadTest(_ outcome: RequestOutcome, _ effects: inout Effects) {
        guard let test = loadTest else { return }
        loadTest = nil
        answer(outcome, to: test.request, &effects)
    }

    mutating func loadTestEnded(open: Millivolts, loaded: Millivolts, at now: Instant, _ effects: inout Effects) {
        guard let test = loadTest else { return }
        loadTest = nil
        if supply.canExtend(open: open, loaded: loaded) {
            startLocking(test.request, at: now, &effects)
        } else {
            cannotLock(test.request, at: now, &effects)
        }
    }

    /// The converter does not answer: what is known of the cells decides.
    mutating func loadTestSilent(at now: Instant, _ effects: inout Effects) {
        guard let test = loadTest else { return }
        loadTest = nil
        _ = supply.takeStaleAnswer()
        log(.fault(.board(.testLoad)), at: now)
        if battery.charge == nil || battery.throwsLeft > 0 {
            startLocking(test.request, at: now, &effects)
        } else {
            cannotLock(test.request, at: now, &effects)
        }
    }

    private mutating func startLocking(_ request: ActiveOperation, at now: Instant, _ effects: inout Effects) {
        guard door.isClosed else { return answer(.refused(.restricted), to: request, &effects) }
        begin(request, at: now, &effects)
    }

    private mutating func cannotLock(_ request: ActiveOperation, at now: Instant, _ effects: inout Effects) {
        log(.refusal(.insufficientBattery, request.source, user: request.user), at: now)
        raise(.leftUnlocked, at: now)
        cellsProvedWeak(at: now, &effects)
        if supply.isOnEmergency { indicate(.batteryCritical, at: now, &effects) }
        answer(.refused(.insufficientBattery), to: request, &effects)
    }

    mutating func relockDue(at now: Instant, _ effects: inout Effects) {
        guard mayLockItself, bolt.position != .extended, bolt.operation == nil, !supply.isOnEmergency else { return }
        guard battery.charge == nil || battery.throwsLeft >= 2 else {
            raise(.leftUnlocked, at: now)
            return indicate(.batteryCritical, at: now, &effects)
        }
        requestLock(.auto, user: nil, at: now, &effects)
    }

    // MARK: The motor

    /// Orders what the bolt asks for and tells what it reports.
    mutating func follow(_ step: Bolt.Step, at now: Instant, _ effects: inout Effects) {
        order(step.order, &effects)
        finish(step.report, at: now, &effects)
    }

    private mutating func order(_ order: Bolt.Order, _ effects: inout Effects) {
        switch order {
        case .nothing: break
        case .stop: effects.append(.stopMotor)
        case .drive(let direction, let number): effects.append(.drive(direction, number))
        }
        if case .nothing = order {} else { sag = nil }
    }

    /// The motor has power: not before, somebody whose code was right is told so (R4).
    mutating func driveStarted(_ number: DriveNumber, at now: Instant, _ effects: inout Effects) {
        bolt.driveStarted(number, at: now)
        if let request = active, request.operation == .unlock, request.isToBeShown, bolt.isPowered {
            active?.isToBeShown = false
            indicate(.granted, at: now, &effects)
        }
        if !supply.isOnEmergency { sag = SagSample(at: now + sagSampleTime) }
    }

    private mutating func finish(_ report: Bolt.Report, at now: Instant, _ effects: inout Effects) {
        switch report {
        case .nothing: return
        case .unnecessary(let operation):
            log(.operation(operation, active?.source ?? .unspecified, user: active?.user, .unnecessary), at: now)
        case .ended(let operation, let outcome):
            ended(operation, outcome, at: now, &effects)
        case .turnedBack(let operation):
            turnedBack(operation, at: now, &effects)
        case .movedByHand(let position):
            movedByHand(position, at: now, &effects)
        case .fault(let fault):
            log(.fault(fault), at: now)
            raise(.endSwitchFault, at: now)
        }
        watchBetween(at: now)
    }

    private mutating func ended(
        _ operation: LockOperation, _ outcome: OperationOutcome, at now: Instant, _ effects: inout Effects
    ) {
        log(.operation(operation, active?.source ?? .unspecified, user: active?.user, outcome), at: now)
        active = nil
        switch outcome {
        case .done:
            arrived(operation, at: now, &effects)
        case .jammed:
            if bolt.position == .impossible { raise(.endSwitchFault, at: now) }
            raise(.lockJammed, at: now)
            if operation == .lock {
                raise(.notFullyLocked, at: now)
                if mayLockItself { relock.jammed(at: now) }
            }
            indicate(.jammed, at: now, &effects)
        case .failed:
            indicate(bolt.position == .between ? .notFullyLocked : .jammed, at: now, &effects)
        case .overridden:
            positionKnown(at: now)
        case .started, .unnecessary:
            break
        }
    }

    /// A hand had the last word: its movement is recorded as manual, and what follows from where the bolt is follows
    /// anew (R5).
    private mutating func turnedBack(_ operation: LockOperation, at now: Instant, _ effects: inout Effects) {
        ended(operation, .overridden, at: now, &effects)
        movedByHand(bolt.position, at: now, &effects)
    }

    private mutating func arrived(_ operation: LockOperation, at now: Instant, _ effects: inout Effects) {
        positionKnown(at: now)
        cellsProvedStrong()
        if battery.level <= .replace && !supply.isOnEmergency {
            indicate(battery.level == .critical ? .batteryCritical : .batteryLow, at: now, &effects)
        } else {
            indicate(operation == .lock ? .locked : .quiet, at: now, &effects)
        }
    }

    private mutating func movedByHand(_ position: Bolt.Position, at now: Instant, _ effects: inout Effects) {
        positionKnown(at: now)
        switch position {
        case .retracted: log(.operation(.unlock, .manual, user: nil, .done), at: now)
        case .extended: log(.operation(.lock, .manual, user: nil, .done), at: now)
        case .between, .impossible: break
        }
    }

    /// The bolt rests at an end: timers and alarms follow it.
    private mutating func positionKnown(at now: Instant) {
        switch bolt.position {
        case .retracted:
            if door.isClosed { relock.start(at: now) }
        case .extended:
            relock.succeeded()
            alarms.clear(.leftUnlocked)
        case .between, .impossible:
            return
        }
        alarms.clear(.lockJammed)
        alarms.clear(.notFullyLocked)
        alarms.clear(.endSwitchFault)
    }

    mutating func watchBetween(at now: Instant) {
        let isBetween = bolt.operation == nil && bolt.position == .between
        betweenAt = isBetween ? betweenAt ?? now + Self.betweenTimeMax : nil
    }

    mutating func leftBetween(at now: Instant, _ effects: inout Effects) {
        betweenAt = nil
        guard bolt.operation == nil, bolt.position == .between else { return }
        raise(.notFullyLocked, at: now)
        indicate(.notFullyLocked, at: now, &effects)
    }
}
