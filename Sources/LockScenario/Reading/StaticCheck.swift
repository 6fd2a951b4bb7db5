import LockCore
import LockModel
import LockSim

/// Walks through the steps without running them and finds what cannot work: somebody who turns a key that they do not
/// carry, a part that the lock has not, expectations that contradict each other.
struct StaticCheck {
    let people: [Participant]
    let equipment: Equipment
    let never: [Condition]
    var complaints: Complaints

    /// Where everybody stands, as far as the steps tell.
    private var places: [Participant.Place]
    /// Whether a phone has changed pockets: from then on only the run knows who has one.
    private var phoneMoves = false
    /// Whether somebody relays a phone, so that its owner may be anywhere.
    private var isRelayed = false
    /// What was expected of this very moment so far, with the line of it.
    private var present: [(condition: Condition, line: Int)] = []

    init(people: [Participant], equipment: Equipment, never: [Condition], complaints: Complaints) {
        self.people = people
        self.equipment = equipment
        self.never = never
        self.complaints = complaints
        places = people.map(\.stands)
    }

    mutating func walk(_ steps: [Step]) {
        for step in steps {
            switch step.action {
            case .deed(let person, let deed):
                present = []
                check(deed, by: person, at: step.place)
                if case .walks(let place) = deed { places[person] = place }
                if case .usesPhone(.loses) = deed { phoneMoves = true }
                if case .usesRadio(.relays) = deed { isRelayed = true }
            case .cannot, .note: break
            case .expect(let expectation): check(expectation, at: step.place)
            case .never(let conditions, _):
                checkAgainstPresent(conditions, isWanted: false, at: step.place)
                present = []
            case .repeated(_, let inner):
                present = []
                walk(inner)
                present = []
            case .wait, .untilElapsed, .until, .fault, .mend, .cutPower, .returnPower, .temperature, .network,
                .offerTime:
                present = []
            }
        }
    }

    // MARK: Expectations

    private mutating func check(_ expectation: Expectation, at place: Place) {
        for condition in expectation.conditions where never.contains(where: { $0.isSame(as: condition) }) {
            complaints.add(
                place, found: "\(condition.wording), which \"never\" forbids for the whole run",
                expected: "one or the other")
        }
        switch expectation.time {
        case .now: checkAgainstPresent(expectation.conditions, isWanted: true, at: place)
        case .throughout:
            checkAgainstPresent(expectation.conditions, isWanted: true, at: place)
            present = []
        case .within: present = []
        }
        present += expectation.conditions.map { ($0, place.line) }
    }

    private mutating func checkAgainstPresent(_ conditions: [Condition], isWanted: Bool, at place: Place) {
        for condition in conditions {
            for other in present
            where isWanted ? condition.excludes(other.condition) : condition.isSame(as: other.condition) {
                complaints.add(
                    place, found: isWanted ? condition.wording : "never: \(condition.wording)",
                    expected:
                        "no contradiction with line \(other.line), where \(other.condition.wording) at the same moment",
                    remedy: "let time pass in between, or drop one of them")
            }
        }
    }

    // MARK: Deeds

    private mutating func check(_ deed: Deed, by index: Int, at place: Place) {
        let person = people[index]
        func refuse(_ found: String, _ expected: String, _ remedy: String) {
            complaints.add(place, found: found, expected: expected, remedy: remedy)
        }
        if let part = deed.part, !equipment.contains(part) {
            refuse(
                "\(person.name) \(deed.wording), but the lock has no \(part.names.first ?? "such part")",
                "a part that the model has", "choose another model")
        }
        if let thing = deed.thing, !person.carries.contains(thing) {
            let article = thing == .spareCells ? "" : "a "
            refuse(
                "\(person.name) \(deed.wording), but carries no \(thing.rawValue)",
                "somebody who carries \(article)\(thing.rawValue)", "add it to what \(person.name) carries")
        }
        if let need = deed.place, places[index] != need {
            refuse(
                "\(person.name) \(deed.wording), but is \(places[index].rawValue) at this step",
                "\(person.name) to be \(need.rawValue)",
                "let \(person.name) walk \(need.rawValue) first")
        }
        switch deed {
        case .entersOwnPIN where person.pin == nil:
            refuse("\(person.name), who has no PIN", "somebody with a PIN", "add \"pin\" to \(person.name)")
        case .entersRecoveryCode(let number) where !person.recoveryCodes.contains(number):
            refuse(
                "recovery code \(number.value), which \(person.name) does not know", "a code that \(person.name) knows",
                "add it to what \(person.name) knows")
        case .asksFromAfar where person.user == nil:
            refuse(
                "\(person.name)'s phone, which is not enrolled", "somebody with a role", "give \(person.name) a role")
        case .asksByPhone where !phoneMoves:
            if !person.carries.contains(.phone) {
                refuse(
                    "\(person.name) \(deed.wording), but carries no phone", "somebody who carries a phone",
                    "add it to what \(person.name) carries")
            } else if person.user == nil {
                refuse(
                    "\(person.name)'s phone, which is not enrolled", "somebody with a role",
                    "give \(person.name) a role")
            } else if places[index] == .away, !isRelayed {
                refuse(
                    "\(person.name)'s phone, which is too far away for Bluetooth", "\(person.name) at the door",
                    "use \"asks from afar\"")
            }
        default: break
        }
    }
}

