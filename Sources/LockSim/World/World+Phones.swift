import LockCore
import LockHAL
import LockLink

/// What the apps of the phones do.
extension World {
    /// Somebody wants something of their phone.
    mutating func wish(_ wish: PhoneWish, _ index: Int) {
        phones[index].wishes.append(wish)
        phones[index].tries = 0
        useRadio()
        guard phones[index].wishes.count == 1 else { return }
        if phones[index].isWelcome, wish != .enrol {
            proceed(index)
        } else if phones[index].connection == nil {
            search(index, after: 0)
        }
    }

    /// Whether the lock and this phone hear each other, directly or through a relay.
    private func isInReach(_ index: Int) -> Bool {
        phones[index].isOn && (isAtDoor(index) || relay(of: index) != nil)
    }

    private func isAtDoor(_ index: Int) -> Bool {
        for person in persons where person.phone == index { return person.place != .away }
        return false
    }

    /// The relay that carries a phone's packets; `nil` if it is at the door itself, or if nobody is there with one.
    func relay(of index: Int) -> Relay? {
        guard !isAtDoor(index) else { return nil }
        return relays.first { $0.phone == index && persons[$0.person].place != .away }
    }

    // MARK: Power

    /// A phone goes on or off.
    ///
    /// One that goes off cannot say goodbye: the lock's controller notices when it has heard nothing for too long.
    mutating func switchPhone(_ index: Int, isOn: Bool) {
        guard phones[index].isOn != isOn else { return }
        phones[index].isOn = isOn
        guard !isOn else { return }
        phones[index].session = nil
        set(.none, index, after: 0)
        if !phones[index].wishes.isEmpty { giveUp(index) }
        if let number = phones[index].connection { silence(number) }
    }

    // MARK: Timers

    private mutating func set(_ timer: PhoneModel.Timer, _ index: Int, after wait: UInt64) {
        phones[index].timer = timer
        phones[index].timerLife += 1
        guard timer != .none else { return }
        queue.push(.phoneActs(UInt16(index)), at: clock + wait, generation: phones[index].timerLife)
    }

    mutating func performPhone(_ index: Int) {
        let timer = phones[index].timer
        phones[index].timer = .none
        switch timer {
        case .none: break
        case .search: find(index)
        case .again: proceed(index)
        case .answer, .hangUp: hangUp(index)
        }
    }

    // MARK: Connecting

    private mutating func search(_ index: Int, after wait: UInt64) {
        phones[index].searchEnds = clock + wait + PhoneModel.searchTime
        scan(index, after: wait)
    }

    private mutating func scan(_ index: Int, after wait: UInt64) {
        let interval = RadioModel.advertisingInterval.milliseconds
        let heard = phones[index].random.next(in: 0..<interval)
        set(.search, index, after: wait + heard + RadioModel.connectTime.milliseconds)
    }

    private mutating func find(_ index: Int) {
        guard !phones[index].wishes.isEmpty, let crypto = cryptography else { return }
        guard isInReach(index), let number = connect(.phone(index)) else {
            guard clock < phones[index].searchEnds else { return giveUp(index) }
            return scan(index, after: 0)
        }
        let ephemeral = PhoneModel.draw(&phones[index].random)
        let session = makeSession(crypto, phones[index], ephemeral: ephemeral)
        session.connected()
        phones[index].session = session
        phones[index].connection = number
        phones[index].roundTrips = 0
        phones[index].connectedAt = now
        record(.phone(Int32(index), .connected))
        set(.answer, index, after: PhoneModel.patience)
        pump(index)
    }

    private mutating func giveUp(_ index: Int) {
        phones[index].wishes = []
        phones[index].asked = nil
        phones[index].doomed = nil
        record(.phone(Int32(index), .gaveUp))
    }

    private mutating func hangUp(_ index: Int) {
        guard let number = phones[index].connection else { return }
        radio.connections[number].isEndedByPeer = true
        noticeRadio()
    }

    /// The connection has ended, whoever wanted it.
    mutating func phoneLost(_ index: Int) {
        phones[index].session = nil
        phones[index].connection = nil
        // Nobody knows what became of it: who wants it done looks at the door, and asks again.
        if phones[index].asked != nil { phones[index].wishes = [] }
        phones[index].asked = nil
        phones[index].doomed = nil
        let isWaiting = phones[index].timer == .again
        set(.none, index, after: 0)
        guard !phones[index].wishes.isEmpty else { return }
        phones[index].tries += 1
        guard phones[index].tries < PhoneModel.triesMax else { return giveUp(index) }
        // A lock that hears too many wants a second of rest.
        search(index, after: isWaiting ? 1_200 : 200)
    }

    // MARK: Talking

    /// Changes the session of a phone, which another world may share.
    private mutating func talk<R>(_ index: Int, _ change: (PhoneSession) -> R) -> R? {
        guard phones[index].session != nil else { return nil }
        if !isKnownUniquelyReferenced(&phones[index].session!) {
            phones[index].session = phones[index].session!.fork()
        }
        return phones[index].session.map(change)
    }

    /// Hands over what the session wants to send.
    private mutating func pump(_ index: Int) {
        guard let number = phones[index].connection else { return }
        var isFirst = true
        while let packet = talk(index, { $0.takePacket() }) ?? nil {
            if isFirst { phones[index].roundTrips += 1 }
            isFirst = false
            sendToLock(packet, on: number, after: PhoneModel.thinkingTime)
        }
    }

