import LockCore
import LockModel
import LockSim

extension ScenarioBuilder {
    mutating func buildSteps(_ list: Checked?) -> [Step] {
        var steps: [Step] = []
        for element in list?.elements ?? [] {
            if let action = buildStep(element) { steps.append(Step(place: element.place, action: action)) }
        }
        return steps
    }

    private mutating func buildStep(_ step: Checked) -> StepAction? {
        guard case .phrase(let subject, let words, let value) = step.content else { return nil }
        if let subject {
            guard let (person, deed) = buildDeed(subject, words, value) else { return nil }
            return .deed(person: person, deed)
        }
        guard let word = StepWord(rawValue: words) else { return nil }
        return buildStep(word, value, at: step.place)
    }

    private mutating func buildStep(_ word: StepWord, _ value: Checked?, at place: Place) -> StepAction? {
        switch word {
        case .wait: return value?.quantity.map { .wait(.milliseconds(UInt64($0))) }
        case .at:
            if let moment = value?.moment { return .until(moment) }
            return value?.quantity.map { .untilElapsed(.milliseconds(UInt64($0))) }
        case .fault: return value.flatMap { buildFault($0) }.map { .fault($0) }
        case .mend: return value?.text.map { .mend(FaultWord(rawValue: $0)) }
        case .cutPower: return .cutPower
        case .returnPower: return .returnPower
        case .temperature: return value?.quantity.map { .temperature(Decidegrees(Int16($0))) }
        case .network: return .network(Self.network(value))
        case .offerTime:
            guard case .date(let time)? = value?["time"]?.moment else { return nil }
            return .offerTime(time, isAuthenticated: value?["isAuthenticated"]?.flag ?? true)
        case .expect: return value.flatMap { buildExpectation($0) }.map { .expect($0) }
        case .never:
            guard let value, let length = value["for"]?.quantity else { return nil }
            let conditions = buildConditions(value, isAboutMoment: true)
            guard !conditions.isEmpty else { return nil }
            return .never(conditions, for: .milliseconds(UInt64(length)))
        case .refused:
            guard let value, case .phrase(let subject?, let words, let inner) = value.content,
                let (person, deed) = buildDeed(subject, words, inner)
            else {
                complaints.add(
                    place, found: "something after \"cannot\" that nobody does", expected: "a person's deed",
                    remedy: "write for example \"cannot: Mallory opens the door\"")
                return nil
            }
            return .cannot(person: person, deed)
        case .repeat:
            guard let times = value?["times"]?.count, let inner = value?["steps"] else { return nil }
            return .repeated(times, buildSteps(inner))
        case .note: return value?.text.map { .note($0) }
        }
    }

    private mutating func buildFault(_ value: Checked) -> FaultCall? {
        if let text = value.text, let word = FaultWord(rawValue: text) { return FaultCall(word: word) }
        guard value.entries.count == 1, let entry = value.entries.first, let word = FaultWord(rawValue: entry.key)
        else {
            // Of a fault whose number is none the form has complained already.
            guard !value.entries.isEmpty || complaints.isEmpty else { return nil }
            complaints.add(
                value.place, found: "\(value.entries.count) faults in one step", expected: "one",
                remedy: "give each fault a step of its own")
            return nil
        }
        let number = entry.value.quantity ?? entry.value.count.map(Int64.init) ?? 0
        return FaultCall(word: word, number: number, detail: entry.value.text ?? "")
    }

    // MARK: Deeds

    private mutating func buildDeed(_ subject: String, _ words: String, _ value: Checked?) -> (Int, Deed)? {
        guard let person = people.firstIndex(where: { $0.name == subject }), let word = DeedWord(rawValue: words) else {
            return nil
        }
        return buildDeed(word, value).map { (person, $0) }
    }

