public import LockHAL

/// How much a store keeps, and with how much room to move.
///
/// Follows from the geometry.
public struct StoreLimits: Equatable, Sendable {
    /// The fewest sectors that a store can work with.
    public static var sectorCountMin: Int { 8 }
    /// Erased sectors that the store wants in stock.
    ///
    /// *Chosen*: two for moving records, two for commits, which is a hundred records until the motor must have rested
    /// once.
    public static var sparesTarget: Int { 4 }
    /// Of these, sectors that commits leave to the moving of live records, so that the store can never run full for
    /// good.
    ///
    /// Two, so that torn copies do not eat up the only one.
    public static var sparesReserved: Int { 2 }
    /// Sectors tried one after the other until one can be opened.
    static var openingsMax: Int { 3 }
    /// The most bytes that these take in the journal; a test fills them.
    static var credentialSize: Int { 72 }
    static var logSize: Int { 68 }
    static var deletionSize: Int { 44 }
    static var recoverySize: Int { 56 }
    static var retirementSize: Int { 44 }
    static var phoneSize: Int { 92 }
    static var phoneEndSize: Int { 40 }
    static var invitationSize: Int { 64 }

    /// Sectors in use before old ones are reclaimed; bounds the time of a mount.
    ///
    /// *Chosen*: twice what a full store needs, so that moving costs no more than half of all writing.
    public let sectorsInUseMax: Int
    /// How many of the newest log records are kept.
    public let logRecordsMax: Int
    /// How many older log records that tell of security are kept besides.
    public let keptRecordsMax: Int
    /// Bytes of live records that fit with room to move.
    let liveBytesMax: Int

    /// The limits for a geometry.
    ///
    /// 4 MiB keep 2,048 log records, 256 older ones, 1,001 credentials, 1,024 phones, in 128 sectors at most. Smaller ones keep
    /// fewer log records; only tests have them.
    public init(_ geometry: FlashGeometry) {
        let usable = geometry.sectorSize - SectorLayout.entriesOffset
        sectorsInUseMax = min(128, geometry.sectorCount - Self.sparesTarget)
        liveBytesMax = sectorsInUseMax * usable / 4 * 3
        logRecordsMax = max(4, min(2_048, liveBytesMax / 2 / Self.logSize))
        keptRecordsMax = max(1, min(256, logRecordsMax / 8))
    }
}
