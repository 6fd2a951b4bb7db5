import LockCore

extension World {
    /// Books the charge of the time since the last call, and computes the rail for the loads of now.
    ///
    /// To be called whenever a load or a source has changed. May reset the processor, or begin to release its reset.
    mutating func settleSupply() {
        bookElapsed()
        solveRail()
        watchLogic()
        noticeSources()
    }

    /// The firmware's own current by what it does.
    private var logicCurrent: Double {
        switch processor.state {
        case .unpowered, .held: return 0
        case .hung: return parameters.supply.workCurrent
        case .running:
            var current = parameters.supply.sleepCurrent
            if indication != .quiet { current += parameters.supply.indicationCurrent }
            if isDeriving || bolt.line != nil { current += parameters.supply.workCurrent }
            return current
        }
    }

    private mutating func bookElapsed() {
        let elapsed = Double(clock - suppliedUntil)
        suppliedUntil = clock
        guard elapsed > 0 else { return }
        supply.polarise(milliseconds: elapsed)
        supply.draw(milliampereSeconds: loadMilliamperes * elapsed / 1_000)
        if parameters.supply.solarCurrent > 0 {
            supply.replenish(milliampereSeconds: parameters.supply.solarCurrent * elapsed / 1_000)
        }
        guard supply.rail < supply.logic else { return }
        guard hasHoldUp else {
            supply.logic = supply.rail
            return
        }
        // Milliamperes times milliseconds are microcoulombs; divided by microfarads they are volts.
        let fall = holdUpMilliamperes * elapsed / parameters.supply.holdUpCapacitance
        supply.logic = max(supply.rail, supply.logic - fall)
    }

    /// Dividers and leakage take at least 1 mA from the capacitor.
    ///
    /// *Chosen*.
    private var holdUpMilliamperes: Double { max(1, logicMilliamperes) }

    private mutating func solveRail() {
        logicMilliamperes = logicCurrent
        var railMilliamperes = logicMilliamperes
        var answer = solve(logicMilliamperes: railMilliamperes)
        if hasHoldUp, answer.rail < supply.logic {
            // The diode parts the logic from a rail below its capacitor, and the rail carries the rest alone.
            let parted = solve(logicMilliamperes: 0)
            if parted.rail < supply.logic { (answer, railMilliamperes) = (parted, 0) }
        }
        supply.carry(answer)
        bolt.current = answer.motorCurrent
        loadMilliamperes = railMilliamperes + answer.motorCurrent * 1_000
        if isTestLoadOn { loadMilliamperes += answer.rail / parameters.supply.testLoad * 1_000 }
        if supply.rail >= supply.logic {
            // What the capacitor gave is paid back: microfarads times volts are thousandths of milliampere seconds.
            let charge = (supply.rail - supply.logic) * parameters.supply.holdUpCapacitance / 1_000
            supply.logic = supply.rail
            if hasHoldUp { supply.draw(milliampereSeconds: charge) }
        }
        if trace.level == .all { record(.rail(millivolts(supply.rail))) }
        compareCurrent()
    }

    /// The rail under test load and motor, and under so much of the logic's current.
    private func solve(logicMilliamperes: Double) -> SupplyModel.Answer {
        let motor: (resistance: Double, counterVoltage: Double, limit: Double)? =
            bolt.poweredDirection == nil
            ? nil : (bolt.parameters.motorResistance, bolt.counterVoltage, bolt.parameters.currentLimit)
        return supply.solve(
            load: logicMilliamperes / 1_000, conductance: isTestLoadOn ? 1 / parameters.supply.testLoad : 0,
            motor: motor)
    }

    /// The comparator has a tenth of hysteresis.
    private mutating func compareCurrent() {
        let threshold = bolt.parameters.stallThreshold * (bolt.isCurrentHigh ? 0.9 : 1)
        let isHigh = bolt.current > threshold
        guard isHigh != bolt.isCurrentHigh else { return }
        bolt.isCurrentHigh = isHigh
        record(.motorCurrentHigh(isHigh))
        tell(.motorCurrentChanged(isHigh: isHigh))
    }

    /// Compares the logic's supply with its two thresholds.
    private mutating func watchLogic() {
        let limits = parameters.supply
        supplyGeneration += 1
        switch processor.state {
        case .running, .hung, .held:
            if supply.isCut || !hasHoldUp && supply.rail < limits.brownOut { supply.logic = supply.rail }
            if supply.logic < limits.brownOut {
                brownOut()
            } else if supply.rail < limits.brownOut {
                let microcoulombs = (supply.logic - limits.brownOut) * limits.holdUpCapacitance
                let wait = UInt64(microcoulombs / holdUpMilliamperes) + 1
                queue.push(.logicDropped, at: clock + wait, generation: supplyGeneration)
            }
        case .unpowered:
            if supply.rail < 1 { processor.cause = .powerOn }
            guard supply.rail >= limits.resetRelease else { return }
            processor.state = .held
            processor.generation += 1
            flash.isPowered = true
            queue.push(
                .resetReleased, at: clock + limits.resetTime.milliseconds, generation: processor.generation)
        }
    }