    private mutating func buildDeed(_ word: DeedWord, _ value: Checked?) -> Deed? {
        let operation = value?.text.flatMap(LockOperation.init(word:))
        switch word {
        case .walks: return value?.text.flatMap(Participant.Place.init(rawValue:)).map { .walks($0) }
        case .enters: return value.flatMap { Self.entry(of: $0) }
        case .guesses:
            guard case .text(let digits)? = value?.content else { return .guessesAtRandom }
            return .guesses(Code(digits: digits))
        case .types: return value?.text.map { .types(Self.keys($0)) }
        case .getsPIN: return value?.text.map { .getsPIN(Code(digits: $0)) }
        case .losesPIN: return value?.text.map { .losesPIN(Code(digits: $0)) }
        case .holdsKey:
            guard let key = value?["key"]?.text.map(Self.keys)?.first, let length = value?["for"]?.quantity else {
                return nil
            }
            return .holdsKey(key, .milliseconds(UInt64(length)))
        case .pressesButton: return .holdsButton(.milliseconds(200))
        case .holdsButton: return value?.quantity.map { .holdsButton(.milliseconds(UInt64($0))) }
        case .turnsThumbturn: return operation.map { .turnsThumbturn($0) }
        case .turnsKey: return operation.map { .turnsKey($0) }
        case .opensDoor: return .opensDoor
        case .closesDoor: return .closesDoor
        case .forcesDoor: return .forcesDoor
        case .takesCoverOff: return .takesCoverOff
        case .putsCoverBack: return .putsCoverBack
        case .holdsNineVolt: return .holdsNineVolt
        case .takesNineVoltAway: return .takesNineVoltAway
        case .plugsPowerBank: return .plugsPowerBank
        case .pullsPowerBank: return .pullsPowerBank
        case .removesCells: return .removesCells
        case .insertsCells: return .insertsCells
        case .asksByPhone: return operation.map { .asksByPhone($0) }
        case .asksFromAfar: return operation.map { .asksFromAfar($0) }
        case .invites:
            guard let guest = person(in: value?["person"]), let hours = value?["hours"]?.count else { return nil }
            return .usesPhone(.invites(guest, hours: UInt8(clamping: hours)))
        case .enrolsPhone: return .usesPhone(.enrols)
        case .removesPhones: return person(in: value).map { .usesPhone(.removesPhones(of: $0)) }
        case .removesUser: return person(in: value).map { .usesPhone(.removesUser($0)) }
        case .losesPhone: return person(in: value).map { .usesPhone(.loses(to: $0)) }
        case .switchesPhone: return value?.text.map { .usesPhone(.switches(isOn: $0 == "on")) }
        case .findsPhoneBattery:
            // What is left is rounded up: only an empty battery is empty.
            return value?.quantity.map { .usesPhone(.findsBattery(at: Percent(UInt8(clamping: ($0 + 99) / 100)))) }
        case .recordsRadio: return .usesRadio(.records)
        case .replaysRadio: return .usesRadio(.replays)
        case .relaysPhone:
            guard let owner = person(in: value?["of"]), let delay = value?["delay"]?.quantity else { return nil }
            return .usesRadio(.relays(owner, delay: .milliseconds(UInt64(delay))))
        case .floodsRadio: return value?.quantity.map { .usesRadio(.floods(for: .milliseconds(UInt64($0)))) }
        }
    }

    /// The person whose name that is.
    private mutating func person(in value: Checked?) -> Int? {
        guard let value, let name = value.text else { return nil }
        if let index = people.firstIndex(where: { $0.name == name }) { return index }
        let names = people.map(\.name)
        complaints.add(
            value.place, found: "\(quoted(name)), who does not take part",
            expected: "one of: \(names.joined(separator: ", "))", nearest: nearestWord(to: name, among: names))
        return nil
    }

    private static func entry(of value: Checked) -> Deed? {
        switch value.content {
        case .text(let digits): return .enters(Code(digits: digits))
        case .word(let word):
            guard let digit = word.last?.wholeNumberValue else { return .entersOwnPIN }
            return .entersRecoveryCode(RecoveryCodeNumber(UInt8(digit)))
        case .count, .flag, .quantity, .moment, .list, .mapping, .phrase: return nil
        }
    }

    /// The keys of a text that a form has checked.
    static func keys(_ text: String) -> [Key] {
        text.compactMap { character in
            switch character {
            case "*": .star
            case "#": .pound
            default: character.wholeNumberValue.map { Key.digit(UInt8($0)) }
            }
        }
    }

    // MARK: Conditions

    private mutating func buildExpectation(_ value: Checked) -> Expectation? {
        let (within, length) = (value["within"], value["for"])
        if let length, within != nil {
            complaints.add(
                length.place, found: "both \"within\" and \"for\"", expected: "one of them",
                remedy: "expect it within a time first, then for a time in a step of its own")
        }
        let conditions = buildConditions(value, isAboutMoment: length == nil)
        guard !conditions.isEmpty else {
            complaints.add(
                value.place, found: "no condition",
                expected: "at least one of: \(Language.conditions.map(\.name).joined(separator: ", "))")
            return nil
        }
        if let limit = within?.quantity {
            return Expectation(conditions: conditions, time: .within(.milliseconds(UInt64(limit))))
        }
        if let limit = length?.quantity {
            return Expectation(conditions: conditions, time: .throughout(.milliseconds(UInt64(limit))))
        }
        return Expectation(conditions: conditions, time: .now)
    }

