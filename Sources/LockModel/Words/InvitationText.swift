/// An invitation as people see it: 26 characters, or a link with the lock's key.
///
/// Base32 (RFC 4648, 6) without padding: no two characters that look alike, and nothing that a link would escape.
public enum InvitationText {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")

    /// Bytes in base32; 16 bytes make 26 characters, 32 make 52.
    public static func base32(_ bytes: [UInt8]) -> String {
        var text = ""
        var bits = 0
        var value = 0
        for byte in bytes {
            value = (value << 8 | Int(byte)) & 0xFFFF
            bits += 8
            while bits >= 5 {
                bits -= 5
                text.append(alphabet[value >> bits & 31])
            }
        }
        if bits > 0 { text.append(alphabet[value << (5 - bits) & 31]) }
        return text
    }

    /// The bytes of base32, in either case; hyphens and blanks do not count.
    ///
    /// `nil` for other characters, for another length than `count` bytes have, and if the bits left over are not 0.
    public static func bytes(_ text: String, count: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits = 0
        var value = 0
        for character in text.uppercased() where character != "-" && !character.isWhitespace {
            guard let digit = alphabet.firstIndex(of: character) else { return nil }
            value = (value << 5 | digit) & 0xFFFF
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: value >> bits))
            }
        }
        guard bytes.count == count, bits < 5, value & ((1 << bits) - 1) == 0 else { return nil }
        return bytes
    }

    /// The link that a phone opens, or scans as a QR code.
    ///
    /// What stands after `#` never reaches a server.
    public static func link(page: String, invitation: [UInt8], lockKey: [UInt8]) -> String {
        "\(page)#i=\(base32(invitation))&k=\(base32(lockKey))"
    }

    /// What a link or typed characters say: the invitation's 16 bytes, and the lock's key if it is there.
    ///
    /// `nil` if that is none.
    public static func parse(_ text: String) -> (invitation: [UInt8], lockKey: [UInt8]?)? {
        guard let mark = text.firstIndex(of: "#") else { return bytes(text, count: 16).map { ($0, nil) } }
        var invitation: [UInt8]?
        var key: [UInt8]?
        for part in text[text.index(after: mark)...].split(separator: "&") {
            if part.hasPrefix("i=") {
                invitation = bytes(String(part.dropFirst(2)), count: 16)
            } else if part.hasPrefix("k=") {
                key = bytes(String(part.dropFirst(2)), count: 32)
                if key == nil { return nil }
            }
        }
        return invitation.map { ($0, key) }
    }
}
