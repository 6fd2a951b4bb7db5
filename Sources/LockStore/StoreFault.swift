/// Why the store did not keep a record.
///
/// One for one the faults of the core's `EffectFault`.
public enum StoreFault: Error, Equatable, Sendable {
    /// No erased sector is left for it: prepare one and try again.
    case noErasedSector
    /// The flash does not take records.
    case flashFailed
    /// There is no such credential.
    case notFound
}
