public import LockCore
public import LockHAL

/// Everything that the lock remembers: credentials, the access log, counters.
///
/// An append-only journal on flash, and an index of it in RAM.
///
/// Order of calls: `mount` once, then anything. All memory is allocated in `init`; how much, how the journal is laid
/// out and what it survives stand in the documentation of the module.
public struct Store<C: Crypto>: ~Copyable {
    /// Whether a sector should be prepared soon: fewer erased ones in stock than wanted, and something to gain.
    public internal(set) var wantsSector = false
    /// How much the store keeps.
    public let limits: StoreLimits
    /// The salt of every slow hash of a code.
    ///
    /// Made of the device key, so that no bit rot can ever lose it.
    public let salt: Salt

    var journal: Journal<C>
    let verifierKey: InlineArray<32, UInt8>
    let chainKey: InlineArray<32, UInt8>
    let backupKey: InlineArray<32, UInt8>
    /// The secret half of the lock's identity towards phones.
    public let linkKey: PrivateKey
    /// What the lock's advertisements can be recognized by.
    public let advertisingKey: InlineArray<32, UInt8>

    var credentials = CredentialTable()
    var recovery = RecoveryTable()
    var phones = PhoneTable()
    var invitations = InvitationTable()
    var log: LogIndex
    /// The current payloads of the kinds that have one value, and where they stand.
    var singles = [RecordBytes](repeating: RecordBytes(), count: EntryKind.limit)
    var singlePlaces = [Place](repeating: .none, count: EntryKind.limit)
    /// Factory resets so far.
    ///
    /// Credentials of an older epoch are dead, wherever they stand.
    var epoch: UInt16 = 0
    /// Whether an owner was ever set up in this epoch, as far as is on record beside the owner's own slot.
    var tenure = false
    /// No sequence number below this is used again, whatever was lost.
    var sequenceFloor: UInt32 = 1
    /// Records lost over the life of the store.
    var lostTotal: UInt32 = 0
    /// Whether the flash did not answer at all when it was mounted, so that nothing of it is known.
    public internal(set) var isBlind = false
    /// How codes are derived, as the sectors' headers say it.
    public let derivation: UInt8
    /// Erasures that failed in a row.
    var preparationFailures = 0
    /// The sector whose last erasure failed.
    var unerased: Int?
    /// Sectors in use, newest first; for a mount.
    var ordered: [UInt16]
    var orderedCount = 0

    /// A store that knows nothing yet.
    ///
    /// - Parameters:
    ///   - key: the device's own key; seven others are derived from it, and it is forgotten.
    ///   - geometry: that of the flash; at least 8 sectors of at least 512 bytes.
    ///   - derivation: how codes are derived, written into each sector's header for later versions: 1 is scrypt with
    ///     N = 2^13, r = 8, p = 1; 2 is the simulator's.
    public init(key: consuming DeviceKey, geometry: FlashGeometry, derivation: UInt8 = 1) {
        limits = StoreLimits(geometry)
        self.derivation = derivation
        journal = Journal(
            sealKey: Self.subkey(.seal, of: key), derivation: derivation, geometry: geometry)
        verifierKey = Self.subkey(.verifier, of: key)
        chainKey = Self.subkey(.chain, of: key)
        backupKey = Self.subkey(.backup, of: key)
        linkKey = PrivateKey(Self.subkey(.link, of: key))
        advertisingKey = Self.subkey(.advertising, of: key)
        let bytes = Self.subkey(.salt, of: key)
        var salt = InlineArray<16, UInt8>(repeating: 0)
        for index in 0..<16 { salt[index] = bytes[index] }
        self.salt = Salt(salt)
        log = LogIndex(limits)
        ordered = [UInt16](repeating: 0, count: geometry.sectorCount)
    }

    /// What a key derived from the device key is for.
    ///
    /// The numbers are part of the format.
    private enum Purpose: UInt8 {
        case seal = 1
        case chain = 2
        case verifier = 3
        case salt = 4
        case backup = 5
        case link = 6
        case advertising = 7
    }

    private static func subkey(_ purpose: Purpose, of key: borrowing DeviceKey) -> InlineArray<32, UInt8> {
        // "bolthole" and the purpose.
        let label: InlineArray<9, UInt8> = [0x62, 0x6F, 0x6C, 0x74, 0x68, 0x6F, 0x6C, 0x65, purpose.rawValue]
        return C.authenticate(label.span, key: key.bytes)
    }

