import LockCore
import LockHAL
import LockLink
import LockStore

/// A request, who asks it, and how far they reach.
struct Asking {
    let request: Request
    let phone: Phone
    let asker: Credential
    let reach: CommandTable.Reach
    let connection: ConnectionNumber
    let now: Instant
    /// Whether the PIN of the user who asks came with it, and was right.
    let isProven: Bool

    init(
        _ request: Request, _ phone: Phone, _ asker: Credential, _ reach: CommandTable.Reach,
        _ connection: ConnectionNumber, _ now: Instant, isProven: Bool = false
    ) {
        self.request = request
        self.phone = phone
        self.asker = asker
        self.reach = reach
        self.connection = connection
        self.now = now
        self.isProven = isProven
    }

    /// Whether the asker is told of every user there is.
    var mayListUsers: Bool { reach == .below }
    /// Whether the asker is told of every phone there is.
    var mayListPhones: Bool { asker.role == .owner }

    /// Whether the asker may act on what belongs to that user.
    func reaches(_ user: UserIndex, _ role: Role) -> Bool {
        CommandTable.reaches(reach, from: asker, to: user, of: role)
    }
}

/// Who asks for a change.
struct Author {
    let user: UserIndex
    let role: Role

    init(_ asking: Asking) {
        user = asking.asker.user
        role = asking.asker.role
    }
}

/// What the settings say to phones.
struct SettingsTold {
    var autoRelockSeconds: UInt32
    let pinLengthMin: UInt8
    let pinLengthMax: UInt8

    init(_ settings: Settings, _ stored: StoredState) {
        autoRelockSeconds = stored.autoRelockSeconds ?? UInt32(clamping: settings.autoRelockTime.wholeSeconds)
        pinLengthMin = settings.pinLengthMin
        pinLengthMax = settings.pinLengthMax
    }
}

/// What phones ask for, done. Policy: `CommandTable`, R2, R3.
extension Runtime {
    /// Does what is asked, unless a PIN is to be judged first, and answers what the core is to hear of it.
    mutating func perform(_ asking: Asking) -> Event {
        if let pin = asking.request.pin { return judge(pin, asking) }
        guard asking.isProven || !isPINWanted(asking) else { return replied(.pinWanted, asking) }
        return carryOut(asking)
    }

    /// Does what is asked by somebody who has proved all that was to be proved.
    mutating func carryOut(_ asking: Asking) -> Event {
        switch asking.request.command {
        case .challenge: reply(.done, asking)
        case .status: tellStatus(asking)
        case .lock: return operate(.lock, asking)
        case .unlock: return operate(.unlock, asking)
        case .log(let from, let count): tellLog(from: from, count: Int(count), asking)
        case .users(let from, let count): tellUsers(from: from, count: Int(count), asking)
        case .phones(let from, let count): tellPhones(from: from, count: Int(count), asking)
        case .firmware:
            link.beginAnswer(.done, to: asking.request, from: asking.connection)
            putVersion()
            link.finishAnswer(to: asking.connection)
        case .settings:
            link.beginAnswer(.done, to: asking.request, from: asking.connection)
            link.answer.put(.setting, UInt8(1), settingsTold.autoRelockSeconds)
            link.answer.put(.setting, UInt8(2), UInt32(settingsTold.pinLengthMin))
            link.answer.put(.setting, UInt8(3), UInt32(settingsTold.pinLengthMax))
            link.finishAnswer(to: asking.connection)
        case .changeSetting(let number, let value): return changeSetting(number, value, asking)
        case .addUser(let user, let role, let validity, let pin): return addUser(user, role, validity, pin, asking)
        case .changeUser(let user, let status): return changeUser(user, status, asking)
        case .removeUser(let user): return removeUser(user, asking)
        case .setPIN(let user, let pin): return setPIN(of: user, pin, asking)
        case .removePhone(let phone): return removePhone(phone, asking)
        case .changePhone(let phone, let isPINWanted): return changePhone(phone, isPINWanted, asking)
        case .invite(let user, let hours): return invite(user, hours, asking)
        case .invitations(let from, let count): tellInvitations(from: from, count: Int(count), asking)
        case .cancelInvitation(let place): return cancelInvitation(place, asking)
        case .setTime(let time): return setTime(time, asking)
        }
        return .wake
    }

    mutating func reply(_ result: RequestResult, _ asking: Asking) {
        link.reply(result, to: asking.request, from: asking.connection)
    }

    /// Before anything is changed: whether it can be written now; then the challenge's number is on record, so that the
    /// same request can never be heard again.
    mutating func isReady(_ asking: Asking) -> Bool {
        guard mayWrite() else {
            reply(.busy, asking)
            return false
        }
        do throws(StoreFault) {
            try store.commit(.phoneSequence(link.spend(asking.request)), to: &board.flash)
            return true
        } catch {
            reply(.notWritten, asking)
            askForSector()
            return false
        }
    }

