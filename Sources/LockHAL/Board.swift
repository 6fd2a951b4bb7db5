public import LockCore

/// Everything outside the firmware that moves, shows, senses, keeps or sends.
///
/// One caller, one thread. No method calls back into the firmware; what happens later arrives as a `Completion`. A
/// board carries no policy; the limits that it enforces by itself are named here. A method that throws has started
/// nothing, and no completion of it will follow.
public protocol Board {
    /// The flash that holds the journal.
    associatedtype Flash: FlashDevice
    /// The radio for phones nearby; `NoRadio` for a board without one.
    associatedtype Radio: RadioDevice

    /// The flash that holds the journal. Only the store writes it.
    var flash: Flash { get set }

    /// The radio for phones nearby. Only the link sends by it.
    var radio: Radio { get set }

    /// Time since cold start. Never goes back.
    mutating func now() -> Instant

    /// The levels of all inputs and the reason for the start. Called once, before anything else.
    mutating func startUp() -> StartUp

    /// Waits for the next completion, and no longer than `deadline`.
    ///
    /// Completions come in the order in which they happened. `nil` as a deadline waits for ever; `nil` as a result
    /// means that the deadline passed.
    mutating func nextCompletion(before deadline: Instant?) -> Completion?

    /// The device's own key: 32 random bytes from its making, kept outside the flash. Called once.
    mutating func deviceKey() -> DeviceKey

    /// Fills the bytes with randomness fit for keys and salts.
    mutating func fillRandom(_ bytes: inout MutableSpan<UInt8>)

    /// What the clock chip shows; `nil` if it does not answer.
    mutating func chipTime() -> ChipTime?

    /// Powers the motor, and takes the power away by itself after 1.6 s (the hardware's one-shot, R5).
    ///
    /// Exactly one `.driveStarted` follows within 20 ms. Driving both ways at once is impossible: a drive the other way
    /// replaces the one before.
    mutating func drive(_ direction: Direction, _ number: DriveNumber) throws(BoardFault)

    /// Takes the power from the motor and brakes it, at once. Harmless if it rests.
    mutating func stopMotor() throws(BoardFault)

    /// Drives one column, 0 to 2, and reads the rows: one `.columnRead` follows within 2 ms.
    mutating func readColumn(_ column: UInt8) throws(BoardFault)

    /// Drives the columns whose bits are set, all at once. One `.rowsChanged` follows as soon as any row is active,
    /// which may be now; none after the next `readColumn` or `watchRows`.
    mutating func watchRows(columns: UInt8) throws(BoardFault)

    /// Measures; one `.sampled` follows within 50 ms, after the load test within 150 ms.
    mutating func sample(_ channel: Channel) throws(BoardFault)

    /// Shows a pattern of light and sound, replacing the one before.
    mutating func indicate(_ indication: Indication) throws(BoardFault)

    /// Begins to erase a sector; one `.sectorErased` follows within 2 s, whether it worked or not.
    mutating func startErase(of sector: Int) throws(BoardFault)

    /// Begins the slow hash of a code with the device's salt; one `.keyDerived` follows within 2 s.
    ///
    /// One derivation at a time: another one before the answer throws `.busy`.
    mutating func startDerivation(of code: borrowing Code, salt: borrowing Salt) throws(BoardFault)

    /// Starts the firmware anew when this turn is over, as a reset does that it asked for: RAM is lost.
    mutating func restart()

    /// Sends an alert through the uplink. `.alertDelivered` follows if it is carried, and nothing if it is not.
    mutating func send(_ alert: LogRecord) throws(BoardFault)
}

/// What a board has to say.
///
/// Wider than `Event`: the runtime turns a derived key into a found credential.
public enum Completion: ~Copyable {
    /// A fact that the core hears as it is. Never one of the store's answers.
    case event(Event)
    /// The answer to `startDerivation`.
    case keyDerived(DerivedKey)
    /// The answer to `startErase`: whether the sector reads as erased.
    case sectorErased(sector: Int, isErased: Bool)
    /// An authentic request from afar, in the name of a user.
    case remoteRequested(RemoteRequest, by: UserIndex)
    /// The radio has something to say.
    case radio(RadioEvent)
}

/// What a board's order can fail with.
public enum BoardFault: Error, Equatable, Sendable {
    /// The line is taken, missing or stuck. Others may work.
    case lineUnavailable
    /// The device does not answer. It may come back.
    case deviceSilent
    /// The device still works on the order before.
    case busy
}
