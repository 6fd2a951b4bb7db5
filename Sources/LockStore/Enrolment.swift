public import LockCore
public import LockHAL

extension Store {
    /// How many users have a PIN of that length.
    public func pinCount(digits: Int) -> Int { credentials.count(ofLength: digits) }

    /// Gives a user a PIN, replacing the one that the slot had.
    ///
    /// Durable when it returns.
    ///
    /// Refuses a PIN that somebody else has, and, unless `isRiskAllowed`, one so short that guessing would get into the
    /// door with a chance of 1 % a year (R2: 21 PINs of 6 digits, 215 of 7). PINs of other lengths do not matter: each
    /// guess tries one length only, so the worst length is the whole risk.
    ///
    /// Refuses an owner or an administrator whose rights would end: whoever grants rights that do not end must hold them.
    public mutating func enrol(
        _ credential: Credential, digits: Int, key: borrowing DerivedKey, isRiskAllowed: Bool = false,
        to flash: inout some FlashDevice
    ) throws(EnrolmentRefusal) {
        let verifier = verifier(of: key)
        let slot = Int(credential.user.value)
        try admit(credential)
        guard slot < CredentialTable.slots else { throw .wrongSlot }
        guard digits > 0, digits < 16 else { throw .wrongLength }
        if let holder = credentials.verifiers.search(verifier).slot, holder != slot { throw .duplicate }
        let isReplacing = credentials[credential.user] != nil && Int(credentials.digits(of: slot)) == digits
        let pins = credentials.count(ofLength: digits) + (isReplacing ? 0 : 1)
        guard isRiskAllowed || guessRisk(pins: pins, digits: digits) < 10_000 else { throw .tooShortForSoMany }
        guard credentials.isOnRecord(slot) || hasRoomForCredential else { throw .full }
        do throws(StoreFault) {
            try write(credential, digits: UInt8(digits), verifier, to: &flash)
        } catch {
            throw .storeFailed
        }
        do throws(StoreFault) {
            // What was guessed was another PIN.
            try forgetWrongPINs(of: credential.user, to: &flash)
        } catch {
            // The PIN is in force; the guesses stay counted, which locks nobody out of the keypad.
        }
    }

    /// What holds of every new credential, with a PIN or without.
    func admit(_ credential: Credential) throws(EnrolmentRefusal) {
        guard !credential.role.isKeeper || credential.validity == .always else { throw .keeperForATime }
        let others = administratorCount(beside: Int(credential.user.value))
        guard credential.role != .administrator || others < Credential.administratorsMax else {
            throw .tooManyAdministrators
        }
    }

    func administratorCount(beside slot: Int) -> Int {
        var count = 0
        for other in 0..<CredentialTable.slots where other != slot {
            if credentials[UserIndex(UInt16(other))]?.role == .administrator { count += 1 }
        }
        return count
    }

    /// Makes a code one of the ten recovery codes, replacing the one of that number, used or not.
    public mutating func enrolRecoveryCode(
        _ number: RecoveryCodeNumber, key: borrowing DerivedKey, to flash: inout some FlashDevice
    ) throws(StoreFault) {
        let verifier = verifier(of: key)
        let before = recovery.place(of: Int(number.value))
        let place = try append(
            .recovery, key: UInt32(number.value), payload(of: number, verifier: verifier), to: &flash)
        recovery.enrol(Int(number.value), verifier: verifier, at: place)
        journal.supersede(before, on: &flash)
    }

    /// Bytes that live records take at most.
    var liveBytes: Int {
        var bytes = (log.count + log.keptCount) * StoreLimits.logSize
        bytes += credentials.count * StoreLimits.credentialSize
        bytes += credentials.deletions * StoreLimits.deletionSize
        for slot in 0..<RecoveryCodeNumber.count where recovery.state(of: slot) != .absent {
            bytes += StoreLimits.recoverySize
        }
        bytes += phones.count * StoreLimits.phoneSize + phones.removals * StoreLimits.phoneEndSize
        for slot in 0..<InvitationIndex.count where invitations.isOnRecord(slot) { bytes += StoreLimits.invitationSize }
        for index in singlePlaces.indices where singlePlaces[index] != .none {
            bytes += EntryLayout.size(payload: singles[index].count)
        }
        for index in journal.sectors.indices where journal.sectors[index].retiredPlace != .none {
            bytes += StoreLimits.retirementSize
        }
        return bytes
    }

    /// Whether another credential fits, even when the log is full.
    var hasRoomForCredential: Bool { hasRoom(for: StoreLimits.credentialSize) }

    /// Whether that many more bytes of live records fit, even when the log is full.
    func hasRoom(for bytes: Int) -> Bool {
        let missing = limits.logRecordsMax + limits.keptRecordsMax - log.count - log.keptCount
        return liveBytes + missing * StoreLimits.logSize + bytes <= limits.liveBytesMax
    }
}

/// Guesses that the keypad judges in a year at most, whatever is done with the power (R2).
public var guessesPerYear: UInt64 { 465 }

/// The chance of guessing some PIN of that length within a year, in millionths, if there were that many of them.
public func guessRisk(pins: Int, digits: Int) -> UInt64 {
    guard digits > 0 else { return 1_000_000 }
    var codes: UInt64 = 1
    for _ in 0..<min(digits, 12) { codes *= 10 }
    return min(1_000_000, guessesPerYear * UInt64(pins) * 1_000_000 / codes)
}
