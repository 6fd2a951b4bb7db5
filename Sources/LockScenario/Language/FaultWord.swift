import LockCore
import LockModel

/// The faults by the words that a scenario uses.
///
/// Each word begins or mends one fault of the world.
enum FaultWord: String, CaseIterable, Sendable {
    case cellsDead = "cells dead"
    case cellsAt = "cells at"
    case cellsSagging = "cells sagging"
    case weakestCell = "weakest cell at"
    case temperature = "temperature"
    case nineVoltAt = "9 V block at"
    case nineVoltAbsent = "9 V block absent"
    case usbWeak = "USB weak"
    case dirtyContacts = "dirty contacts"
    case powerCut = "power cut"
    case powerCutAtFlashWrite = "power cut at flash write"
    case powerCutInThrow = "power cut in throw after"
    case inrushBrownOut = "brown-out by inrush"
    case motorStalled = "motor stalled"
    case jam = "jam at"
    case motorSlow = "friction times"
    case retractedSwitchStuck = "retracted switch stuck"
    case extendedSwitchStuck = "extended switch stuck"
    case keyJammed = "key jammed"
    case doorMisaligned = "door misaligned"
    case doorAjar = "door ajar"
    case doorForced = "door forced"
    case doorSwitchStuck = "door switch stuck"
    case keypadDead = "keypad dead"
    case keyStuck = "keypad key stuck"
    case keyBounce = "key bounce"
    case keyGhost = "ghost keys"
    case clockLost = "clock lost"
    case clockDrifting = "clock fast by millionths"
    case clockWoundBack = "clock wound back"
    case clockWoundForward = "clock wound forward"
    case clockSetWhileOff = "clock set while off"
    case clockPoisoned = "clock poisoned"
    case clockSilent = "clock silent"
    case sectorFailing = "flash sector failing"
    case flashDead = "flash dead"
    case bitRot = "bits rotten"
    case firmwareKilled = "firmware killed"
    case firmwareKilledInThrow = "firmware killed in throw after"
    case wifiDown = "Wi-Fi down"
    case brokerDown = "broker down"
    case bluetoothDown = "Bluetooth down"
    case radioLossy = "radio loses"
    case radioSlow = "radio slow by"
    case radioRepeats = "radio repeats packets"
    case radioSwaps = "radio swaps packets"
    case radioSplits = "radio splits packets"
    case radioDrops = "radio drops connections after"
    case radioJammed = "radio jammed"

    /// What stands behind the word; `nil` if the word says it all.
    var form: Form? {
        switch self {
        case .cellsAt, .weakestCell, .nineVoltAt: .quantity(.share, 0...10_000)
        case .jam: .quantity(.share, 100...9_900)
        case .cellsSagging: .count(1...100)
        case .temperature: .quantity(.temperature, -400...700)
        case .powerCutAtFlashWrite: .count(1...1_000_000)
        case .powerCutInThrow, .firmwareKilledInThrow: .quantity(.duration, 0...2_000)
        case .motorSlow: .count(1...25)
        case .radioLossy: .quantity(.share, 100...9_900)
        case .radioSlow: .quantity(.duration, 1...10_000)
        case .radioDrops: .count(1...1_000)
        case .retractedSwitchStuck, .extendedSwitchStuck:
            .word([Word("on", "as if the bolt were there"), Word("off", "as if it were not")])
        case .doorSwitchStuck:
            .word([Word("closed", "as if the door were closed"), Word("open", "as if it were open")])
        case .keyStuck: .keys(countMax: 1)
        case .keyBounce: .quantity(.duration, 1...200)
        case .clockDrifting: .count(-100_000...100_000)
        case .clockWoundBack, .clockWoundForward, .clockSetWhileOff, .clockPoisoned:
            .quantity(.duration, 1_000...(3_650 * 86_400_000))
        case .sectorFailing: .count(0...1_023)
        case .bitRot: .count(1...10_000)
        case .cellsDead, .nineVoltAbsent, .usbWeak, .dirtyContacts, .powerCut, .inrushBrownOut, .motorStalled,
            .keyJammed, .doorMisaligned, .doorAjar, .doorForced, .keypadDead, .keyGhost, .clockLost, .clockSilent,
            .flashDead, .firmwareKilled, .wifiDown, .brokerDown, .bluetoothDown, .radioRepeats, .radioSwaps,
            .radioSplits, .radioJammed:
            nil
        }
    }

