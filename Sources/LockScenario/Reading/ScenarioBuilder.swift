import LockCore
import LockModel

/// Makes a scenario of checked values, and finds what is wrong in ways that a form cannot say.
struct ScenarioBuilder {
    var complaints: Complaints
    let file: String

    private(set) var starts = WallTime(seconds: 1_768_478_400)
    private(set) var model = LockModel()
    private(set) var modelText = ""
    private(set) var scene = Scene()
    var people: [Participant] = []
    private var otherPINsPlace = Place(line: 1, column: 1)
    private(set) var network = NetworkChange()
    private(set) var never: [Condition] = []
    private(set) var steps: [Step] = []

    init(complaints: Complaints, file: String) {
        self.complaints = complaints
        self.file = file
    }

    mutating func build(_ root: Checked) {
        if case .date(let time)? = root["starts"]?.moment { starts = time }
        if let lock = root["lock"] { buildLock(lock) }
        buildPeople(root["people"])
        network = Self.network(root["network"])
        for list in root["never"]?.elements ?? [] {
            let conditions = buildConditions(list, isAboutMoment: true)
            if conditions.count > 1 {
                complaints.add(
                    list.place, found: "\(conditions.count) conditions in one",
                    expected: "one in each line of \"never\"")
            }
            never += conditions
        }
        steps = buildSteps(root["steps"])
        var check = StaticCheck(
            people: people, equipment: model.settings.equipment, never: never, complaints: complaints)
        check.walk(steps)
        complaints = check.complaints
        let total = Self.count(of: steps)
        if total > Scenario.stepsMax, let place = root["steps"]?.place {
            complaints.add(
                place, found: "\(total) steps with all repetitions", expected: "at most \(Scenario.stepsMax)")
        }
        if total <= Scenario.stepsMax { rehearse() }
    }

    /// Finds what only the order of the steps shows, repetitions played out.
    private mutating func rehearse() {
        var faults = FaultCheck(equipment: model.settings.equipment, network: network, complaints: complaints)
        faults.walk(steps)
        var times = TimeCheck(starts: starts, complaints: faults.complaints)
        times.walk(steps)
        complaints = times.complaints
    }

    private static func count(of steps: [Step]) -> Int {
        var total = 0
        for step in steps {
            var count = 1
            if case .repeated(let times, let inner) = step.action {
                let (product, overflow) = times.multipliedReportingOverflow(by: Self.count(of: inner))
                count = overflow ? .max : product
            }
            let (sum, overflow) = total.addingReportingOverflow(count)
            total = overflow ? .max : sum
        }
        return total
    }

    static func network(_ mapping: Checked?) -> NetworkChange {
        func isUp(_ key: String) -> Bool? { mapping?[key]?.text.map { $0 == "up" } }
        return NetworkChange(wifi: isUp("wifi"), broker: isUp("broker"), bluetooth: isUp("bluetooth"))
    }

    // MARK: The lock

    private mutating func buildLock(_ lock: Checked) {
        if let name = lock["model"], let text = name.text { loadModel(text, at: name.place) }
        if let settings = lock["settings"] { model.settings.apply(settings: settings, &complaints) }
        if let share = lock["cells"]?.quantity { scene.cells = share }
        if let temperature = lock["temperature"]?.quantity { scene.temperature = Decidegrees(Int16(temperature)) }
        scene.isDoorClosed = lock["door"]?.text != "open"
        scene.isBoltExtended = lock["bolt"].map { $0.text == "extended" } ?? scene.isDoorClosed
        scene.isTimeKnown = lock["time"]?.text != "unknown"
        scene.isNew = lock["isNew"]?.flag ?? false
        scene.recoveryCodeCount = lock["recoveryCodes"]?.count ?? 10
        scene.otherPINCount = lock["otherPINs"]?.count ?? 0
        if let others = lock["otherPINs"] { otherPINsPlace = others.place }
        if !scene.isDoorClosed, scene.isBoltExtended, let place = lock["bolt"]?.place {
            complaints.add(
                place, found: "a bolt that is extended while the door is open",
                expected: "a retracted bolt, or a closed door",
                remedy: "the lock would be right to complain; open the door in a step instead")
        }
    }

