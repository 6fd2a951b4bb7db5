public import LockCore

/// Everything that can be done to the world.
public enum WorldAction: Equatable, Sendable {
    /// A person does something, if they can.
    case person(Int, PersonAction)

    // Bare hands, whoever's
    /// A key of the keypad goes down.
    case keyDown(Key)
    /// A key of the keypad comes up.
    case keyUp(Key)
    /// The button inside goes down or comes up.
    case insideButton(isPressed: Bool)
    /// The thumbturn is turned, up to that share of the travel.
    case thumbturn(Direction, share: Percent = Percent(100))
    /// The mechanical key is turned, up to that share of the travel.
    case mechanicalKey(Direction, share: Percent = Percent(100))
    /// The door is opened, if the bolt lets go.
    case openDoor
    /// The door is closed, unless the bolt is out.
    case closeDoor
    /// The door is broken open; the strike is torn out if the bolt was in it.
    case forceDoor
    /// The strike that somebody tore out is mended.
    case mendDoor
    /// The front cover comes off.
    case takeCoverOff
    /// The front cover is put back.
    case putCoverBack

    // Power
    /// A 9 V block is held against the contacts.
    case holdNineVolt(NineVoltBlock)
    /// The block is taken away.
    case releaseNineVolt
    /// Something is plugged into the USB-C port.
    case plugUSB(USBSource)
    /// It is pulled out.
    case unplugUSB
    /// The cells are taken out.
    case removeCells
    /// New cells with that charge are put in, in place of the old ones.
    case insertCells(charge: Percent)
    /// One cell, by its place from 0, is put in place of the old one.
    case insertCell(Int, charge: Percent)
    /// All power goes at once, and stays away.
    case cutPower
    /// It is back, as before, unless a fault keeps it away.
    case returnPower
    /// The temperature at door and cells changes, as soon as no fault lies over it.
    case setTemperature(Decidegrees)

    // Connections
    // Each works again as soon as no fault lies over it.
    /// Wi-Fi and router work, or do not.
    case setWiFi(isUp: Bool)
    /// The broker answers, or does not.
    case setBroker(isUp: Bool)
    /// Bluetooth works, or does not.
    case setBluetooth(isUp: Bool)
    /// Somebody asks through the uplink, in the name of a user. Lost if it is down.
    case requestFromAfar(LockOperation, by: UserIndex)
    /// Somebody says what time it is.
    case offerTime(WallTime, isAuthenticated: Bool)

    // Trouble
    /// A fault begins, and lies over those that share a state with it. Refused where there is nothing to break.
    case start(Fault)
    /// A fault ends: the part is mended, as far as no other fault has it. Refused if it is not active.
    case stop(Fault)
    /// All faults end: everything is mended, as after a visit by somebody competent.
    case stopAllFaults
}
