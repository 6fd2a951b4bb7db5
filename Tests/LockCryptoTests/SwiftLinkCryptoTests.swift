import LockCrypto
import LockHAL
import Testing

@Suite struct SwiftLinkCryptoTests {
    // MARK: SHA-256

    /// The examples of NIST for FIPS 180-4, and the empty message.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `the hash is SHA-256`(message: String, hash: String) {
        #expect(hex(SwiftCrypto.hash(Array(message.utf8).span).span) == hash)
    }

    // MARK: AES-256-GCM

    /// A case of McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B.
    struct GCMCase: Sendable {
        var key = "", nonce = "", header = "", text = "", sealed = "", tag = ""
    }

    /// Cases 13, 14 and 16: the ones with 256-bit keys and 96-bit nonces that differ in kind.
    static let gcmCases = [
        GCMCase(
            key: zeros(32), nonce: zeros(12), tag: "530f8afbc74536b9a963b4f1c4cb738b"),
        GCMCase(
            key: zeros(32), nonce: zeros(12), text: zeros(16), sealed: "cea7403d4d606b6e074ec5d3baf39d18",
            tag: "d0d1c8a799996bf0265b98b5d48ab919"),
        GCMCase(
            key: "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", nonce: "cafebabefacedbaddecaf888",
            header: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            text: "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
            sealed: "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
            tag: "76fc6ece0f4e1768cddf8853bb2d551b"),
    ]

    @Test(arguments: gcmCases)
    func `sealing gives the text and the tag of the authors of GCM`(given: GCMCase) {
        var buffer = bytes(given.text)
        var span = buffer.mutableSpan
        let tag = SwiftCrypto.sealAES(
            &span, header: bytes(given.header).span, nonce: inline(bytes(given.nonce)), key: inline(bytes(given.key)))
        #expect(hex(buffer.span) == given.sealed)
        #expect(hex(tag.span) == given.tag)
    }

    @Test(arguments: gcmCases)
    func `what the authors of GCM sealed opens`(given: GCMCase) {
        #expect(open(given).map { hex($0.span) } == given.text)
    }

    @Test func `no byte of text, header, tag, nonce or key may differ in any bit`() {
        let places: [WritableKeyPath<GCMCase, String>] = [\.sealed, \.header, \.tag, \.nonce, \.key]
        for place in places {
            for index in 0..<bytes(Self.gcmCases[2][keyPath: place]).count * 8 {
                var given = Self.gcmCases[2]
                var changed = bytes(given[keyPath: place])
                changed[index / 8] ^= 1 << UInt8(index % 8)
                given[keyPath: place] = hex(changed.span)
                #expect(open(given) == nil, "bit \(index)")
            }
        }
    }

    @Test func `a sealed text may not lose or gain a byte`() {
        var given = Self.gcmCases[2]
        given.sealed += "00"
        #expect(open(given) == nil)
        given.sealed.removeLast(4)
        #expect(open(given) == nil)
    }

    private func open(_ given: GCMCase) -> [UInt8]? {
        var buffer = bytes(given.sealed)
        var span = buffer.mutableSpan
        let isAuthentic = SwiftCrypto.openAES(
            &span, header: bytes(given.header).span, tag: inline(bytes(given.tag)), nonce: inline(bytes(given.nonce)),
            key: inline(bytes(given.key)))
        return isAuthentic ? buffer : nil
    }

    // MARK: X25519

    /// RFC 7748, 6.1.
    private let alice = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"
    private let alicePublic = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"
    private let bob = "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"
    private let bobPublic = "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"
    private let shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"

    @Test func `public keys are those of RFC 7748`() {
        #expect(hex(SwiftCrypto.publicKey(of: privateKey(alice)).bytes.span) == alicePublic)
        #expect(hex(SwiftCrypto.publicKey(of: privateKey(bob)).bytes.span) == bobPublic)
    }

    @Test func `both sides agree on the secret of RFC 7748`() {
        #expect(agree(alice, bobPublic) == shared)
        #expect(agree(bob, alicePublic) == shared)
    }

    /// RFC 7748, 5.2: the result is the next private key, the private key the next point.
    @Test func `a thousand agreements in a row end where RFC 7748 does`() {
        var key = "0900000000000000000000000000000000000000000000000000000000000000"
        var point = key
        for round in 1...1_000 {
            guard let next = agree(key, point) else {
                Issue.record("round \(round) gave nothing")
                return
            }
            (point, key) = (key, next)
            if round == 1 { #expect(key == "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079") }
        }
        #expect(key == "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51")
    }

    /// The points of small order, in all their encodings; X25519 ignores the highest bit.
    ///
    /// From D. J. Bernstein, "Curve25519", "How do I validate Curve25519 public keys?".
    @Test(
        arguments: [
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        ], [0, 0x80] as [UInt8])
    func `nobody agrees with a point of small order`(point: String, highestBit: UInt8) {
        var point = bytes(point)
        point[31] |= highestBit
        #expect(agree(alice, hex(point.span)) == nil)
        #expect(agree(bob, hex(point.span)) == nil)
    }

    private func agree(_ key: String, _ point: String) -> String? {
        guard let secret = SwiftCrypto.agree(privateKey(key), with: PublicKey(inline(bytes(point)))) else { return nil }
        return hex(secret.bytes.span)
    }

    private func privateKey(_ text: String) -> PrivateKey { PrivateKey(inline(bytes(text))) }
}

private func zeros(_ count: Int) -> String { String(repeating: "00", count: count) }

private func bytes(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

private func inline<let count: Int>(_ bytes: [UInt8]) -> InlineArray<count, UInt8> { InlineArray { bytes[$0] } }

private func hex(_ bytes: Span<UInt8>) -> String {
    var text = ""
    for index in bytes.indices {
        for digit in [bytes[index] >> 4, bytes[index] & 15] { text += String(digit, radix: 16) }
    }
    return text
}