extension Deed {
    /// Where one has to stand for it; `nil` = anywhere, or it depends.
    var place: Participant.Place? {
        switch self {
        case .entersOwnPIN, .entersRecoveryCode, .enters, .guesses, .guessesAtRandom, .types, .holdsKey, .turnsKey,
            .forcesDoor, .takesCoverOff, .putsCoverBack, .holdsNineVolt, .takesNineVoltAway, .plugsPowerBank,
            .pullsPowerBank:
            .outside
        case .holdsButton, .turnsThumbturn, .removesCells, .insertsCells: .inside
        case .walks, .opensDoor, .closesDoor, .asksByPhone, .asksFromAfar, .getsPIN, .losesPIN, .usesPhone, .usesRadio:
            nil
        }
    }

    /// What one has to carry for it.
    var thing: Participant.Thing? {
        switch self {
        case .turnsKey: .key
        case .forcesDoor: .crowbar
        case .holdsNineVolt, .takesNineVoltAway: .nineVoltBlock
        case .plugsPowerBank, .pullsPowerBank: .powerBank
        case .insertsCells: .spareCells
        case .usesRadio: .radioKit
        // Whose phone it is now only the run knows: phones are lost and found.
        case .usesPhone, .asksByPhone: nil
        case .asksFromAfar: .phone
        case .walks, .entersOwnPIN, .entersRecoveryCode, .enters, .guesses, .guessesAtRandom, .types, .holdsKey,
            .getsPIN, .losesPIN, .holdsButton, .turnsThumbturn, .opensDoor, .closesDoor, .takesCoverOff, .putsCoverBack,
            .removesCells:
            nil
        }
    }

    /// Which part of the lock it needs.
    var part: Equipment? {
        switch self {
        case .entersOwnPIN, .entersRecoveryCode, .enters, .guesses, .guessesAtRandom, .types, .holdsKey: .keypad
        case .holdsButton: .insideButton
        case .turnsThumbturn: .thumbturn
        case .turnsKey: .keyway
        case .holdsNineVolt, .takesNineVoltAway: .nineVolt
        case .plugsPowerBank, .pullsPowerBank: .usb
        case .asksByPhone, .usesPhone, .usesRadio: .bluetooth
        case .asksFromAfar: .wifi
        case .takesCoverOff, .putsCoverBack: .coverSwitch
        case .walks, .opensDoor, .closesDoor, .forcesDoor, .removesCells, .insertsCells, .getsPIN, .losesPIN: nil
        }
    }
}

extension Condition {
    /// Whether both cannot be true at the same moment.
    func excludes(_ other: Self) -> Bool {
        switch (self, other) {
        case (.bolt(let one), .bolt(let two)): one != two
        case (.motor(let one), .motor(let two)), (.door(let one), .door(let two)),
            (.firmware(let one), .firmware(let two)):
            one != two
        case (.motor(isRunning: true), .firmware(isRunning: false)),
            (.firmware(isRunning: false), .motor(isRunning: true)):
            false
        case (.bolt, _), (.motor, _), (.door, _), (.firmware, _), (.light, _), (.alert, _), (.log, _): false
        }
    }

    /// Whether both say the same of the world.
    func isSame(as other: Self) -> Bool {
        switch (self, other) {
        case (.bolt(let one), .bolt(let two)): one == two
        case (.motor(let one), .motor(let two)), (.door(let one), .door(let two)),
            (.firmware(let one), .firmware(let two)):
            one == two
        case (.light(let one), .light(let two)): one == two
        case (.alert(let one), .alert(let two)): one == two
        case (.bolt, _), (.motor, _), (.door, _), (.firmware, _), (.light, _), (.alert, _), (.log, _): false
        }
    }
}
