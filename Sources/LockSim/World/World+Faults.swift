import LockCore

extension World {
    /// Breaks something.
    mutating func begin(_ fault: Fault) {
        faults.append(fault)
        record(.faultStarted(fault))
        set(fault, isActive: true)
    }

    /// Mends something.
    ///
    /// What is not broken stays as it is.
    mutating func end(_ fault: Fault) {
        guard let index = faults.firstIndex(of: fault) else { return }
        faults.remove(at: index)
        record(.faultStopped(fault))
        set(fault, isActive: false)
    }

    /// Mends everything, the first broken first, and puts fresh cells in.
    mutating func endAllFaults() {
        while let fault = faults.first { end(fault) }
        setCells(newCells(charge: Percent(100)))
    }

    private mutating func set(_ fault: Fault, isActive: Bool) {
        switch fault {
        case .cellsDead, .cellsAt, .cellsSagging, .cellsMixed, .temperature, .nineVoltAt, .nineVoltAbsent, .usbWeak,
            .dirtyContacts, .powerCut, .powerCutAtFlashWrite, .powerCutInThrow, .inrushBrownOut:
            setPower(fault, isActive: isActive)
        case .motorStalled, .jam, .motorSlow, .endSwitchStuck, .keyJammed, .doorMisaligned, .doorAjar, .doorForced,
            .doorSwitchStuck:
            setMechanics(fault, isActive: isActive)
        case .keypadDead: keypad.dead = KeySet(bits: isActive ? 0xFFF : 0)
        case .keyStuck, .keyGhost: settleStuckKeys()
        case .keyBounce(let length): keypad.bounceTime = isActive ? UInt64(length) : 5
        case .clockLost, .clockDrifting, .clockWoundBack, .clockWoundForward,
            .clockSetWhileOff, .clockPoisoned, .clockSilent:
            setClock(fault, isActive: isActive)
        case .flashSectorFailing(let sector): flash.setFailing(isActive, sector: Int(sector))
        case .flashDead: flash.isDead = isActive
        case .bitRot(let bits): if isActive { flash.rot(bits: Int(bits)) }
        case .firmwareKilled: if isActive { killFirmware() }
        case .firmwareKilledInThrow(let wait): dieAfterDrive = isActive ? wait : nil
        case .wifiDown: changeUplink { $0.isWiFiUp = !isActive }
        case .brokerDown: changeUplink { $0.isBrokerUp = !isActive }
        case .bluetoothDown: setBluetooth(isUp: !isActive)
        case .radioLossy, .radioSlow, .radioRepeats, .radioSwaps, .radioSplits, .radioDrops, .radioJammed:
            setRadio(fault, isActive: isActive)
        }
    }

    private mutating func setPower(_ fault: Fault, isActive: Bool) {
        switch fault {
        case .cellsDead: setCells(newCells(charge: Percent(isActive ? 0 : 100)))
        case .cellsAt(let charge): setCells(newCells(charge: isActive ? charge : Percent(100)))
        case .cellsSagging(let times):
            setCells(resisting: isActive ? Double(times) : 1)
        case .cellsMixed(let weakest):
            guard isActive, var mixed = Optional(supply.cells), !mixed.isEmpty else {
                setCells(newCells(charge: Percent(100)))
                return
            }
            mixed[0] = newCell(charge: weakest)
            setCells(mixed)
        case .temperature(let degrees): setTemperature(isActive ? degrees : Decidegrees(200))
        case .nineVoltAt(let charge):
            for index in persons.indices {
                persons[index].nineVoltBlock = NineVoltBlock(charge: isActive ? Double(charge.value) / 100 : 1)
            }
        case .nineVoltAbsent:
            if isActive { _ = releaseBlock() }
            for index in persons.indices {
                if isActive {
                    persons[index].belongings.remove(.nineVoltBlock)
                } else {
                    persons[index].belongings.insert(.nineVoltBlock)
                }
            }
        case .usbWeak:
            for index in persons.indices { persons[index].powerBank = isActive ? .weak : .charger }
        case .dirtyContacts: setDirtyContacts(isActive)
        case .powerCut: if isActive { cutPower() } else { returnPower() }
        case .powerCutAtFlashWrite(let count): flash.cutAtProgram = isActive ? flash.programCount + UInt64(count) : 0
        case .powerCutInThrow(let wait): cutAfterDrive = isActive ? wait : nil
        case .inrushBrownOut:
            hasHoldUp = !isActive
            setCells(resisting: isActive ? 10 : 1)
        case .motorStalled, .jam, .motorSlow, .endSwitchStuck, .keyJammed, .doorMisaligned, .doorAjar, .doorForced,
            .doorSwitchStuck, .keypadDead, .keyStuck, .keyBounce, .keyGhost, .clockLost, .clockDrifting,
            .clockWoundBack, .clockWoundForward,
            .clockSetWhileOff, .clockPoisoned, .clockSilent, .flashSectorFailing, .flashDead, .bitRot, .firmwareKilled,
            .firmwareKilledInThrow, .wifiDown, .brokerDown, .bluetoothDown, .radioLossy, .radioSlow, .radioRepeats,
            .radioSwaps,
            .radioSplits, .radioDrops, .radioJammed:
            preconditionFailure("nothing to do with power")
        }
    }

