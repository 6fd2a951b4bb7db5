import LockCore
import LockCrypto
import LockHAL
import Testing

@Suite struct DerivationTests {
    private func code(_ digits: [UInt8]) -> Code {
        var code = Code()
        for digit in digits { _ = code.append(digit) }
        return code
    }

    private func derived(_ derivation: Derivation, _ digits: [UInt8], salt: UInt8) -> [UInt8] {
        let key = derivation.key(of: code(digits), salt: Salt(InlineArray(repeating: salt)))
        return (0..<32).map { key.bytes[$0] }
    }

    @Test(arguments: [Derivation.scrypt, .seeded])
    func `a key depends on every digit, on their number and on the salt, and on nothing else`(
        derivation: Derivation
    ) {
        let key = derived(derivation, [1, 4, 7, 2, 5, 8], salt: 9)
        #expect(derived(derivation, [1, 4, 7, 2, 5, 8], salt: 9) == key)
        #expect(derived(derivation, [1, 4, 7, 2, 5, 9], salt: 9) != key)
        #expect(derived(derivation, [0, 1, 4, 7, 2, 5, 8], salt: 9) != key)
        #expect(derived(derivation, [1, 4, 7, 2, 5, 8, 0], salt: 9) != key)
        #expect(derived(derivation, [1, 4, 7, 2, 5, 8], salt: 8) != key)
    }

    /// Computed with Python: hashlib.scrypt(b"147258", salt=bytes([9]*16), n=8192, r=8, p=1, dklen=32).
    @Test func `scrypt has the cost that the header names`() {
        #expect(
            derived(.scrypt, [1, 4, 7, 2, 5, 8], salt: 9) == [
                0xC3, 0x56, 0x63, 0x39, 0xC0, 0xEF, 0xAC, 0x81, 0xB9, 0x63, 0x5A, 0x16, 0xE4, 0x9F, 0x7D, 0x93,
                0x2B, 0x11, 0x0B, 0x31, 0xDE, 0xB1, 0x98, 0xFF, 0x72, 0xA0, 0x55, 0x48, 0x95, 0xEC, 0xC4, 0x8B,
            ])
    }
}
