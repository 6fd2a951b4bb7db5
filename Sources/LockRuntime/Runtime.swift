public import LockCore
public import LockHAL
public import LockLink
public import LockStore

/// The loop of the firmware: wait, step, perform.
///
/// Board and runtime share the work. The board moves, shows, measures, derives and sends; the runtime, with the store,
/// commits and verifies, and turns what the board has to say into the core's events. A derived key goes from the
/// board's completion into the store and nowhere else. What phones ask goes through the link; see `Runtime+Phones`.
public struct Runtime<Hardware: Board, C: Crypto & LinkCrypto>: ~Copyable {
    /// What a derivation was ordered for.
    enum Derivation {
        case none
        case verify(CodeClass)
        case enrol
        /// The PIN that goes with a phone's request.
        case phonePIN(Asking, RequestToken)
        /// A PIN that a phone gives to a user, and who asked for it.
        case phoneEnrolment(Credential, digits: Int, isNew: Bool, by: Author, RequestToken)
    }

    /// The hardware.
    public var board: Hardware
    /// The firmware's state.
    public private(set) var lock: Lock
    /// Credentials and log.
    public internal(set) var store: Store<C>

    /// The end of the link that phones speak to.
    public internal(set) var link: Link<C>
    /// What the link was last told of the bolt.
    var told = ToldOperation()
    /// Until when invitations are good that were made in this life, by the place of each.
    var invitationEnds = InlineArray<8, Instant?>(repeating: nil)
    /// Whether the radio has a controller.
    var isRadioUp = false
    let pinLengths: (min: UInt8, max: UInt8)
    var settingsTold: SettingsTold

    private var failure: Event?
    var answers = Bounded<4, Event>()
    /// Whose credentials a backup brought back, for the core to hear of one by one.
    var restored = UserSet()
    var derivation = Derivation.none
    /// What the keypad's code is to be derived for as soon as a phone's PIN is.
    private var nextDerivation = Derivation.none
    private var isSectorAskedFor = false
    /// A sector whose erase ended while the motor had power, and whether it reads as erased.
    private var erasedUnderPower: (sector: Int, isErased: Bool)?
    private var isRestartDue = false

    /// Mounts the store and starts the lock with what it remembers.
    ///
    /// Reads flash; see LockStore for how much.
    ///
    /// `turn` must be called next; the first one hands the core its `.coldStarted`.
    ///
    /// - Parameters:
    ///   - derivation: how the board derives codes; see `Store.init`.
    ///   - facts: what phones can read without a session.
    public init(
        board: consuming Hardware, settings: Settings, derivation: UInt8 = 1,
        facts: AttributeFacts = AttributeFacts(
            manufacturer: AttributeValue("Bolthole"), model: AttributeValue("Bolthole"),
            firmware: AttributeValue("unknown"), battery: 100)
    ) {
        var hardware = board
        store = Store<C>(
            key: hardware.deviceKey(), geometry: hardware.flash.geometry, derivation: derivation)
        var entropy = InlineArray<32, UInt8>(repeating: 0)
        var bytes = entropy.mutableSpan
        hardware.fillRandom(&bytes)
        let remembered = store.mount(on: &hardware.flash, entropy: entropy)
        lock = Lock(settings: settings, resuming: remembered)
        link = Link<C>(
            key: store.linkKey, advertisingKey: store.advertisingKey, sequence: remembered.phoneSequence, facts: facts)
        pinLengths = (settings.pinLengthMin, settings.pinLengthMax)
        settingsTold = SettingsTold(settings, remembered)
        answers.append(.coldStarted(hardware.startUp()))
        self.board = hardware
    }

    /// Whether the next turn waits for the board.
    ///
    /// If not, it has an event already and takes no time. Stored, because a computed one would copy the whole runtime
    /// for whoever asks from another module.
    public internal(set) var isWaiting = false

    /// Until when the next turn waits at most; `nil` = for ever.
    ///
    /// The core's `nextWake`, asked once a turn.
    public internal(set) var deadline: Instant?

