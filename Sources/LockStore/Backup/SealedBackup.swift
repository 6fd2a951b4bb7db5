import LockCore
import LockHAL

/// The layout of a backup, version 1.
///
///     0   magic "BHB"     3
///     3   format version  1
///     4   derivation      1   as in a sector's header
///     5   reserved (0)    3
///     8   entries         4   how many follow
///     12  salt           16   random, new for each backup
///     28  key check      16   the first half of a keyed hash of bytes 0 to 27
///     44  CRC-32          4   of bytes 0 to 43
///     48  entries, 64 bytes each: 48 sealed bytes and a tag
///
/// Sealed are the kind of the entry, the length of its payload, the payload as it stands in the journal, and zeros up to
/// 48 bytes: all entries look alike from outside. The first one is the tenure.
enum BackupLayout {
    static var version: UInt8 { 1 }
    static var headerSize: Int { 48 }
    static var entrySize: Int { 64 }
    static var sealedSize: Int { 48 }
    /// The most entries that a store can have: users, recovery codes, and what has one value.
    static var entriesMax: Int { CredentialTable.slots + RecoveryCodeNumber.count + 5 }
}

/// One entry of a backup.
enum BackupEntry {
    /// How many factory resets there were, and whether an owner was set up since.
    case tenure(epoch: UInt16, isCommissioned: Bool)
    /// No log record may be numbered below this.
    case sequenceFloor(UInt32)
    case lockout(LockoutRecord)
    case clock(ClockRecord)
    case remoteSequence(UInt32)
    case recovery(RecoveryPayload)
    case credential(CredentialPayload)
    case deletion(DeletionPayload)

    /// Takes a payload apart; `nil` if it is none of that kind.
    init?(_ kind: EntryKind, _ payload: RecordBytes) {
        var reader = RecordReader(payload)
        switch kind {
        case .tenure:
            guard let epoch = reader.uint16(), let isCommissioned = reader.flag(), reader.isAtEnd else { return nil }
            self = .tenure(epoch: epoch, isCommissioned: isCommissioned)
        case .damage:
            guard let floor = reader.uint32(), reader.uint32() != nil, reader.isAtEnd else { return nil }
            self = .sequenceFloor(floor)
        case .lockout:
            guard case .lockout(let record)? = Self.record(&reader) else { return nil }
            self = .lockout(record)
        case .clock:
            guard case .clock(let record)? = Self.record(&reader) else { return nil }
            self = .clock(record)
        case .remoteSequence:
            guard case .remoteSequence(let sequence)? = Self.record(&reader) else { return nil }
            self = .remoteSequence(sequence)
        case .recovery:
            guard let code = RecoveryPayload(payload) else { return nil }
            self = .recovery(code)
        case .credential:
            guard let credential = CredentialPayload(payload) else { return nil }
            self = .credential(credential)
        case .deletion:
            guard let deletion = DeletionPayload(payload) else { return nil }
            self = .deletion(deletion)
        case .log, .keptLog, .battery, .mode, .alertCursor, .reclaim, .retired, .phone, .phoneEnd, .invitation,
            .phoneSequence, .autoRelock, .duplicates:
            return nil
        }
    }

    private static func record(_ reader: inout RecordReader) -> Record? {
        let record = Record(from: &reader, version: Record.formatVersion)
        return reader.isAtEnd ? record : nil
    }

    /// One bit for each kind of which a backup has no more than one; 0 for the others.
    var singleBit: UInt32 {
        switch self {
        case .sequenceFloor: 1
        case .lockout: 2
        case .clock: 4
        case .remoteSequence: 8
        case .tenure, .recovery, .credential, .deletion: 0
        }
    }

    /// The epoch that it belongs to, if it says so.
    var epoch: UInt16? {
        switch self {
        case .tenure(let epoch, _): epoch
        case .recovery(let code): code.epoch
        case .credential(let credential): credential.epoch
        case .deletion(let deletion): deletion.epoch
        case .sequenceFloor, .lockout, .clock, .remoteSequence: nil
        }
    }
}

/// The header of a backup, and the key of its entries.
///
/// That key comes of the whole header, the salt and the number of entries included, and an entry's nonce is its place:
/// so no entry can be left out, doubled, moved or taken from another backup.
struct SealedBackup<C: Crypto>: ~Copyable {
    let header: InlineArray<48, UInt8>
    let count: Int
    private let key: InlineArray<32, UInt8>