    /// What it does, in one line.
    var meaning: String {
        switch self {
        case .cellsDead: "The cells that are in are empty; mending puts new ones in."
        case .cellsAt: "The cells that are in are at that charge; mending puts new ones in."
        case .cellsSagging: "Corroded springs: the cells' resistance is so many times what it should be."
        case .weakestCell: "One of the cells is at that charge."
        case .temperature: "It is that cold, or hot, at the door."
        case .nineVoltAt: "Everybody's 9 V block is at that charge."
        case .nineVoltAbsent: "Nobody has a 9 V block."
        case .usbWeak: "Every power bank gives 100 mA only."
        case .dirtyContacts: "The 9 V contacts touch and let go."
        case .powerCut: "All power is gone."
        case .powerCutAtFlashWrite: "All power goes in the n-th flash write from now, for a second."
        case .powerCutInThrow: "All power goes so long after the next drive began, for a second."
        case .inrushBrownOut: "The motor's inrush browns the logic out."
        case .motorStalled: "The motor is blocked."
        case .jam: "Something blocks the bolt at that share of its travel, for the motor but not for a hand."
        case .motorSlow: "Friction is so many times the healthy one."
        case .retractedSwitchStuck: "The switch at the retracted end shows one level for ever."
        case .extendedSwitchStuck: "The switch at the extended end shows one level for ever."
        case .keyJammed: "The mechanical key does not turn."
        case .doorMisaligned: "The bolt meets the strike plate."
        case .doorAjar: "The door stands open; mended, it is as it was, or as somebody has left it since."
        case .doorForced: "The door is broken open."
        case .doorSwitchStuck: "The door switch shows one level for ever, as with a magnet on it."
        case .keypadDead: "No key makes contact."
        case .keyStuck: "That key is down for ever."
        case .keyBounce: "Contacts bounce that long."
        case .keyGhost: "Moisture bridges three corners of the key matrix."
        case .clockLost: "The clock chip stops; mended, it counts from zero."
        case .clockDrifting: "The clock chip is wrong by so many millionths."
        case .clockWoundBack: "The clock chip is turned back by that much."
        case .clockWoundForward: "Somebody turns the clock chip forward by that much."
        case .clockSetWhileOff: "Somebody turns the clock chip forward by that much when the power is next gone."
        case .clockPoisoned: "Somebody offers a time that far ahead, without proof."
        case .clockSilent: "The clock chip does not answer."
        case .sectorFailing: "That flash sector takes neither programs nor erases."
        case .flashDead: "The flash does not answer."
        case .bitRot: "So many bits of the flash turn over."
        case .firmwareKilled: "The firmware dies; the watchdog restarts it."
        case .firmwareKilledInThrow: "The firmware dies so long after the next drive began."
        case .wifiDown: "Wi-Fi or router is down."
        case .brokerDown: "The broker is down."
        case .bluetoothDown: "Bluetooth is down."
        case .radioLossy: "That share of a phone's packets gets lost and is sent again later."
        case .radioSlow: "Packets of phones come that much later."
        case .radioRepeats: "Some packets of phones come twice."
        case .radioSwaps: "Some packets of phones change places."
        case .radioSplits: "Some packets of phones come in two pieces."
        case .radioDrops: "Connections of phones break after so many packets."
        case .radioJammed: "Nothing passes between phones and lock."
        }
    }

    /// What may stand behind `fault:`.
    static var form: Form {
        .either([
            .word(allCases.filter { $0.form == nil }.map { Word($0.rawValue, $0.meaning) }),
            .mapping(
                Shape(
                    "a fault", allCases.compactMap { word in word.form.map { Field(word.rawValue, $0, word.meaning) } })
            ),
        ])
    }

    /// What may stand behind `mend:`.
    static var mendingForm: Form {
        .word([Word("everything", "all faults at once")] + allCases.map { Word($0.rawValue, "ends that fault") })
    }
}
