public import LockCore
public import LockHAL
import LockLink
public import LockStore

/// What whoever owns the machine may ask and change past the keypad; not for anybody outside.
///
/// To be called between two turns. What changes something refuses with `.busy` while nothing may be written: while an
/// operation is under way, since no record may be committed while the motor has power; while a code is being judged or
/// enrolled; before the supply is known; and until the turn after another change, in which the core hears of it.
extension Runtime {
    // MARK: Questions

    /// What the lock says about itself now.
    public mutating func status() -> LockStatus { lock.status(at: board.now()) }

    /// Who has that slot; `nil` if it is free.
    public func credential(of user: UserIndex) -> Credential? { store.credential(of: user) }

    /// How many users have a credential, the owner included.
    public var credentialCount: Int { store.credentialCount }

    /// How many recovery codes can still be used.
    public var recoveryCodeCount: Int { store.recoveryCodeCount }

    /// The newest sequence number of the log; 0 if there is no record.
    public var newestSequence: UInt32 { store.newestSequence }

    /// The oldest sequence number that is kept in any case.
    public var oldestSequence: UInt32 { store.oldestSequence }

    /// The end of the log's chain, to be kept elsewhere.
    public var logHead: LogHead { store.logHead }

    /// A log record; `nil` if it is not there or not authentic.
    ///
    /// One read of 100 bytes.
    public mutating func logRecord(_ sequence: UInt32) -> LogRecord? {
        store.logRecord(sequence, from: &board.flash)
    }

    /// Checks the chain over all records from `oldestSequence` on.
    ///
    /// Reads and hashes each of them, 2,048 at most.
    public mutating func verifyLog() -> LogVerdict { store.verifyLog(on: &board.flash) }

    /// The salt for whoever derives a code outside the loop, as the board does it for one that was typed.
    public func salt() -> Salt { Salt(store.salt.bytes) }

    // MARK: Changes

    /// Gives a user a PIN, replacing the one that the slot had; see `Store.enrol`.
    ///
    /// Durable when it returns. The next turn logs it, and ends an open session at the keypad; the owner's makes the lock
    /// one that is set up.
    public mutating func enrol(
        _ credential: Credential, digits: Int, key: borrowing DerivedKey, isRiskAllowed: Bool = false
    ) throws(EnrolmentRefusal) {
        guard mayWrite() else { throw .busy }
        guard (credential.role == .owner) == (credential.user == .owner) else { throw .wrongSlot }
        try store.enrol(credential, digits: digits, key: key, isRiskAllowed: isRiskAllowed, to: &board.flash)
        answer(.credentialChanged(.added, credential.user, by: nil))
    }

    /// Makes a code one of the ten recovery codes, replacing the one of that number, used or not.
    ///
    /// Durable when it returns. The log does not tell of it.
    public mutating func enrolRecoveryCode(
        _ number: RecoveryCodeNumber, key: borrowing DerivedKey
    ) throws(UpkeepRefusal) {
        guard mayWrite() else { throw .busy }
        do throws(StoreFault) {
            try store.enrolRecoveryCode(number, key: key, to: &board.flash)
        } catch {
            throw UpkeepRefusal(error)
        }
        askForSector()
        isWaiting = isWaiting && answers.isEmpty
    }

    /// Ends a user's credential, in force at once.
    ///
    /// The owner's stays: without it nobody could change anything at the keypad. Durable when it returns; the next turn
    /// logs it, and ends an open session at the keypad.
    public mutating func remove(_ user: UserIndex) throws(UpkeepRefusal) {
        guard mayWrite() else { throw .busy }
        guard user != .owner else { throw .ownerStays }
        do throws(StoreFault) {
            try store.commit(.deletion(user), to: &board.flash)
        } catch {
            throw UpkeepRefusal(error)
        }
        endRevokedSessions()
        answer(.credentialChanged(.deleted, user, by: nil))
    }

    // MARK: Backups

    /// How many bytes a backup takes now.
    public var backupSize: Int { store.backupSize }