    /// The header of a new backup.
    init(
        count: Int, derivation: UInt8, salt: InlineArray<16, UInt8>, backupKey: InlineArray<32, UInt8>,
        _ checksum: borrowing Checksum
    ) {
        var bytes = InlineArray<112, UInt8>(repeating: 0)
        bytes.put(0x0142_4842, at: 0)
        bytes[4] = derivation
        bytes.put(UInt32(count), at: 8)
        for index in 0..<16 { bytes[12 + index] = salt[index] }
        let check = Self.derive(.check, bytes.span, backupKey)
        for index in 0..<16 { bytes[28 + index] = check[index] }
        bytes.put(checksum(bytes.span.extracting(0..<44)), at: 44)
        var header = InlineArray<48, UInt8>(repeating: 0)
        for index in 0..<48 { header[index] = bytes[index] }
        self.header = header
        self.count = count
        key = Self.derive(.entries, bytes.span, backupKey)
    }

    /// Reads the header of a backup, and checks that all its entries can be there.
    init(
        _ bytes: Span<UInt8>, derivation: UInt8, backupKey: InlineArray<32, UInt8>, _ checksum: borrowing Checksum
    ) throws(RestoreRefusal) {
        guard bytes.count >= 4, bytes.number(at: 0) & 0xFF_FFFF == 0x42_4842 else { throw .notABackup }
        guard bytes[3] == BackupLayout.version else { throw .unknownVersion }
        guard bytes.count >= BackupLayout.headerSize else { throw .cutOff }
        guard bytes.number(at: 44) == checksum(bytes.extracting(0..<44)) else { throw .damaged }
        let check = Self.derive(.check, bytes, backupKey)
        var difference: UInt8 = 0
        for index in 0..<16 { difference |= check[index] ^ bytes[28 + index] }
        guard difference == 0 else { throw .wrongDeviceKey }
        guard bytes[4] == derivation else { throw .otherDerivation }
        let entries = bytes.number(at: 8)
        guard entries >= 1, entries <= UInt32(BackupLayout.entriesMax) else { throw .damaged }
        let size = BackupLayout.headerSize + Int(entries) * BackupLayout.entrySize
        guard bytes.count >= size else { throw .cutOff }
        guard bytes.count == size else { throw .damaged }
        var header = InlineArray<48, UInt8>(repeating: 0)
        for index in 0..<48 { header[index] = bytes[index] }
        self.header = header
        count = Int(entries)
        key = Self.derive(.entries, bytes, backupKey)
    }

    /// What a key derived from the backup key is for.
    ///
    /// The numbers are part of the format.
    private enum Purpose: UInt8 {
        case check = 1
        case entries = 2
    }

    /// A keyed hash of the header up to the key check.
    private static func derive(
        _ purpose: Purpose, _ header: Span<UInt8>, _ backupKey: InlineArray<32, UInt8>
    ) -> InlineArray<32, UInt8> {
        var message = InlineArray<29, UInt8>(repeating: 0)
        message[0] = purpose.rawValue
        for index in 0..<28 { message[1 + index] = header[index] }
        return C.authenticate(message.span, key: backupKey)
    }

    private static func nonce(_ index: Int) -> InlineArray<12, UInt8> {
        var nonce = InlineArray<12, UInt8>(repeating: 0)
        for byte in 0..<4 { nonce[byte] = UInt8(truncatingIfNeeded: index >> (8 * byte)) }
        return nonce
    }

    /// The bytes of the entry at that place.
    func seal(_ kind: EntryKind, _ payload: RecordBytes, at index: Int) -> InlineArray<64, UInt8> {
        precondition(payload.count + 2 <= BackupLayout.sealedSize, "a payload is too long for a backup")
        var entry = InlineArray<64, UInt8>(repeating: 0)
        entry[0] = kind.rawValue
        entry[1] = UInt8(payload.count)
        for place in 0..<payload.count { entry[2 + place] = payload[place] }
        var all = entry.mutableSpan
        var sealed = all._mutatingExtracting(0..<BackupLayout.sealedSize)
        let tag = C.seal(&sealed, header: header.span, nonce: Self.nonce(index), key: key)
        for place in 0..<16 { entry[BackupLayout.sealedSize + place] = tag[place] }
        return entry
    }

    /// The entry at that place; `nil` if it is not authentic or says nothing.
    func open(_ index: Int, of backup: Span<UInt8>) -> BackupEntry? {
        let start = BackupLayout.headerSize + index * BackupLayout.entrySize
        var entry = InlineArray<48, UInt8>(repeating: 0)
        for place in 0..<BackupLayout.sealedSize { entry[place] = backup[start + place] }
        var tag = InlineArray<16, UInt8>(repeating: 0)
        for place in 0..<16 { tag[place] = backup[start + BackupLayout.sealedSize + place] }
        var sealed = entry.mutableSpan
        let isAuthentic = C.open(&sealed, header: header.span, tag: tag, nonce: Self.nonce(index), key: key)
        guard isAuthentic, let kind = EntryKind(rawValue: entry[0]),
            Int(entry[1]) + 2 <= BackupLayout.sealedSize
        else { return nil }
        var payload = RecordBytes()
        for place in 0..<Int(entry[1]) { payload.append(entry[2 + place]) }
        return BackupEntry(kind, payload)
    }
}
