import LockCore

// Faults of bolt, door and connections.
extension World {
    // MARK: Bolt

    mutating func settleBolt() {
        bolt.isRotorBlocked = isActive(.motorStalled)
        bolt.frictionFactor = last { if case .motorSlow(let tenths) = $0 { Double(tenths) / 10 } else { nil } } ?? 1
        let share = last { if case .jam(let share) = $0 { Double(share.value) / 100 } else { nil } }
        // Stronger than the motor at its limit (66 N), weaker than a hand.
        bolt.jam = share.map { BoltModel.Obstacle(position: bolt.parameters.throwLength * $0, force: 150) }
    }

    mutating func settleEndSwitches() {
        bolt.retractedSwitchStuck = last {
            if case .endSwitchStuck(.retract, let isPressed) = $0 { isPressed } else { nil }
        }
        bolt.extendedSwitchStuck = last {
            if case .endSwitchStuck(.extend, let isPressed) = $0 { isPressed } else { nil }
        }
        noticeSwitches()
    }

    // MARK: Door

    /// A fault opens the door, and tears the strike out if the bolt is in it and it is forced.
    mutating func openDoor(by fault: Fault) {
        if fault == .doorForced, door.isClosed, bolt.holdsDoor { isStrikeTorn = true }
        settleStrike()
        doorFaults.append(fault)
        moveDoor(isClosed: false)
    }

    /// The door is as people left it, unless another fault keeps it open.
    ///
    /// Whoever has moved it since the fault began has the last word.
    mutating func closeDoor(after fault: Fault) {
        if !isActive(.doorForced) { isStrikeTorn = false }
        settleStrike()
        guard let index = doorFaults.lastIndex(of: fault) else { return }
        doorFaults.remove(at: index)
        if doorFaults.isEmpty { moveDoor(isClosed: undisturbed.isDoorClosed) }
    }

    /// Somebody moves the leaf: from now on it stands there, whatever had opened it.
    mutating func moveDoorByHand(isClosed: Bool) {
        undisturbed.isDoorClosed = isClosed
        doorFaults = []
        moveDoor(isClosed: isClosed)
    }

    mutating func settleStrike() {
        door.isStrikeBroken = undisturbed.isStrikeBroken || isStrikeTorn
        door.isMisaligned = isActive(.doorMisaligned)
        placeStrike()
    }

    mutating func settleDoorSwitch() {
        let before = door.isClosedAtSwitch
        door.switchStuck = last { if case .doorSwitchStuck(let isClosed) = $0 { isClosed } else { nil } }
        noticeDoorSwitch(before: before)
    }

    // MARK: Connections

    mutating func settleUplink() {
        let isWiFiUp = undisturbed.isWiFiUp && !isActive(.wifiDown)
        let isBrokerUp = undisturbed.isBrokerUp && !isActive(.brokerDown)
        changeUplink {
            $0.isWiFiUp = isWiFiUp
            $0.isBrokerUp = isBrokerUp
        }
    }

    mutating func settleBluetooth() { switchBluetooth(isUp: undisturbed.isBluetoothUp && !isActive(.bluetoothDown)) }

    /// What goes wrong on the air now.
    mutating func settleAir() {
        let wasJammed = radio.trouble.isJammed
        radio.trouble = RadioTrouble(
            isJammed: isActive(.radioJammed),
            lossPermille: last { if case .radioLossy(let share) = $0 { UInt64(share.value) * 10 } else { nil } } ?? 0,
            delay: last { if case .radioSlow(let delay) = $0 { .milliseconds(UInt64(delay)) } else { nil } } ?? .zero,
            isRepeating: isActive(.radioRepeats), isSwapping: isActive(.radioSwaps),
            isSplitting: isActive(.radioSplits),
            packetsMax: last { if case .radioDrops(let count) = $0 { Int(count) } else { nil } } ?? 0)
        if radio.trouble.isJammed, !wasJammed { noticeRadio() }
    }
}
