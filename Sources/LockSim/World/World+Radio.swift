import LockCore
import LockHAL

/// The air between the lock and whoever has a radio.
extension World {
    // MARK: The controller

    /// Somebody with a radio is here: from now on the firmware has a controller, if the lock has one.
    mutating func useRadio() {
        radio.isUsed = true
        guard !radio.isUp, uplink.isBluetoothUp, parameters.equipment.contains(.bluetooth), processor.state == .running
        else { return }
        radio.isUp = true
        ready.append(.radio(.stateChanged(isUp: true)))
    }

    mutating func switchBluetooth(isUp: Bool) {
        guard uplink.isBluetoothUp != isUp else { return }
        uplink.isBluetoothUp = isUp
        record(.bluetooth(isUp: isUp))
        if isUp {
            if radio.isUsed { useRadio() }
        } else if radio.isUp {
            loseRadio()
            if processor.state == .running { ready.append(.radio(.stateChanged(isUp: false))) }
        }
    }

    /// The controller is gone: by itself, or because the processor was reset.
    mutating func loseRadio() {
        guard radio.isUp else { return }
        radio.isUp = false
        radio.isAdvertising = false
        for number in radio.connections.indices {
            if let peer = radio.connections[number].peer {
                radio.connections[number].end()
                tellLost(peer)
            }
            radio.connections[number].arrived = []
        }
    }

    /// The firmware has used its radio: what it wants to be sent gets its connection event.
    mutating func noticeRadio() {
        for number in radio.connections.indices where radio.connections[number].peer != nil { plan(number) }
    }

    // MARK: Connections

    /// Connects somebody, if the lock advertises and hears them.
    mutating func connect(_ peer: RadioPeer) -> Int? {
        guard radio.isUp, radio.isAdvertising, !radio.trouble.isJammed, processor.state == .running,
            let number = radio.connections.firstIndex(where: { $0.peer == nil })
        else { return nil }
        radio.isAdvertising = false
        radio.connections[number].begin(peer, at: clock)
        ready.append(.radio(.connected(ConnectionNumber(UInt8(number)))))
        return number
    }

    /// Whoever is at the other end has no power any more.
    mutating func silence(_ number: Int) {
        radio.connections[number].isPeerSilent = true
        noticeRadio()
    }

    /// A connection has ended, whoever wanted it.
    mutating func endConnection(_ number: Int) {
        guard let peer = radio.connections[number].peer else { return }
        radio.connections[number].end()
        if processor.state == .running {
            ready.append(.radio(.disconnected(ConnectionNumber(UInt8(number)))))
        }
        tellLost(peer)
    }

    private mutating func tellLost(_ peer: RadioPeer) {
        switch peer {
        case .phone(let index): phoneLost(index)
        case .attacker(let index): attackerLost(index)
        }
    }

    /// Lets a packet wait at the peer's end.
    mutating func sendToLock(_ bytes: [UInt8], on number: Int, after wait: UInt64) {
        guard let peer = radio.connections[number].peer else { return }
        let due = clock + wait + wayTime(of: peer)
        // Nothing overtakes what was sent before.
        let last = radio.connections[number].toLock.last?.notBefore ?? 0
        radio.connections[number].toLock.append(RadioPacket(bytes: bytes, notBefore: max(due, last)))
        plan(number)
    }

    /// What the way to the lock takes besides the link: a relay with its own connection, or a slow stack.
    private func wayTime(of peer: RadioPeer) -> UInt64 {
        let slow = radio.trouble.delay.milliseconds
        guard case .phone(let index) = peer, let relay = relay(of: index) else { return slow }
        return slow + relay.delay.milliseconds + RadioModel.connectionInterval.milliseconds
    }

    // MARK: Connection events

    /// Makes sure that there is a connection event when the next thing can pass.
    private mutating func plan(_ number: Int) {
        let connection = radio.connections[number]
        var earliest: UInt64?
        if let packet = connection.toLock.first { earliest = packet.notBefore }
        if !connection.toPhone.isEmpty || connection.isEndedByLock || connection.isEndedByPeer
            || connection.isPeerSilent || radio.trouble.isJammed
        {
            earliest = 0
        }
        guard let earliest else { return }
        let interval = RadioModel.connectionInterval.milliseconds
        let passed = max(earliest, clock + 1) - connection.anchor
        let due = connection.anchor + (passed + interval - 1) / interval * interval
        if let planned = connection.eventDue, planned <= due { return }
        radio.connections[number].eventDue = due
        queue.push(.radioEvent(UInt8(number)), at: due, generation: connection.life)
    }

