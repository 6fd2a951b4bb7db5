import LockCore
import LockModel

/// What a person can do, by the words behind their name.
enum DeedWord: String, CaseIterable, Sendable {
    case walks = "walks"
    case enters = "enters"
    case guesses = "guesses"
    case types = "types"
    case getsPIN = "gets the PIN"
    case losesPIN = "loses the PIN"
    case holdsKey = "holds the key down"
    case pressesButton = "presses the inside button"
    case holdsButton = "holds the inside button"
    case turnsThumbturn = "turns the thumbturn"
    case turnsKey = "turns the key"
    case opensDoor = "opens the door"
    case closesDoor = "closes the door"
    case forcesDoor = "forces the door"
    case takesCoverOff = "takes the cover off"
    case putsCoverBack = "puts the cover back"
    case holdsNineVolt = "holds the 9 V block to the contacts"
    case takesNineVoltAway = "takes the 9 V block away"
    case plugsPowerBank = "plugs the power bank in"
    case pullsPowerBank = "pulls the power bank out"
    case removesCells = "removes the cells"
    case insertsCells = "inserts the cells"
    case asksByPhone = "asks by phone"
    case asksFromAfar = "asks from afar"
    case invites = "invites by phone"
    case enrolsPhone = "enrols their phone"
    case removesPhones = "removes the phones of"
    case removesUser = "removes the user"
    case losesPhone = "loses the phone to"
    case switchesPhone = "turns the phone"
    case findsPhoneBattery = "finds the phone battery at"
    case recordsRadio = "records the radio"
    case replaysRadio = "replays the recording"
    case relaysPhone = "relays the phone"
    case floodsRadio = "floods the radio"

    /// What stands behind the colon; `nil` if nothing does.
    var form: Form? {
        switch self {
        case .walks:
            .word(Language.places)
        case .enters:
            .either([
                .word(
                    [Word("their PIN", "the PIN under their name")]
                        + (0..<RecoveryCodeNumber.count).map {
                            Word("recovery code \($0)", "a recovery code, which they must know")
                        }),
                .digits(1...12),
            ])
        case .guesses:
            .either([.word([Word("at random", "digits drawn from the seed, as many as a PIN has")]), .digits(1...12)])
        case .types: .keys(countMax: 64)
        case .getsPIN, .losesPIN: .digits(4...10)
        case .holdsKey:
            .mapping(
                Shape(
                    "a held key",
                    [
                        Field("key", .keys(countMax: 1), "Which key of the keypad.", isRequired: true),
                        Field("for", .quantity(.duration, 1...600_000), "How long.", isRequired: true),
                    ]))
        case .holdsButton: .quantity(.duration, 1...600_000)
        case .invites:
            .mapping(
                Shape(
                    "an invitation",
                    [
                        Field("person", .text(lengthMax: 24), "Whom, by name.", isRequired: true),
                        Field("hours", .count(1...168), "How long it is good.", isRequired: true),
                    ]))
        case .removesPhones, .removesUser, .losesPhone: .text(lengthMax: 24)
        case .switchesPhone: .word([Word("on", "if its battery is not empty"), Word("off", "without a word")])
        case .findsPhoneBattery: .quantity(.share, 0...10_000)
        case .relaysPhone:
            .mapping(
                Shape(
                    "a relay",
                    [
                        Field("of", .text(lengthMax: 24), "Whose phone, by name.", isRequired: true),
                        Field("delay", .quantity(.duration, 0...60_000), "What each way takes.", isRequired: true),
                    ]))
        case .floodsRadio: .quantity(.duration, 1...(24 * 3_600_000))
        case .turnsThumbturn, .turnsKey, .asksByPhone, .asksFromAfar: .word(Language.operations)
        case .pressesButton, .opensDoor, .closesDoor, .forcesDoor, .takesCoverOff, .putsCoverBack, .holdsNineVolt,
            .takesNineVoltAway, .plugsPowerBank, .pullsPowerBank, .removesCells, .insertsCells, .enrolsPhone,
            .recordsRadio, .replaysRadio:
            nil
        }
    }