    /// A packet has come from the lock.
    mutating func phoneHears(_ bytes: [UInt8], _ index: Int) {
        guard let heard = talk(index, { $0.receive(bytes) }) else { return }
        pump(index)
        switch heard {
        case .nothing: break
        case .welcomed: welcomed(index)
        case .answered(let kind, let result):
            record(.phone(Int32(index), .answered(kind, result)))
            phones[index].challengedAt = clock
            answered(kind, result, index)
        case .operated(let operation, let outcome): record(.phone(Int32(index), .told(operation, outcome)))
        case .refused(let reason):
            record(.phone(Int32(index), .refused(reason)))
            if reason == .tooMany || reason == .notReady {
                // `phoneLost` sees that it is worth another try.
                set(.again, index, after: PhoneModel.patience)
            } else {
                phones[index].wishes = []
                if reason == .invitationClosed { phones[index].invitation = nil }
            }
            hangUp(index)
        case .failed:
            record(.phone(Int32(index), .failed))
            // What was remembered of this lock may be wrong.
            phones[index].handles = nil
            hangUp(index)
        }
    }

    private mutating func welcomed(_ index: Int) {
        guard let session = phones[index].session else { return }
        record(.phone(Int32(index), .welcomed))
        phones[index].handles = session.handles
        phones[index].lockKey = session.lockKey
        phones[index].slot = session.slot
        phones[index].user = session.user
        phones[index].challengedAt = clock
        if phones[index].invitation != nil {
            phones[index].advertisingKey = session.advertisingKey
            phones[index].invitation = nil
            record(.phoneAllowed(Int32(index), true))
        }
        if phones[index].wishes.first == .enrol { phones[index].wishes.removeFirst() }
        proceed(index)
    }

    /// Does the next thing that somebody wants.
    private mutating func proceed(_ index: Int) {
        guard phones[index].isWelcome else { return }
        guard let wish = phones[index].wishes.first else {
            return set(.hangUp, index, after: PhoneModel.lingerTime)
        }
        switch wish {
        case .operate(let operation):
            let isFresh = clock - phones[index].challengedAt <= PhoneModel.challengeAgeMax
            guard operation == .lock || isFresh else { return ask(.plain(.challenge), index) }
            record(.phone(Int32(index), .asked(operation)))
            ask(.plain(operation == .lock ? .lock : .unlock), index)
        case .enrol: finish(index)
        case .invite(let user, let hours, _): ask(.invite(user, hours: hours), index)
        case .removeUser(let user): ask(.removeUser(user), index)
        case .removePhones:
            guard let next = phones[index].doomed?.first else { return ask(.phones(from: PhoneIndex(0)), index) }
            ask(.removePhone(next), index)
        }
    }

    private mutating func ask(_ question: PhoneQuestion, _ index: Int) {
        guard talk(index, { $0.ask(question) }) == true else { return hangUp(index) }
        phones[index].asked = question
        set(.answer, index, after: PhoneModel.patience)
        pump(index)
    }

    private mutating func finish(_ index: Int) {
        if !phones[index].wishes.isEmpty { phones[index].wishes.removeFirst() }
        phones[index].tries = 0
        proceed(index)
    }

    private mutating func answered(_ kind: RequestKind, _ result: RequestResult, _ index: Int) {
        guard let asked = phones[index].asked, asked.kind == kind else { return }
        phones[index].asked = nil
        switch result {
        case .done: done(asked, index)
        case .staleChallenge, .tooSlow, .busy:
            phones[index].tries += 1
            guard phones[index].tries < PhoneModel.triesMax else { return finish(index) }
            if result == .tooSlow { phones[index].challengedAt = 0 }
            if result == .busy { return set(.again, index, after: 500) }
            proceed(index)
        case .notAllowed, .malformed, .unknownCommand, .notFound, .noRoom, .duplicatePIN, .unfitPIN, .ownerStays,
            .refused, .notWritten, .pinWanted, .wrongPIN, .pinsExhausted, .duplicatesExhausted:
            phones[index].doomed = nil
            finish(index)
        }
    }

    private mutating func done(_ question: PhoneQuestion, _ index: Int) {
        switch question {
        case .plain(.challenge): proceed(index)
        case .plain: finish(index)
        case .phones: listed(index)
        case .removePhone(let slot):
            forbid { $0.slot == slot }
            phones[index].doomed?.removeFirst()
            if phones[index].doomed?.isEmpty ?? true {
                phones[index].doomed = nil
                return finish(index)
            }
            proceed(index)
        case .removeUser(let user):
            forbid { $0.user == user }
            finish(index)
        case .invite:
            if case .invite(_, _, let other)? = phones[index].wishes.first {
                // By a message of any kind; no server of ours sees it.
                phones[other].invitation = phones[index].session?.invitation
                phones[other].lockKey = phones[index].lockKey
            }
            finish(index)
        }
    }

    /// A page of the list of phones has come: notes those that are to go, and asks for the next page.
    private mutating func listed(_ index: Int) {
        guard case .removePhones(let user)? = phones[index].wishes.first, let page = phones[index].session?.phones
        else {
            return finish(index)
        }
        var doomed = phones[index].doomed ?? []
        for (slot, owner) in page where owner == user { doomed.append(slot) }
        phones[index].doomed = doomed
        if page.count == 16, let last = page.last?.0, Int(last.value) + 1 < PhoneIndex.count {
            return ask(.phones(from: PhoneIndex(last.value + 1)), index)
        }
        guard !doomed.isEmpty else {
            phones[index].doomed = nil
            return finish(index)
        }
        proceed(index)
    }

    /// From now on these phones open nothing.
    private mutating func forbid(_ isMeant: (PhoneModel) -> Bool) {
        for other in phones.indices where isMeant(phones[other]) {
            phones[other].slot = nil
            record(.phoneAllowed(Int32(other), false))
        }
    }
}

extension World {
    /// Sets the most bytes of a packet that a phone takes from its next connection on.
    public mutating func setMTU(_ size: Int, ofPhone index: Int) { phones[index].mtu = size }
}