    /// What waits on either side passes, as much as fits.
    mutating func performRadioEvent(_ number: Int) {
        guard radio.connections[number].eventDue == clock else { return }
        radio.connections[number].eventDue = nil
        guard passes(number) else { return }
        let life = radio.connections[number].life
        passToLock(number)
        passToPhone(number)
        guard radio.connections[number].life == life else { return }
        if radio.connections[number].isRoomWanted, radio.connections[number].toPhone.count < RadioModel.room {
            radio.connections[number].isRoomWanted = false
            ready.append(.radio(.canSend(ConnectionNumber(UInt8(number)))))
        }
        let connection = radio.connections[number]
        let isBroken = radio.trouble.packetsMax > 0 && connection.passed >= radio.trouble.packetsMax
        if isBroken || connection.isEndedByLock && connection.toPhone.isEmpty
            || connection.isEndedByPeer && connection.toLock.isEmpty
        {
            return endConnection(number)
        }
        plan(number)
    }

    /// Whether this connection event carries anything; if not for too long, the connection ends.
    private mutating func passes(_ number: Int) -> Bool {
        let isLost =
            radio.trouble.isJammed || radio.connections[number].isPeerSilent
            || radio.trouble.lossPermille > 0 && radio.random.happens(inThousand: radio.trouble.lossPermille)
        guard isLost else {
            radio.connections[number].silentSince = nil
            return true
        }
        radio.lostCount += 1
        let since = radio.connections[number].silentSince ?? clock
        radio.connections[number].silentSince = since
        if clock - since >= RadioModel.supervisionTime.milliseconds {
            endConnection(number)
        } else {
            plan(number)
        }
        return false
    }

    private mutating func passToLock(_ number: Int) {
        var room = RadioModel.packetsPerEvent
        while room > 0, let packet = radio.connections[number].toLock.first, packet.notBefore <= clock {
            radio.connections[number].toLock.removeFirst()
            room -= packet.size
            for piece in radio.mangled(packet.bytes, number, isToLock: true) { arrive(piece, on: number) }
        }
    }

    /// A packet is there for the firmware.
    private mutating func arrive(_ bytes: [UInt8], on number: Int) {
        radio.connections[number].passed += 1
        radio.tape.keep(bytes, number, radio.connections[number].life, isToLock: true)
        guard processor.state == .running else { return }
        radio.connections[number].arrived.append(bytes)
        ready.append(.radio(.received(ConnectionNumber(UInt8(number)))))
    }

    private mutating func passToPhone(_ number: Int) {
        guard let peer = radio.connections[number].peer else { return }
        let life = radio.connections[number].life
        var room = RadioModel.packetsPerEvent
        while room > 0, radio.connections[number].life == life, let packet = radio.connections[number].toPhone.first {
            radio.connections[number].toPhone.removeFirst()
            room -= packet.size
            for piece in radio.mangled(packet.bytes, number, isToLock: false) {
                radio.connections[number].passed += 1
                radio.tape.keep(piece, number, life, isToLock: false)
                let wait = wayTime(of: peer)
                guard wait > 0 else {
                    deliver(piece, to: peer)
                    continue
                }
                radio.connections[number].relayed.append(RadioPacket(bytes: piece, notBefore: clock + wait))
                queue.push(.radioRelayed(UInt8(number)), at: clock + wait, generation: life)
            }
        }
    }

    /// A packet has come to the end of a relay's way.
    mutating func performRelayed(_ number: Int) {
        guard let peer = radio.connections[number].peer, !radio.connections[number].relayed.isEmpty else { return }
        deliver(radio.connections[number].relayed.removeFirst().bytes, to: peer)
    }

    private mutating func deliver(_ bytes: [UInt8], to peer: RadioPeer) {
        switch peer {
        case .phone(let index): phoneHears(bytes, index)
        case .attacker(let index): attackerHears(bytes, index)
        }
    }
}
