public import LockCore

extension Fault {
    /// The part of the lock that it breaks, if not every lock has it.
    public var part: Equipment? {
        switch self {
        case .nineVoltAt, .nineVoltAbsent, .dirtyContacts: .nineVolt
        case .usbWeak: .usb
        case .keyJammed: .keyway
        case .doorSwitchStuck: .doorSwitch
        case .keypadDead, .keyStuck, .keyBounce, .keyGhost: .keypad
        case .clockLost, .clockDrifting, .clockWoundBack, .clockWoundForward, .clockSetWhileOff, .clockSilent:
            .clockChip
        case .wifiDown, .brokerDown: .wifi
        case .bluetoothDown, .radioLossy, .radioSlow, .radioRepeats, .radioSwaps, .radioSplits, .radioDrops,
            .radioJammed:
            .bluetooth
        case .cellsDead, .cellsAt, .cellsSagging, .cellsMixed, .temperature, .powerCut, .powerCutAtFlashWrite,
            .powerCutInThrow, .inrushBrownOut, .motorStalled, .jam, .motorSlow, .endSwitchStuck, .doorMisaligned,
            .doorAjar, .doorForced, .clockPoisoned, .flashSectorFailing, .flashDead, .bitRot, .firmwareKilled,
            .firmwareKilledInThrow:
            nil
        }
    }

    /// Why a lock of these parts can never have it; `nil` if it can.
    ///
    /// What depends on the moment is not looked at.
    public func obstacle(in equipment: Equipment, sectorCount: Int) -> ActionRefusal? {
        if let part, !equipment.contains(part) { return .noSuchPart(part) }
        return switch self {
        case .flashSectorFailing(let sector) where Int(sector) >= sectorCount:
            .noSuchSector(sector, of: UInt16(clamping: sectorCount))
        case .powerCutAtFlashWrite(0), .radioDrops(after: 0): .countsFromOne
        default: nil
        }
    }

    /// Whether it comes so long after the next drive began.
    var isInThrow: Bool {
        switch self {
        case .powerCutInThrow, .firmwareKilledInThrow: true
        default: false
        }
    }
}
