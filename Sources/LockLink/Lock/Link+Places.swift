import LockCore
public import LockHAL

/// Who makes way when every place is taken, so that somebody else finds one (attack A15).
///
/// Whoever has proved nothing goes first: those who were silent, then those who began a handshake, each after a time of
/// grace, and who has been connected longest before the others. So neither sockets that come again at once nor recorded
/// handshakes keep a phone out that proves itself within that time. If all four have proved who they are, a user who
/// holds several places gives up the oldest; and if nobody among them may send anybody away, who came first.
extension Link {
    /// Whether no further phone finds a place, and none is about to go.
    private mutating func isFull() -> Bool {
        for index in 0..<ConnectionNumber.count {
            switch peers[index].phase {
            case .free, .ending, .cut: return false
            case .waiting, .invited, .enrolling, .session: continue
            }
        }
        return true
    }

    /// Whether a connection is held by nobody who has proved who they are and may be here now.
    private mutating func isOfNobody(_ index: Int) -> Bool {
        peers[index].phase != .session || !peers[index].isProven || peers[index].isPassing
    }

    /// When the next one makes way, if nothing else happens first.
    mutating func roomDeadline() -> Instant? {
        guard isFull() else { return nil }
        var next: Instant?
        for index in 0..<ConnectionNumber.count where isOfNobody(index) {
            next = earlier(next, peers[index].connectedAt + settings.graceTime)
        }
        return next
    }

    /// The connection that makes way, if one does now.
    mutating func surplus(at now: Instant) -> Int? {
        guard isFull() else { return nil }
        var isProvenAll = true
        var found: (index: Int, rank: UInt8)?
        for index in 0..<ConnectionNumber.count where isOfNobody(index) {
            isProvenAll = false
            guard peers[index].connectedAt + settings.graceTime <= now else { continue }
            let rank: UInt8 = peers[index].phase == .waiting ? 0 : 1
            if let other = found {
                let isLater = peers[index].connectedAt >= peers[other.index].connectedAt
                if rank > other.rank || (rank == other.rank && isLater) { continue }
            }
            found = (index, rank)
        }
        return isProvenAll ? surplusAmongProven() : found?.index
    }

    /// All four have proved who they are.
    private mutating func surplusAmongProven() -> Int? {
        var second: Int?
        var first = 0
        var hasKeeper = false
        for index in 0..<ConnectionNumber.count {
            if peers[index].isKeeper { hasKeeper = true }
            if peers[index].connectedAt < peers[first].connectedAt { first = index }
            guard hasNewer(index) else { continue }
            if let known = second, peers[known].connectedAt <= peers[index].connectedAt { continue }
            second = index
        }
        return second ?? (hasKeeper ? nil : first)
    }

    /// Whether the same user has a session that began later.
    private mutating func hasNewer(_ index: Int) -> Bool {
        for other in 0..<ConnectionNumber.count where other != index && peers[other].user == peers[index].user {
            if peers[other].connectedAt > peers[index].connectedAt { return true }
            if peers[other].connectedAt == peers[index].connectedAt && other > index { return true }
        }
        return false
    }

    /// The phone has proved to be there: an older session of the same phone ends.
    mutating func prove(_ index: Int) {
        peers[index].isProven = true
        for other in 0..<ConnectionNumber.count
        where other != index && peers[other].phase == .session && peers[other].key == peers[index].key {
            cut(other)
        }
    }

    /// Says of a session whether its user may be here now.
    ///
    /// If not, nothing but a challenge and one answer is to be had in it, and it lasts no longer than a handshake may.
    public mutating func note(isInTime: Bool, on connection: ConnectionNumber) {
        let index = Int(connection.value)
        guard peers[index].phase == .session else { return }
        peers[index].isPassing = !isInTime
        guard !isInTime else { return }
        peers[index].deadline = earlier(peers[index].deadline, peers[index].connectedAt + settings.handshakeTimeMax)
    }
}
