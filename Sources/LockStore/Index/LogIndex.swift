import LockCore

/// Where the log records stand: a window over the newest ones, and a list of older ones that are kept.
struct LogIndex: ~Copyable {
    private var windowSequences: [UInt32]
    private var windowPlaces: [Place]
    private var keptSequences: [UInt32]
    private var keptPlaces: [Place]
    /// How many older records are kept, in rising sequence.
    private(set) var keptCount = 0
    /// The newest sequence number; 0 if there is none.
    private(set) var newest: UInt32 = 0
    /// The chain value of the newest record.
    var chain = InlineArray<16, UInt8>(repeating: 0)
    /// How many records the window holds.
    private(set) var count = 0

    init(_ limits: StoreLimits) {
        windowSequences = [UInt32](repeating: 0, count: limits.logRecordsMax)
        windowPlaces = [Place](repeating: .none, count: limits.logRecordsMax)
        keptSequences = [UInt32](repeating: 0, count: limits.keptRecordsMax)
        keptPlaces = [Place](repeating: .none, count: limits.keptRecordsMax)
    }

    /// How many of the newest sequence numbers the window covers.
    var window: Int { windowSequences.count }

    /// The oldest sequence number that the window covers.
    var oldest: UInt32 { newest >= UInt32(window) ? newest - UInt32(window) + 1 : 1 }

    /// Whether the window covers that number.
    func isInWindow(_ sequence: UInt32) -> Bool { sequence >= oldest && sequence <= newest }

    private func slot(_ sequence: UInt32) -> Int { Int(sequence % UInt32(window)) }

    /// Where that record of the window stands.
    func place(of sequence: UInt32) -> Place? {
        let slot = slot(sequence)
        guard windowPlaces[slot] != .none, windowSequences[slot] == sequence, isInWindow(sequence) else { return nil }
        return windowPlaces[slot]
    }

    /// Where that older record stands, if it is kept.
    func keptPlace(of sequence: UInt32) -> Place? { keptSlot(sequence).map { keptPlaces[$0] } }

    /// The sequence number of a kept record, 0 to `keptCount` - 1, oldest first.
    func keptSequence(at index: Int) -> UInt32 { keptSequences[index] }

    private func keptSlot(_ sequence: UInt32) -> Int? {
        for index in 0..<keptCount where keptSequences[index] == sequence { return index }
        return nil
    }

    /// Takes a record in.
    ///
    /// One that is older than what its slot has is left out, so mounts may go in any order.
    mutating func insert(_ sequence: UInt32, at place: Place) {
        let slot = slot(sequence)
        if windowPlaces[slot] != .none {
            guard windowSequences[slot] < sequence else { return }
        } else {
            count += 1
        }
        windowSequences[slot] = sequence
        windowPlaces[slot] = place
        newest = max(newest, sequence)
    }

    /// The record stands somewhere else now.
    mutating func move(_ sequence: UInt32, to place: Place) {
        let slot = slot(sequence)
        if windowSequences[slot] == sequence { windowPlaces[slot] = place }
    }

    /// The record turned out to be unreadable.
    mutating func remove(_ sequence: UInt32) {
        let slot = slot(sequence)
        guard windowSequences[slot] == sequence, windowPlaces[slot] != .none else { return }
        windowPlaces[slot] = .none
        windowSequences[slot] = 0
        count -= 1
    }

    /// Whether an older record would be kept.
    func hasRoomToKeep(_ sequence: UInt32) -> Bool {
        keptSlot(sequence) == nil && (keptCount < keptSequences.count || sequence > keptSequences[0])
    }

    /// Keeps an older record.
    ///
    /// If there is no room, the oldest one goes.
    mutating func keep(_ sequence: UInt32, at place: Place) {
        if let slot = keptSlot(sequence) {
            keptPlaces[slot] = place
            return
        }
        if keptCount == keptSequences.count {
            guard sequence > keptSequences[0] else { return }
            for index in 1..<keptCount {
                keptSequences[index - 1] = keptSequences[index]
                keptPlaces[index - 1] = keptPlaces[index]
            }
            keptCount -= 1
        }
        var index = keptCount
        while index > 0, keptSequences[index - 1] > sequence {
            keptSequences[index] = keptSequences[index - 1]
            keptPlaces[index] = keptPlaces[index - 1]
            index -= 1
        }
        keptSequences[index] = sequence
        keptPlaces[index] = place
        keptCount += 1
    }

    /// Takes a kept record out.
    mutating func forget(_ sequence: UInt32) {
        guard let slot = keptSlot(sequence) else { return }
        for index in slot..<(keptCount - 1) {
            keptSequences[index] = keptSequences[index + 1]
            keptPlaces[index] = keptPlaces[index + 1]
        }
        keptCount -= 1
    }

    /// Drops what the window no longer covers; after a mount, which meets records in any order.
    mutating func trim() {
        for slot in windowPlaces.indices where windowPlaces[slot] != .none {
            if windowSequences[slot] < oldest {
                windowPlaces[slot] = .none
                windowSequences[slot] = 0
                count -= 1
            }
        }
    }

    mutating func removeAll() {
        for slot in windowPlaces.indices {
            windowPlaces[slot] = .none
            windowSequences[slot] = 0
        }
        keptCount = 0
        newest = 0
        count = 0
        chain = InlineArray(repeating: 0)
    }
}

extension LogEntry {
    /// Whether it is kept longer than the rest, so that nobody can flush it out with junk (attack D10).
    ///
    /// Duress is not among them: older records that were kept stand apart in the flash, and whoever reads the chip
    /// should not learn of it (R10).
    var isSecurity: Bool {
        switch self {
        case .alarm(let alarm): alarm != .forcedUser
        case .refusal, .silenced, .lockoutBegan, .lockoutEnded, .recoveryUsed, .credential, .timeRefused,
            .factoryReset, .storeDamaged, .logDegraded, .timeSet, .phoneChanged, .invitationChanged,
            .duplicatePIN, .settingChanged:
            true
        case .operation, .coldStarted, .power, .mode, .fault, .duress: false
        // What anybody outside can cause at will is not kept.
        case .phone(let notice): notice.user != nil
        }
    }
}
