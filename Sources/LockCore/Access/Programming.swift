/// A programming session at the keypad: set-up, and changes by the owner or an administrator.
///
/// Each number is ended by `#`. After the programming PIN (or `*` and an administrator's PIN) the session is open:
///
///     1 slot PIN PIN           a resident           5 slot                delete
///     2 slot PIN PIN           a new PIN            6 PIN PIN             a new owner PIN (owner)
///     3 slot                   disable              7 slot PIN PIN        a guest, once
///     4 slot                   enable               8 slot minutes PIN PIN   a guest, for minutes from first use
///     0                        end                  9 slot PIN PIN        an administrator (owner)
///
/// `0 #` ends it in every state, whatever is asked for then, and a PIN that is refused leads back to the first number: a
/// session belongs to who opened it, and nobody who comes later finds it half-way (R1). Set-up has one number to ask for
/// and goes on asking.
///
/// Who may do what is decided here: nobody changes whom they do not outrank (attack B06).
public struct Programming: Equatable, Sendable {
    /// A command by its number.
    public enum Command: UInt8, Sendable {
        case addResident = 1
        case changePIN = 2
        case disable = 3
        case enable = 4
        case delete = 5
        case changeOwnerPIN = 6
        case addOneTimeGuest = 7
        case addExpiringGuest = 8
        case addAdministrator = 9
    }

    private enum State: Equatable, Sendable {
        case closed
        case choosing
        case awaitingSlot(Command)
        case lookingUp(Command, UserIndex)
        case awaitingMinutes(UserIndex)
        case awaitingPIN(Credential)
        case awaitingRepeat(Credential, Code)
        case enrolling(Credential)
    }

    /// What a number did.
    public enum Outcome: Equatable, Sendable {
        /// The session is not open.
        case notOpen
        /// Taken; the next number, please.
        case next
        /// Read the credential in that slot and call `looked`.
        case lookUp(UserIndex)
        /// Give that credential the PIN and call `enrolled` or `refused`.
        case enrol(Credential, Code)
        /// Commit that credential as it now is.
        case change(Credential, CredentialChange)
        /// End that credential.
        case delete(UserIndex)
        /// The PIN will not do.
        case weak(Weakness)
        /// Not possible; the session is at its start again.
        case refused
        /// The session ended.
        case ended
    }

    /// Silence that ends a session.
    ///
    /// *Chosen*, R1: long enough to read a slip of paper.
    public static var timeout: Interval { .seconds(60) }
    /// Silence that ends it where a PIN is awaited: six digits from somebody else's finger would make a user.
    ///
    /// *Chosen*, R1.
    public static var pinTimeout: Interval { .seconds(20) }

    private let pinLengthMin: UInt8
    private let pinLengthMax: UInt8
    private var state = State.closed
    private var isSetUp = false
    /// Who opened it; `nil` in set-up.
    public private(set) var user: UserIndex?
    /// In which role.
    public private(set) var role = Role.guest
    /// When silence will end it.
    public private(set) var deadline: Instant?

    /// No session.
    public init(settings: Settings) {
        pinLengthMin = settings.pinLengthMin
        pinLengthMax = settings.pinLengthMax
    }

    /// Whether the keypad belongs to a session.
    public var isOpen: Bool { state != .closed }

    /// Opens a session for an owner or an administrator.
    public mutating func open(for user: UserIndex, _ role: Role, at now: Instant) {
        self.user = user
        self.role = role
        isSetUp = false
        state = .choosing
        listen(at: now)
    }

    /// Opens the set-up of the owner PIN, at birth or with somebody inside who has lost it.
    public mutating func openSetUp(at now: Instant) {
        user = nil
        role = .owner
        isSetUp = true
        state = .awaitingPIN(Credential(user: .owner, role: .owner))
        // Whoever pressed the button has to walk round the leaf first.
        deadline = now + Self.timeout
    }

    /// Waits for the next number as long as its kind allows.
    private mutating func listen(at now: Instant) {
        switch state {
        case .closed: deadline = nil
        case .awaitingPIN, .awaitingRepeat: deadline = now + Self.pinTimeout
        case .choosing, .awaitingSlot, .lookingUp, .awaitingMinutes, .enrolling: deadline = now + Self.timeout
        }
    }

    /// Ends the session and forgets what was typed.
    public mutating func close() {
        state = .closed
        user = nil
        deadline = nil
    }

    /// Silence lasted too long; says whether a session ended by it.
    public mutating func expire(at now: Instant) -> Bool {
        guard let deadline, deadline <= now else { return false }
        close()
        return true
    }

