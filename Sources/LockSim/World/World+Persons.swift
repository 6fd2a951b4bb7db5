import LockCore

extension World {
    /// The index of the person with that name, or `nil` if there is nobody.
    public func person(named name: String) -> Int? { persons.firstIndex { $0.name == name } }

    /// Brings somebody into the world.
    ///
    /// Answers their index.
    public mutating func add(_ person: Person) -> Int {
        persons.append(person)
        settleBlock(of: persons.count - 1)
        givePhone(to: persons.count - 1)
        return persons.count - 1
    }

    /// Who carries a phone at the beginning has one that the lock knows, if it speaks for anybody.
    mutating func givePhone(to index: Int) {
        let person = persons[index]
        guard person.belongings.contains(.phone) else { return }
        phones.append(
            PhoneModel(
                name: person.name, of: person.phoneUser, seed: parameters.seed, number: phones.count,
                isEnrolledAtFirst: person.phoneUser != nil && !person.isPhoneNew))
        persons[index].phone = phones.count - 1
    }

    mutating func perform(_ action: PersonAction, by index: Int) throws(ActionRefusal) -> WorldTime {
        guard persons.indices.contains(index) else { throw .nobody }
        switch action {
        case .walks(let place): return try walk(index, to: place)
        case .types(let keys): return try type(keys, by: index)
        case .enters(let code):
            guard persons[index].knows(code) else { throw .doesNotKnowCode }
            return try type(keys(of: code), by: index)
        case .guesses(let code): return try type(keys(of: code), by: index)
        case .holdsKey(let key, let length): return try hold(key, for: length, by: index)
        case .learns(let code):
            persons[index].codes.append(code)
            note(index, .learned)
            return now
        case .pressesInsideButton(let length): return try pressButton(for: length, by: index)
        case .turnsThumbturn(let direction, let share):
            try stand(.inside, index)
            let end = try perform(.thumbturn(direction, share: share))
            note(index, .turnedThumbturn(direction))
            return end
        case .turnsKey(let direction, let share):
            try stand(.outside, index)
            try carry(.key, index)
            let end = try perform(.mechanicalKey(direction, share: share))
            note(index, .turnedKey(direction))
            return end
        case .opensDoor, .closesDoor, .forcesDoor, .takesCoverOff, .putsCoverBack:
            return try handleDoor(action, by: index)
        case .holdsNineVolt, .takesNineVoltAway, .plugsPowerBank, .pullsPowerBank, .removesCells, .insertsCells:
            return try handlePower(action, by: index)
        case .asksByPhone(let operation): return try askNearby(operation, index)
        case .asksFromAfar(let operation): return try askFromAfar(operation, index)
        case .usesPhone(let use): return try perform(use, by: index)
        case .usesRadio(let use): return try perform(use, by: index)
        }
    }

    private func stand(_ place: Person.Place, _ index: Int) throws(ActionRefusal) {
        guard persons[index].place == place else { throw .mustStand(place) }
    }

    private func standAtDoor(_ index: Int) throws(ActionRefusal) {
        guard persons[index].place != .away else { throw .mustStandAtDoor }
    }

    private func carry(_ things: Belongings, _ index: Int) throws(ActionRefusal) {
        let isGone = things == .nineVoltBlock && isActive(.nineVoltAbsent)
        guard !isGone, persons[index].belongings.contains(things) else { throw .doesNotCarry(things) }
    }

    private mutating func note(_ index: Int, _ deed: TraceEvent.Deed) { record(.person(Int32(index), deed)) }

    private mutating func walk(_ index: Int, to place: Person.Place) throws(ActionRefusal) -> WorldTime {
        let from = persons[index].place
        let isThroughDoor = from == .inside && place == .outside || from == .outside && place == .inside
        guard !isThroughDoor || !door.isClosed else { throw .doorIsClosed }
        persons[index].place = place
        note(index, .walked(to: place))
        return now
    }

    // MARK: Keypad and button

    private func keys(of code: Code) -> [Key] {
        var keys: [Key] = []
        for place in 0..<code.count { keys.append(.digit(code.digit(at: place))) }
        keys.append(.pound)
        return keys
    }