    /// Writes a backup, piece by piece; see `Store.backup`.
    ///
    /// Changes nothing, so it is never busy.
    public mutating func backup<Failure: Error>(
        into write: (Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        var entropy = InlineArray<32, UInt8>(repeating: 0)
        var bytes = entropy.mutableSpan
        board.fillRandom(&bytes)
        try store.backup(entropy: entropy, into: write)
    }

    /// Takes in what the store has not on record; see `Store.restore`.
    ///
    /// Writes `writesMax` records at most and then returns, so that the lock is not away for long: as long as the answer
    /// ends with `.interrupted`, or with `.noErasedSector` and some seconds later, restore again. The next turns tell the
    /// core of its numbers, and log each credential that came back.
    public mutating func restore(
        _ backup: Span<UInt8>, writesMax: Int = 32
    ) throws(RestoreRefusal) -> Restoration {
        guard mayWrite() else { throw .busy }
        let restoration = try store.restore(backup, writesMax: writesMax, to: &board.flash)
        for index in restoration.news.indices { answers.append(.restored(restoration.news[index])) }
        restored.formUnion(restoration.added)
        askForSector()
        isWaiting = answers.isEmpty && restored.isEmpty
        return restoration
    }

    /// Whether a record may be written now, and the core hear of it in the next turn.
    mutating func mayWrite() -> Bool {
        guard isWaiting, lock.pendingCredential == nil else { return false }
        let status = status()
        return status.isKeypadLive && status.operation == nil && !status.isJudging
    }

    mutating func answer(_ event: Event) {
        answers.append(event)
        askForSector()
        isWaiting = false
    }
}

/// Why a change past the keypad was not made.
///
/// Nothing was changed.
public enum UpkeepRefusal: UInt8, Error, Equatable, Sendable, CaseIterable {
    /// The motor has power, a code is being judged, or a turn is due: try again after the next turn.
    case busy
    /// There is no such credential.
    case notFound
    /// The owner's credential can be replaced, and not removed.
    case ownerStays
    /// No erased sector is left: try again when one has been prepared.
    case noErasedSector
    /// The flash does not take records. A later start may find the change made or not.
    case flashFailed

    init(_ fault: StoreFault) {
        switch fault {
        case .noErasedSector: self = .noErasedSector
        case .flashFailed: self = .flashFailed
        case .notFound: self = .notFound
        }
    }
}

extension Runtime {
    // MARK: Phones

    /// How many phones the lock knows.
    public var phoneCount: Int { store.phoneCount }

    /// The phone in a slot; `nil` if it is free.
    public func phone(at index: PhoneIndex) -> Phone? { store.phone(at: index) }

    /// The lock's public key, by which phones know it.
    public var linkKey: PublicKey { link.publicKey }

    /// Makes an invitation for one phone of a user who has a credential: good once, for 1 to 168 hours.
    ///
    /// Durable when it returns; the next turn logs it. After a restart it is good only if the time of day can be trusted.
    public mutating func invite(_ user: UserIndex, hours: UInt8) throws(UpkeepRefusal) -> Invitation {
        guard mayWrite() else { throw .busy }
        do throws(StoreFault) {
            let invitation = try openInvitation(of: user, hours: max(1, min(hours, 168)), by: nil)
            answer(.invitationChanged(.added, user, by: nil))
            return invitation
        } catch {
            throw UpkeepRefusal(error)
        }
    }

    /// Ends an invitation before it is used, in force at once.
    ///
    /// Durable when it returns; the next turn logs it.
    public mutating func cancelInvitation(_ index: InvitationIndex) throws(UpkeepRefusal) {
        guard mayWrite() else { throw .busy }
        guard let user = store.terms(of: index)?.user else { throw .notFound }
        do throws(StoreFault) {
            try store.spend(index, to: &board.flash)
        } catch {
            throw UpkeepRefusal(error)
        }
        answer(.invitationChanged(.deleted, user, by: nil))
    }

    /// Ends a phone's right to speak for anybody, in force at once; its session ends too.
    ///
    /// Durable when it returns; the next turn logs it.
    public mutating func removePhone(_ index: PhoneIndex) throws(UpkeepRefusal) {
        guard mayWrite() else { throw .busy }
        guard let user = store.phone(at: index)?.user else { throw .notFound }
        do throws(StoreFault) {
            try store.removePhone(index, to: &board.flash)
        } catch {
            throw UpkeepRefusal(error)
        }
        endRevokedSessions()
        answer(.phoneChanged(.deleted, user, by: nil))
    }

    /// Gives a user no PIN but a credential, for whoever comes with a phone alone.
    ///
    /// Durable when it returns; the next turn logs it.
    public mutating func enrolWithoutPIN(_ credential: Credential) throws(EnrolmentRefusal) {
        guard mayWrite() else { throw .busy }
        guard credential.role != .owner, credential.user != .owner else { throw .wrongSlot }
        try store.enrolWithoutPIN(credential, to: &board.flash)
        answer(.credentialChanged(.added, credential.user, by: nil))
    }
}
