import LockCore
import LockHAL

/// All phones as the store has them in RAM.
///
/// About 64 bytes a slot, so 66 KB for 1,024. A phone is found by its key in a few steps, however many there are: the
/// keys stand in a hash table of twice as many places, with linear probing.
struct PhoneTable: ~Copyable {
    private static var placesOfKeys: Int { 2 * PhoneIndex.count }

    private var phones = [Phone?](repeating: nil, count: PhoneIndex.count)
    private var places = [Place](repeating: .none, count: PhoneIndex.count)
    /// Slot + 1 of the phone whose key belongs here, by probing; 0 = free.
    private var slots = [UInt16](repeating: 0, count: PhoneTable.placesOfKeys)
    /// How many phones there are.
    private(set) var count = 0
    /// How many slots have a removal on record.
    private(set) var removals = 0

    /// The phone in a slot.
    subscript(slot: Int) -> Phone? { phones[slot] }

    /// Where the newest record about the slot stands.
    func place(of slot: Int) -> Place { places[slot] }

    /// Whether anything is on record about the slot.
    func isOnRecord(_ slot: Int) -> Bool { places[slot] != .none }

    /// The phone with that key.
    func find(_ key: PublicKey) -> Phone? {
        var place = Self.home(of: key)
        // Half of the places are free at least, so this ends.
        while slots[place] != 0 {
            if let phone = phones[Int(slots[place]) - 1], phone.key == key { return phone }
            place = (place + 1) % Self.placesOfKeys
        }
        return nil
    }

    /// The lowest slot without a phone; one that never had any comes first.
    var firstFree: Int? {
        var used: Int?
        for slot in 0..<PhoneIndex.count where phones[slot] == nil {
            if places[slot] == .none { return slot }
            if used == nil { used = slot }
        }
        return used
    }

    mutating func set(_ phone: Phone, at place: Place) {
        let slot = Int(phone.index.value)
        vacate(slot)
        phones[slot] = phone
        places[slot] = place
        count += 1
        note(slot, phone.key)
    }

    /// Notes that the slot's phone was removed, and where that is on record.
    mutating func remove(_ slot: Int, at place: Place) {
        vacate(slot)
        places[slot] = place
        removals += 1
    }

    /// The same record stands somewhere else now.
    mutating func move(_ slot: Int, to place: Place) { places[slot] = place }

    /// Forgets everything: after a factory reset, and before a mount.
    mutating func removeAll() {
        guard count + removals > 0 else { return }
        for slot in 0..<PhoneIndex.count {
            phones[slot] = nil
            places[slot] = .none
        }
        for place in 0..<Self.placesOfKeys { slots[place] = 0 }
        count = 0
        removals = 0
    }

    private mutating func vacate(_ slot: Int) {
        if phones[slot] != nil {
            phones[slot] = nil
            count -= 1
            rebuild()
        } else if places[slot] != .none {
            removals -= 1
        }
        places[slot] = .none
    }

    private mutating func note(_ slot: Int, _ key: PublicKey) {
        var place = Self.home(of: key)
        while slots[place] != 0 { place = (place + 1) % Self.placesOfKeys }
        slots[place] = UInt16(slot + 1)
    }

    /// Enters all keys anew: simpler than closing the gap that one leaves, and rare.
    private mutating func rebuild() {
        for place in 0..<Self.placesOfKeys { slots[place] = 0 }
        for slot in 0..<PhoneIndex.count {
            if let phone = phones[slot] { note(slot, phone.key) }
        }
    }

    private static func home(of key: PublicKey) -> Int {
        (Int(key.bytes[0]) | Int(key.bytes[1]) << 8) % placesOfKeys
    }
}

/// The invitations as the store has them in RAM.
struct InvitationTable: ~Copyable {
    private var secrets = InlineArray<8, InlineArray<16, UInt8>>(repeating: InlineArray(repeating: 0))
    private var terms = InlineArray<8, InvitationTerms?>(repeating: nil)
    private var places = InlineArray<8, Place>(repeating: .none)

    /// What an open one says; `nil` if it is spent or was never made.
    subscript(slot: Int) -> InvitationTerms? { terms[slot] }

    /// The secret of an open one.
    func secret(of slot: Int) -> InlineArray<16, UInt8> { secrets[slot] }

    func place(of slot: Int) -> Place { places[slot] }
    func isOnRecord(_ slot: Int) -> Bool { places[slot] != .none }

    mutating func set(_ slot: Int, _ secret: InlineArray<16, UInt8>, _ new: InvitationTerms, at place: Place) {
        secrets[slot] = secret
        terms[slot] = new
        places[slot] = place
    }

    /// Spent: its secret is forgotten.
    mutating func spend(_ slot: Int, at place: Place) {
        secrets[slot] = InlineArray(repeating: 0)
        terms[slot] = nil
        places[slot] = place
    }

    mutating func move(_ slot: Int, to place: Place) { places[slot] = place }

    mutating func removeAll() {
        for slot in 0..<InvitationIndex.count { spend(slot, at: .none) }
    }
}
