import LockCore
import LockModel
import LockSim

// From the words of the language to what can be done to the world.

extension FaultCall {
    /// The fault in the world.
    var fault: Fault {
        let percent = Percent(UInt8(clamping: number / 100))
        let seconds = UInt32(clamping: number / 1_000)
        return switch word {
        case .cellsDead: .cellsDead
        case .cellsAt: .cellsAt(percent)
        case .cellsSagging: .cellsSagging(times: UInt8(clamping: number))
        case .weakestCell: .cellsMixed(weakest: percent)
        case .temperature: .temperature(Decidegrees(Int16(clamping: number)))
        case .nineVoltAt: .nineVoltAt(percent)
        case .nineVoltAbsent: .nineVoltAbsent
        case .usbWeak: .usbWeak
        case .dirtyContacts: .dirtyContacts
        case .powerCut: .powerCut
        case .powerCutAtFlashWrite: .powerCutAtFlashWrite(UInt32(clamping: number))
        case .powerCutInThrow: .powerCutInThrow(after: UInt16(clamping: number))
        case .inrushBrownOut: .inrushBrownOut
        case .motorStalled: .motorStalled
        case .jam: .jam(at: percent)
        case .motorSlow: .motorSlow(tenths: UInt8(clamping: number * 10))
        case .retractedSwitchStuck: .endSwitchStuck(.retract, isPressed: detail == "on")
        case .extendedSwitchStuck: .endSwitchStuck(.extend, isPressed: detail == "on")
        case .keyJammed: .keyJammed
        case .doorMisaligned: .doorMisaligned
        case .doorAjar: .doorAjar
        case .doorForced: .doorForced
        case .doorSwitchStuck: .doorSwitchStuck(isClosed: detail == "closed")
        case .keypadDead: .keypadDead
        case .keyStuck: .keyStuck(ScenarioBuilder.keys(detail).first ?? .star)
        case .keyBounce: .keyBounce(milliseconds: UInt8(clamping: number))
        case .keyGhost: .keyGhost
        case .clockLost: .clockLost
        case .clockDrifting: .clockDrifting(millionths: Int32(clamping: number))
        case .clockWoundBack: .clockWoundBack(seconds: seconds)
        case .clockWoundForward: .clockWoundForward(seconds: seconds)
        case .clockSetWhileOff: .clockSetWhileOff(seconds: seconds)
        case .clockPoisoned: .clockPoisoned(seconds: seconds)
        case .clockSilent: .clockSilent
        case .sectorFailing: .flashSectorFailing(UInt16(clamping: number))
        case .flashDead: .flashDead
        case .bitRot: .bitRot(bits: UInt16(clamping: number))
        case .firmwareKilled: .firmwareKilled
        case .firmwareKilledInThrow: .firmwareKilledInThrow(after: UInt16(clamping: number))
        case .wifiDown: .wifiDown
        case .brokerDown: .brokerDown
        case .bluetoothDown: .bluetoothDown
        case .radioLossy: .radioLossy(percent)
        case .radioSlow: .radioSlow(milliseconds: UInt16(clamping: number))
        case .radioRepeats: .radioRepeats
        case .radioSwaps: .radioSwaps
        case .radioSplits: .radioSplits
        case .radioDrops: .radioDrops(after: UInt16(clamping: number))
        case .radioJammed: .radioJammed
        }
    }
}

extension ActionRefusal {
    /// Why something could not be done, as the end of a sentence.
    var wording: String {
        switch self {
        case .nobody: "there is nobody"
        case .mustStand(let place):
            "one must be \(place == .inside ? "inside" : place == .outside ? "outside" : "away")"
        case .mustStandAtDoor: "one must be at the door"
        case .doesNotCarry: "they do not carry it"
        case .doesNotKnowCode: "they do not know that code"
        case .phoneNotEnrolled: "the phone is not enrolled"
        case .phoneIsOff: "the phone is off"
        case .phoneIsFlat: "the phone is flat"
        case .noSuchPart(let part): "the lock has no \(part.names.first ?? "such part")"
        case .doorHeldByBolt: "the bolt holds the door"
        case .boltInTheWay: "the bolt is in the way"
        case .doorIsOpen: "the door is open"
        case .doorIsClosed: "the door is closed"
        case .keyJammed: "the key does not turn"
        case .notPossibleNow: "nothing is there, or the place is taken"
        case .noRadio: "the radio does not reach"
        case .notBroken: "it is not broken"
        case .noSuchSector(let sector, let count): "there is no flash sector \(sector), only 0 to \(Int(count) - 1)"
        case .countsFromOne: "it is counted from 1"
        case .noCells: "no cells are in"
        case .nothingWritten: "nothing is written in the flash yet"
        case .firmwareNotRunning: "the firmware does not run"
        }
    }
}