    /// One pass: one event, one step, its effects in order.
    ///
    /// After an effect that failed, the dependent ones of its step do not happen, the unconditional ones do, and the
    /// failure is the event of the next pass.
    public mutating func turn() {
        let event = nextEvent()
        let effects = lock.step(event, at: board.now())
        var committed: UInt8 = 0
        for index in 0..<effects.count {
            let effect = effects[index]
            if failure != nil && effect.isDependent { continue }
            do throws(EffectFault) {
                try perform(effect)
                if case .commit = effect { committed += 1 }
            } catch {
                if failure == nil { failure = .effectFailed(effect, error, committed: committed) }
            }
        }
        isWaiting = failure == nil && answers.isEmpty && restored.isEmpty
        deadline = effects.nextWake
        if isRadioUp { attendToPhones() }
        if isRestartDue && failure == nil { restartAtRest() }
    }

    /// Starts anew, so that a flash that is back is mounted; what waits in RAM goes there first, or there is no restart
    /// (R3).
    private mutating func restartAtRest() {
        let status = status()
        guard status.operation == nil, !status.isMotorPowered, !status.isJudging else { return }
        isRestartDue = false
        guard saveWaitingRecords() else { return }
        board.restart()
    }

    /// Writes what waits, the log records numbered anew from where the flash ends, with a store of its own: this one has no
    /// map of the flash.
    private mutating func saveWaitingRecords() -> Bool {
        var entropy = InlineArray<32, UInt8>(repeating: 0)
        var bytes = entropy.mutableSpan
        board.fillRandom(&bytes)
        var other = Store<C>(
            key: board.deviceKey(), geometry: board.flash.geometry, derivation: store.derivation)
        var sequence = other.mount(on: &board.flash, entropy: entropy).nextSequence
        for index in 0..<lock.waitingCount {
            let record = lock.waitingRecord(at: index).numbered(sequence)
            do throws(StoreFault) { try other.commit(.log(record), to: &board.flash) } catch { return false }
            sequence += 1
        }
        guard let mode = lock.waitingMode else { return true }
        do throws(StoreFault) { try other.commit(.mode(mode), to: &board.flash) } catch { return false }
        return true
    }

    private mutating func nextEvent() -> Event {
        if let failure {
            self.failure = nil
            return failure
        }
        if !answers.isEmpty { return answers.removeFirst() }
        if let (sector, isErased) = erasedUnderPower, !status().isMotorPowered {
            erasedUnderPower = nil
            return erased(sector, isErased)
        }
        if let user = restored.popFirst() { return .credentialChanged(.added, user, by: nil) }
        switch board.nextCompletion(before: deadline) {
        case .event(let event): return event
        case .keyDerived(let key): return derived(key)
        case .sectorErased(let sector, let isErased): return erased(sector, isErased)
        case .remoteRequested(let request, let user): return .remoteRequested(request, store.credential(of: user))
        case .radio(let event): return heard(event)
        case nil: return .wake
        }
    }

    private mutating func perform(_ effect: Effect) throws(EffectFault) {
        switch effect {
        case .commit(let slot):
            do {
                try store.commit(lock.pendingRecords[Int(slot)], to: &board.flash)
            } catch {
                // A flash that was dead at the start, and is back: only a start mounts it.
                isRestartDue = store.isBlind && store.answers(on: &board.flash)
                throw EffectFault(error)
            }
            askForSector()
        case .verify(let codes):
            try derive(for: .verify(codes))
        case .enrol:
            try derive(for: .enrol)
        case .lookUp(let user):
            guard answers.appendIfRoom(.credentialRead(user, store.credential(of: user))) else {
                throw .deviceSilent
            }
        case .drive(let direction, let number):
            try order { board throws(BoardFault) in try board.drive(direction, number) }
        case .stopMotor:
            try order { board throws(BoardFault) in try board.stopMotor() }
        case .readColumn(let column):
            try order { board throws(BoardFault) in try board.readColumn(column) }
        case .watchRows(let columns):
            try order { board throws(BoardFault) in try board.watchRows(columns: columns) }
        case .sample(let channel):
            try order { board throws(BoardFault) in try board.sample(channel) }
        case .prepareSector:
            let sector: Int
            isSectorAskedFor = false
            do { sector = try store.beginPreparation(on: &board.flash) } catch { throw EffectFault(error) }
            try order { board throws(BoardFault) in try board.startErase(of: sector) }
            isSectorAskedFor = true
        case .indicate(let indication):
            try order { board throws(BoardFault) in try board.indicate(indication) }
        case .send(let sequence):
            if let alert = lock.alert(sequence) { try order { board throws(BoardFault) in try board.send(alert) } }
        case .answer(let outcome, let token): tell(outcome, token)
        }
    }

