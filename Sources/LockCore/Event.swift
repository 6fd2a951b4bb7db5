/// What has happened, as the core hears it.
///
/// Facts, in the past tense.
public enum Event: Equatable, Sendable, BitwiseCopyable {
    /// The firmware runs. The first event after `Lock.init`, and only then.
    case coldStarted(StartUp)
    /// A deadline may have passed. Early, late or twice does no harm.
    case wake

    /// Some row became active while the watched columns were driven.
    case rowsChanged
    /// Answer to `.readColumn`.
    case columnRead(column: UInt8, rows: RowSet)
    /// The button inside went down or came up.
    case insideButtonChanged(isPressed: Bool)

    /// The end switches have new levels.
    case boltSwitchesChanged(BoltSwitches)
    /// The door position switch has a new level.
    case doorChanged(isClosed: Bool)
    /// The front cover's switch has a new level.
    case coverChanged(isFitted: Bool)

    /// Answer to `.drive`: the motor has power.
    case driveStarted(DriveNumber)
    /// The motor's current crossed the stall threshold of the comparator.
    case motorCurrentChanged(isHigh: Bool)
    /// Answer to `.sample`.
    case sampled(Measurement)
    /// Something was connected to, or taken from, an input for emergency power.
    case powerInputChanged(PowerInput, isPresent: Bool)

    /// Answer to `.verify`: a user's PIN.
    case credentialFound(Credential)
    /// Answer to `.verify`: an unused recovery code.
    case recoveryCodeFound(RecoveryCodeNumber)
    /// Answer to `.verify`: nobody has that code.
    case codeUnknown
    /// Answer to `.lookUp`: the credential in that slot, or `nil`.
    case credentialRead(UserIndex, Credential?)
    /// Answer to `.enrol`: durable.
    case enrolled(UserIndex)
    /// Answer to `.enrol`: nothing was changed.
    case enrolmentRefused(EnrolmentRefusal)

    /// The store wants another erased sector soon; `.prepareSector` when the motor rests.
    case sectorsLow
    /// Answer to `.prepareSector`.
    case sectorPrepared

    /// The uplink came or went.
    case uplinkChanged(isUp: Bool)
    /// Somebody said what time it is.
    case timeOffered(WallTime, isAuthenticated: Bool)
    /// An owner or administrator says by phone what time it is. The phone is given an `.answer`.
    case timeRequested(TimeRequest)
    /// Answer to `.send`: the alert has left the house.
    case alertDelivered(sequence: UInt32)
    /// An operation was asked for from afar or by a phone nearby. The credential is `nil` if the store has none in
    /// that slot. Authentic: the link has seen to that. A phone is given an `.answer`.
    case remoteRequested(RemoteRequest, Credential?)
    /// The link has seen something that the log should tell.
    case phoneNoticed(PhoneNotice)

    /// Somebody changed a credential past the keypad: a user by phone, or, with `nil`, whoever owns the machine on which
    /// the lock runs. The store has it already.
    case credentialChanged(CredentialChange, UserIndex, by: UserIndex?)
    /// The same of a phone that speaks for that user.
    case phoneChanged(CredentialChange, UserIndex, by: UserIndex?)
    /// An invitation for a phone of that user was made (`.added`), or ended before it was used (`.deleted`). The store has
    /// it already.
    case invitationChanged(CredentialChange, UserIndex, by: UserIndex?)
    /// Somebody gave a user a PIN by phone that somebody else has: nothing was changed. The phone is given an `.answer`.
    case duplicateFound(by: UserIndex, Role, RequestToken)
    /// The owner changed after how long the door locks itself; zero = never. The store has it already.
    case autoRelockChanged(Interval, by: UserIndex)
    /// The store took in a backup; the core must not fall behind what it brought.
    case restored(Restored)

    /// An effect of the step before could not be performed; the dependent ones after it did not happen. `committed` of
    /// the step's records are durable, the first ones; `UInt8.max` if all are.
    case effectFailed(Effect, EffectFault, committed: UInt8)
}

