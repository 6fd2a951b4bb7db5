import LockCore
import LockHAL

extension World {
    /// Breaks something.
    ///
    /// Throws if there is nothing to break; then nothing has changed.
    mutating func begin(_ fault: Fault) throws(ActionRefusal) {
        try find(whatBreaksBy: fault)
        faults.append(fault)
        record(.faultStarted(fault))
        settle(fault, hasBegun: true)
    }

    /// Mends something.
    ///
    /// Throws if it is not broken.
    mutating func end(_ fault: Fault) throws(ActionRefusal) {
        guard let index = faults.lastIndex(of: fault) else { throw .notBroken }
        lift(at: index)
    }

    /// Mends everything, the first broken first, and puts fresh cells in.
    mutating func endAllFaults() {
        while !faults.isEmpty { lift(at: 0) }
        cellFaults = []
        setCells(newCells(charge: Percent(100)))
    }

    private mutating func lift(at index: Int) {
        let fault = faults.remove(at: index)
        record(.faultStopped(fault))
        settle(fault, hasBegun: false)
    }

    // MARK: Which faults are in force

    /// Whether it has begun and not ended.
    func isActive(_ fault: Fault) -> Bool { faults.contains(fault) }

    /// What the last fault of a kind says that is active; `nil` if none is.
    func last<Value>(_ value: (Fault) -> Value?) -> Value? {
        for fault in faults.reversed() {
            if let value = value(fault) { return value }
        }
        return nil
    }

    /// Throws if the lock, the house or this moment has nothing that the fault could break.
    private func find(whatBreaksBy fault: Fault) throws(ActionRefusal) {
        if let obstacle = fault.obstacle(in: parameters.equipment, sectorCount: parameters.flash.sectorCount) {
            throw obstacle
        }
        switch fault {
        case .cellsDead, .cellsAt, .cellsMixed: if supply.cells.isEmpty { throw .noCells }
        case .bitRot: if flash.sectorsInUse == 0 { throw .nothingWritten }
        case .firmwareKilled: if processor.state != .running { throw .firmwareNotRunning }
        case .cellsSagging, .temperature, .nineVoltAt, .nineVoltAbsent, .usbWeak, .dirtyContacts, .powerCut,
            .powerCutAtFlashWrite, .powerCutInThrow, .inrushBrownOut, .motorStalled, .jam, .motorSlow, .endSwitchStuck,
            .keyJammed, .doorMisaligned, .doorAjar, .doorForced, .doorSwitchStuck, .keypadDead, .keyStuck, .keyBounce,
            .keyGhost, .clockLost, .clockDrifting, .clockWoundBack, .clockWoundForward, .clockSetWhileOff,
            .clockPoisoned, .clockSilent, .flashSectorFailing, .flashDead, .firmwareKilledInThrow, .wifiDown,
            .brokerDown, .bluetoothDown, .radioLossy, .radioSlow, .radioRepeats, .radioSwaps, .radioSplits, .radioDrops,
            .radioJammed:
            break
        }
    }

