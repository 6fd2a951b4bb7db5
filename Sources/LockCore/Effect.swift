/// What is to be done.
///
/// Orders, performed strictly in sequence; that sequence is the order of durability.
///
/// At most 16 bytes: what is larger is staged in the `Lock` (`pendingRecords`, `enteredCode`, `pendingCredential`).
public enum Effect: Equatable, Sendable, BitwiseCopyable {
    /// Makes `pendingRecords[slot]` durable before any later effect of the step. Synchronous, at most 20 ms.
    case commit(slot: UInt8)
    /// Looks for whom `enteredCode` belongs to. Ends with `.credentialFound`, `.recoveryCodeFound` or `.codeUnknown`
    /// within 2 s.
    case verify(CodeClass)
    /// Reads the credential in a slot. Ends with `.credentialRead` in the next turn.
    case lookUp(UserIndex)
    /// Gives `pendingCredential` the PIN in `enteredCode`. Ends with `.enrolled` or `.enrolmentRefused` within 2 s.
    case enrol
    /// Powers the motor. Ends with `.driveStarted` within 20 ms.
    case drive(Direction, DriveNumber)
    /// Takes the power from the motor and brakes it.
    case stopMotor
    /// Drives one column of the key matrix. Ends with `.columnRead` within 2 ms.
    case readColumn(UInt8)
    /// Drives the columns in the set at once; `.rowsChanged` follows as soon as any row is active, which may be now.
    case watchRows(columns: UInt8)
    /// Measures. Ends with `.sampled` within 50 ms.
    case sample(Channel)
    /// Erases a sector for the store. Ends with `.sectorPrepared` within 2 s. Only while the motor rests.
    case prepareSector
    /// Shows a pattern of light and sound, replacing the one before.
    case indicate(Indication)
    /// Sends the alert `Lock.alert(sequence)`. Ends with `.alertDelivered` if the uplink carries it.
    case send(sequence: UInt32)
    /// Tells the phone that asked for an operation, set the time or gave a PIN what becomes of it. Once for each request, but for one whose answer
    /// a failed effect takes away: then a later step gives it. Whoever has hung up is told nothing, and nobody else is.
    case answer(RequestOutcome, to: RequestToken)

    /// Whether the effect is dropped when an earlier one of its step has failed.
    public var isDependent: Bool {
        switch self {
        case .commit, .verify, .lookUp, .enrol, .drive, .prepareSector, .answer: true
        case .stopMotor, .readColumn, .watchRows, .sample, .indicate, .send: false
        }
    }
}

/// What becomes of an operation that a phone asked for, or of a time or a PIN that it set.
public enum RequestOutcome: Equatable, Sendable, BitwiseCopyable {
    /// The time is set.
    case done
    /// The bolt is on its way.
    case started
    /// The bolt is there already.
    case unnecessary
    /// It is refused; the log says so too.
    case refused(OperationError)
    /// The lock cannot attend to it now, and nothing is spent: again in a moment.
    case busy
    /// Somebody has that PIN already.
    case duplicatePIN
}

/// Among which codes `.verify` looks.
///
/// A recovery code is known by its length.
public enum CodeClass: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case pin
    case recoveryCode
}

/// Why an effect failed.
public enum EffectFault: UInt8, Error, Sendable, BitwiseCopyable, CaseIterable {
    /// The store has no erased sector left: prepare one and try again.
    case noErasedSector
    /// The flash does not take records.
    case flashFailed
    /// There is no such credential.
    case notFound
    /// A line cannot be had or does not follow.
    case lineUnavailable
    /// A device does not answer.
    case deviceSilent
}

/// What one step asks for, in order.
public struct Effects: Sendable {
    /// The most that a single step can ask for; a test fills it.
    ///
    /// *Chosen* with room to spare.
    public static var capacity: Int { 20 }

    private var list = Bounded<20, Effect>()

    /// `Lock.nextWake` after the step: asking the lock itself from another module copies all of it.
    public internal(set) var nextWake: Instant?

    /// Nothing to do.
    public init() {}

    /// How many there are.
    public var count: Int { list.count }
    /// The effect at `index`, which must be below `count`.
    public subscript(index: Int) -> Effect { list[index] }
    /// Asks for one more.
    public mutating func append(_ effect: Effect) { list.append(effect) }

    /// Puts the effects that others depend on, or that depend on others, before lights, sounds and measurements.
    ///
    /// Their own order stays as it is: it is the order of durability.
    mutating func putDependentFirst() {
        guard count > 1 else { return }
        var ordered = Bounded<20, Effect>()
        for index in list.indices where list[index].isDependent || list[index] == .stopMotor {
            ordered.append(list[index])
        }
        for index in list.indices where !(list[index].isDependent || list[index] == .stopMotor) {
            ordered.append(list[index])
        }
        list = ordered
    }
}

extension Effects: Equatable {
    /// Equal if they ask for the same in the same order.
    public static func == (lhs: Self, rhs: Self) -> Bool { lhs.list == rhs.list }
}
