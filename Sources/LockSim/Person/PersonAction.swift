public import LockCore

/// What a person can do.
///
/// Each needs a place, and some a thing in the pocket; see `ActionRefusal`.
public enum PersonAction: Equatable, Sendable {
    /// Goes there. Between inside and outside only through an open door.
    case walks(to: Person.Place)
    /// Types keys in their rhythm; needs to stand outside.
    case types([Key])
    /// Types a code that they know, and `#`.
    case enters(Code)
    /// Types a code that they do not know, and `#`.
    case guesses(Code)
    /// Holds one key for so long.
    case holdsKey(Key, for: Interval)
    /// Is told a code.
    case learns(Code)
    /// Presses the button inside for so long.
    case pressesInsideButton(for: Interval)
    /// Turns the thumbturn inside, up to that share of the bolt's travel.
    case turnsThumbturn(Direction, share: Percent = Percent(100))
    /// Turns the mechanical key outside, up to that share of the bolt's travel.
    case turnsKey(Direction, share: Percent = Percent(100))
    /// Opens the door. From either side only if the bolt lets go.
    case opensDoor
    /// Closes the door; not against a bolt that is out.
    case closesDoor
    /// Breaks the door open; needs the crowbar outside.
    case forcesDoor
    /// Takes the front cover off, outside.
    case takesCoverOff
    /// Puts the front cover back, outside.
    case putsCoverBack
    /// Holds their 9 V block against the contacts, outside.
    case holdsNineVolt
    /// Takes it away again.
    case takesNineVoltAway
    /// Plugs their power bank in, outside.
    case plugsPowerBank
    /// Pulls it out again.
    case pullsPowerBank
    /// Takes the cells out, inside.
    case removesCells
    /// Puts their spare cells in, inside.
    case insertsCells
    /// Asks with their phone by Bluetooth, standing at the door.
    case asksByPhone(LockOperation)
    /// Asks with their phone through the uplink, from anywhere.
    case asksFromAfar(LockOperation)
    /// Does something else with their phone.
    case usesPhone(PhoneUse)
    /// Does something with a radio of their own.
    case usesRadio(RadioUse)
}

/// What people do with phones besides opening and locking.
///
/// Other people are named by their index in the world.
public enum PhoneUse: Equatable, Sendable {
    /// Makes an invitation for somebody, at the door, and sends it to their phone.
    case invites(Int, hours: UInt8)
    /// Uses the invitation that came to their phone, at the door.
    case enrols
    /// Ends the rights of all phones of somebody, at the door.
    case removesPhones(of: Int)
    /// Removes somebody as a user, with all that is theirs, at the door.
    case removesUser(Int)
    /// Their phone goes into somebody else's pocket, whether they want it or not.
    case loses(to: Int)
    /// Switches their phone on or off; one that goes off says nothing to anybody, and drops what it was asked for.
    case switches(isOn: Bool)
    /// The battery of their phone is that full; at 0 % it is off, and cannot be switched on.
    case findsBattery(at: Percent)
}

/// What people do with radios of their own, standing at the door.
public enum RadioUse: Equatable, Sendable {
    /// Records every packet from now on.
    case records
    /// Connects, and sends again what a phone sent last.
    case replays
    /// Carries packets between somebody's phone and the lock, with that delay each way.
    case relays(Int, delay: Interval)
    /// Connects again and again, with garbage or without a word.
    case floods(for: Interval)
}

/// Why an action could not be done in this world.
///
/// Nothing has changed.
public enum ActionRefusal: Error, Equatable, Sendable, BitwiseCopyable {
    /// There is no such person.
    case nobody
    /// They would have to stand there.
    case mustStand(Person.Place)
    /// They would have to stand at the door, inside or outside.
    case mustStandAtDoor
    /// They do not carry that.
    case doesNotCarry(Belongings)
    /// They do not know that code.
    case doesNotKnowCode
    /// Their phone is not enrolled.
    case phoneNotEnrolled
    /// Their phone is off.
    case phoneIsOff
    /// The battery of their phone is empty.
    case phoneIsFlat
    /// This lock has no such part.
    case noSuchPart(Equipment)
    /// The bolt holds the door.
    case doorHeldByBolt
    /// The bolt is out: the door does not go into its frame.
    case boltInTheWay
    /// The door is open already, or would have to be closed.
    case doorIsOpen
    /// The door is closed already, or would have to be open.
    case doorIsClosed
    /// The key does not turn.
    case keyJammed
    /// Nothing is there to be taken away, or the place is taken.
    case notPossibleNow
    /// The radio does not reach.
    case noRadio
    /// That fault has not begun, or has ended already.
    case notBroken
    /// The flash has no sector of that number, only so many from 0 on.
    case noSuchSector(UInt16, of: UInt16)
    /// It is counted from 1.
    case countsFromOne
    /// No cells are in.
    case noCells
    /// Nothing is written in the flash.
    case nothingWritten
    /// The firmware does not run.
    case firmwareNotRunning
}
