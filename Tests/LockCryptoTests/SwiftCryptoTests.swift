import Crypto
import LockCrypto
import LockHAL
import Testing

@Suite struct SwiftCryptoTests {
    private let key = InlineArray<32, UInt8> { UInt8(0x80 + $0) }
    // RFC 8439, 2.8.2.
    private let nonce: InlineArray<12, UInt8> = [
        0x07, 0, 0, 0, 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47,
    ]
    private let header: InlineArray<12, UInt8> = [
        0x50, 0x51, 0x52, 0x53, 0xC0, 0xC1, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7,
    ]
    private let sunscreen = Array(
        """
        Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.
        """.utf8)

    @Test func `sealing gives the tag and the text of RFC 8439`() {
        var buffer = sunscreen
        var span = buffer.mutableSpan
        let tag = SwiftCrypto.seal(&span, header: header.span, nonce: nonce, key: key)
        #expect(
            (0..<16).map { tag[$0] } == [
                0x1A, 0xE1, 0x0B, 0x59, 0x4F, 0x09, 0xE2, 0x6A, 0x7E, 0x90, 0x2E, 0xCB, 0xD0, 0x60, 0x06, 0x91,
            ])
        #expect(Array(buffer.prefix(8)) == [0xD3, 0x1A, 0x8D, 0x34, 0x64, 0x8E, 0x60, 0xDB])
    }

    @Test func `what was sealed opens again, and nothing that differs in one bit does`() {
        var sealed = sunscreen
        var span = sealed.mutableSpan
        let tag = SwiftCrypto.seal(&span, header: header.span, nonce: nonce, key: key)
        func opens(
            _ text: [UInt8], _ header: InlineArray<12, UInt8>, _ tag: InlineArray<16, UInt8>,
            _ nonce: InlineArray<12, UInt8>, _ key: InlineArray<32, UInt8>
        ) -> [UInt8]? {
            var buffer = text
            var span = buffer.mutableSpan
            let isAuthentic = SwiftCrypto.open(&span, header: header.span, tag: tag, nonce: nonce, key: key)
            return isAuthentic ? buffer : nil
        }
        #expect(opens(sealed, header, tag, nonce, key) == sunscreen)
        var wrongText = sealed
        wrongText[50] ^= 1
        #expect(opens(wrongText, header, tag, nonce, key) == nil)
        var wrongHeader = header
        wrongHeader[0] ^= 1
        #expect(opens(sealed, wrongHeader, tag, nonce, key) == nil)
        var wrongTag = tag
        wrongTag[15] ^= 0x80
        #expect(opens(sealed, header, wrongTag, nonce, key) == nil)
        var wrongNonce = nonce
        wrongNonce[11] ^= 1
        #expect(opens(sealed, header, tag, wrongNonce, key) == nil)
        var wrongKey = key
        wrongKey[31] ^= 1
        #expect(opens(sealed, header, tag, nonce, wrongKey) == nil)
    }

    @Test func `an empty text has a tag, too`() {
        var buffer = [UInt8]()
        var span = buffer.mutableSpan
        let tag = SwiftCrypto.seal(&span, header: header.span, nonce: nonce, key: key)
        var opened = [UInt8]()
        var openedSpan = opened.mutableSpan
        #expect(SwiftCrypto.open(&openedSpan, header: header.span, tag: tag, nonce: nonce, key: key))
    }

    /// RFC 4231, case 1 with its key padded to 32 bytes by zeros, which HMAC does by itself.
    @Test func `the keyed hash is HMAC-SHA-256`() {
        var key = InlineArray<32, UInt8>(repeating: 0)
        for index in 0..<20 { key[index] = 0x0B }
        let hash = SwiftCrypto.authenticate(Array("Hi There".utf8).span, key: key)
        #expect((0..<8).map { hash[$0] } == [0xB0, 0x34, 0x4C, 0x61, 0xD8, 0xDB, 0x38, 0x53])
    }

    @Test func `the keyed hash is the library's, whatever the length of the message`() {
        for length in 0...200 {
            let key = InlineArray<32, UInt8> { UInt8(truncatingIfNeeded: ($0 + 1) * (length + 7)) }
            let message = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 31 + length) }
            let hash = SwiftCrypto.authenticate(message.span, key: key)
            let other = HMAC<SHA256>.authenticationCode(
                for: message, using: SymmetricKey(data: (0..<32).map { key[$0] }))
            #expect((0..<32).map { hash[$0] } == Array(other), "\(length) bytes")
        }
    }
}
