import LockCore

/// The ten recovery codes as the store has them in RAM.
struct RecoveryTable: ~Copyable {
    private(set) var verifiers = VerifierTable(slots: RecoveryCodeNumber.count)
    private var states = [State](repeating: .absent, count: RecoveryCodeNumber.count)
    private var places = [Place](repeating: .none, count: RecoveryCodeNumber.count)

    enum State {
        case absent
        case unused
        case used
    }

    func state(of slot: Int) -> State { states[slot] }
    func place(of slot: Int) -> Place { places[slot] }

    /// How many can still be used.
    var unusedCount: Int {
        var count = 0
        for slot in states.indices where states[slot] == .unused { count += 1 }
        return count
    }

    mutating func enrol(_ slot: Int, verifier: Verifier, at place: Place) {
        verifiers.set(slot, to: verifier)
        states[slot] = .unused
        places[slot] = place
    }

    /// Spent: its verifier is forgotten.
    mutating func spend(_ slot: Int, at place: Place) {
        verifiers.clear(slot)
        states[slot] = .used
        places[slot] = place
    }

    mutating func move(_ slot: Int, to place: Place) { places[slot] = place }

    mutating func removeAll() {
        for slot in states.indices {
            verifiers.clear(slot)
            states[slot] = .absent
            places[slot] = .none
        }
    }
}
