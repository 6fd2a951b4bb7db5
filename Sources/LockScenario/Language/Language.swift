import LockCore
import LockModel

/// The tables of the scenario language that several places share.
enum Language {
    static let places = [
        Word("outside", "in front of the door"), Word("inside", "behind the door"), Word("away", "somewhere else"),
    ]

    static let operations = [Word("unlock", "retracts the bolt"), Word("lock", "extends the bolt")]

    static let things = [
        Word("key", "the mechanical key"), Word("phone", "a phone, enrolled if they have a role"),
        Word("9 V block", "a 9 V block"), Word("power bank", "a USB power bank with its cable"),
        Word("spare cells", "a set of new cells"), Word("crowbar", "a crowbar"),
        Word("radio kit", "a radio that hears and sends packets as it likes"),
    ]

    static let roles = [
        Word("owner", "has the programming PIN"), Word("administrator", "opens, and manages users"),
        Word("resident", "lives here: opens at any time"), Word("guest", "opens within their validity"),
        Word("stranger", "has no right to open"),
    ]

    static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    private static let upOrDown = Form.word([Word("up", "works"), Word("down", "does not work")])

    static let network = Form.mapping(
        Shape(
            "the networks",
            [
                Field("wifi", upOrDown, "Wi-Fi and the router."),
                Field("broker", upOrDown, "The broker in the internet."),
                Field("bluetooth", upOrDown, "The phones' radio."),
            ]))

    static let validity = Form.either([
        .word([Word("always", "at any time"), Word("once", "one time only")]),
        .mapping(
            Shape(
                "a validity",
                [
                    Field("from", .either([.moment(.date), .moment(.timeOfDay)]), "Its first second."),
                    Field("until", .either([.moment(.date), .moment(.timeOfDay)]), "The end of it."),
                    Field(
                        "days", .list(.word(weekdays.map { Word($0, "in UTC") }), countMax: 7),
                        "The days of the week; from and until are then times of day."),
                    Field(
                        "for", .quantity(.duration, 60_000...(2_880 * 60_000)),
                        "How long from its first use, in whole minutes."),
                ])),
    ])

    static let person = Form.mapping(
        Shape(
            "a person",
            [
                Field("role", .word(roles), "What they may do; stranger if left out."),
                Field("pin", .digits(4...10), "Their PIN, in quotes."),
                Field("valid", validity, "When their right is in force; always if left out."),
                Field("duress", .flag, "Whether their PIN is a duress code."),
                Field("stands", .word(places), "Where they are at the beginning; outside if left out."),
                Field("carries", .list(.word(things), countMax: 7), "What is in their pockets."),
                Field(
                    "phone", .word([Word("known", "enrolled"), Word("new", "not enrolled yet")]),
                    "Whether the lock knows their phone; known if left out."),
                Field("block", .quantity(.share, 0...10_000), "How full their 9 V block is; 100 % if left out."),
                Field(
                    "knows",
                    .list(
                        .word((0..<RecoveryCodeNumber.count).map { Word("recovery code \($0)", "one of the ten") }),
                        countMax: 10),
                    "The recovery codes that they know."),
            ]))

    static let lock = Form.mapping(
        Shape(
            "the lock",
            [
                Field(
                    "model", .text(lengthMax: 200),
                    "A model's name, or the path of a model file beside the scenario; default if left out."),
                Field("settings", Settings.form, "What is set differently from the model."),
                Field("cells", .quantity(.share, 0...10_000), "How full the cells are; 100 % if left out."),
                Field("temperature", .quantity(.temperature, -400...700), "At the door; 20 °C if left out."),
                Field(
                    "door", .word([Word("closed", "in its frame"), Word("open", "not in its frame")]),
                    "The door; closed if left out."),
                Field(
                    "bolt", .word([Word("extended", "fully out"), Word("retracted", "fully in")]),
                    "The bolt; extended if left out."),
                Field(
                    "time", .word([Word("known", "kept by the clock chip"), Word("unknown", "nobody has said")]),
                    "Whether it knows the time of day; known if left out."),
                Field("isNew", .flag, "Whether nobody has set it up yet; false if left out."),
                Field("recoveryCodes", .count(0...10), "How many recovery codes were printed; 10 if left out."),
                Field(
                    "otherPINs", .count(0...989),
                    "How many more PINs, drawn from the seed, the lock knows; 0 if left out."),
            ]))

    /// The form of a whole scenario, before its people are known.
    static func scenario(_ book: PhraseBook) -> Form {
        .mapping(
            Shape(
                "a scenario",
                [
                    Field("story", .text(lengthMax: 2_000), "A sentence or two of real life.", isRequired: true),
                    Field("seed", .count(0...Int.max), "Fixes everything random; 1 if left out."),
                    Field(
                        "starts", .moment(.date),
                        "Date and time of the beginning, in UTC; 2026-01-15 12:00 if left out."),
                    Field("lock", lock, "The lock and its door."),
                    Field("people", .named(NameRule("a person"), person, countMax: 64), "Everybody who takes part."),
                    Field("network", network, "The networks at the beginning; all up if left out."),
                    Field(
                        "never", .list(.mapping(Shape("a condition", conditions)), countMax: 20),
                        "What must not be so at any moment of the run."),
                    Field("steps", .list(.phrase(book), countMax: 1_000), "What happens, in order.", isRequired: true),
                ]))
    }

    /// All phrases that a step can be.
    static let phrases: [Phrase] =
        StepWord.allCases.map { Phrase($0.rawValue, $0.form, $0.meaning) }
        + DeedWord.allCases.map { Phrase($0.rawValue, hasSubject: true, $0.form, $0.meaning) }

    /// What can be expected of the world.
    ///
    /// States first, then what happens.
    static let conditions: [Field] = [
        Field("bolt", .word(BoltWord.words), "Where the bolt is."),
        Field("motor", .word([Word("resting", "without power"), Word("running", "with power")]), "The motor."),
        Field("door", .word([Word("closed", "in its frame"), Word("open", "not in its frame")]), "The door."),
        Field(
            "firmware", .word([Word("running", "alive"), Word("off", "without power, in reset or dead")]),
            "The firmware."),
        Field(
            "light", .word(Indication.words),
            "The lock showed this pattern of light and sound since the last thing that was done."),
        Field("alert", .word(Alarm.words), "People far away got this alert since the last thing that was done."),
        Field("log", LogPattern.form, "The access log of the whole run holds such a record."),
    ]

    static let expectation = Form.mapping(
        Shape(
            "an expectation",
            conditions + [
                Field(
                    "within", .quantity(.duration, 1...(366 * 86_400_000)),
                    "How long it may take to come true; now if left out."),
                Field(
                    "for", .quantity(.duration, 1...(366 * 86_400_000)), "How long it must stay true without a break."),
            ]))

    static let prohibition = Form.mapping(
        Shape(
            "a prohibition",
            conditions + [
                Field(
                    "for", .quantity(.duration, 1...(366 * 86_400_000)), "How long it must not come true.",
                    isRequired: true)
            ]))
}

/// Where the bolt can be.
enum BoltWord: String, CaseIterable, Sendable {
    case extended
    case retracted
    case between

    static let words = [
        Word("extended", "fully out: locked"), Word("retracted", "fully in: unlocked"),
        Word("between", "not fully locked"),
    ]
}
