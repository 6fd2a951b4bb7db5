/// The byte format of records, version 1: one byte for the kind, then its fields in order.
///
/// An absent number is written as a 0 byte, a present one as a 1 byte and the number. Numbers of kinds are never used
/// again for others. The version stands in the header of the journal's sector, once for all its records.
extension Record {
    /// The version of the format that `encode` writes.
    public static var formatVersion: UInt8 { 1 }

    /// Adds the record's bytes.
    public func encode(into bytes: inout RecordBytes) {
        switch self {
        case .log(let record):
            bytes.append(UInt8(1))
            record.encode(into: &bytes)
        case .lockout(let record):
            bytes.append(UInt8(2))
            bytes.append(record.streak)
            bytes.append(record.budget & 0x7F | (record.wasGivenBack ? 0x80 : 0))
            bytes.append(record.refillServed)
            bytes.append(record.penaltyLeft)
            bytes.append(record.chipSeconds)
        case .clock(let record):
            bytes.append(UInt8(3))
            bytes.append(record.floor.seconds)
            bytes.append(record.offset != nil)
            if let offset = record.offset { bytes.append(UInt64(bitPattern: offset)) }
            bytes.append(record.trust.rawValue)
            bytes.append(record.epoch)
        case .credential(let credential):
            bytes.append(UInt8(4))
            credential.encode(into: &bytes)
        case .deletion(let user):
            bytes.append(UInt8(5))
            bytes.append(user.value)
        case .recoveryUsed(let number):
            bytes.append(UInt8(6))
            bytes.append(number.value)
        case .battery(let record):
            bytes.append(UInt8(7))
            bytes.append(UInt32(bitPattern: record.resistance.value))
            bytes.append(record.charge.value)
            let flags: UInt32 = (record.isProvenWeak ? 1 << 31 : 0) | (record.isOutside ? 1 << 30 : 0)
            bytes.append(record.throwCount | flags)
        case .mode(let mode):
            bytes.append(UInt8(8))
            bytes.append(mode.rawValue)
        case .remoteSequence(let sequence):
            bytes.append(UInt8(9))
            bytes.append(sequence)
        case .alertCursor(let sequence):
            bytes.append(UInt8(10))
            bytes.append(sequence)
        case .factoryReset: bytes.append(UInt8(11))
        case .phoneSequence(let sequence):
            bytes.append(UInt8(12))
            bytes.append(sequence)
        case .autoRelock(let seconds):
            bytes.append(UInt8(13))
            bytes.append(seconds)
        case .duplicates(let record):
            bytes.append(UInt8(14))
            bytes.append(record.owner)
            bytes.append(record.administrators)
        }
    }

    /// Reads a record; `nil` if the bytes are none of `version`, which is what the sector's header said.
    public init?(from reader: inout RecordReader, version: UInt8) {
        // An older version gets its own reader here, and the old bytes a place in the golden images.
        guard version == Self.formatVersion, let kind = reader.byte(), let record = Self.record(kind, &reader) else {
            return nil
        }
        self = record
    }

    private static func record(_ kind: UInt8, _ reader: inout RecordReader) -> Self? {
        switch kind {
        case 1: return LogRecord(from: &reader).map { .log($0) }
        case 2:
            guard let streak = reader.byte(), let budget = reader.byte(), let refill = reader.uint32(),
                let penalty = reader.uint32(), let hasChip = reader.flag()
            else { return nil }
            var chip: UInt32?
            if hasChip {
                guard let seconds = reader.uint32() else { return nil }
                chip = seconds
            }
            return .lockout(
                LockoutRecord(
                    streak: streak, budget: budget & 0x7F, refillServed: refill, penaltyLeft: penalty,
                    chipSeconds: chip, wasGivenBack: budget & 0x80 != 0))
        case 3:
            guard let floor = reader.uint32(), let hasOffset = reader.flag() else { return nil }
            var offset: Int64?
            if hasOffset {
                guard let bits = reader.uint64() else { return nil }
                offset = Int64(bitPattern: bits)
            }
            guard let trust = reader.byte().flatMap(TimeTrust.init(rawValue:)), let epoch = reader.uint16() else {
                return nil
            }
            return .clock(
                ClockRecord(floor: WallTime(seconds: floor), offset: offset, trust: trust, epoch: epoch))
        case 4: return Credential(from: &reader).map { .credential($0) }
        case 5: return reader.user().map { .deletion($0) }
        case 6: return reader.recoveryCode().map { .recoveryUsed($0) }
        case 7:
            guard let resistance = reader.uint32(), let charge = reader.byte(), charge <= 100,
                let count = reader.uint32()
            else { return nil }
            return .battery(
                BatteryRecord(
                    resistance: Milliohms(Int32(bitPattern: resistance)), charge: Percent(charge),
                    throwCount: count & BatteryRecord.throwCountMax, isProvenWeak: count >> 31 == 1,
                    isOutside: count >> 30 & 1 == 1))
        case 8: return reader.byte().flatMap(OperatingMode.init(rawValue:)).map { .mode($0) }
        case 9: return reader.uint32().map { .remoteSequence($0) }
        case 10: return reader.uint32().map { .alertCursor($0) }
        case 11: return .factoryReset
        case 12: return reader.uint32().map { .phoneSequence($0) }
        case 13: return reader.uint32().map { .autoRelock(seconds: $0) }
        case 14:
            guard let owner = reader.byte(), let administrators = reader.byte() else { return nil }
            return .duplicates(DuplicateRecord(owner: owner, administrators: administrators))
        default: return nil
        }
    }
}

extension LogRecord {
    /// Adds the record's bytes: sequence number, time, trust, entry.
    public func encode(into bytes: inout RecordBytes) {
        bytes.append(sequence)
        bytes.append(time.seconds)
        bytes.append(trust.rawValue)
        entry.encode(into: &bytes)
    }

    /// Reads a record; `nil` if the bytes are none.
    public init?(from reader: inout RecordReader) {
        guard let sequence = reader.uint32(), let time = reader.uint32(),
            let trust = reader.byte().flatMap(TimeTrust.init(rawValue:)), let entry = LogEntry(from: &reader)
        else { return nil }
        self.init(sequence: sequence, time: WallTime(seconds: time), trust: trust, entry: entry)
    }
}

extension RecordBytes {
    fileprivate mutating func append(_ number: UInt32?) {
        append(number != nil)
        if let number { append(number) }
    }
}