    // MARK: Questions

    /// The credential of a user; `nil` if the slot is free.
    public func credential(of user: UserIndex) -> Credential? { credentials[user] }

    /// Whether an owner was set up since the last factory reset.
    ///
    /// One whose record was lost counts.
    public var isCommissioned: Bool { tenure || credentials.isOnRecord(Int(UserIndex.owner.value)) }

    /// How many users have a credential, the owner included.
    public var credentialCount: Int { credentials.count }

    /// How many recovery codes can still be used.
    public var recoveryCodeCount: Int { recovery.unusedCount }

    /// Whom a derived key belongs to.
    ///
    /// Compares with every slot, whatever it finds; writes nothing.
    public func find(_ key: borrowing DerivedKey, among codes: CodeClass) -> Match { compare(key, among: codes).match }

    /// The same, with the number of slots that were compared: it never depends on what is there.
    public func compare(_ key: borrowing DerivedKey, among codes: CodeClass) -> Comparison {
        let verifier = verifier(of: key)
        switch codes {
        case .pin:
            let finding = credentials.verifiers.search(verifier)
            let credential = finding.slot.flatMap { credentials[UserIndex(UInt16($0))] }
            return Comparison(match: credential.map { .credential($0) } ?? .none, slots: finding.comparisons)
        case .recoveryCode:
            let finding = recovery.verifiers.search(verifier)
            let number = finding.slot.map { RecoveryCodeNumber(UInt8($0)) }
            return Comparison(match: number.map { .recoveryCode($0) } ?? .none, slots: finding.comparisons)
        }
    }

    func verifier(of key: borrowing DerivedKey) -> Verifier {
        Verifier(C.authenticate(key.bytes.span, key: verifierKey))
    }

    // MARK: Commits

    /// Makes a record durable; when it returns, a power cut no longer matters.
    ///
    /// Synchronous: one or two programs of at most 112 bytes, each read back, at most 20 ms on NOR flash. Never erases.
    /// Of a credential or a recovery code, the record that it had before is made unbelievable: five bytes more.
    /// A user who loses a right takes along up to eight invitations, one record each: then it takes as many programs more.
    /// A deletion is one record; before an administrator's stand the ends of invitations whose author is not on record.
    /// Throws `.noErasedSector` if a sector must be prepared first, `.flashFailed` if the device does not take it (then
    /// a later mount may find the record or not), `.notFound` for a change to a credential that does not exist.
    public mutating func commit(_ record: Record, to flash: inout some FlashDevice) throws(StoreFault) {
        switch record {
        case .log(let line): try commit(line, to: &flash)
        case .lockout: try commit(single: .lockout, record, to: &flash)
        case .clock: try commit(single: .clock, record, to: &flash)
        case .battery: try commit(single: .battery, record, to: &flash)
        case .mode: try commit(single: .mode, record, to: &flash)
        case .remoteSequence: try commit(single: .remoteSequence, record, to: &flash)
        case .alertCursor: try commit(single: .alertCursor, record, to: &flash)
        case .phoneSequence: try commit(single: .phoneSequence, record, to: &flash)
        case .autoRelock: try commit(single: .autoRelock, record, to: &flash)
        case .duplicates: try commit(single: .duplicates, record, to: &flash)
        case .credential(let credential):
            guard let before = credentials[credential.user] else { throw .notFound }
            let slot = Int(credential.user.value)
            if before.mayInviteMore(than: credential) { try endInvitations(within: credential.user, to: &flash) }
            try write(
                credential, digits: credentials.digits(of: slot), credentials.verifiers[slot], to: &flash)
        case .deletion(let user):
            guard let credential = credentials[user] else { throw .notFound }
            if credential.role.isKeeper { try endInvitationsOfNobody(to: &flash) }
            let before = credentials.place(of: Int(user.value))
            let place = try append(.deletion, key: UInt32(user.value), payload(deletionOf: user), to: &flash)
            credentials.delete(Int(user.value), at: place)
            journal.supersede(before, on: &flash)
        case .recoveryUsed(let number):
            guard recovery.state(of: Int(number.value)) == .unused else { throw .notFound }
            let before = recovery.place(of: Int(number.value))
            let place = try append(
                .recovery, key: UInt32(number.value), payload(of: number, verifier: nil), to: &flash)
            recovery.spend(Int(number.value), at: place)
            journal.supersede(before, on: &flash)
        case .factoryReset:
            guard epoch < .max else { throw .flashFailed }
            try commit(single: .tenure, tenure(epoch: epoch + 1, isCommissioned: false), to: &flash)
            epoch += 1
            tenure = false
            credentials.removeAll()
            recovery.removeAll()
            phones.removeAll()
            invitations.removeAll()
        }
    }