    /// What it does, in one line.
    var meaning: String {
        switch self {
        case .walks: "Goes there; between inside and outside only through an open door."
        case .enters: "Types a code that they know, and #."
        case .guesses: "Types a code that they do not know, and #."
        case .types: "Types these keys."
        case .getsPIN: "Knows a PIN that somebody enrolled at the keypad; from now on the judges expect it to open."
        case .losesPIN: "The PIN was changed, disabled or deleted; from now on the judges expect it not to open."
        case .holdsKey: "Holds a key of the keypad down."
        case .pressesButton: "Presses the button inside, shortly."
        case .holdsButton: "Holds the button inside."
        case .turnsThumbturn: "Turns the thumbturn inside."
        case .turnsKey: "Turns the mechanical key outside."
        case .opensDoor: "Opens the door, if the bolt lets go."
        case .closesDoor: "Closes the door."
        case .forcesDoor: "Breaks the door open with a crowbar."
        case .takesCoverOff: "Takes the front cover off."
        case .putsCoverBack: "Puts the front cover back."
        case .holdsNineVolt: "Holds their 9 V block against the contacts outside."
        case .takesNineVoltAway: "Takes the 9 V block away."
        case .plugsPowerBank: "Plugs their power bank into the USB-C port outside."
        case .pullsPowerBank: "Pulls the power bank out."
        case .removesCells: "Takes the cells out, inside."
        case .insertsCells: "Puts their spare cells in, inside."
        case .asksByPhone: "Asks with their phone by Bluetooth, at the door."
        case .asksFromAfar: "Asks with their phone through the internet, from anywhere."
        case .invites: "Makes an invitation with their phone, at the door, and sends it to somebody's phone."
        case .enrolsPhone: "Uses the invitation that came to their phone, at the door."
        case .removesPhones: "Ends the rights of all of somebody's phones with their own, at the door."
        case .removesUser: "Removes somebody, with their PIN and phones, by their own phone at the door."
        case .losesPhone: "Their phone goes into somebody's pocket."
        case .switchesPhone: "Switches their phone on or off; what it was asked for is dropped."
        case .findsPhoneBattery: "The battery of their phone is that full; at 0 % it is off, and stays off."
        case .recordsRadio: "Records every packet between phones and lock from now on, with a radio kit at the door."
        case .replaysRadio: "Connects, and sends again what a phone sent last."
        case .relaysPhone: "Carries packets between somebody's phone, wherever it is, and the lock."
        case .floodsRadio: "Connects again and again for so long, with garbage or without a word."
        }
    }
}

/// What the world or the author does, by the words that begin a step.
enum StepWord: String, CaseIterable, Sendable {
    case wait = "wait"
    case at = "at"
    case fault = "fault"
    case mend = "mend"
    case cutPower = "cut power"
    case returnPower = "return power"
    case temperature = "temperature"
    case network = "network"
    case offerTime = "offer time"
    case expect = "expect"
    case never = "never"
    case refused = "cannot"
    case `repeat` = "repeat"
    case note = "note"

    /// What stands behind the colon; `nil` if nothing does.
    var form: Form? {
        switch self {
        case .wait: .quantity(.duration, 1...(3_650 * 86_400_000))
        case .at:
            .either([.moment(.timeOfDay), .moment(.date), .quantity(.duration, 0...(3_650 * 86_400_000))])
        case .fault: FaultWord.form
        case .mend: FaultWord.mendingForm
        case .temperature: .quantity(.temperature, -400...700)
        case .network: Language.network
        case .offerTime:
            .mapping(
                Shape(
                    "an offered time",
                    [
                        Field("time", .moment(.date), "The time that is offered.", isRequired: true),
                        Field("isAuthenticated", .flag, "Whether its source proves who it is; true if left out."),
                    ]))
        case .expect: Language.expectation
        case .never: Language.prohibition
        case .refused: .innerPhrase
        case .repeat:
            .mapping(
                Shape(
                    "a repetition",
                    [
                        Field("times", .count(1...10_000), "How often.", isRequired: true),
                        Field("steps", .phrases(countMax: 100), "What is repeated.", isRequired: true),
                    ]))
        case .note: .text(lengthMax: 400)
        case .cutPower, .returnPower: nil
        }
    }

    /// What it does, in one line.
    var meaning: String {
        switch self {
        case .wait: "Lets so much time pass."
        case .at: "Lets time pass until the clock shows this, or until so long after the beginning."
        case .fault: "Something breaks."
        case .mend: "Something that broke is mended."
        case .cutPower: "All power goes at once."
        case .returnPower: "All power is back, as before."
        case .temperature: "The temperature at the door changes."
        case .network: "Networks come or go."
        case .offerTime: "Somebody tells the lock what time it is."
        case .expect: "This must be so, now or within a time, or all the time for a time."
        case .never: "This must not be so at any moment for a time."
        case .refused: "This deed must turn out to be impossible."
        case .repeat: "Does steps several times."
        case .note: "A remark for the reader, printed in the timeline."
        }
    }
}
