import Foundation
import LockCore
import LockCrypto
import LockHAL
import LockStore
import Testing

/// Old bytes: whatever the firmware writes in future, it must read what it wrote in the past.
///
/// A changed byte format bumps `Record.formatVersion`, and adds its image here without taking the old ones away.
@Suite struct GoldenImageTests {
    /// What version 1 wrote: the first sector of a store of 8 sectors of 1,024 bytes, erased bytes at its end left out.
    ///
    /// Device key 32 times 7, salt of the mount 0xA0 to 0xA5.
    private static let version1 = """
        FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF42484A01020000000000000000000000010000001080F8A442484A0102000000
        0000000000000000010000001080F8A4051AA0A1A2A3A4A50000000052DBC951909471A5D286650B7AA84C0986C2CF55
        6E2C8BBC9700B3D5C6ADBC073CF7EC95F3FD7BA035F30D535EA3E5BD2825FFFF0522A0A1A2A3A4A50C000000B3CEB689
        B7D31A5B2AAB57291BED039997BCE0EADA28F62E305B9A2472D88417438F4711490E9AE91D7A5EBB36C6E71A4C9438B0
        87C3C03FA20EFFFF051AA0A1A2A3A4A503000000BC747C43A8A1A479132BE0EEC08E196D8DAAEFCB0B9A8F48A18FB368
        B7836A217ADA1D3B81110C95388809063462ED21417CFFFF0605A0A1A2A3A4A5030000004196EC097B6803B1E0079BDC
        48CED3084B41325EEF7EB94F7712D4B2CCFFFFFF0714A0A1A2A3A4A5040000009CF9E66052E62F269E6FFBD6AFF7AD3D
        5026B3C46B09F5D568CE402E98D3362A918901A384DDEDF58A4ED1D6030CA0A1A2A3A4A5000000003A70B7F8401D63AD
        1CF6C17A43574E3EF9EF8A7EDFE1642FB6945AEA9BFDFF9561470AD60411A0A1A2A3A4A50000000079104DE97B536668
        9F929E383399E1720A35D1A35F7D83A5DD33B6A4FC572E989BA9775C4E83FADAA0FFFFFF0902A0A1A2A3A4A500000000
        5DB3F64035054593913BFD6B315AD4F36B2A1CED40DD5BBCBE47FFFF0120A0A1A2A3A4A501000000D094B620C61BF651
        116A7CD9E7034AF5B92042087E4DEBE2F09C2135005AB3599C23BB8C0781BE28FE88599C5C64CA4135F35B82B46350D0
        """

    private func written() throws -> NORFlash {
        var flash = NORFlash(FlashGeometry(sectorSize: 1_024, sectorCount: 8))
        var store = Store<SwiftCrypto>(
            key: DeviceKey(InlineArray(repeating: 7)), geometry: flash.geometry, derivation: 2)
        _ = store.mount(on: &flash, entropy: InlineArray { UInt8(0xA0 + $0) })
        func key(_ number: Int) -> DerivedKey { Derivation.seeded(Bench.code(number), store.salt) }
        let owner = Credential(user: .owner, role: .owner)
        try store.enrol(owner, digits: 6, key: key(271_828), to: &flash)
        let guest = Credential(
            user: UserIndex(12), role: .guest,
            validity: .between(WallTime(seconds: 1_700_000_000), WallTime(seconds: 1_700_100_000)))
        try store.enrol(guest, digits: 6, key: key(314_159), to: &flash)
        try store.enrol(Credential(user: UserIndex(3), role: .resident), digits: 6, key: key(161_803), to: &flash)
        try store.commit(.deletion(UserIndex(3)), to: &flash)
        try store.enrolRecoveryCode(RecoveryCodeNumber(4), key: key(141_421), to: &flash)
        try store.commit(.lockout(Household.lockout(3)), to: &flash)
        try store.commit(.clock(Self.clock), to: &flash)
        try store.commit(.mode(.privacy), to: &flash)
        try store.commit(.log(Self.line), to: &flash)
        return flash
    }

    private static let clock = ClockRecord(
        floor: WallTime(seconds: 1_700_000_000), offset: 1_600_000_000, trust: .kept, epoch: 2)
    private static let line = LogRecord(
        sequence: 1, time: WallTime(seconds: 1_700_000_001), trust: .kept,
        entry: .operation(.unlock, .keypad, user: UserIndex(12), .started))

    @Test func `the bytes of version 1 are read`() throws {
        var flash = NORFlash(FlashGeometry(sectorSize: 1_024, sectorCount: 8))
        let digits = Self.version1.utf8.filter { $0 > 0x20 }.map { UInt8($0 > 0x39 ? $0 - 0x37 : $0 - 0x30) }
        for index in 0..<digits.count / 2 { flash.bytes[index] = digits[2 * index] << 4 | digits[2 * index + 1] }
        let bench = Bench(flash)
        #expect(bench.state.isCommissioned)
        #expect(bench.state.lostRecords == 0)
        #expect(bench.state.lockout == Household.lockout(3))
        #expect(bench.state.clock == Self.clock)
        #expect(bench.state.mode == .privacy)
        #expect(bench.state.lastOperation == Self.line)
        #expect(bench.state.nextSequence == 2)
        #expect(bench.find(271_828) == .credential(Credential(user: .owner, role: .owner)))
        #expect(
            bench.find(314_159)
                == .credential(
                    Credential(
                        user: UserIndex(12), role: .guest,
                        validity: .between(WallTime(seconds: 1_700_000_000), WallTime(seconds: 1_700_100_000)))))
        #expect(bench.find(161_803) == .none)
        #expect(bench.find(141_421, among: .recoveryCode) == .recoveryCode(RecoveryCodeNumber(4)))
        #expect(bench.verifyLog().firstBreak == nil)
        #expect(bench.line(1) == Self.line)
    }

    @Test func `this version writes the bytes of version 1, and clears kind and check of what it replaces`() throws {
        let flash = try written()
        let end = (flash.bytes.lastIndex { $0 != 0xFF } ?? -1) + 1
        let hex = flash.bytes[..<end].map { byte in
            let digits = Array("0123456789ABCDEF")
            return "\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }.joined()
        // User 3 was deleted: the entry of their credential is not to be believed any more.
        let replaced = "051AA0A1A2A3A4A503000000BC747C43A8A1A479"
        let golden = Self.version1.filter { !$0.isWhitespace }
        #expect(golden.components(separatedBy: replaced).count == 2)
        #expect(hex == golden.replacing(replaced, with: "001AA0A1A2A3A4A503000000BC747C4300000000"))
    }

    @Test func `sectors of a later version are neither believed nor touched`() throws {
        var flash = try written()
        // Both copies of the header, with version 2 and the checksum that fits.
        for start in [16, 40] {
            flash.bytes[start + 3] = 2
            var remainder = UInt32.max
            for byte in flash.bytes[start..<start + 20] {
                remainder ^= UInt32(byte)
                for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1 }
            }
            for index in 0..<4 {
                flash.bytes[start + 20 + index] = UInt8(truncatingIfNeeded: ~remainder >> (8 * UInt32(index)))
            }
        }
        let bench = Bench(flash)
        #expect(bench.state.isCommissioned)
        #expect(bench.state.lostRecords > 0)
        #expect(bench.find(271_828) == .none)
        #expect(bench.flash.bytes[..<1_024] == flash.bytes[..<1_024])
    }
}