    /// Derives what a fault shares with others anew, after it began or ended.
    ///
    /// What happens once, at its beginning, is done here and not undone at its end.
    private mutating func settle(_ fault: Fault, hasBegun: Bool) {
        switch fault {
        case .cellsDead, .cellsAt, .cellsMixed: if hasBegun { layOverCells(fault) } else { liftFromCells(fault) }
        case .cellsSagging, .inrushBrownOut: settleSprings()
        case .temperature: settleTemperature()
        case .nineVoltAt: settleBlocks()
        case .nineVoltAbsent: if hasBegun { loseHeldBlock() }
        case .usbWeak: settleUSB()
        case .dirtyContacts: settleContacts()
        case .powerCut: settlePower()
        case .powerCutAtFlashWrite, .powerCutInThrow, .firmwareKilledInThrow, .clockSetWhileOff:
            if hasBegun { arm(fault) } else { disarm(fault) }
        case .motorStalled, .jam, .motorSlow: settleBolt()
        case .endSwitchStuck: settleEndSwitches()
        case .keyJammed: isKeyJammed = isActive(.keyJammed)
        case .doorMisaligned: settleStrike()
        case .doorAjar, .doorForced: if hasBegun { openDoor(by: fault) } else { closeDoor(after: fault) }
        case .doorSwitchStuck: settleDoorSwitch()
        case .keypadDead:
            keypad.dead = KeySet(bits: isActive(.keypadDead) ? 0xFFF : 0)
            // What is down makes contact at once when the fault is mended, and the rows show it.
            lookAtRows()
        case .keyStuck, .keyGhost: settleStuckKeys()
        case .keyBounce: settleBounce()
        case .clockLost, .clockDrifting, .clockSilent: settleClock()
        case .clockWoundBack(let seconds): if hasBegun { chip.shift(bySeconds: -Int64(seconds), at: clock) }
        case .clockWoundForward(let seconds): if hasBegun { chip.shift(bySeconds: Int64(seconds), at: clock) }
        case .clockPoisoned(let seconds):
            if hasBegun { offer(wallTime.advanced(bySeconds: UInt64(seconds)), isAuthenticated: false) }
        case .flashSectorFailing(let sector): flash.setFailing(isActive(fault), sector: Int(sector))
        case .flashDead: flash.isDead = isActive(.flashDead)
        case .bitRot(let bits): if hasBegun { flash.rot(bits: Int(bits)) }
        case .firmwareKilled: if hasBegun { killFirmware() }
        case .wifiDown, .brokerDown: settleUplink()
        case .bluetoothDown: settleBluetooth()
        case .radioLossy, .radioSlow, .radioRepeats, .radioSwaps, .radioSplits, .radioDrops, .radioJammed:
            settleAir()
        }
    }

    // MARK: Keypad

    private mutating func settleBounce() {
        keypad.bounceTime = last { if case .keyBounce(let length) = $0 { UInt64(length) } else { nil } } ?? 5
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

    // MARK: Clock

    private mutating func settleClock() {
        let isStopped = isActive(.clockLost)
        if isStopped != chip.isStopped {
            if isStopped { chip.stop(at: clock) } else { chip.start(at: clock) }
        }
        chip.settle(at: clock)
        chip.drift = last { if case .clockDrifting(let millionths) = $0 { Int64(millionths) } else { nil } } ?? 0
        chip.isFitted = !isActive(.clockSilent) && parameters.equipment.contains(.clockChip)
    }

    // MARK: What waits for its moment

    private mutating func arm(_ fault: Fault) {
        var program: UInt64 = 0
        if case .powerCutAtFlashWrite(let count) = fault { program = flash.programCount + UInt64(count) }
        traps.append(Trap(fault: fault, program: program))
        settleTraps()
    }

    /// One that has done its work is not there any more.
    private mutating func disarm(_ fault: Fault) {
        if let index = traps.lastIndex(where: { $0.fault == fault }) { traps.remove(at: index) }
        settleTraps()
    }

    private mutating func settleTraps() {
        flash.cutsAtProgram = traps.map(\.program).filter { $0 > flash.programCount }
        chip.shiftWithoutPower = 0
        for case .clockSetWhileOff(let seconds) in traps.map(\.fault) { chip.shiftWithoutPower += UInt64(seconds) }
    }

    /// A drive begins: those that wait for one come so long after it, unless they are mended by then.
    mutating func springTraps() {
        for trap in traps {
            switch trap.fault {
            case .firmwareKilledInThrow(let wait):
                queue.push(.firmwareDies, at: clock + UInt64(wait), generation: driveGeneration)
            case .powerCutInThrow(let wait):
                queue.push(.powerGoes, at: clock + UInt64(wait), generation: driveGeneration)
            default: continue
            }
        }
        traps.removeAll { $0.fault.isInThrow }
    }

    /// The firmware is without power: whoever waited for that sets the chip.
    mutating func springClockTraps() {
        chip.firmwareLostPower(at: clock)
        traps.removeAll { if case .clockSetWhileOff = $0.fault { true } else { false } }
    }

    /// Whether a fault that comes in a throw has not been mended since.
    func isAwaited(_ isIt: (Fault) -> Bool) -> Bool { faults.contains(where: isIt) }
}
