import LockCore

/// All users as the store has them in RAM.
///
/// About 52 bytes a slot, so 52 KB for 1,001.
struct CredentialTable: ~Copyable {
    /// Slot 0 is the owner's.
    static var slots: Int { Int(UserIndex.last.value) + 1 }

    private(set) var verifiers = VerifierTable(slots: CredentialTable.slots)
    private var credentials = [Credential?](repeating: nil, count: CredentialTable.slots)
    private var digits = [UInt8](repeating: 0, count: CredentialTable.slots)
    private var places = [Place](repeating: .none, count: CredentialTable.slots)
    /// How many slots have a credential.
    private(set) var count = 0
    /// How many slots have a deletion on record.
    private(set) var deletions = 0
    /// How many credentials have a PIN of that many digits.
    private var countOfLength = InlineArray<16, Int>(repeating: 0)

    /// The credential of a user.
    subscript(user: UserIndex) -> Credential? {
        user <= .last ? credentials[Int(user.value)] : nil
    }

    /// Where the newest record about the slot stands.
    func place(of slot: Int) -> Place { places[slot] }

    /// How many digits the PIN in a slot has; 0 if there is none.
    func digits(of slot: Int) -> UInt8 { digits[slot] }

    /// Whether anything is on record about the slot.
    func isOnRecord(_ slot: Int) -> Bool { places[slot] != .none }

    /// How many credentials have a PIN of that many digits.
    func count(ofLength length: Int) -> Int { length < 16 ? countOfLength[length] : 0 }

    mutating func set(_ credential: Credential, digits length: UInt8, verifier: Verifier, at place: Place) {
        let slot = Int(credential.user.value)
        vacate(slot)
        credentials[slot] = credential
        digits[slot] = length
        // Without a PIN there is nothing that a typed code could be compared with.
        if length > 0 { verifiers.set(slot, to: verifier) } else { verifiers.clear(slot) }
        places[slot] = place
        count += 1
        if length < 16 { countOfLength[Int(length)] += 1 }
    }

    /// Notes that the slot's credential ended, and where that is on record.
    mutating func delete(_ slot: Int, at place: Place) {
        vacate(slot)
        places[slot] = place
        deletions += 1
    }

    /// The same record stands somewhere else now.
    mutating func move(_ slot: Int, to place: Place) { places[slot] = place }

    /// Forgets everything: after a factory reset, and before a mount.
    mutating func removeAll() {
        for slot in 0..<Self.slots where places[slot] != .none { vacate(slot) }
    }

    private mutating func vacate(_ slot: Int) {
        if credentials[slot] != nil {
            count -= 1
            let length = Int(digits[slot])
            if length < 16 { countOfLength[length] -= 1 }
        } else if places[slot] != .none {
            deletions -= 1
        }
        credentials[slot] = nil
        digits[slot] = 0
        verifiers.clear(slot)
        places[slot] = .none
    }
}
