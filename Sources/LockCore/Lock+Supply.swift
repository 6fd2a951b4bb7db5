/// Measurements: cells, emergency power, sag. Policy: R4.
extension Lock {
    /// Shows a pattern.
    ///
    /// Key clicks and answers are for whoever stands there; nothing is shown while nobody does.
    mutating func indicate(_ indication: Indication, at now: Instant, _ effects: inout Effects) {
        guard !isDark || !indication.isDispensable else { return }
        effects.append(.indicate(indication))
        sessionLightAt = programming.isOpen ? now + indication.pattern.length : nil
        guard alarms.isSounding && indication != .alarm, verdict.deadline == nil, verification == .none else { return }
        // Whatever is shown replaces the siren, and only a valid credential may silence it (attack D12).
        verdict = .siren(at: now + indication.pattern.length)
    }

    /// While a session is open the light says so without a break: whoever comes by knows what their digits would do (R1).
    mutating func showSession(at now: Instant, _ effects: inout Effects) {
        sessionLightAt = nil
        if programming.isOpen && !alarms.isSounding { indicate(.sessionOpen, at: now, &effects) }
    }

    mutating func sampled(_ measurement: Measurement, at now: Instant, _ effects: inout Effects) {
        switch measurement {
        case .temperature(let value):
            temperature = value
        case .cells(let voltage):
            cellsSampled(voltage, at: now, &effects)
        case .rail(let voltage):
            railSampled(voltage, at: now, &effects)
        case .testLoad(let voltage):
            if supply.takeStaleAnswer() { return testAnew(at: now, &effects) }
            if let test = loadTest, let open = test.open {
                loadTestEnded(open: open, loaded: voltage, at: now, &effects)
            } else {
                follow(supply.testLoadSampled(voltage), at: now, &effects)
            }
        case .motor(let current):
            guard let rail = sag?.rail else { return }
            sag = nil
            take(battery.threw(loaded: rail, current), at: now)
        case .clock(let chip): clockSampled(chip, at: now)
        case .nineVolt, .usb:
            break
        }
    }

    /// Asks for what the supply wants next.
    mutating func follow(_ order: Supply.Order, at now: Instant, _ effects: inout Effects) {
        switch order {
        case .nothing: break
        case .sampleRail:
            if resetCause != nil, case .settling(since: nil, last: nil) = supply.state {
                indicate(.emergencyWait, at: now, &effects)
            }
            effects.append(.sample(.rail))
        case .testLoad: effects.append(.sample(.testLoad))
        case .ready: supplyReady(at: now, &effects)
        }
    }

    private mutating func cellsSampled(_ voltage: Millivolts, at now: Instant, _ effects: inout Effects) {
        let order = supply.cellsSampled(voltage, at: now)
        if !supply.isOnEmergency { take(battery.rested(at: voltage, temperature), at: now) }
        follow(order, at: now, &effects)
    }

    private mutating func railSampled(_ voltage: Millivolts, at now: Instant, _ effects: inout Effects) {
        if loadTest != nil {
            // Only now: under the test load the rail would not be open.
            loadTest?.open = voltage
            effects.append(.sample(.testLoad))
        } else if sag != nil {
            sag?.rail = voltage
            effects.append(.sample(.motor))
        } else {
            follow(supply.railSampled(voltage, at: now), at: now, &effects)
        }
    }

    /// What was measured came from a source that has gone: a lock that waits for it is tested by what feeds it now (R4).
    private mutating func testAnew(at now: Instant, _ effects: inout Effects) {
        guard loadTest != nil else { return }
        loadTest?.giveUpAt = now + LoadTest.timeMax
        effects.append(.sample(.rail))
    }

    /// The converter does not answer.
    mutating func sampleFailed(_ channel: Channel, at now: Instant, _ effects: inout Effects) {
        sag = nil
        switch channel {
        case .cells:
            // Nothing is known of the supply: the keypad goes live all the same, or a broken converter locks people out.
            log(.fault(.board(channel)), at: now)
            follow(supply.cellsSilent(), at: now, &effects)
        case .rail, .testLoad:
            _ = supply.takeStaleAnswer()
            if loadTest != nil {
                loadTestSilent(at: now, &effects)
            } else {
                follow(supply.railSilent(), at: now, &effects)
            }
        case .motor, .temperature, .nineVolt, .usb, .clock:
            break
        }
    }

    mutating func sampleClock(at now: Instant, _ effects: inout Effects) {
        clockSampleAt = now + clockSampleTime(at: now)
        // Reading the chip takes its time, and the motor has none to give.
        if !bolt.isPowered { effects.append(.sample(.clock)) }
    }

    /// A chip that was set is told, and put on record before the next loss of power can make a time of it.
    private mutating func clockSampled(_ chip: ChipTime, at now: Instant) {
        switch clock.checked(chip, at: now) {
        case .running, .found: break
        case .wasSet:
            clockSampleAt = nil
            log(.fault(.clockSet), at: now)
            unsaved.lockout = true
            unsaved.clock = true
        }
    }

