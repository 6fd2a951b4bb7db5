import LockCore
import LockCrypto
import LockHAL
import LockStore
import Testing

/// A08 and D14: somebody has the whole flash of a lock, or of two, and looks through it.
@Suite struct AttackTestsFlash {
    private static let pins = [271_828, 314_159, 161_803, 577_215]

    /// A lock with four people, a phone and an invitation.
    private func used(device: UInt8) throws -> Bench {
        var blank = NORFlash(FlashGeometry(sectorSize: 1_024, sectorCount: 16))
        blank.noise = UInt64(device) &* 0x9E37_79B9_7F4A_7C15
        let bench = Bench(blank, device: device)
        for (user, pin) in Self.pins.enumerated() {
            try bench.enrol(UInt16(user), pin, role: user == 0 ? .owner : .resident)
        }
        try bench.enrolPhone(0xA1, of: 1)
        let terms = InvitationTerms(user: UserIndex(2), until: WallTime(seconds: 1_800_000_000))
        _ = try bench.store.open(Invitation(InlineArray(repeating: 0xB2)), terms, to: &bench.flash)
        try bench.log(.alarm(.doorAjar))
        return bench
    }

    private func bytes(_ bytes: InlineArray<32, UInt8>) -> [UInt8] { bytes.indices.map { bytes[$0] } }

    /// Whether the bytes stand anywhere in the image, forwards or backwards.
    private func holds(_ image: [UInt8], _ wanted: [UInt8]) -> Bool {
        [wanted, wanted.reversed()].contains { pattern in
            image.indices.dropLast(pattern.count - 1).contains {
                image[$0] == pattern[0] && image[$0...].starts(with: pattern)
            }
        }
    }

    /// The ways of writing a PIN that a programmer might think of.
    private func spellings(of pin: Int) -> [[UInt8]] {
        let digits = String(pin).utf8.map { $0 - 0x30 }
        let packed = stride(from: 0, to: 6, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
        let number = (0..<3).map { UInt8(truncatingIfNeeded: pin >> ($0 * 8)) }
        return [digits, Array(String(pin).utf8), packed, number]
    }

    @Test func `D14: an image of the flash shows no PIN, no key and no invitation, and the lock knows them all`() throws
    {
        let bench = try used(device: 7)
        let image = bench.flash.bytes
        for pin in Self.pins {
            for spelling in spellings(of: pin) where spelling.count > 3 {
                #expect(!holds(image, spelling), "\(pin) as \(spelling)")
            }
            let key = bench.key(pin)
            let derived = bytes(key.bytes)
            for start in stride(from: 0, through: 24, by: 8) {
                #expect(!holds(image, Array(derived[start..<start + 8])), "part of what is made of \(pin)")
            }
            #expect(bench.find(pin) != .none)
        }
        let link = bytes(bench.store.linkKey.bytes)
        let advertising = bytes(bench.store.advertisingKey)
        for secret in [link, advertising, [UInt8](repeating: 7, count: 8)] {
            #expect(!holds(image, Array(secret.prefix(8))), "a key of the lock")
        }
        #expect(!holds(image, [UInt8](repeating: 0xB2, count: 8)), "an invitation")
        #expect(bench.store.phone(with: Bench.key(0xA1)) != nil)
    }

    @Test func `D14: who guesses with an image and without the device key finds nobody`() throws {
        let bench = try used(device: 7)
        let thief = Bench(bench.flash, device: 8)
        for pin in Self.pins { #expect(thief.find(pin) == .none) }
        #expect(thief.store.phone(with: Bench.key(0xA1)) == nil)
        let owner = Bench(bench.flash, device: 7)
        for pin in Self.pins { #expect(owner.find(pin) != .none) }
    }

    @Test func `A08: two locks with the same people and the same history share no eight bytes that tell of them`()
        throws
    {
        let (one, two) = (try used(device: 7).flash.bytes, try used(device: 8).flash.bytes)
        var seen: Set<[UInt8]> = []
        for start in 0...one.count - 8 { seen.insert(Array(one[start..<start + 8])) }
        for start in 0...two.count - 8 {
            let window = Array(two[start..<start + 8])
            guard seen.contains(window) else { continue }
            // What both have: blank cells, and the plain head of a sector, which tells its format and its wear.
            let isPlain = window.count { $0 == 0xFF || $0 == 0 } >= 3 || start % 1_024 < 64
            #expect(isPlain, "\(window) at \(start)")
        }
    }
}