    private mutating func setCells(resisting factor: Double) {
        var cells = supply.cells
        for index in cells.indices { cells[index].resistanceFactor = factor }
        setCells(cells)
    }

    private mutating func setDirtyContacts(_ areDirty: Bool) {
        hasDirtyContacts = areDirty
        guard supply.nineVolt != nil else { return }
        contactGeneration += 1
        queue.push(.contactsToggled, at: clock + random.next(in: 20..<200), generation: contactGeneration)
    }

    private mutating func setMechanics(_ fault: Fault, isActive: Bool) {
        switch fault {
        case .motorStalled: bolt.isRotorBlocked = isActive
        case .jam(let share):
            // Stronger than the motor at its limit (66 N), weaker than a hand.
            bolt.jam =
                isActive
                ? BoltModel.Obstacle(
                    position: bolt.parameters.throwLength * Double(share.value) / 100, force: 150) : nil
        case .motorSlow(let tenths): bolt.frictionFactor = isActive ? Double(tenths) / 10 : 1
        case .endSwitchStuck(let direction, let isPressed):
            if direction == .retract {
                bolt.retractedSwitchStuck = isActive ? isPressed : nil
            } else {
                bolt.extendedSwitchStuck = isActive ? isPressed : nil
            }
            noticeSwitches()
        case .keyJammed: isKeyJammed = isActive
        case .doorMisaligned:
            door.isMisaligned = isActive
            placeStrike()
        case .doorAjar: moveDoor(isClosed: !isActive)
        case .doorForced:
            if isActive, bolt.holdsDoor { door.isStrikeBroken = true }
            if !isActive { door.isStrikeBroken = false }
            moveDoor(isClosed: !isActive)
        case .doorSwitchStuck(let isClosed):
            let before = door.isClosedAtSwitch
            door.switchStuck = isActive ? isClosed : nil
            noticeDoorSwitch(before: before)
        case .cellsDead, .cellsAt, .cellsSagging, .cellsMixed, .temperature, .nineVoltAt, .nineVoltAbsent, .usbWeak,
            .dirtyContacts, .powerCut, .powerCutAtFlashWrite, .powerCutInThrow, .inrushBrownOut, .keypadDead,
            .keyStuck, .keyBounce, .keyGhost, .clockLost, .clockDrifting, .clockWoundBack, .clockWoundForward,
            .clockSetWhileOff, .clockPoisoned,
            .clockSilent, .flashSectorFailing, .flashDead, .bitRot, .firmwareKilled, .firmwareKilledInThrow,
            .wifiDown, .brokerDown, .bluetoothDown, .radioLossy, .radioSlow, .radioRepeats, .radioSwaps,
            .radioSplits, .radioDrops, .radioJammed:
            preconditionFailure("nothing to do with mechanics")
        }
    }

    /// Closes the contacts that any active fault closes, and no others.
    private mutating func settleStuckKeys() {
        var stuck = KeySet()
        for fault in faults {
            switch fault {
            case .keyStuck(let key): stuck.insert(key)
            case .keyGhost: stuck = KeySet(bits: stuck.bits | Fault.ghostKeys.bits)
            default: break
            }
        }
        let before = keypad.stuck
        keypad.stuck = stuck
        for index in UInt8(0)..<UInt8(Key.count) {
            let key = Key(index: index)
            guard before.contains(key) != stuck.contains(key) else { continue }
            record(.keyContact(key, isDown: stuck.contains(key)))
        }
        lookAtRows()
    }

    private mutating func setClock(_ fault: Fault, isActive: Bool) {
        switch fault {
        case .clockLost: if isActive { chip.stop(at: clock) } else { chip.start(at: clock) }
        case .clockDrifting(let millionths):
            chip.settle(at: clock)
            chip.drift = isActive ? Int64(millionths) : 0
        case .clockWoundBack(let seconds): if isActive { chip.shift(bySeconds: -Int64(seconds), at: clock) }
        case .clockWoundForward(let seconds): if isActive { chip.shift(bySeconds: Int64(seconds), at: clock) }
        case .clockSetWhileOff(let seconds): chip.shiftWithoutPower = isActive ? seconds : 0
        case .clockPoisoned(let seconds):
            if isActive { offer(wallTime.advanced(bySeconds: UInt64(seconds)), isAuthenticated: false) }
        case .clockSilent: chip.isFitted = !isActive && parameters.equipment.contains(.clockChip)
        case .cellsDead, .cellsAt, .cellsSagging, .cellsMixed, .temperature, .nineVoltAt, .nineVoltAbsent, .usbWeak,
            .dirtyContacts, .powerCut, .powerCutAtFlashWrite, .powerCutInThrow, .inrushBrownOut, .motorStalled, .jam,
            .motorSlow, .endSwitchStuck, .keyJammed, .doorMisaligned, .doorAjar, .doorForced, .doorSwitchStuck,
            .keypadDead, .keyStuck, .keyBounce, .keyGhost, .flashSectorFailing, .flashDead, .bitRot, .firmwareKilled,
            .firmwareKilledInThrow, .wifiDown, .brokerDown, .bluetoothDown, .radioLossy, .radioSlow, .radioRepeats,
            .radioSwaps,
            .radioSplits, .radioDrops, .radioJammed:
            preconditionFailure("nothing to do with the clock")
        }
    }
}
