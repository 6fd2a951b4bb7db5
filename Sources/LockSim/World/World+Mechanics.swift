import LockCore

extension World {
    // MARK: Orders from the firmware

    /// The firmware sets the lines; the motor has power when `beginDrive` answers, after `delay` or the board's own time.
    mutating func orderDrive(_ direction: Direction, number: DriveNumber, within delay: Interval? = nil) {
        releaseMotor()
        pendingDirection = direction
        record(.motorLines(retract: direction == .retract, extend: direction == .extend))
        queue.push(
            .driveStarted(number.value), at: clock + (delay ?? parameters.board.driveTime).milliseconds,
            generation: processor.generation)
        if !traps.isEmpty { springTraps() }
    }

    /// The lines are up and the one-shot runs.
    mutating func beginDrive(_ number: DriveNumber) {
        tell(.driveStarted(number))
        guard let direction = pendingDirection else { return }
        pendingDirection = nil
        bolt.line = direction
        bolt.isEnabled = true
        processor.hasDriven = true
        record(.motorPower(direction))
        queue.push(
            .oneShotEnded, at: clock + parameters.bolt.oneShotTime.milliseconds, generation: driveGeneration)
        settleSupply()
        keepMoving()
    }

    /// Takes the lines down.
    ///
    /// The motor brakes.
    mutating func releaseMotor() {
        if bolt.line != nil || pendingDirection != nil { record(.motorLines(retract: false, extend: false)) }
        driveGeneration += 1
        pendingDirection = nil
        let hadPower = bolt.poweredDirection != nil
        bolt.line = nil
        bolt.isEnabled = false
        guard hadPower else { return }
        record(.motorPower(nil))
        settleSupply()
    }

    mutating func endOneShot() {
        guard bolt.isEnabled else { return }
        bolt.isEnabled = false
        record(.motorPower(nil))
        settleSupply()
    }

    // MARK: Movement

    /// Asks for the next step if one is needed and none is on its way.
    mutating func keepMoving() {
        guard !isStepping, bolt.isActive else { return }
        isStepping = true
        queue.push(.motionStep, at: clock + parameters.bolt.step.milliseconds)
    }

    mutating func stepMotion() {
        isStepping = false
        let seconds = Double(parameters.bolt.step.milliseconds) / 1_000
        bolt.advance(rail: supply.rail, current: bolt.current, seconds: seconds)
        settleSupply()
        if trace.level == .all {
            record(.boltPosition(permille: bolt.permille))
            record(.motorCurrent(Milliamperes(Int32(bolt.current * 1_000))))
        }
        noticeSwitches()
        if bolt.isActive {
            keepMoving()
        } else if trace.level == .pins {
            record(.boltPosition(permille: bolt.permille))
        }
    }

    /// Moves the bolt by hand, as far as nothing stronger than the hand is in its way.
    mutating func turnByHand(_ direction: Direction, share: Percent, isKey: Bool) -> UInt64 {
        let part = bolt.parameters.throwLength * Double(share.value) / 100
        let target = direction == .extend ? part : bolt.parameters.throwLength - part
        record(.handTurns(direction, share: share, isKey: isKey))
        // A hand on a bolt that is there already holds it there.
        let isThere = direction == .extend ? bolt.position >= target : bolt.position <= target
        let hold = Double(bolt.parameters.handHoldTime.milliseconds) / 1_000
        bolt.hand = BoltModel.Hand(target: isThere ? bolt.position : target, hold: hold)
        keepMoving()
        guard !isThere else { return clock }
        let distance = (bolt.position - target).magnitude
        return clock + UInt64(distance / bolt.parameters.handSpeed * 1_000) + parameters.bolt.step.milliseconds
    }

    /// Tells the firmware when an end switch has changed; contacts bounce once.
    mutating func noticeSwitches() {
        let levels = bolt.switches
        guard levels != shownSwitches else { return }
        let before = shownSwitches
        tellSwitches(levels)
        guard parameters.areSwitchesBouncing, processor.state == .running else { return }
        queue.push(
            .switchBounced(retracted: before.isRetracted, extended: before.isExtended), at: clock + 1,
            generation: processor.generation)
        queue.push(.switchesSettled, at: clock + 2, generation: processor.generation)
    }

    mutating func tellSwitches(_ levels: BoltSwitches) {
        guard levels != shownSwitches else { return }
        shownSwitches = levels
        record(.boltSwitches(levels))
        tell(.boltSwitchesChanged(levels))
    }

    // MARK: Door and cover

    mutating func moveDoor(isClosed: Bool) {
        guard door.isClosed != isClosed else { return }
        let before = door.isClosedAtSwitch
        door.isClosed = isClosed
        record(.door(isClosed: isClosed))
        placeStrike()
        noticeDoorSwitch(before: before)
    }

    mutating func noticeDoorSwitch(before: Bool) {
        let level = door.isClosedAtSwitch
        guard level != before, parameters.equipment.contains(.doorSwitch) else { return }
        record(.doorSwitch(isClosed: level))
        tell(.doorChanged(isClosed: level))
    }

    /// A misaligned door puts the strike plate in the bolt's way; an open one leaves it free.
    mutating func placeStrike() {
        let isInTheWay = door.isClosed && door.isMisaligned && !door.isStrikeBroken
        bolt.strike =
            isInTheWay
            ? BoltModel.Obstacle(position: 0.3 * bolt.parameters.throwLength, force: 1_000) : nil
    }

    mutating func setCover(isFitted: Bool) {
        guard isCoverFitted != isFitted else { return }
        isCoverFitted = isFitted
        record(.cover(isFitted: isFitted))
        if parameters.equipment.contains(.coverSwitch) { tell(.coverChanged(isFitted: isFitted)) }
    }
}
