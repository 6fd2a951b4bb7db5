/// Why a message was not written or not read.
public enum NoiseFault: Error, Equatable, Sendable {
    /// It has a length that it cannot have.
    case malformed
    /// A tag is wrong: it was changed, replayed or reordered, or made with other keys.
    case notAuthentic
    /// The agreement with the other side's key was all zeros: no honest side sends such a key.
    case badKey
    /// It is not this side's turn, the handshake has ended, well or badly, or the shared secret was not given yet.
    case outOfTurn
    /// The caller's buffer is too short, or the payload of a handshake message too long.
    case noRoom
    /// 2^64 - 1 messages were sent: the key is worn out. Nobody lives to see it.
    case exhausted
}