    private mutating func type(_ keys: [Key], by index: Int) throws(ActionRefusal) -> WorldTime {
        try need(.keypad)
        try stand(.outside, index)
        let rhythm = persons[index].rhythm
        var time = max(persons[index].busyUntil, now)
        for key in keys {
            queue.push(.keyDown(key.index), at: time.milliseconds)
            queue.push(.keyUp(key.index), at: (time + rhythm.down).milliseconds)
            time = time + rhythm.down + rhythm.up
        }
        persons[index].busyUntil = time
        note(index, .typed(keys: UInt8(clamping: keys.count)))
        return time
    }

    private mutating func hold(_ key: Key, for length: Interval, by index: Int) throws(ActionRefusal) -> WorldTime {
        try need(.keypad)
        try stand(.outside, index)
        let start = max(persons[index].busyUntil, now)
        queue.push(.keyDown(key.index), at: start.milliseconds)
        queue.push(.keyUp(key.index), at: (start + length).milliseconds)
        persons[index].busyUntil = start + length + persons[index].rhythm.up
        note(index, .typed(keys: 1))
        return persons[index].busyUntil
    }

    private mutating func pressButton(for length: Interval, by index: Int) throws(ActionRefusal) -> WorldTime {
        try need(.insideButton)
        try stand(.inside, index)
        setInsideButton(true)
        queue.push(.insideButton(isPressed: false), at: (now + length).milliseconds)
        note(index, .pressedInsideButton(length))
        return now + length
    }

    // MARK: Door

    private mutating func handleDoor(_ action: PersonAction, by index: Int) throws(ActionRefusal) -> WorldTime {
        switch action {
        case .opensDoor:
            try standAtDoor(index)
            _ = try perform(.openDoor)
            note(index, .openedDoor)
        case .closesDoor:
            try standAtDoor(index)
            _ = try perform(.closeDoor)
            note(index, .closedDoor)
        case .forcesDoor:
            try stand(.outside, index)
            try carry(.crowbar, index)
            _ = try perform(.forceDoor)
            note(index, .forcedDoor)
        case .takesCoverOff:
            try stand(.outside, index)
            _ = try perform(.takeCoverOff)
            note(index, .tookCoverOff)
        case .putsCoverBack:
            try stand(.outside, index)
            _ = try perform(.putCoverBack)
            note(index, .putCoverBack)
        case .walks, .types, .enters, .guesses, .holdsKey, .learns, .pressesInsideButton, .turnsThumbturn, .turnsKey,
            .holdsNineVolt, .takesNineVoltAway, .plugsPowerBank, .pullsPowerBank, .removesCells, .insertsCells,
            .asksByPhone, .asksFromAfar, .usesPhone, .usesRadio:
            preconditionFailure("nothing to do with the door")
        }
        return now
    }

    // MARK: Power

    private mutating func handlePower(_ action: PersonAction, by index: Int) throws(ActionRefusal) -> WorldTime {
        switch action {
        case .holdsNineVolt:
            try stand(.outside, index)
            try carry(.nineVoltBlock, index)
            _ = try perform(.holdNineVolt(persons[index].nineVoltBlock))
            blockOwner = index
            note(index, .heldNineVolt)
        case .takesNineVoltAway:
            try stand(.outside, index)
            try carry(.nineVoltBlock, index)
            guard supply.nineVolt != nil, let block = releaseBlock() else { throw .notPossibleNow }
            persons[index].nineVoltBlock = block
            note(index, .tookNineVoltAway)
        case .plugsPowerBank:
            try stand(.outside, index)
            try carry(.powerBank, index)
            _ = try perform(.plugUSB(persons[index].powerBank))
            note(index, .pluggedPowerBank)
        case .pullsPowerBank:
            try stand(.outside, index)
            _ = try perform(.unplugUSB)
            note(index, .pulledPowerBank)
        case .removesCells:
            try stand(.inside, index)
            _ = try perform(.removeCells)
            note(index, .removedCells)
        case .insertsCells:
            try stand(.inside, index)
            try carry(.spareCells, index)
            guard supply.cells.isEmpty else { throw .notPossibleNow }
            persons[index].belongings.remove(.spareCells)
            _ = try perform(.insertCells(charge: persons[index].spareCharge))
            note(index, .insertedCells)
        case .walks, .types, .enters, .guesses, .holdsKey, .learns, .pressesInsideButton, .turnsThumbturn, .turnsKey,
            .opensDoor, .closesDoor, .forcesDoor, .takesCoverOff, .putsCoverBack, .asksByPhone, .asksFromAfar,
            .usesPhone, .usesRadio:
            preconditionFailure("nothing to do with power")
        }
        return now
    }