    /// The core decides, and answers.
    private mutating func setTime(_ time: WallTime, _ asking: Asking) -> Event {
        guard isReady(asking) else { return .wake }
        guard let token = link.wait(asking.request, from: asking.connection, at: asking.now) else {
            return replied(.busy, asking)
        }
        return .timeRequested(TimeRequest(time, by: asking.asker.user, asking.asker.role, token: token))
    }

    // MARK: Operations

    private mutating func operate(_ operation: LockOperation, _ asking: Asking) -> Event {
        guard let token = link.wait(asking.request, from: asking.connection, at: asking.now) else {
            return replied(.busy, asking)
        }
        let number = link.spend(asking.request)
        let request = RemoteRequest(operation, source: .proprietaryRemote, sequence: number, token: token)
        return .remoteRequested(request, asking.asker)
    }

    /// The core has decided about the operation that a phone asked for.
    mutating func tell(_ outcome: RequestOutcome, _ token: RequestToken) {
        switch outcome {
        case .done: link.settle(token, .done)
        case .started: link.settle(token, .done, outcome: .started)
        case .unnecessary: link.settle(token, .done, outcome: .unnecessary)
        case .refused(let error): link.settle(token, .refused, error)
        case .busy: link.settle(token, .busy)
        case .duplicatePIN: link.settle(token, .duplicatePIN)
        }
    }

    mutating func refuse(_ asking: Asking) {
        reply(.notAllowed, asking)
        // As the table's own refusals are.
        link.tell(.notAllowed(asking.asker.user))
    }

    /// What is asked about is not there: said to those who may know, and refused to others, as if it were somebody else's
    /// (attack L8).
    mutating func missing(isKnown: Bool, _ asking: Asking) -> Event {
        guard isKnown else {
            refuse(asking)
            return .wake
        }
        return replied(.notFound, asking)
    }

    // MARK: Users

    private mutating func addUser(
        _ wanted: UserIndex?, _ role: Role, _ validity: Validity, _ pin: Code?, _ asking: Asking
    ) -> Event {
        guard let user = wanted ?? store.freeUser else { return replied(.noRoom, asking) }
        guard user != .owner, role != .owner else { return replied(.ownerStays, asking) }
        // One's own slot is taken, so this asks for the role alone.
        guard asking.reaches(user, role), role.rawValue > asking.asker.role.rawValue else {
            refuse(asking)
            return .wake
        }
        guard store.credential(of: user) == nil else { return replied(.noRoom, asking) }
        let credential = Credential(user: user, role: role, validity: validity)
        if let pin { return enrol(credential, pin, isNew: true, asking) }
        guard isReady(asking) else { return .wake }
        do throws(EnrolmentRefusal) {
            try store.enrolWithoutPIN(credential, to: &board.flash)
        } catch {
            return replied(Self.result(of: error), asking)
        }
        answerUser(user, asking)
        askForSector()
        return .credentialChanged(.added, user, by: asking.asker.user)
    }

    private mutating func setPIN(of user: UserIndex, _ pin: Code, _ asking: Asking) -> Event {
        guard let credential = store.credential(of: user) else { return missing(isKnown: asking.mayListUsers, asking) }
        guard asking.reaches(user, credential.role) else {
            refuse(asking)
            return .wake
        }
        return enrol(credential, pin, isNew: false, asking)
    }

    /// Begins to derive a PIN; `enrolByPhone` ends it.
    private mutating func enrol(_ credential: Credential, _ pin: Code, isNew: Bool, _ asking: Asking) -> Event {
        guard pin.weakness(lengthMin: pinLengths.min, lengthMax: pinLengths.max) == nil else {
            return replied(.unfitPIN, asking)
        }
        guard lock.mayTryPIN(as: asking.asker.role) else { return replied(.duplicatesExhausted, asking) }
        guard case .none = derivation else { return replied(.busy, asking) }
        guard isReady(asking) else { return .wake }
        guard let token = link.wait(asking.request, from: asking.connection, at: asking.now) else {
            return replied(.busy, asking)
        }
        do throws(BoardFault) {
            try board.startDerivation(of: pin, salt: store.salt)
        } catch {
            link.settle(token, .busy)
            return .wake
        }
        derivation = .phoneEnrolment(
            credential, digits: pin.count, isNew: isNew, by: Author(asking), token)
        return .wake
    }

    /// A PIN that a phone gives to a user is derived.
    mutating func enrolByPhone(
        _ wanted: Credential, _ digits: Int, _ key: borrowing DerivedKey, isNew: Bool, by author: Author,
        _ token: RequestToken
    ) -> Event {
        // Whoever asked may be gone, or gone for good.
        guard link.isWaiting(for: token) else { return .wake }
        let status = status()
        let standing = store.credential(of: wanted.user)
        guard status.operation == nil, !status.isMotorPowered, (standing == nil) == isNew else {
            link.settle(token, .busy)
            return .wake
        }
        // What was changed meanwhile stays so: the user may have been disabled.
        let credential = standing ?? wanted
        do throws(EnrolmentRefusal) {
            try store.enrol(credential, digits: digits, key: key, to: &board.flash)
        } catch {
            // The core counts it before it is said (R8).
            if error == .duplicate { return .duplicateFound(by: author.user, author.role, token) }
            link.settle(token, Self.result(of: error))
            return .wake
        }
        askForSector()
        link.settle(token, .done, user: isNew ? credential.user : nil)
        return .credentialChanged(isNew ? .added : .modified, credential.user, by: author.user)
    }

