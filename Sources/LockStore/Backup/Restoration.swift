public import LockCore

/// What became of a backup that was not refused.
public struct Restoration: Equatable, Sendable {
    /// How far it came.
    public enum End: UInt8, Equatable, Sendable {
        /// All of it is in the store.
        case complete
        /// As many records as were allowed are written: restore again to go on.
        case interrupted
        /// No erased sector is left: once one has been prepared, restore again to go on.
        case noErasedSector
        /// The flash does not take records. What was restored so far stays.
        case flashFailed
    }

    /// How far it came.
    public internal(set) var end = End.complete
    /// The users who have their credentials back by this call.
    public internal(set) var added = UserSet()
    /// How many of these came back disabled, because they open once or expire: a use after the backup cannot be known.
    public internal(set) var disabled = 0
    /// Deletions that the store had not on record.
    public internal(set) var deletions = 0
    /// Recovery codes that can be used again by this call.
    public internal(set) var recoveryCodes = 0
    /// Slots and recovery codes that were left alone, because the store has something on record about them.
    public internal(set) var kept = 0
    /// Credentials that were left out, because somebody else has that PIN by now.
    public internal(set) var duplicates = 0
    /// Administrators that were left out, because there are enough by now.
    public internal(set) var surplusAdministrators = 0
    /// What the core must hear, in this order.
    public internal(set) var news = Bounded<4, Restored>()

    /// Records written by this call.
    var writes = 0
    /// Whether the tenure or the sequence floor was raised.
    var isStandingNew = false
}
