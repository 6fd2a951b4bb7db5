import LockCore
import Testing

@Suite struct RecordCodecTests {
    /// Each kind of entry, with the smallest and the largest of its fields.
    private static var entries: [LogEntry] {
        var entries: [LogEntry] = [
            .operation(.lock, .auto, user: nil, .started), .operation(.unlock, .resumed, user: .last, .unnecessary),
            .refusal(.restricted, .keypad, user: .owner), .refusal(.insufficientBattery, .remote, user: nil),
            .silenced(by: .last), .lockoutBegan(seconds: 0), .lockoutBegan(seconds: .max), .lockoutEnded(by: nil),
            .lockoutEnded(by: .owner), .recoveryUsed(RecoveryCodeNumber(9)),
            .credential(.enabled, .last, by: nil), .credential(.added, .owner, by: .last),
            .timeSet(.authenticated, by: nil), .timeRefused, .mode(.privacy, by: .last), .factoryReset,
            .storeDamaged(records: .max), .logDegraded, .duress(.last), .fault(.bothEndSwitches),
            .fault(.endSwitchStuck(.extend)), .fault(.endSwitchStuck(.retract)),
            .fault(.keyStuck(row: 3, column: 2)), .fault(.keyGhost), .fault(.board(nil)), .fault(.store),
            .fault(.clockStopped), .fault(.clockSet),
        ]
        entries += CredentialChange.allCases.flatMap { change in
            [nil, UserIndex.last].map { .phoneChanged(change, .owner, by: $0) }
        }
        entries += CredentialChange.allCases.flatMap { change in
            [nil, UserIndex.last].map { .invitationChanged(change, .last, by: $0) }
        }
        entries += [
            .phone(.handshakesRefused(count: .max)), .phone(.flooded), .phone(.tooSlow(.last, milliseconds: .max)),
            .phone(.notAllowed(.last)), .phone(.wrongPIN(.owner)), .phone(.pinsExhausted(.last)),
            .duplicatePIN(by: nil), .duplicatePIN(by: .last),
            .settingChanged(number: .max, by: nil), .settingChanged(number: 1, by: .last),
        ]
        entries += Alarm.allCases.map { .alarm($0) }
        entries += ResetCause.allCases.map { .coldStarted($0) }
        entries += PowerChange.allCases.map { .power($0) }
        entries += Channel.allCases.map { .fault(.board($0)) }
        return entries
    }

    private static var validities: [Validity] {
        [
            .always, .once, .between(WallTime(seconds: 0), WallTime(seconds: .max)),
            .weekly(days: 0x7F, from: 0, until: 1_439), .expiring(minutes: 2_880, since: nil),
            .expiring(minutes: 1, since: WallTime(seconds: 7)),
        ]
    }

    private static var records: [Record] {
        var records: [Record] = entries.map {
            .log(LogRecord(sequence: .max, time: WallTime(seconds: 1), trust: .guessed, entry: $0))
        }
        for chip in [nil, 0, .max] as [UInt32?] {
            records.append(
                .lockout(
                    LockoutRecord(
                        streak: .max, budget: 100, refillServed: 86_399, penaltyLeft: 86_400, chipSeconds: chip)))
        }
        for offset in [nil, 0, .min, .max] as [Int64?] {
            records.append(
                .clock(
                    ClockRecord(
                        floor: WallTime(seconds: .max), offset: offset, trust: .unknown, epoch: .max)))
        }
        for validity in validities {
            records.append(.credential(Credential(user: .last, role: .guest, validity: validity, isDuress: true)))
        }
        records += [
            .deletion(.owner), .recoveryUsed(RecoveryCodeNumber(0)), .remoteSequence(.max), .alertCursor(1),
            .phoneSequence(.max), .autoRelock(seconds: .max), .duplicates(.worst),
            .duplicates(DuplicateRecord(owner: 0, administrators: 2)),
            .battery(BatteryRecord(resistance: Milliohms(-1), charge: Percent(100), throwCount: .max)), .factoryReset,
            .battery(
                BatteryRecord(resistance: Milliohms(1), charge: Percent(7), throwCount: 5, isProvenWeak: true)),
            .battery(BatteryRecord(resistance: Milliohms(1), charge: Percent(7), throwCount: 5, isOutside: true)),
        ]
        records += OperatingMode.allCases.map { .mode($0) }
        return records
    }

    private func bytes(_ record: Record) -> RecordBytes {
        var bytes = RecordBytes()
        record.encode(into: &bytes)
        return bytes
    }

    private func bytes(_ values: [UInt8]) -> RecordBytes {
        var bytes = RecordBytes()
        for value in values { bytes.append(value) }
        return bytes
    }

    private func decoded(_ bytes: RecordBytes, version: UInt8 = Record.formatVersion) -> Record? {
        var reader = RecordReader(bytes)
        let record = Record(from: &reader, version: version)
        return reader.isAtEnd ? record : nil
    }

    @Test func `each record is read as it was written`() {
        for record in Self.records { #expect(decoded(bytes(record)) == record) }
    }

    @Test func `a record that ends too early is none`() {
        for record in Self.records {
            let whole = bytes(record)
            for count in 0..<whole.count {
                #expect(decoded(bytes((0..<count).map { whole[$0] })) == nil, "\(record) cut to \(count)")
            }
        }
    }

    @Test func `bytes that no version ever wrote are no record, and never trap`() {
        var draw: UInt32 = 1
        var count = 0
        for length in 0...40 {
            for _ in 0..<200 {
                let values = (0..<length).map { _ in
                    draw = draw &* 1_664_525 &+ 1_013_904_223
                    return UInt8(truncatingIfNeeded: draw >> 24)
                }
                guard let record = decoded(bytes(values)) else { continue }
                count += 1
                // What is read is written the same way again, so nothing unknown was passed over.
                #expect(bytes(record) == bytes(values))
            }
        }
        #expect(count < 100)
        #expect(decoded(bytes([0])) == nil)
        #expect(decoded(bytes([12])) == nil)
        #expect(decoded(bytes([8, 1])) == nil, "a mode that does not exist")
        #expect(decoded(bytes([5, 0xE9, 0x03])) == nil, "user 1001")
        #expect(decoded(bytes([5, 0xE8, 0x03])) == .deletion(.last))
        #expect(decoded(bytes([6, 10])) == nil, "an eleventh recovery code")
    }

    @Test func `a version that this firmware does not know is not read`() {
        for version: UInt8 in [0, 2, 255] { #expect(decoded(bytes(.factoryReset), version: version) == nil) }
    }

    @Test func `the largest record leaves room for what the store adds`() {
        let largest = Self.records.map { bytes($0).count }.max() ?? 0
        // The store adds a chain value of 16 bytes or, to a credential, 19 bytes.
        #expect(largest + 19 <= RecordBytes.capacity)
    }
}