    // MARK: Phones

    private mutating func askFromAfar(_ operation: LockOperation, _ index: Int) throws(ActionRefusal) -> WorldTime {
        try carry(.phone, index)
        guard let user = persons[index].phoneUser else { throw .phoneNotEnrolled }
        try beOn(persons[index].phone)
        _ = try perform(.requestFromAfar(operation, by: user))
        note(index, .asked(operation, isNearby: false))
        return now + uplink.latency
    }

    private mutating func askNearby(_ operation: LockOperation, _ index: Int) throws(ActionRefusal) -> WorldTime {
        let phone = try phone(of: index)
        wish(.operate(operation), phone)
        note(index, .asked(operation, isNearby: true))
        return now
    }

    /// The phone that somebody carries, if it can reach the lock from where they stand.
    private func phone(of index: Int) throws(ActionRefusal) -> Int {
        try need(.bluetooth)
        try carry(.phone, index)
        guard let phone = persons[index].phone, phones[phone].user != nil else { throw .phoneNotEnrolled }
        try beOn(phone)
        if relay(of: phone) == nil { try standAtDoor(index) }
        guard uplink.isBluetoothUp else { throw .noRadio }
        return phone
    }

    private func beOn(_ phone: Int?) throws(ActionRefusal) {
        guard let phone, !phones[phone].isOn else { return }
        throw phones[phone].battery == Percent(0) ? .phoneIsFlat : .phoneIsOff
    }

    private mutating func perform(_ use: PhoneUse, by index: Int) throws(ActionRefusal) -> WorldTime {
        switch use {
        case .invites(let guest, let hours):
            let phone = try phone(of: index)
            guard let user = persons[guest].phoneUser, let other = persons[guest].phone else { throw .phoneNotEnrolled }
            wish(.invite(user, hours: hours, phone: other), phone)
        case .enrols:
            try carry(.phone, index)
            try standAtDoor(index)
            guard let phone = persons[index].phone, phones[phone].invitation != nil else { throw .notPossibleNow }
            try beOn(phone)
            wish(.enrol, phone)
        case .removesPhones(let other):
            let phone = try phone(of: index)
            guard let user = persons[other].phoneUser else { throw .phoneNotEnrolled }
            wish(.removePhones(of: user), phone)
        case .removesUser(let other):
            let phone = try phone(of: index)
            guard let user = persons[other].phoneUser else { throw .notPossibleNow }
            wish(.removeUser(user), phone)
        case .loses(let other):
            try carry(.phone, index)
            guard !persons[other].belongings.contains(.phone) else { throw .notPossibleNow }
            persons[index].belongings.remove(.phone)
            persons[other].belongings.insert(.phone)
            persons[other].phone = persons[index].phone
            persons[index].phone = nil
        case .switches(let isOn):
            try carry(.phone, index)
            guard let phone = persons[index].phone else { throw .notPossibleNow }
            guard !isOn || phones[phone].battery != Percent(0) else { throw .phoneIsFlat }
            switchPhone(phone, isOn: isOn)
        case .findsBattery(let charge):
            try carry(.phone, index)
            guard let phone = persons[index].phone else { throw .notPossibleNow }
            phones[phone].battery = charge
            if charge == Percent(0) { switchPhone(phone, isOn: false) }
        }
        note(index, .usedPhone)
        return now
    }

    private mutating func perform(_ use: RadioUse, by index: Int) throws(ActionRefusal) -> WorldTime {
        try need(.bluetooth)
        try carry(.radioKit, index)
        try standAtDoor(index)
        switch use {
        case .records:
            useRadio()
            radio.tape.isRunning = true
        case .replays: begin(.replay(radio.tape.lastTalk), by: index)
        case .relays(let other, let delay):
            guard let phone = persons[other].phone else { throw .notPossibleNow }
            relays.removeAll { $0.phone == phone }
            relays.append(Relay(phone: phone, person: index, delay: delay))
        case .floods(let length): begin(.flood(until: now + length), by: index)
        }
        note(index, .usedRadio)
        return now
    }
}
