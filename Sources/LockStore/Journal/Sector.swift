/// What the store knows about a sector.
struct Sector {
    enum State {
        /// Ready to be opened.
        case erased
        /// Holds records.
        case used
        /// Holds nothing that is to be believed, and must be erased before it is used again.
        case dirty
        /// Fails, and is never used again.
        case retired
    }

    var state = State.dirty
    /// The number that it was opened under; 0 unless it is in use.
    var sequence: UInt32 = 0
    /// What its header says about the lock.
    var isCommissioned = false
    var epoch: UInt16 = 0
    /// How often it has been erased, as far as its mark says.
    var erases: UInt32 = 0
    /// Whether it did not take a record; it is retired as soon as its live records have moved.
    var isFailing = false
    /// Whether it held something that cannot be read, and no entry explains that.
    var isSuspect = false
    /// Where the record stands that says that it fails.
    var retiredPlace = Place.none
}

/// The layout of a sector: an erase mark, two copies of the header, entries.
///
///     0   erase mark: magic "BHE1" 4, erase count 4, CRC-32 of both 4, erased bytes 4
///     16  header: magic "BHJ" 3, format version 1, derivation 1, whether the lock was set up 1, epoch 2,
///         reserved (0) 8, sequence 4, CRC-32 of those 20 bytes 4
///     40  the header again
///     64  entries
enum SectorLayout {
    static var markSize: Int { 16 }
    static var headerOffset: Int { 16 }
    static var headerSize: Int { 24 }
    static var copyOffset: Int { 40 }
    static var entriesOffset: Int { 64 }
    /// The bytes of a sector that a mount reads to classify it.
    static var probeSize: Int { 128 }

    private static var markMagic: UInt32 { 0x3145_4842 }
    private static var headerMagic: UInt32 { 0x4A_4842 }

    /// The mark that says that a sector was erased to the end.
    static func mark(erases: UInt32, _ checksum: borrowing Checksum) -> InlineArray<112, UInt8> {
        var bytes = InlineArray<112, UInt8>(repeating: 0xFF)
        bytes.put(markMagic, at: 0)
        bytes.put(erases, at: 4)
        bytes.put(checksum(bytes.span.extracting(0..<8)), at: 8)
        return bytes
    }

    /// The erase count, if the mark is whole.
    static func erases(in probe: Span<UInt8>, _ checksum: borrowing Checksum) -> UInt32? {
        guard probe.number(at: 0) == markMagic, probe.number(at: 8) == checksum(probe.extracting(0..<8)) else {
            return nil
        }
        return probe.number(at: 4)
    }

    /// Both copies of the header, from its first byte on.
    static func header(_ header: Header, _ checksum: borrowing Checksum) -> InlineArray<112, UInt8> {
        var bytes = InlineArray<112, UInt8>(repeating: 0xFF)
        for copy in 0..<2 {
            let start = copy * headerSize
            bytes.put(headerMagic | UInt32(header.version) << 24, at: start)
            let setUp: UInt32 = header.isCommissioned ? 1 : 0
            bytes.put(UInt32(header.derivation) | setUp << 8 | UInt32(header.epoch) << 16, at: start + 4)
            bytes.put(0, at: start + 8)
            bytes.put(0, at: start + 12)
            bytes.put(header.sequence, at: start + 16)
            bytes.put(checksum(bytes.span.extracting(start..<start + 20)), at: start + 20)
        }
        return bytes
    }

    /// What a header says.
    struct Header {
        var version: UInt8
        var derivation: UInt8
        /// Whether the lock was set up when the sector was opened, and in which epoch.
        ///
        /// So a lock whose owner's record is lost without a trace is not open to be set up again (R9).
        var isCommissioned: Bool
        var epoch: UInt16
        var sequence: UInt32
    }

    /// The header, if one copy of it is whole.
    static func header(in probe: Span<UInt8>, _ checksum: borrowing Checksum) -> Header? {
        for copy in 0..<2 {
            let start = headerOffset + copy * headerSize
            let magic = probe.number(at: start)
            guard magic & 0xFF_FFFF == headerMagic,
                probe.number(at: start + 20) == checksum(probe.extracting(start..<start + 20))
            else { continue }
            let sequence = probe.number(at: start + 16)
            guard sequence > 0, sequence < .max else { continue }
            return Header(
                version: UInt8(truncatingIfNeeded: magic >> 24),
                derivation: probe[start + 4], isCommissioned: probe[start + 5] != 0,
                epoch: UInt16(truncatingIfNeeded: probe.number(at: start + 4) >> 16), sequence: sequence)
        }
        return nil
    }
}
