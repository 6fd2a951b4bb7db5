import LockCore

extension World {
    /// Does something to the world, now.
    ///
    /// Answers when it will be over: typing and turning take time, and go on while the world does. Throws if it cannot
    /// be done here; then nothing has changed. To be called between two turns of the firmware.
    public mutating func perform(_ action: WorldAction) throws(ActionRefusal) -> WorldTime {
        switch action {
        case .person(let index, let deed): return try perform(deed, by: index)
        case .keyDown, .keyUp, .insideButton, .thumbturn, .mechanicalKey, .openDoor, .closeDoor, .forceDoor, .mendDoor,
            .takeCoverOff, .putCoverBack:
            return try performByHand(action)
        case .holdNineVolt, .releaseNineVolt, .plugUSB, .unplugUSB, .removeCells, .insertCells, .insertCell, .cutPower,
            .returnPower, .setTemperature:
            try performOnPower(action)
        case .setWiFi, .setBroker, .setBluetooth, .requestFromAfar, .offerTime:
            try performOnUplink(action)
        case .start(let fault): try begin(fault)
        case .stop(let fault): try end(fault)
        case .stopAllFaults: endAllFaults()
        }
        return now
    }

    private mutating func performByHand(_ action: WorldAction) throws(ActionRefusal) -> WorldTime {
        switch action {
        case .keyDown(let key):
            try need(.keypad)
            setKey(key, isDown: true)
        case .keyUp(let key):
            try need(.keypad)
            setKey(key, isDown: false)
        case .insideButton(let isPressed):
            try need(.insideButton)
            setInsideButton(isPressed)
        case .thumbturn(let direction, let share):
            try need(.thumbturn)
            return WorldTime(milliseconds: turnByHand(direction, share: share, isKey: false))
        case .mechanicalKey(let direction, let share):
            try need(.keyway)
            guard !isKeyJammed else { throw .keyJammed }
            return WorldTime(milliseconds: turnByHand(direction, share: share, isKey: true))
        case .openDoor:
            guard door.isClosed else { throw .doorIsOpen }
            guard !bolt.holdsDoor || door.isStrikeBroken else { throw .doorHeldByBolt }
            moveDoorByHand(isClosed: false)
        case .closeDoor:
            guard !door.isClosed else { throw .doorIsClosed }
            guard bolt.position < 0.1 * bolt.parameters.throwLength else { throw .boltInTheWay }
            moveDoorByHand(isClosed: true)
        case .forceDoor:
            guard door.isClosed else { throw .doorIsOpen }
            if bolt.holdsDoor { undisturbed.isStrikeBroken = true }
            settleStrike()
            moveDoorByHand(isClosed: false)
        case .mendDoor:
            undisturbed.isStrikeBroken = false
            settleStrike()
        case .takeCoverOff: setCover(isFitted: false)
        case .putCoverBack: setCover(isFitted: true)
        case .person, .holdNineVolt, .releaseNineVolt, .plugUSB, .unplugUSB, .removeCells, .insertCells, .insertCell,
            .cutPower, .returnPower, .setTemperature, .setWiFi, .setBroker, .setBluetooth, .requestFromAfar,
            .offerTime, .start, .stop, .stopAllFaults:
            preconditionFailure("not an action of bare hands")
        }
        return now
    }

    private mutating func performOnPower(_ action: WorldAction) throws(ActionRefusal) {
        switch action {
        case .holdNineVolt(let block):
            try need(.nineVolt)
            guard supply.nineVolt == nil else { throw .notPossibleNow }
            hold(block)
        case .releaseNineVolt:
            guard supply.nineVolt != nil else { throw .notPossibleNow }
            _ = releaseBlock()
        case .plugUSB(let source):
            try need(.usb)
            guard supply.usb == nil else { throw .notPossibleNow }
            plug(source)
        case .unplugUSB:
            guard supply.usb != nil else { throw .notPossibleNow }
            plug(nil)
        case .removeCells:
            guard !supply.cells.isEmpty else { throw .notPossibleNow }
            cellFaults = []
            setCells([])
        case .insertCells(let charge):
            cellFaults = []
            setCells(newCells(charge: charge))
        case .insertCell(let place, let charge):
            guard supply.cells.indices.contains(place) else { throw .notPossibleNow }
            var cells = supply.cells
            cells[place] = newCell(charge: charge)
            setCells(cells)
        case .cutPower: cutPower()
        case .returnPower: returnPower()
        case .setTemperature(let temperature):
            undisturbed.temperature = temperature
            settleTemperature()
        case .person, .keyDown, .keyUp, .insideButton, .thumbturn, .mechanicalKey, .openDoor, .closeDoor, .forceDoor,
            .mendDoor, .takeCoverOff, .putCoverBack, .setWiFi, .setBroker, .setBluetooth, .requestFromAfar,
            .offerTime, .start, .stop, .stopAllFaults:
            preconditionFailure("not an action on power")
        }
    }

    private mutating func performOnUplink(_ action: WorldAction) throws(ActionRefusal) {
        switch action {
        case .setWiFi(let isUp):
            undisturbed.isWiFiUp = isUp
            settleUplink()
        case .setBroker(let isUp):
            undisturbed.isBrokerUp = isUp
            settleUplink()
        case .setBluetooth(let isUp):
            undisturbed.isBluetoothUp = isUp
            settleBluetooth()
        case .requestFromAfar(let operation, let user):
            try need(.wifi)
            ask(operation, by: user)
        case .offerTime(let time, let isAuthenticated): offer(time, isAuthenticated: isAuthenticated)
        case .person, .keyDown, .keyUp, .insideButton, .thumbturn, .mechanicalKey, .openDoor, .closeDoor, .forceDoor,
            .mendDoor, .takeCoverOff, .putCoverBack, .holdNineVolt, .releaseNineVolt, .plugUSB, .unplugUSB,
            .removeCells, .insertCells, .insertCell, .cutPower, .returnPower, .setTemperature, .start, .stop,
            .stopAllFaults:
            preconditionFailure("not an action on the uplink")
        }
    }

    // MARK: What several actions share

    func need(_ part: Equipment) throws(ActionRefusal) {
        guard parameters.equipment.contains(part) else { throw .noSuchPart(part) }
    }

    func newCell(charge: Percent) -> CellModel {
        CellModel(
            chemistry: parameters.supply.chemistry, capacity: parameters.supply.cellCapacity,
            charge: Double(charge.value) / 100)
    }

    func newCells(charge: Percent) -> [CellModel] {
        Array(repeating: newCell(charge: charge), count: parameters.supply.cellCount)
    }
}
