import LockCore
import Testing

@Suite struct CodeTests {
    @Test func `twelve digits fit and the thirteenth does not`() {
        var code = Code()
        for digit in UInt8(0)..<12 { #expect(code.append(digit % 10) == true) }
        #expect(code.append(5) == false)
        #expect(code.count == 12)
        #expect(code.digit(at: 11) == 1)
    }

    @Test func `leading zeros count`() {
        #expect(!Code("0123").matches(Code("123")))
        #expect(!Code("0000").matches(Code("000")))
        #expect(!Code("0").matches(Code()))
        #expect(Code("0123").matches(Code("0123")))
    }

    @Test func `one other digit in any place is another code`() {
        let code = Code("927450163827")
        for place in 0..<12 {
            var other = Code()
            for index in 0..<12 {
                _ = other.append(index == place ? (code.digit(at: index) + 1) % 10 : code.digit(at: index))
            }
            #expect(!code.matches(other))
        }
    }

    @Test func `a wiped code leaves nothing behind`() {
        var code = Code("927450163827")
        code.wipe()
        #expect(code.count == 0)
        #expect(code.matches(Code()))
        _ = code.append(0)
        #expect(code.matches(Code("0")))
    }

    @Test func `C09: no way of printing a code shows a digit`() {
        let code = Code("927450163827")
        var dumped = ""
        dump(code, to: &dumped)
        var printed = ""
        print(code, to: &printed)
        var debugPrinted = ""
        debugPrint(code, to: &debugPrinted)
        let texts = [
            dumped, printed, debugPrinted, String(describing: code), String(reflecting: code), "\(code)",
            "\(Optional(code) as Any)", String(reflecting: [code]),
        ]
        for text in texts { #expect(text.filter(\.isNumber) == "", "\(text)") }
        #expect(Mirror(reflecting: code).children.isEmpty)
    }

    @Test func `a failing test shows no digit of a code, nor of what holds one`() {
        // An issue that shows a digit is not a known one, and fails this test.
        withKnownIssue {
            let code = Code("927450163827")
            let other = Code("927450163828")
            #expect(code == other)
            #expect([Code()] == [code])
            var entry = CodeEntry(timeout: .seconds(10))
            _ = entry.press(.digit(9), at: .zero)
            _ = entry.press(.digit(2), at: .zero)
            #expect(entry == CodeEntry(timeout: .seconds(7)))
        } matching: { issue in
            let text = "\(issue)"
            return text.contains("redacted") && !text.contains("927") && !text.contains("9, 2")
        }
    }
}