    /// A number was entered.
    public mutating func entered(_ code: borrowing Code, at now: Instant) -> Outcome {
        guard isOpen else { return .notOpen }
        if code.count == 1, code.number == 0 {
            close()
            return .ended
        }
        defer { listen(at: now) }
        switch state {
        case .closed, .lookingUp, .enrolling:
            return .refused
        case .choosing:
            return choose(code)
        case .awaitingSlot(let command):
            guard let slot = code.number, slot >= 1, slot <= UserIndex.last.value else { return restart() }
            let user = UserIndex(slot)
            state = .lookingUp(command, user)
            return .lookUp(user)
        case .awaitingMinutes(let user):
            guard let minutes = code.number, (1...2_880).contains(minutes) else { return restart() }
            return awaitPIN(Credential(user: user, role: .guest, validity: .expiring(minutes: minutes, since: nil)))
        case .awaitingPIN(let credential):
            if let weakness = code.weakness(lengthMin: pinLengthMin, lengthMax: pinLengthMax) {
                startOver(credential)
                return .weak(weakness)
            }
            state = .awaitingRepeat(credential, copy code)
            return .next
        case .awaitingRepeat(let credential, let first):
            guard first.matches(code) else {
                startOver(credential)
                return .refused
            }
            state = .enrolling(credential)
            return .enrol(credential, first)
        }
    }

    /// The answer to `.lookUp`.
    public mutating func looked(at user: UserIndex, _ credential: Credential?, at now: Instant) -> Outcome {
        guard case .lookingUp(let command, user) = state else { return .notOpen }
        defer { listen(at: now) }
        switch command {
        case .addResident:
            return add(Credential(user: user, role: .resident), over: credential)
        case .addAdministrator:
            return add(Credential(user: user, role: .administrator), over: credential)
        case .addOneTimeGuest:
            return add(Credential(user: user, role: .guest, validity: .once), over: credential)
        case .addExpiringGuest:
            guard credential == nil else { return restart() }
            state = .awaitingMinutes(user)
            return .next
        case .changePIN:
            guard let credential, mayChange(credential) else { return restart() }
            return awaitPIN(credential)
        case .disable, .enable:
            guard var credential, mayChange(credential) else { return restart() }
            credential.status = command == .enable ? .enabled : .disabled
            state = .choosing
            return .change(credential, command == .enable ? .enabled : .disabled)
        case .delete:
            guard let credential, mayChange(credential) else { return restart() }
            state = .choosing
            return .delete(user)
        case .changeOwnerPIN:
            return restart()
        }
    }

    /// The PIN is durable.
    ///
    /// A set-up ends the session by opening the owner's.
    public mutating func enrolled(at now: Instant) {
        guard case .enrolling = state else { return }
        if isSetUp { return open(for: .owner, .owner, at: now) }
        state = .choosing
        listen(at: now)
    }

    /// The PIN was not taken.
    ///
    /// Says whether somebody waits for it: a session that has ended since hears nothing more.
    public mutating func refused(at now: Instant) -> Bool {
        guard case .enrolling(let credential) = state else { return false }
        startOver(credential)
        listen(at: now)
        return true
    }

    /// After a PIN that will not do: at the first number again, but for a set-up, which asks for nothing else.
    private mutating func startOver(_ credential: Credential) {
        state = isSetUp ? .awaitingPIN(credential) : .choosing
    }

    private mutating func choose(_ code: borrowing Code) -> Outcome {
        guard let number = code.number, number <= 9, let command = Command(rawValue: UInt8(number)) else {
            return .refused
        }
        switch command {
        case .changeOwnerPIN:
            guard role == .owner else { return .refused }
            return awaitPIN(Credential(user: .owner, role: .owner))
        case .addAdministrator:
            guard role == .owner else { return .refused }
            state = .awaitingSlot(command)
        case .addResident, .changePIN, .disable, .enable, .delete, .addOneTimeGuest, .addExpiringGuest:
            state = .awaitingSlot(command)
        }
        return .next
    }

    private mutating func add(_ credential: Credential, over occupant: Credential?) -> Outcome {
        // A slot in use is deleted first: overwriting somebody by a slip of the finger locks them out.
        guard occupant == nil else { return restart() }
        return awaitPIN(credential)
    }

    private mutating func awaitPIN(_ credential: Credential) -> Outcome {
        state = .awaitingPIN(credential)
        return .next
    }

    private mutating func restart() -> Outcome {
        state = .choosing
        return .refused
    }

    private func mayChange(_ credential: Credential) -> Bool {
        switch role {
        case .owner: credential.role != .owner
        case .administrator: credential.role == .resident || credential.role == .guest
        case .resident, .guest: false
        }
    }
}

extension Code {
    /// The digits as a number, if they are one to four.
    var number: UInt16? {
        guard (1...4).contains(count) else { return nil }
        var number: UInt16 = 0
        for index in 0..<count { number = number * 10 + UInt16(digit(at: index)) }
        return number
    }
}