    private mutating func order(_ action: (inout Hardware) throws(BoardFault) -> Void) throws(EffectFault) {
        do { try action(&board) } catch { throw EffectFault(error) }
    }

    /// Derives the code that was typed.
    ///
    /// One that a phone sent may be under way: the keypad is next, and no phone before it.
    private mutating func derive(for purpose: Derivation) throws(EffectFault) {
        switch derivation {
        case .phonePIN, .phoneEnrolment:
            nextDerivation = purpose
            return
        case .none, .verify, .enrol: break
        }
        do {
            try board.startDerivation(of: lock.enteredCode, salt: store.salt)
        } catch {
            throw EffectFault(error)
        }
        derivation = purpose
    }

    private mutating func derived(_ key: consuming DerivedKey) -> Event {
        let purpose = derivation
        // What follows may want the next one.
        derivation = .none
        let event = settled(key, purpose)
        beginNextDerivation()
        return event
    }

    /// The code that waited, unless the core has given it up.
    private mutating func beginNextDerivation() {
        let purpose = nextDerivation
        nextDerivation = .none
        let effect: Effect
        switch purpose {
        case .verify(let codes): effect = .verify(codes)
        case .enrol: effect = .enrol
        case .none, .phonePIN, .phoneEnrolment: return
        }
        guard lock.enteredCode.count > 0 else { return }
        do throws(EffectFault) { try derive(for: purpose) } catch {
            if failure == nil { failure = .effectFailed(effect, error, committed: .max) }
        }
    }

    private mutating func settled(_ key: consuming DerivedKey, _ purpose: Derivation) -> Event {
        switch purpose {
        case .none:
            return .wake
        case .verify(let codes):
            switch store.find(key, among: codes) {
            case .credential(let credential): return .credentialFound(credential)
            case .recoveryCode(let number): return .recoveryCodeFound(number)
            case .none: return .codeUnknown
            }
        case .phonePIN(let asking, let token): return judgedPIN(key, asking, token)
        case .phoneEnrolment(let credential, let digits, let isNew, let author, let token):
            return enrolByPhone(credential, digits, key, isNew: isNew, by: author, token)
        case .enrol:
            guard let credential = lock.pendingCredential else { return .enrolmentRefused(.busy) }
            do throws(EnrolmentRefusal) {
                try store.enrol(credential, digits: lock.enteredCode.count, key: key, to: &board.flash)
                askForSector()
                return .enrolled(credential.user)
            } catch {
                return .enrolmentRefused(error)
            }
        }
    }

    /// An erase that ends while the motor has power is written down when it rests: nothing is programmed before (R3).
    private mutating func erased(_ sector: Int, _ isErased: Bool) -> Event {
        guard !status().isMotorPowered else {
            erasedUnderPower = (sector, isErased)
            return .wake
        }
        store.finishPreparation(of: sector, isErased: isErased, on: &board.flash)
        isSectorAskedFor = false
        guard isErased else { return .effectFailed(.prepareSector, .flashFailed, committed: .max) }
        askForSector()
        return .sectorPrepared
    }

    /// Tells the core once that the store wants another erased sector.
    mutating func askForSector() {
        guard store.wantsSector, !isSectorAskedFor else { return }
        isSectorAskedFor = answers.appendIfRoom(.sectorsLow)
    }
}

extension EffectFault {
    init(_ fault: StoreFault) {
        switch fault {
        case .noErasedSector: self = .noErasedSector
        case .flashFailed: self = .flashFailed
        case .notFound: self = .notFound
        }
    }

    init(_ fault: BoardFault) {
        switch fault {
        case .lineUnavailable: self = .lineUnavailable
        case .deviceSilent, .busy: self = .deviceSilent
        }
    }
}
