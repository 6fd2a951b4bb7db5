import LockCore
public import LockModel

extension Scenario {
    /// Whether the lock comes out of its box: nobody is enrolled, and it asks to be set up.
    public var isNew: Bool { scene.isNew }

    /// Whether the scenario can be played on a board of lines: one with keypad, switches, motor and supply, but without
    /// network, radio, and a hand on its flash and clock chip.
    ///
    /// Throws all that it needs besides, each with its place.
    public func checkFitsLines() throws(BadInput) {
        var complaints = Complaints(about: file)
        check(steps, &complaints)
        for condition in never { check(condition, .wholeFile, &complaints) }
        try complaints.throwIfAny()
    }

    private func check(_ steps: [Step], _ complaints: inout Complaints) {
        for step in steps {
            switch step.action {
            case .deed(_, let deed), .cannot(_, let deed):
                switch deed {
                case .asksByPhone, .usesPhone, .usesRadio: refuse(step.place, "the phones' radio", &complaints)
                case .asksFromAfar: refuse(step.place, "a network", &complaints)
                default: break
                }
            case .fault(let call): check(call.word, step.place, &complaints)
            case .network: refuse(step.place, "a network", &complaints)
            case .offerTime: refuse(step.place, "a network that tells the time", &complaints)
            case .expect(let expectation):
                for condition in expectation.conditions { check(condition, step.place, &complaints) }
            case .never(let conditions, _):
                for condition in conditions { check(condition, step.place, &complaints) }
            case .repeated(_, let inner): check(inner, &complaints)
            case .wait, .untilElapsed, .until, .mend, .cutPower, .returnPower, .temperature, .note: break
            }
        }
    }

    private func check(_ word: FaultWord, _ place: Place, _ complaints: inout Complaints) {
        switch word {
        case .wifiDown, .brokerDown: refuse(place, "a network", &complaints)
        case .bluetoothDown, .radioLossy, .radioSlow, .radioRepeats, .radioSwaps, .radioSplits, .radioDrops,
            .radioJammed:
            refuse(place, "the phones' radio", &complaints)
        case .clockLost, .clockDrifting, .clockWoundBack, .clockWoundForward, .clockSetWhileOff, .clockPoisoned,
            .clockSilent:
            refuse(place, "a clock chip that can be tampered with", &complaints)
        case .sectorFailing, .flashDead, .bitRot, .powerCutAtFlashWrite:
            refuse(place, "a flash chip that can be tampered with", &complaints)
        case .cellsDead, .cellsAt, .cellsSagging, .weakestCell, .temperature, .nineVoltAt, .nineVoltAbsent, .usbWeak,
            .dirtyContacts, .powerCut, .powerCutInThrow, .inrushBrownOut, .motorStalled, .jam, .motorSlow,
            .retractedSwitchStuck, .extendedSwitchStuck, .keyJammed, .doorMisaligned, .doorAjar, .doorForced,
            .doorSwitchStuck, .keypadDead, .keyStuck, .keyBounce, .keyGhost, .firmwareKilled, .firmwareKilledInThrow:
            break
        }
    }

    private func check(_ condition: Condition, _ place: Place, _ complaints: inout Complaints) {
        guard case .alert = condition else { return }
        refuse(place, "a network that carries alerts", &complaints)
    }

    private func refuse(_ place: Place, _ need: String, _ complaints: inout Complaints) {
        complaints.add(
            place, found: "a step that needs \(need)", expected: "steps of hands, supply and mechanics",
            remedy: "the rig has only lines; bolthole run plays everything")
    }
}