    mutating func measureSag(at now: Instant, _ effects: inout Effects) {
        guard let due = sag?.at, due <= now else { return }
        sag?.at = nil
        effects.append(.sample(.rail))
    }

    /// A throw ended in a brown-out, or a load test failed: the cells are named, at once (R4).
    ///
    /// A source outside is not the cells.
    mutating func cellsProvedWeak(at now: Instant, _ effects: inout Effects) {
        guard !supply.isOnEmergency else { return }
        if !battery.isProvenWeak { unsaved.battery = true }
        battery.isProvenWeak = true
        nameCells(at: now, &effects)
    }

    /// What was proved against the cells in an earlier life still holds, unless they are others (R4).
    mutating func nameWeakCells(at now: Instant, _ effects: inout Effects) {
        if battery.isProvenWeak && !supply.isOnEmergency { nameCells(at: now, &effects) }
    }

    private mutating func nameCells(at now: Instant, _ effects: inout Effects) {
        raise(.batteryCritical, at: now)
        indicate(.batteryCritical, at: now, &effects)
    }

    /// What feeds an operation is on record before it begins: a brown-out on a source outside is not the cells' (R4).
    mutating func noteSource() {
        guard battery.isOutside != supply.isOnEmergency else { return }
        battery.isOutside = supply.isOnEmergency
        unsaved.battery = true
    }

    /// A throw went through on the cells: what was proved against them is no longer so.
    mutating func cellsProvedStrong() {
        guard battery.isProvenWeak, !supply.isOnEmergency else { return }
        battery.isProvenWeak = false
        unsaved.battery = true
        if battery.level != .critical { alarms.clear(.batteryCritical) }
    }

    private mutating func take(_ change: Battery.Change, at now: Instant) {
        if change.isReplaced {
            // Before a start can take the new cells for the old ones.
            unsaved.battery = true
            alarms.clear(.batteryLow)
            alarms.clear(.batteryCritical)
            log(.power(.cellsReplaced), at: now)
        }
        if change.isUneven { log(.power(.cellsUneven), at: now) }
        guard let level = change.level else { return }
        switch level {
        case .ok:
            log(.power(.levelOK), at: now)
            alarms.clear(.batteryLow)
            clearBatteryCritical()
        case .warning:
            log(.power(.levelWarning), at: now)
            clearBatteryCritical()
            raise(.batteryLow, at: now)
        case .replace:
            log(.power(.levelReplace), at: now)
            clearBatteryCritical()
            raise(.batteryLow, at: now)
        case .critical:
            log(.power(.levelCritical), at: now)
            raise(.batteryCritical, at: now)
        }
    }

    /// A resting voltage does not contradict a throw that failed.
    private mutating func clearBatteryCritical() {
        if !battery.isProvenWeak { alarms.clear(.batteryCritical) }
    }

    mutating func sampleBattery(at now: Instant, _ effects: inout Effects) {
        batterySampleAt = now + batterySampleTime
        darkness = .none
        guard !bolt.isPowered else { return }
        effects.append(.sample(.temperature))
        effects.append(.sample(.cells))
    }

    mutating func powerInputChanged(
        _ input: PowerInput, _ isPresent: Bool, at now: Instant, _ effects: inout Effects
    ) {
        let wasReady = supply.isReady
        let wasOnEmergency = supply.isOnEmergency
        supply.inputChanged(input, isPresent: isPresent, isTesting: loadTest?.open != nil)
        if !isPresent { loadTest?.open = nil }
        if !isPresent && active?.operation == .lock {
            // The next try, or the first one, would begin on a supply that nobody has measured (R4).
            if bolt.operation == .lock && !bolt.isPowered { follow(bolt.halt(), at: now, &effects) }
            dropHeldDrive(at: now)
        }
        if isPresent {
            darkness = .none
            // Whether it is needed depends on the cells.
            effects.append(.sample(.cells))
        } else if !wasReady && supply.isReady {
            supplyReady(at: now, &effects)
        } else if wasReady && wasOnEmergency {
            // A flickering contact that is not needed is not worth a record each time (attack D10).
            log(.power(input == .nineVolt ? .nineVoltGone : .usbGone), at: now)
        }
    }

    /// The hourly record: time floor, what the battery monitor knows, and the budget while it fills.
    mutating func hourPassed(at now: Instant, _ effects: inout Effects) {
        clock.raiseFloor(at: now)
        guard !bolt.isPowered, supply.isReady, journal.isWritable else { return }
        stage(.clock(clock.record(at: now)), &effects)
        unsaved.battery = false
        if battery.charge != nil { stage(.battery(battery.record), &effects) }
        if lockout.isRefilling { unsaved.lockout = true }
    }
}
