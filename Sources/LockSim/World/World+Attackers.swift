import LockCore
import LockHAL
import LockLink

/// What people with radios of their own do.
extension World {
    /// Between two things that an attacker's radio does.
    ///
    /// *Chosen*: two connection events, so that the lock has answered.
    private static var pace: UInt64 { 60 }

    mutating func begin(_ attack: AttackerModel.Attack, by person: Int) {
        useRadio()
        attackers.append(AttackerModel(person: person, attack: attack))
        queue.push(.attackerActs(UInt16(attackers.count - 1)), at: clock + Self.pace)
    }

    mutating func performAttacker(_ index: Int) {
        let isNear = persons[attackers[index].person].place != .away
        switch attackers[index].attack {
        case .replay(let packets):
            guard isNear, let number = connect(.attacker(index)) else {
                // Waits for the lock to advertise, for a minute.
                attackers[index].count += 1
                guard attackers[index].count < 1_000 else { return }
                return queue.push(.attackerActs(UInt16(index)), at: clock + Self.pace)
            }
            attackers[index].connections.append(number)
            for (place, packet) in packets.enumerated() {
                sendToLock(packet, on: number, after: Self.pace * UInt64(place + 1))
            }
        case .flood(let end):
            guard now < end, isNear else {
                for number in attackers[index].connections {
                    radio.connections[number].isEndedByPeer = true
                }
                return noticeRadio()
            }
            if let number = connect(.attacker(index)) {
                attackers[index].connections.append(number)
                attackers[index].count += 1
                if attackers[index].count % 2 == 1 { sendGarbage(on: number) }
            }
            queue.push(.attackerActs(UInt16(index)), at: clock + Self.pace)
        }
    }

    /// A handshake that is none, packed as the protocol wants it.
    private mutating func sendGarbage(on number: Int) {
        let (inbox, configuration) = (Attribute.inbox.rawValue, Attribute.outboxConfiguration.rawValue)
        // Exchange MTU: 247. Subscribe. Write without response: one fragment, the first message of IK.
        let exchange: [UInt8] = [0x02, 0xF7, 0x00]
        let subscribe: [UInt8] = [0x12, UInt8(configuration), 0, 0x01, 0x00]
        var first: [UInt8] = [0x52, UInt8(inbox), 0, 0xC0, 0x01]
        for _ in 0..<96 { first.append(UInt8(truncatingIfNeeded: radio.random.next())) }
        for (place, packet) in [exchange, subscribe, first].enumerated() {
            sendToLock(packet, on: number, after: Self.pace * UInt64(place))
        }
    }

    mutating func attackerLost(_ index: Int) {
        attackers[index].connections.removeAll { radio.connections[$0].peer != .attacker(index) }
    }

    /// Nothing that the lock says is of any use without a key.
    mutating func attackerHears(_ bytes: [UInt8], _ index: Int) {}
}