    private mutating func commit(
        single kind: EntryKind, _ record: Record, to flash: inout some FlashDevice
    ) throws(StoreFault) {
        var payload = RecordBytes()
        record.encode(into: &payload)
        try commit(single: kind, payload, to: &flash)
    }

    mutating func commit(
        single kind: EntryKind, _ payload: RecordBytes, reserve: Int = StoreLimits.sparesReserved,
        to flash: inout some FlashDevice
    ) throws(StoreFault) {
        let place = try append(kind, key: 0, payload, reserve: reserve, to: &flash)
        singles[Int(kind.rawValue)] = payload
        singlePlaces[Int(kind.rawValue)] = place
    }

    private mutating func commit(_ line: LogRecord, to flash: inout some FlashDevice) throws(StoreFault) {
        precondition(line.sequence > log.newest, "a log sequence number goes back")
        var payload = RecordBytes()
        Record.log(line).encode(into: &payload)
        let chain = link(payload, after: log.chain)
        for index in 0..<16 { payload.append(chain[index]) }
        let place = try append(.log, key: line.sequence, payload, to: &flash)
        log.insert(line.sequence, at: place)
        log.chain = chain
    }

    mutating func write(
        _ credential: Credential, digits: UInt8, _ verifier: Verifier, to flash: inout some FlashDevice
    ) throws(StoreFault) {
        if credentials[credential.user] == nil { try removePhones(of: credential.user, to: &flash) }
        let payload = payload(of: credential, digits: digits, verifier)
        let before = credentials.place(of: Int(credential.user.value))
        let place = try append(.credential, key: UInt32(credential.user.value), payload, to: &flash)
        credentials.set(credential, digits: digits, verifier: verifier, at: place)
        journal.supersede(before, on: &flash)
    }

    /// Appends, and records the sectors that did not take it.
    mutating func append(
        _ kind: EntryKind, key: UInt32, _ payload: RecordBytes, reserve: Int = StoreLimits.sparesReserved,
        to flash: inout some FlashDevice
    ) throws(StoreFault) -> Place {
        var failing = Bounded<2, UInt16>()
        journal.epoch = epoch
        journal.isCommissioned = isCommissioned
        let opened = journal.sequence
        let hadFailures = preparationFailures > 0
        defer { if journal.sequence != opened || hadFailures { reconsiderSectors() } }
        let place = try journal.append(kind, key: key, payload, reserve: reserve, failing: &failing, to: &flash)
        preparationFailures = 0
        // Only now is it sure that these sectors fail and not the whole device.
        for index in failing.indices {
            let sector = Int(failing[index])
            journal.sectors[sector].isFailing = true
            record(failing: sector, isEmptied: false, on: &flash)
        }
        return place
    }

    /// Notes in the journal that a sector fails.
    ///
    /// If that cannot be written, its next mount finds it out anew.
    mutating func record(failing sector: Int, isEmptied: Bool, on flash: inout some FlashDevice) {
        let payload = retirement(of: sector, isEmptied: isEmptied)
        var ignored = Bounded<2, UInt16>()
        do throws(StoreFault) {
            journal.sectors[sector].retiredPlace = try journal.append(
                .retired, key: UInt32(sector), payload, reserve: 0, failing: &ignored, to: &flash)
        } catch {
            journal.sectors[sector].retiredPlace = .none
        }
    }
}

/// Whom a derived key belongs to.
public enum Match: Equatable, Sendable {
    /// A user's PIN.
    case credential(Credential)
    /// A recovery code that is not spent.
    case recoveryCode(RecoveryCodeNumber)
    /// Nobody has that code.
    case none
}

/// What a search for a derived key came to.
public struct Comparison: Equatable, Sendable {
    /// Whom it belongs to.
    public let match: Match
    /// How many slots it was compared with.
    public let slots: Int
}