    private mutating func changeUser(_ user: UserIndex, _ status: UserStatus, _ asking: Asking) -> Event {
        guard user != .owner else { return replied(.ownerStays, asking) }
        guard var credential = store.credential(of: user) else { return missing(isKnown: asking.mayListUsers, asking) }
        guard asking.reaches(user, credential.role), user != asking.asker.user else {
            refuse(asking)
            return .wake
        }
        credential.status = status
        guard commit(.credential(credential), asking) else { return .wake }
        return .credentialChanged(status == .enabled ? .enabled : .disabled, user, by: asking.asker.user)
    }

    private mutating func removeUser(_ user: UserIndex, _ asking: Asking) -> Event {
        guard user != .owner else { return replied(.ownerStays, asking) }
        guard let credential = store.credential(of: user) else { return missing(isKnown: asking.mayListUsers, asking) }
        guard asking.reaches(user, credential.role) else {
            refuse(asking)
            return .wake
        }
        guard commit(.deletion(user), asking) else { return .wake }
        return .credentialChanged(.deleted, user, by: asking.asker.user)
    }

    // MARK: Phones

    private mutating func removePhone(_ index: PhoneIndex, _ asking: Asking) -> Event {
        guard let phone = store.phone(at: index), let credential = store.credential(of: phone.user) else {
            return missing(isKnown: asking.mayListPhones, asking)
        }
        guard asking.reaches(phone.user, credential.role) else {
            refuse(asking)
            return .wake
        }
        guard phone.user != .owner || store.phoneCount(of: .owner) > 1 else { return replied(.ownerStays, asking) }
        let isDone = change(asking) { store, flash throws(StoreFault) in try store.removePhone(index, to: &flash) }
        guard isDone else { return .wake }
        return .phoneChanged(.deleted, phone.user, by: asking.asker.user)
    }

    private mutating func changePhone(_ index: PhoneIndex, _ isPINWanted: Bool, _ asking: Asking) -> Event {
        guard var phone = store.phone(at: index), let credential = store.credential(of: phone.user) else {
            return missing(isKnown: asking.mayListPhones, asking)
        }
        // Whoever holds a phone must not give it what it wants the PIN for.
        guard asking.reaches(phone.user, credential.role), index != asking.phone.index || isPINWanted else {
            refuse(asking)
            return .wake
        }
        phone.isPINWanted = isPINWanted
        let isDone = change(asking) { store, flash throws(StoreFault) in
            // Nobody gives themselves new guesses, with whichever phone; a new PIN does.
            if phone.user != asking.asker.user {
                try store.forgetWrongPINs(of: phone.user, to: &flash)
                phone.wrongPINs = 0
            }
            try store.change(phone, to: &flash)
        }
        guard isDone else { return .wake }
        return .phoneChanged(.modified, phone.user, by: asking.asker.user)
    }

    // MARK: What several of them share

    mutating func replied(_ result: RequestResult, _ asking: Asking) -> Event {
        reply(result, asking)
        return .wake
    }

    private mutating func commit(_ record: Record, _ asking: Asking) -> Bool {
        change(asking) { store, flash throws(StoreFault) in try store.commit(record, to: &flash) }
    }

    /// Changes the store, once it can be written, and tells whoever asked what became of it; says whether it is done.
    mutating func change(
        _ asking: Asking, _ write: (inout Store<C>, inout Hardware.Flash) throws(StoreFault) -> Void
    ) -> Bool {
        guard isReady(asking) else { return false }
        defer { askForSector() }
        do throws(StoreFault) {
            try write(&store, &board.flash)
        } catch {
            reply(.notWritten, asking)
            return false
        }
        reply(.done, asking)
        return true
    }

    private mutating func answerUser(_ user: UserIndex, _ asking: Asking) {
        link.beginAnswer(.done, to: asking.request, from: asking.connection)
        link.answer.put(.user, user.value)
        link.finishAnswer(to: asking.connection)
    }

    private static func result(of refusal: EnrolmentRefusal) -> RequestResult {
        switch refusal {
        case .duplicate: .duplicatePIN
        case .tooShortForSoMany: .unfitPIN
        case .tooManyAdministrators: .noRoom
        case .storeFailed: .notWritten
        case .busy: .busy
        case .wrongSlot: .ownerStays
        case .wrongLength: .unfitPIN
        case .full: .noRoom
        case .keeperForATime: .notAllowed
        }
    }
}
