import LockCore
import LockHAL
import LockLink
import LockStore

/// The radio's side of the loop: packets in and out, connections, advertising.
extension Runtime {
    /// What the radio has to say; answers what the core is to hear.
    mutating func heard(_ event: RadioEvent) -> Event {
        let now = board.now()
        switch event {
        case .stateChanged(let isUp):
            isRadioUp = isUp
            link.radioChanged(isUp: isUp)
            return .wake
        case .connected(let connection):
            link.connected(connection, seed: random(), at: now)
            return .wake
        case .received(let connection): return received(from: connection, at: now)
        case .canSend(let connection):
            link.canSend(to: connection)
            return .wake
        case .disconnected(let connection):
            link.disconnected(connection)
            return .wake
        }
    }

    private mutating func noteBattery(at now: Instant) {
        if let charge = lock.status(at: now).charge { link.facts.battery = charge.value }
    }

    private mutating func received(from connection: ConnectionNumber, at now: Instant) -> Event {
        var bytes = InlineArray<517, UInt8>(repeating: 0)
        var room = bytes.mutableSpan
        let count = board.radio.takePacket(from: connection, into: &room)
        guard count > 0 else { return .wake }
        noteBattery(at: now)
        switch link.receive(bytes.span.extracting(0..<count), from: connection, at: now) {
        case .none: return .wake
        case .phone(let key):
            let phone = store.phone(with: key)
            link.admit(phone, phone.flatMap { store.credential(of: $0.user) }, to: connection, at: now)
            return .wake
        case .invitation(let id):
            let found = invitation(with: id, at: now)
            link.invite(found, secret: secret(of: found), to: connection, at: now)
            return .wake
        case .enrolment(let id, let key, let label):
            return enrol(key, label, id, on: connection, at: now)
        case .request(let request, let index, let key):
            let phone = store.phone(at: index).flatMap { $0.key == key ? $0 : nil }
            let credential = phone.flatMap { store.credential(of: $0.user) }
            let condition = CommandTable.Condition(lock.status(at: now), credential)
            let reach = link.accept(request, phone, credential, condition, from: connection, at: now)
            guard let reach, let phone, let credential else { return .wake }
            return perform(Asking(request, phone, credential, reach, connection, now))
        }
    }

    /// Sends what waits, cuts what has ended, advertises, and tells the log.
    mutating func attendToPhones() {
        let now = board.now()
        endRevokedSessions()
        tellSessions(at: now)
        link.wake(at: now)
        if link.isBatteryWanted { noteBattery(at: now) }
        for number in 0..<ConnectionNumber.count { send(to: ConnectionNumber(UInt8(number)), at: now) }
        while let connection = link.nextToCut(at: now) { disconnect(connection) }
        if link.wantsAdvertising { advertise(at: now) }
        if answers.isEmpty, let notice = link.takeNotice(at: now) {
            answers.append(.phoneNoticed(notice))
            isWaiting = false
        }
        deadline = earlier(deadline, link.deadline)
    }

    private mutating func send(to connection: ConnectionNumber, at now: Instant) {
        var bytes = InlineArray<517, UInt8>(repeating: 0)
        while true {
            var room = bytes.mutableSpan
            let count = link.nextPacket(for: connection, into: &room)
            guard count > 0 else { return }
            do throws(BoardFault) {
                try board.radio.send(bytes.span.extracting(0..<count), to: connection)
                link.packetSent(to: connection, at: now)
            } catch {
                // Gone or busy; the radio says which by its next event.
                return link.packetNotTaken(by: connection)
            }
        }
    }

    private mutating func disconnect(_ connection: ConnectionNumber) {
        do throws(BoardFault) {
            try board.radio.disconnect(connection)
        } catch {
            link.disconnected(connection)
        }
    }

    private mutating func advertise(at now: Instant) {
        let advertisement = link.advertisement(random: random(), at: now)
        do throws(BoardFault) {
            try board.radio.advertise(advertisement)
        } catch {
            link.advertisingFailed()
        }
    }

    /// Tells phones that are connected what the bolt does.
    private mutating func tellSessions(at now: Instant) {
        guard link.hasSession else {
            told = ToldOperation()
            return
        }
        let status = lock.status(at: now)
        defer { told = ToldOperation(operation: status.operation, position: status.position, isKnown: true) }
        guard told.isKnown else { return }
        if let operation = status.operation {
            if told.operation != operation { link.tellOperation(operation, .started) }
        } else if let ended = told.operation {
            let isDone = status.position == (ended == .unlock ? .retracted : .extended)
            link.tellOperation(ended, isDone ? .done : status.alarms.contains(.lockJammed) ? .jammed : .failed)
        } else if status.position != told.position {
            switch status.position {
            case .retracted: link.tellOperation(.unlock, .done)
            case .extended: link.tellOperation(.lock, .done)
            case .between, .impossible: break
            }
        }
    }

    /// 32 random bytes.
    mutating func random() -> InlineArray<32, UInt8> {
        var bytes = InlineArray<32, UInt8>(repeating: 0)
        var room = bytes.mutableSpan
        board.fillRandom(&room)
        return bytes
    }

    /// Ends the sessions of phones that the store does not know any more, that speak for another user since, or whose user
    /// is not in force, and bounds those of users whose time has not come or is over.
    ///
    /// Asked in each turn, so that it does not matter who ended them: another phone, the keypad, or the machine's owner.
    mutating func endRevokedSessions() {
        for number in 0..<ConnectionNumber.count {
            let connection = ConnectionNumber(UInt8(number))
            guard let (index, key, user) = link.session(on: connection) else { continue }
            let phone = store.phone(at: index)
            let credential = phone.flatMap { store.credential(of: $0.user) }
            guard let credential, phone?.key == key, phone?.user == user, credential.status == .enabled else {
                link.endSession(on: connection)
                continue
            }
            guard credential.validity != .always else { continue }
            let status = status()
            link.note(isInTime: credential.isInTime(status.time, status.trust), on: connection)
        }
    }
}

/// What phones were last told of the bolt.
struct ToldOperation {
    var operation: LockOperation?
    var position = Bolt.Position.between
    var isKnown = false
}

/// The earlier of two instants, of which either may be missing.
private func earlier(_ one: Instant?, _ other: Instant?) -> Instant? {
    guard let one else { return other }
    guard let other else { return one }
    return min(one, other)
}
