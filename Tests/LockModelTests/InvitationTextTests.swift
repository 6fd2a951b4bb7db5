import LockModel
import Testing

@Suite struct InvitationTextTests {
    @Test func `16 bytes are 26 characters, and come back from them`() {
        let bytes = (0..<16).map { UInt8($0 * 15) }
        let text = InvitationText.base32(bytes)
        #expect(text.count == 26)
        #expect(InvitationText.bytes(text, count: 16) == bytes)
        #expect(InvitationText.bytes(text.lowercased(), count: 16) == bytes)
        #expect(InvitationText.bytes("\(text.prefix(13))-\(text.suffix(13)) ", count: 16) == bytes)
    }

    // RFC 4648, 10, without the padding.
    @Test(arguments: [("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("foobar", "MZXW6YTBOI")])
    func `base32 is that of RFC 4648`(plain: String, text: String) {
        #expect(InvitationText.base32(Array(plain.utf8)) == text)
        #expect(InvitationText.bytes(text, count: plain.utf8.count) == Array(plain.utf8))
    }

    @Test(arguments: ["", "A", "MY======", "M1XW6", "MZXW6YTBOI8", "MZ"])
    func `what is not base32 of that length is refused`(text: String) {
        #expect(InvitationText.bytes(text, count: 3) == nil)
    }

    @Test func `the two bits left over must be 0`() {
        let text = InvitationText.base32([UInt8](repeating: 0, count: 16))
        #expect(InvitationText.bytes(text, count: 16) != nil)
        #expect(InvitationText.bytes(text.dropLast() + "B", count: 16) == nil)
    }

    @Test func `a link says the invitation and the lock's key, and characters the invitation alone`() throws {
        let invitation = [UInt8](repeating: 0xA5, count: 16)
        let key = [UInt8](repeating: 0x3C, count: 32)
        let link = InvitationText.link(page: "https://lock.example/", invitation: invitation, lockKey: key)
        let parsed = try #require(InvitationText.parse(link))
        #expect(parsed.invitation == invitation && parsed.lockKey == key)
        let typed = try #require(InvitationText.parse(InvitationText.base32(invitation)))
        #expect(typed.invitation == invitation && typed.lockKey == nil)
        #expect(InvitationText.parse(link.dropLast() + "") == nil)
        #expect(InvitationText.parse("https://lock.example/#x=1") == nil)
    }
}
