import LockCore

extension World {
    /// Does what is due.
    mutating func perform(_ event: WorldEvent) {
        switch event.kind {
        case .columnRead, .rowsLook, .driveStarted, .testLoadBegins, .sampleTaken, .keyDerived, .switchBounced,
            .switchesSettled,
            .alertAcknowledged:
            guard event.generation == processor.generation, processor.state == .running else { return }
            answer(event.kind)
        case .patternEnded:
            guard event.generation == patternGeneration else { return }
            indication = .quiet
            settleSupply()
        case .keyDown(let index): setKey(Key(index: index), isDown: true)
        case .keyUp(let index): setKey(Key(index: index), isDown: false)
        case .insideButton(let isPressed): setInsideButton(isPressed)
        case .plannedAction(let index): performPlanned(planned[Int(index)])
        case .contactsToggled:
            guard event.generation == contactGeneration else { return }
            toggleContacts()
        case .motionStep: stepMotion()
        case .testLoadGoesOn:
            guard event.generation == processor.generation else { return }
            goOnWithTestLoad()
        case .oneShotEnded:
            guard event.generation == driveGeneration else { return }
            endOneShot()
        case .sectorErased:
            guard event.generation == flashGeneration else { return }
            endErase()
        case .logicDropped:
            guard event.generation == supplyGeneration else { return }
            settleSupply()
        case .resetReleased:
            guard event.generation == processor.generation, processor.state == .held else { return }
            startFirmware()
        case .watchdogBit:
            guard event.generation == processor.generation, processor.state == .hung else { return }
            restart(because: .watchdog)
        case .firmwareDies:
            guard event.generation == driveGeneration else { return }
            if isAwaited({ if case .firmwareKilledInThrow = $0 { true } else { false } }) { killFirmware() }
        case .powerGoes:
            guard event.generation == driveGeneration else { return }
            if isAwaited({ if case .powerCutInThrow = $0 { true } else { false } }) {
                failPower(forMilliseconds: 1_000)
            }
        case .powerReturns: settlePower()
        case .uplinkSeen(let isUp): noticeUplink(isUp: isUp)
        case .timeArrived:
            guard event.generation == uplinkGeneration else { return }
            offerTrustedTime()
        case .alertArrived(let index): deliverAlert(Int(index))
        case .requestArrived(let index): deliverRequest(Int(index))
        case .radioEvent(let number):
            guard event.generation == radio.connections[Int(number)].life else { return }
            performRadioEvent(Int(number))
        case .radioRelayed(let number):
            guard event.generation == radio.connections[Int(number)].life else { return }
            performRelayed(Int(number))
        case .phoneActs(let index):
            guard event.generation == phones[Int(index)].timerLife else { return }
            performPhone(Int(index))
        case .attackerActs(let index): performAttacker(Int(index))
        }
    }

    /// Gives the firmware one of the answers that it waits for.
    private mutating func answer(_ kind: WorldEvent.Kind) {
        switch kind {
        case .columnRead(let column):
            let rows =
                parameters.equipment.contains(.keypad)
                ? keypad.rows(column: column, at: clock) : RowSet(bits: 0)
            record(.columnRead(column: column, rows: rows))
            tell(.columnRead(column: column, rows: rows))
        case .rowsLook: lookAtRows()
        case .driveStarted(let number): beginDrive(DriveNumber(number))
        case .testLoadBegins: beginTestLoad()
        case .sampleTaken(let channel): takeSample(channel)
        case .keyDerived:
            isDeriving = false
            settleSupply()
            record(.derivationEnded)
            ready.append(.keyDerived)
        case .switchBounced(let retracted, let extended):
            tellSwitches(BoltSwitches(isRetracted: retracted, isExtended: extended))
        case .switchesSettled: tellSwitches(bolt.switches)
        case .alertAcknowledged(let sequence): tell(.alertDelivered(sequence: sequence))
        case .keyDown, .keyUp, .insideButton, .plannedAction, .contactsToggled, .motionStep, .testLoadGoesOn,
            .oneShotEnded,
            .patternEnded, .sectorErased, .logicDropped, .resetReleased, .watchdogBit, .firmwareDies, .powerGoes,
            .powerReturns,
            .uplinkSeen, .timeArrived, .alertArrived, .requestArrived, .radioEvent, .radioRelayed, .phoneActs,
            .attackerActs:
            preconditionFailure("not an answer")
        }
    }

    // MARK: Hands on the keypad and the button

    mutating func setKey(_ key: Key, isDown: Bool) {
        guard keypad.held.contains(key) != isDown else { return }
        keypad.set(key, isDown: isDown, at: clock)
        record(.keyContact(key, isDown: isDown))
        lookAtRows()
    }

    /// Raises the edge, if the firmware watches and a row is active.
    mutating func lookAtRows() {
        guard watchedColumns != 0, parameters.equipment.contains(.keypad) else { return }
        guard keypad.edges(columns: watchedColumns, at: clock).bits != 0 else { return }
        watchedColumns = 0
        tell(.rowsChanged)
    }

    mutating func setInsideButton(_ isPressed: Bool) {
        guard isInsideButtonPressed != isPressed else { return }
        isInsideButtonPressed = isPressed
        record(.insideButton(isPressed: isPressed))
        tell(.insideButtonChanged(isPressed: isPressed))
    }

    // MARK: Planned actions

    /// Puts an action on the calendar.
    ///
    /// What cannot be done then leaves `.refused` in the trace.
    public mutating func schedule(_ action: WorldAction, at time: WorldTime) {
        precondition(time.milliseconds >= clock, "planning for the past")
        planned.append(action)
        queue.push(.plannedAction(UInt32(planned.count - 1)), at: time.milliseconds)
    }

    private mutating func performPlanned(_ action: WorldAction) {
        do throws(ActionRefusal) {
            _ = try perform(action)
        } catch {
            record(.refused(error))
        }
    }
}