    /// Tells the firmware when an outside source came or went.
    mutating func noticeSources() {
        guard processor.state == .running else { return }
        if supply.isNineVoltPresent != shownNineVolt, parameters.equipment.contains(.nineVolt) {
            shownNineVolt.toggle()
            tell(.powerInputChanged(.nineVolt, isPresent: shownNineVolt))
        }
        if supply.isUSBPresent != shownUSB, parameters.equipment.contains(.usb) {
            shownUSB.toggle()
            tell(.powerInputChanged(.usb, isPresent: shownUSB))
        }
    }

    // MARK: Processor

    /// The logic's supply is gone: RAM with it, and pull-downs take the motor's lines.
    private mutating func brownOut() {
        record(.brownedOut)
        processor.state = .unpowered
        processor.hasDriven = false
        processor.cause = supply.logic < 1 ? .powerOn : .brownOut
        springClockTraps()
        flash.losePower()
        flashGeneration += 1
        loseFirmware()
    }

    /// Everything that the firmware held in its hands falls.
    private mutating func loseFirmware() {
        processor.generation += 1
        ready.removeAll()
        watchedColumns = 0
        isDeriving = false
        isTestLoadOn = false
        converterFreeAt = clock
        indication = .quiet
        patternGeneration += 1
        uplink.isSeenUp = false
        uplinkGeneration += 1
        loseRadio()
        releaseMotor()
        settleSupply()
    }

    mutating func startFirmware() {
        processor.state = .running
        processor.startedAt = now
        shownSwitches = bolt.switches
        shownNineVolt = supply.isNineVoltPresent
        shownUSB = supply.isUSBPresent
        record(.coldStarted(processor.cause))
        settleSupply()
        expectUplink()
        if radio.isUsed { useRadio() }
    }

    mutating func restart(because cause: ResetCause) {
        loseFirmware()
        guard processor.state != .unpowered else { return }
        processor.state = .held
        processor.cause = cause
        queue.push(
            .resetReleased, at: clock + parameters.supply.resetTime.milliseconds, generation: processor.generation)
    }

    /// The firmware dies; lines stay until one-shot and watchdog see to them.
    mutating func killFirmware() {
        guard processor.state == .running else { return }
        record(.firmwareDied)
        processor.state = .hung
        ready.removeAll()
        loseRadio()
        queue.push(
            .watchdogBit, at: clock + parameters.supply.watchdogTime.milliseconds, generation: processor.generation)
        settleSupply()
    }

    /// Somebody cuts all power.
    mutating func cutPower() {
        undisturbed.isPowerCut = true
        settlePower()
    }

    /// Nobody cuts it any more.
    mutating func returnPower() {
        undisturbed.isPowerCut = false
        settlePower()
    }

    // MARK: Sources

    /// Puts cells in, behind springs as they are, or takes all out.
    mutating func setCells(_ cells: [CellModel]) {
        var cells = cells
        let factor = springFactor
        for index in cells.indices { cells[index].resistanceFactor = factor }
        supply.settleDebt()
        supply.replaceCells(cells)
        // Told first, so that nobody blames the lock for a brown-out that follows.
        record(.cells(millivolts(supply.cellsVoltage)))
        settleSupply()
    }

    mutating func hold(_ block: NineVoltBlock) {
        supply.nineVolt = block
        supply.isContactMade = true
        contactGeneration += 1
        if hasDirtyContacts {
            queue.push(.contactsToggled, at: clock + random.next(in: 150..<1_500), generation: contactGeneration)
        }
        record(.nineVolt(millivolts(supply.nineVoltVoltage)))
        settleSupply()
    }

    mutating func releaseBlock() -> NineVoltBlock? {
        supply.settleDebt()
        let block = supply.nineVolt
        supply.nineVolt = nil
        supply.isContactMade = false
        blockOwner = nil
        contactGeneration += 1
        record(.nineVolt(Millivolts(0)))
        settleSupply()
        return block
    }

    /// Dirty contacts touch for 150 to 1,500 ms and let go for 20 to 200 ms.
    ///
    /// *Chosen*.
    mutating func toggleContacts() {
        guard supply.nineVolt != nil else { return }
        guard hasDirtyContacts || !supply.isContactMade else { return }
        supply.isContactMade.toggle()
        record(.nineVolt(millivolts(supply.nineVoltVoltage)))
        settleSupply()
        let wait = supply.isContactMade ? random.next(in: 150..<1_500) : random.next(in: 20..<200)
        queue.push(.contactsToggled, at: clock + wait, generation: contactGeneration)
    }

    mutating func plug(_ source: USBSource?) {
        undisturbed.usb = source
        supply.settleDebt()
        supply.usb = isActive(.usbWeak) && source != nil ? .weak : source
        record(.usb(millivolts(supply.usbVoltage)))
        settleSupply()
    }

    func millivolts(_ volts: Double) -> Millivolts { Millivolts(Int32(volts * 1_000 + 0.5)) }
}