    /// `default` is built in; other names are files in `../models`, and what has a slash or an ending is a path.
    private mutating func loadModel(_ name: String, at place: Place) {
        guard name != "default" else { return }
        let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let isPath = name.contains("/") || name.hasSuffix(".yaml")
        let relative = isPath ? name : "../models/\(name).yaml"
        let path =
            relative.hasPrefix("/")
            ? relative : (folder.isEmpty && !file.hasPrefix("/") ? relative : "\(folder)/\(relative)")
        do throws(BadInput) {
            let source = try SourceText(readingFrom: path)
            guard LockModel.isMeant(by: source) else { return refuseModel(name, at: place, "\(path): no lock model") }
            model = try LockModel(source)
            modelText = source.text
        } catch {
            refuseModel(name, at: place, error.complaints.first.map(\.description) ?? "")
        }
    }

    private mutating func refuseModel(_ name: String, at place: Place, _ reason: String) {
        complaints.add(
            place, found: "the model \(quoted(name)), which cannot be used (\(reason))",
            expected: "default, the name of a file in the folder \"models\" beside this one's, or a path")
    }

    // MARK: People

    private mutating func buildPeople(_ mapping: Checked?) {
        var nextUser: UInt16 = 1
        var owner: String?
        var administrators = 0
        for entry in mapping?.entries ?? [] {
            var person = buildPerson(entry)
            if person.role == .owner, let owner {
                complaints.add(
                    entry.keyPlace, found: "a second owner, \(quoted(entry.key))",
                    expected: "one: \(owner) is the owner",
                    remedy: "make one of them administrator")
            }
            switch person.role {
            case .owner?:
                owner = entry.key
                person.user = .owner
            case .administrator?, .resident?, .guest?:
                if person.role == .administrator { administrators += 1 }
                person.user = UserIndex(nextUser)
                nextUser += 1
            case nil: break
            }
            if administrators > Credential.administratorsMax, person.role == .administrator {
                complaints.add(
                    entry.keyPlace, found: "administrator number \(administrators)",
                    expected: "at most \(Credential.administratorsMax)", remedy: "make them residents")
            }
            if let pin = person.pin, let twin = people.first(where: { $0.pin.map { $0.matches(pin) } ?? false }) {
                complaints.add(
                    entry.value["pin"]?.place ?? entry.keyPlace, found: "\(entry.key) with the PIN of \(twin.name)",
                    expected: "a PIN of their own", remedy: "the lock tells people apart by their PINs")
            }
            people.append(person)
        }
        checkRoom()
    }

    /// Others have the slots behind everybody who is named, strangers too.
    private mutating func checkRoom() {
        let room = Int(UserIndex.last.value) - people.count
        guard scene.otherPINCount > room else { return }
        complaints.add(
            otherPINsPlace, found: "\(scene.otherPINCount) other PINs beside \(people.count) people",
            expected: "at most \(room): the lock has \(UserIndex.last.value) slots", remedy: "lower otherPINs")
    }

