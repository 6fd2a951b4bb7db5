public import LockCore
public import LockLink

/// One line of a trace: something that could have been seen with probes on all pins and eyes on all people.
public struct TraceEvent: Equatable, Sendable, BitwiseCopyable {
    /// When.
    public let time: WorldTime
    /// What.
    public let kind: Kind

    /// An event.
    public init(time: WorldTime, kind: Kind) {
        self.time = time
        self.kind = kind
    }

    /// What can be seen.
    ///
    /// The cases marked *fine* are recorded at `Trace.Level.all` only.
    public enum Kind: Equatable, Sendable, BitwiseCopyable {
        // Keypad
        /// A finger closed or opened a contact; a stuck key counts as a finger.
        case keyContact(Key, isDown: Bool)
        /// One column was driven and the rows read. *Fine.*
        case columnRead(column: UInt8, rows: RowSet)
        /// These columns are driven and the rows watched for an edge. *Fine.*
        case columnsWatched(UInt8)
        /// The button inside.
        case insideButton(isPressed: Bool)

        // Bolt and door
        /// The lines to the motor's driver, as the firmware sets them.
        case motorLines(retract: Bool, extend: Bool)
        /// Which way the motor really has power; `nil` = none. The one-shot and the supply have their say.
        case motorPower(Direction?)
        /// The comparator on the motor's shunt.
        case motorCurrentHigh(Bool)
        /// The motor's current. *Fine.*
        case motorCurrent(Milliamperes)
        /// How far the bolt is out, in thousandths of its throw. *Fine*, and whenever it comes to rest.
        case boltPosition(permille: UInt16)
        /// The end switches' levels.
        case boltSwitches(BoltSwitches)
        /// A hand turns thumbturn or key, up to that share of the travel.
        case handTurns(Direction, share: Percent, isKey: Bool)
        /// The door leaf itself.
        case door(isClosed: Bool)
        /// The door position switch.
        case doorSwitch(isClosed: Bool)
        /// The front cover's switch.
        case cover(isFitted: Bool)

        // Lights and sound
        /// The lock shows a pattern. It ends by itself after its `Pattern`'s length.
        case indicated(Indication)

        // Power
        /// The joined rail. *Fine.*
        case rail(Millivolts)
        /// What the logic sees behind its capacitor. *Fine.*
        case logic(Millivolts)
        /// Other cells, or other than they were; their voltage at rest.
        case cells(Millivolts)
        /// The 9 V contacts.
        case nineVolt(Millivolts)
        /// The USB-C port.
        case usb(Millivolts)
        /// The dummy resistor is switched on or off.
        case testLoad(isOn: Bool)
        /// An answer to a sample. *Fine.*
        case sampled(Measurement)

        // Processor
        /// The firmware starts.
        case coldStarted(ResetCause)
        /// The logic's supply fell below the brown-out threshold: RAM is gone.
        case brownedOut
        /// All sources were cut off, or are back.
        case power(isCut: Bool)
        /// The firmware died, with the lines as they were.
        case firmwareDied

        // Flash
        /// Bytes were programmed.
        case flashProgrammed(address: UInt32, count: UInt16, FlashContent)
        /// Programming failed.
        case flashFailed(address: UInt32)
        /// The power went in the middle of programming.
        case flashTorn(address: UInt32)
        /// A sector is being erased.
        case eraseBegan(sector: UInt32)
        /// The erase ended.
        case eraseEnded(sector: UInt32, isErased: Bool)

        // Codes
        /// The slow hash of a code began; its number of digits.
        case derivationBegan(digits: UInt8)
        /// It ended.
        case derivationEnded

        // Connections
        /// The way out of the house works, or does not.
        case uplink(isUp: Bool)
        /// The phones' radio works, or does not.
        case bluetooth(isUp: Bool)
        /// Somebody told the lock what time it is.
        case timeOffered(WallTime, isAuthenticated: Bool)
        /// The lock handed an alert to the uplink.
        case alertSent(LogRecord)
        /// People got it, for the first time.
        case alertArrived(LogRecord)
        /// The receiver had it already and dropped it.
        case alertRepeated(sequence: UInt32)
        /// A request reached the lock.
        case requestArrived(RemoteRequest, by: UserIndex)
        /// A request got lost on its way.
        case requestLost(RemoteRequest, by: UserIndex)

        /// A phone, by its number in the world, and what it does or hears.
        case phone(Int32, PhoneDeed)
        /// From now on that phone may open, or may not: what its owners agreed on with the lock.
        case phoneAllowed(Int32, Bool)

        // People and faults
        /// A person did something.
        case person(Int32, Deed)
        /// A planned action could not be done.
        case refused(ActionRefusal)
        /// A fault began.
        case faultStarted(Fault)
        /// A fault ended.
        case faultStopped(Fault)
    }

    /// What a phone does or hears.
    public enum PhoneDeed: Equatable, Sendable, BitwiseCopyable {
        /// Its connection stands.
        case connected
        /// The lock knows it.
        case welcomed
        /// It asks for the bolt to move, because somebody wants it.
        case asked(LockOperation)
        /// An answer.
        case answered(RequestKind, RequestResult)
        /// The lock tells what the bolt does.
        case told(LockOperation, OperationOutcome)
        /// The lock does not hear it.
        case refused(ClearRefusal)
        /// What it hears makes no sense.
        case failed
        /// It tries no longer.
        case gaveUp
    }

    /// What a person did, without what must not be written down.
    public enum Deed: Equatable, Sendable, BitwiseCopyable {
        case walked(to: Person.Place)
        /// Began to type so many keys; which ones, the contacts show.
        case typed(keys: UInt8)
        case learned
        case pressedInsideButton(Interval)
        case turnedThumbturn(Direction)
        case turnedKey(Direction)
        case openedDoor
        case closedDoor
        case forcedDoor
        case tookCoverOff
        case putCoverBack
        case heldNineVolt
        case tookNineVoltAway
        case pluggedPowerBank
        case pulledPowerBank
        case removedCells
        case insertedCells
        case asked(LockOperation, isNearby: Bool)
        /// Invited, enrolled, removed or lost a phone.
        case usedPhone
        /// Did something with a radio of their own.
        case usedRadio
    }
}

extension TraceEvent.Kind {
    /// Whether only `Trace.Level.all` keeps it.
    var isFine: Bool {
        switch self {
        case .columnRead, .columnsWatched, .motorCurrent, .rail, .logic, .sampled: true
        default: false
        }
    }
}