/// What the firmware finds when it starts.
public struct StartUp: Equatable, Sendable, BitwiseCopyable {
    /// Why it started.
    public var cause: ResetCause
    /// What the clock chip shows; `nil` if it does not answer.
    public var chip: ChipTime?
    /// The end switches.
    public var switches: BoltSwitches
    /// The door position switch.
    public var isDoorClosed: Bool
    /// The front cover's switch.
    public var isCoverFitted: Bool
    /// Whether something hangs on the 9 V contacts.
    public var isNineVoltPresent: Bool
    /// Whether something is plugged into the USB-C port.
    public var isUSBPresent: Bool
    /// Whether the motor was driven since the power came.
    ///
    /// Kept where a reset leaves it and a loss of power does not: a retention register, a file in memory.
    public var hasDriven: Bool

    /// The levels at start.
    public init(
        cause: ResetCause, chip: ChipTime?, switches: BoltSwitches, isDoorClosed: Bool, isCoverFitted: Bool,
        isNineVoltPresent: Bool, isUSBPresent: Bool, hasDriven: Bool
    ) {
        self.cause = cause
        self.chip = chip
        self.switches = switches
        self.isDoorClosed = isDoorClosed
        self.isCoverFitted = isCoverFitted
        self.isNineVoltPresent = isNineVoltPresent
        self.isUSBPresent = isUSBPresent
        self.hasDriven = hasDriven
    }
}

/// An input for emergency power.
public enum PowerInput: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case nineVolt
    case usb
}

/// The rows of the key matrix that are active: bit 0 is the top row.
public struct RowSet: Equatable, Sendable, BitwiseCopyable {
    /// One bit a row, 0 to 15.
    public let bits: UInt8

    /// Those rows.
    public init(bits: UInt8) { self.bits = bits & 0b1111 }
}

/// An operation asked for through the uplink or by a phone nearby.
public struct RemoteRequest: Equatable, Sendable, BitwiseCopyable {
    /// What is asked for.
    public var operation: LockOperation
    /// `.remote` or `.proprietaryRemote`.
    public var source: OperationSource
    /// Counts up from request to request; an old one is refused.
    ///
    /// Of a phone nearby: the number of the lock's challenge,
    /// which the link has compared already.
    public var sequence: UInt32
    /// To whom the answer goes; `nil` if nobody waits for one, as from afar.
    public var token: RequestToken?

    /// A request.
    public init(
        _ operation: LockOperation, source: OperationSource, sequence: UInt32, token: RequestToken? = nil
    ) {
        self.operation = operation
        self.source = source
        self.sequence = sequence
        self.token = token
    }
}

/// A time that somebody sets by phone.
public struct TimeRequest: Equatable, Sendable, BitwiseCopyable {
    /// What time it is to be.
    public var time: WallTime
    /// Who says so.
    public var user: UserIndex
    /// In which role: only the owner may move the time by more than `Settings.timeShiftMax` (R7).
    public var role: Role
    /// To whom the answer goes.
    public var token: RequestToken

    /// A request.
    public init(_ time: WallTime, by user: UserIndex, _ role: Role, token: RequestToken) {
        self.time = time
        self.user = user
        self.role = role
        self.token = token
    }
}

/// Which request of a phone nearby an answer belongs to.
///
/// The link counts them; it is the link that knows whose the request is, and whether the phone still waits. 65,536
/// requests take longer than any of them waits, so none that waits has another's number.
public struct RequestToken: Equatable, Sendable, BitwiseCopyable {
    /// The link's number for it.
    public let number: UInt16

    /// The request of that number.
    public init(_ number: UInt16) { self.number = number }
}

/// Why the store did not enrol a code.
public enum EnrolmentRefusal: UInt8, Error, Sendable, BitwiseCopyable, CaseIterable {
    /// Somebody has that PIN already. Told to administrators only (R8).
    case duplicate
    /// So many PINs need longer ones (R2).
    case tooShortForSoMany
    /// There are two administrators already.
    case tooManyAdministrators
    /// No record can be written.
    case storeFailed
    /// The motor has power, a code is being judged, or a turn is due: nothing may be written just now. Past the keypad
    /// only; try again after the next turn.
    case busy
    /// There is no such slot, or it is slot 0, which is the owner's, and the owner has no other. Past the keypad only.
    case wrongSlot
    /// A PIN without digits, or of more than 15. Past the keypad only.
    case wrongLength
    /// The store has no room for another credential.
    case full
    /// An owner or administrator whose rights would end. Past the keypad only.
    case keeperForATime
}