    /// The conditions of a mapping.
    ///
    /// Things that happen at a moment cannot last for a time.
    mutating func buildConditions(_ value: Checked, isAboutMoment: Bool) -> [Condition] {
        var conditions: [Condition] = []
        for entry in value.entries {
            guard let condition = buildCondition(entry) else { continue }
            switch condition {
            case .light, .alert, .log:
                if !isAboutMoment {
                    complaints.add(
                        entry.keyPlace, found: "\"\(entry.key)\" with \"for\"", expected: "\"within\"",
                        remedy:
                            "a \(entry.key) happens at a moment; only bolt, motor, door and firmware can stay so for a time"
                    )
                }
            case .bolt, .motor, .door, .firmware: break
            }
            conditions.append(condition)
        }
        return conditions
    }

    private mutating func buildCondition(_ entry: Checked.Entry) -> Condition? {
        let word = entry.value.text ?? ""
        switch entry.key {
        case "bolt": return BoltWord(rawValue: word).map { .bolt($0) }
        case "motor": return .motor(isRunning: word == "running")
        case "door": return .door(isClosed: word == "closed")
        case "firmware": return .firmware(isRunning: word == "running")
        case "light": return Indication(word: word).map { .light($0) }
        case "alert": return Alarm(word: word).map { .alert($0) }
        case "log": return buildPattern(entry.value).map { .log($0) }
        default: return nil
        }
    }

    private mutating func buildPattern(_ value: Checked) -> LogPattern? {
        let names = LogPattern.subjects.map(\.name)
        let subjects = value.entries.filter { names.contains($0.key) }
        guard subjects.count == 1, let first = subjects.first, let subject = Self.subject(first) else {
            complaints.add(
                value.place,
                found: subjects.isEmpty ? "no kind of record" : "\(subjects.count) kinds of record at once",
                expected: "exactly one of: \(names.joined(separator: ", "))")
            return nil
        }
        var pattern = LogPattern(subject: subject)
        pattern.source = value["source"]?.text.flatMap(OperationSource.init(word:))
        pattern.times = value["times"]?.count
        if let by = value["by"], let name = by.text {
            guard let person = people.first(where: { $0.name == name }), let user = person.user else {
                let enrolled = people.filter { $0.user != nil }.map(\.name)
                complaints.add(
                    by.place, found: "\(quoted(name)), who has no right in this lock",
                    expected: enrolled.isEmpty ? "somebody with a role" : "one of: \(enrolled.joined(separator: ", "))",
                    nearest: nearestWord(to: name, among: enrolled))
                return nil
            }
            pattern.by = user
            pattern.name = name
        }
        return pattern
    }

    private static func subject(_ entry: Checked.Entry) -> LogPattern.Subject? {
        let word = entry.value.text ?? ""
        switch entry.key {
        case "unlock": return OperationOutcome(word: word).map { .operation(.unlock, $0) }
        case "lock": return OperationOutcome(word: word).map { .operation(.lock, $0) }
        case "refusal": return OperationError(word: word).map { .refusal($0) }
        case "alarm": return Alarm(word: word).map { .alarm($0) }
        case "lockout": return word == "began" ? .lockoutBegan : .lockoutEnded
        case "recoveryCode": return entry.value.count.map { .recoveryUsed(RecoveryCodeNumber(UInt8($0))) }
        case "credential": return CredentialChange(word: word).map { .credential($0) }
        case "coldStart": return ResetCause(word: word).map { .coldStarted($0) }
        case "power": return PowerChange(word: word).map { .power($0) }
        case "timeSet": return TimeTrust(word: word).map { .timeSet($0) }
        case "mode": return OperatingMode(word: word).map { .mode($0) }
        case "fault": return PartFaultWord(rawValue: word).map { .fault($0) }
        case "phone": return PhoneNoticeWord(rawValue: word).map { .phone($0) }
        case "phoneChanged": return CredentialChange(word: word).map { .phoneChanged($0) }
        case "invitation": return CredentialChange(word: word).map { .invitationChanged($0) }
        case "event":
            switch word {
            case "duplicatePIN": return .duplicatePIN
            case "silenced": return .silenced
            case "timeRefused": return .timeRefused
            case "factoryReset": return .factoryReset
            case "storeDamaged": return .storeDamaged
            case "logDegraded": return .logDegraded
            case "settingChanged": return .settingChanged
            default: return .duress
            }
        default: return nil
        }
    }
}
