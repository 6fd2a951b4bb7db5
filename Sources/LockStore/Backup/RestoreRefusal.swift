/// Why a backup was not restored.
///
/// Whatever it is, nothing was changed.
public enum RestoreRefusal: UInt8, Error, Equatable, Sendable, CaseIterable {
    /// It does not begin as a backup does: some other file.
    case notABackup
    /// A later firmware made it.
    case unknownVersion
    /// Its end is missing.
    case cutOff
    /// Some byte of it is not what was written, or something was put together from parts.
    case damaged
    /// Another lock made it, or this one with another device key.
    case wrongDeviceKey
    /// Its codes are hashed in another way than this store's: no code of it would be known here.
    case otherDerivation
    /// There was a factory reset since, and what was erased then stays erased.
    case olderEpoch
    /// It was made after more factory resets than this store has seen, so it can only replace a store that holds no
    /// credential, and this one does: reset the lock, then restore.
    case inUse
    /// This store's flash is too small for it.
    case tooLarge
    /// The motor has power, a code is being judged, or a turn is due: nothing may be written just now. From the
    /// runtime only; try again after the next turn.
    case busy
}