    private mutating func buildPerson(_ entry: Checked.Entry) -> Participant {
        let mapping = entry.value
        var person = Participant(name: entry.key)
        person.role = mapping["role"]?.text.flatMap { Role(word: $0) }
        person.isDuress = mapping["duress"]?.flag ?? false
        if let place = mapping["stands"]?.text.flatMap(Participant.Place.init(rawValue:)) { person.stands = place }
        if let block = mapping["block"]?.quantity { person.block = block }
        for thing in mapping["carries"]?.elements ?? [] {
            if let thing = thing.text.flatMap(Participant.Thing.init(rawValue:)) { person.carries.append(thing) }
        }
        person.isPhoneNew = mapping["phone"]?.text == "new"
        for code in mapping["knows"]?.elements ?? [] {
            guard let digit = code.text?.last?.wholeNumberValue else { continue }
            guard digit < scene.recoveryCodeCount else {
                complaints.add(
                    code.place, found: "recovery code \(digit)",
                    expected: "one of the \(scene.recoveryCodeCount) that were printed",
                    remedy: "raise recoveryCodes of the lock")
                continue
            }
            person.recoveryCodes.append(RecoveryCodeNumber(UInt8(digit)))
        }
        if let pin = mapping["pin"], let digits = pin.text {
            person.pin = buildPIN(digits, of: entry.key, at: pin.place, person)
        }
        if let validity = mapping["valid"] { person.validity = buildValidity(validity) }
        if let role = person.role, role == .owner || role == .administrator, person.validity != .always,
            let place = mapping["valid"]?.place
        {
            complaints.add(
                place, found: "\(role == .owner ? "an owner" : "an administrator") for a time",
                expected: "one for always: who may change everybody could grant what outlasts them",
                remedy: "drop \"valid\", or make them resident or guest")
        }
        if person.role == nil, let surplus = mapping["valid"] ?? mapping["duress"] {
            complaints.add(
                surplus.place, found: "a right of a stranger", expected: "a role beside it",
                remedy: "add \"role: guest\"")
        }
        return person
    }

    private mutating func buildPIN(_ digits: String, of name: String, at place: Place, _ person: Participant) -> Code? {
        let limits = Int(model.settings.pinLengthMin)...Int(model.settings.pinLengthMax)
        guard person.role != nil else {
            complaints.add(
                place, found: "a PIN of \(name), who has no role", expected: "a role beside it",
                remedy: "add \"role: resident\", or let a stranger guess")
            return nil
        }
        guard limits.contains(digits.count) else {
            complaints.add(
                place, found: "a PIN of \(digits.count) digits",
                expected: "\(limits.lowerBound) to \(limits.upperBound) digits",
                remedy: "or set pinLengthMin and pinLengthMax")
            return nil
        }
        let code = Code(digits: digits)
        if let weakness = code.weakness(lengthMin: model.settings.pinLengthMin, lengthMax: model.settings.pinLengthMax)
        {
            complaints.add(
                place, found: "a PIN of \(name) that the lock would refuse (\(weakness))",
                expected: "one that is neither all one digit, nor a run, nor years", remedy: "choose another one")
            return nil
        }
        return code
    }

    private mutating func buildValidity(_ value: Checked) -> Validity {
        if let word = value.text { return word == "once" ? .once : .always }
        func refuse(_ found: String) -> Validity {
            complaints.add(
                value.place, found: found,
                expected: "from and until with dates; days with from and until as times of day; or for")
            return .always
        }
        let (from, until) = (value["from"]?.moment, value["until"]?.moment)
        switch (from, until, value["days"], value["for"]?.quantity) {
        case (.date(let from)?, .date(let until)?, nil, nil):
            guard from < until else { return refuse("an end that is not after the beginning") }
            return .between(from, until)
        case (nil, .date(let until)?, nil, nil): return .between(WallTime(seconds: 0), until)
        case (.timeOfDay(let from)?, .timeOfDay(let until)?, let days?, nil):
            var mask: UInt8 = 0
            for day in days.elements {
                if let index = Language.weekdays.firstIndex(of: day.text ?? "") { mask |= 1 << UInt8(index) }
            }
            return .weekly(days: mask, from: UInt16(from / 60), until: UInt16(until / 60))
        case (nil, nil, nil, let length?):
            guard length % 60_000 == 0 else { return refuse("a time that is no whole number of minutes") }
            return .expiring(minutes: UInt16(length / 60_000), since: nil)
        default: return refuse("a mixture that says no one time")
        }
    }
}

extension Code {
    /// A code of these characters, of which only digits count.
    init(digits: String) {
        self.init()
        for character in digits {
            if let value = character.wholeNumberValue { _ = append(UInt8(value)) }
        }
    }
}

extension Role {
    /// The role of that word; `nil` for a stranger.
    init?(word: String) {
        switch word {
        case "owner": self = .owner
        case "administrator": self = .administrator
        case "resident": self = .resident
        case "guest": self = .guest
        default: return nil
        }
    }
}
