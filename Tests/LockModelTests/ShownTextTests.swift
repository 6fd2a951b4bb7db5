import LockModel
import Testing

/// L6: what strangers wrote is shown among our own words.
@Suite struct ShownTextTests {
    @Test(
        arguments: [
            ("Anna", "\"Anna\""), ("Zoë 📱", "\"Zoë 📱\""), ("(this phone)", "\"(this phone)\""),
            ("\" (this phone)", "\"\\u{22} (this phone)\""), ("\\u{22}", "\"\\u{5c}u{22}\""),
            ("\u{1B}[2J", "\"\\u{1b}[2J\""), ("a\nb", "\"a\\u{a}b\""), ("\u{9B}", "\"\\u{9b}\""),
            ("a\u{202E}b", "\"a\\u{202e}b\""), ("\u{2028}", "\"\\u{2028}\""), ("\u{FEFF}", "\"\\u{feff}\""),
            ("", "\"\""),
        ])
    func `L6: a label cannot end its quotation, steer a terminal or turn the writing`(text: String, shown: String) {
        #expect(ShownText.quoted(Array(text.utf8)) == shown)
    }

    @Test func `L6: bytes that are not UTF-8 are shown as such`() {
        #expect(ShownText.quoted([0x41, 0xFF]) == "\"A\u{FFFD}\"")
    }

    @Test func `a complaint turns no writing round`() {
        #expect(quoted("a\u{202E}b\u{7}") == "\"a\\u{202e}b\\u{7}\"")
    }
}
