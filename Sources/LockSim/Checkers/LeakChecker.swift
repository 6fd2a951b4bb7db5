public import LockCore

/// R8: no code in anything that is printed.
public enum LeakChecker {
    /// Looks for the digits of the codes in a text: plain, or spread out with one other character between them.
    ///
    /// Codes shorter than four digits are not looked for. The text is read as bytes.
    public static func findings(in text: String, codes: [Code], at time: WorldTime) -> Findings {
        var findings = Findings()
        let bytes = Array(text.utf8)
        for code in codes where code.count >= 4 {
            if contains(code, in: bytes, stride: 1) || contains(code, in: bytes, stride: 2) {
                findings.add("R8", "an output shows a code", at: time)
            }
        }
        return findings
    }

    /// Looks for codes and other secrets in packets of the radio: digits as characters and as bytes, and secrets as they
    /// are (attack A02).
    ///
    /// Secrets shorter than eight bytes are not looked for.
    public static func findings(
        inPackets packets: [[UInt8]], codes: [Code], secrets: [[UInt8]], at time: WorldTime
    ) -> Findings {
        var findings = Findings()
        for packet in packets {
            for code in codes where code.count >= 4 {
                let digits = (0..<code.count).map { code.digit(at: $0) }
                if contains(digits, in: packet) || contains(digits.map { $0 + 0x30 }, in: packet) {
                    findings.add("R8", "a packet shows a code", at: time)
                }
            }
            for secret in secrets where secret.count >= 8 && contains(secret, in: packet) {
                findings.add("R8", "a packet shows a secret", at: time)
            }
        }
        return findings
    }

    private static func contains(_ part: [UInt8], in bytes: [UInt8]) -> Bool {
        guard bytes.count >= part.count else { return false }
        for start in 0...(bytes.count - part.count) where bytes[start..<start + part.count].elementsEqual(part) {
            return true
        }
        return false
    }

    private static func contains(_ code: Code, in bytes: [UInt8], stride: Int) -> Bool {
        let length = (code.count - 1) * stride + 1
        guard bytes.count >= length else { return false }
        for start in 0...(bytes.count - length) {
            var place = 0
            while place < code.count, bytes[start + place * stride] == 0x30 + code.digit(at: place) { place += 1 }
            guard place == code.count else { continue }
            let isWhole = !isDigit(bytes, start - 1) && !isDigit(bytes, start + length)
            if isWhole && isSpread(bytes, from: start, to: start + length, stride: stride) { return true }
        }
        return false
    }

    /// Digits that belong to a longer number (a time, an address) are no code.
    private static func isDigit(_ bytes: [UInt8], _ index: Int) -> Bool {
        bytes.indices.contains(index) && bytes[index] >= 0x30 && bytes[index] <= 0x39
    }

    private static func isSpread(_ bytes: [UInt8], from start: Int, to end: Int, stride: Int) -> Bool {
        guard stride == 2 else { return true }
        for index in Swift.stride(from: start + 1, to: end, by: 2) where isDigit(bytes, index) { return false }
        return true
    }
}
