import LockCore
import Testing

@Suite struct CodeEntryTests {
    private func typed(_ digits: String, at now: Instant = .zero) -> CodeEntry {
        var entry = CodeEntry(timeout: .seconds(10))
        for digit in Code(digits).places { #expect(entry.press(.digit(digit), at: now) == .taken) }
        return entry
    }

    @Test func `digits and the pound key make a code`() {
        var entry = typed("0421")
        #expect(entry.press(.pound, at: .zero) == .entered)
        #expect(entry.code.matches(Code("0421")))
        #expect(!entry.isForProgramming && !entry.isOverlong)
    }

    @Test func `the star clears what was typed`() {
        var entry = typed("0421")
        #expect(entry.press(.star, at: .zero) == .cleared)
        #expect(entry == CodeEntry(timeout: .seconds(10)))
    }

    @Test func `the star before a code asks for programming, and twice does not`() {
        var entry = CodeEntry(timeout: .seconds(10))
        #expect(entry.press(.star, at: .zero) == .taken)
        #expect(entry.isForProgramming)
        _ = entry.press(.digit(4), at: .zero)
        #expect(entry.press(.pound, at: .zero) == .entered)
        #expect(entry.isForProgramming)
        entry.wipe()
        _ = entry.press(.star, at: .zero)
        #expect(entry.press(.star, at: .zero) == .cleared)
        #expect(!entry.isForProgramming)
    }

    @Test func `the pound key alone is no code`() {
        var entry = CodeEntry(timeout: .seconds(10))
        #expect(entry.press(.pound, at: .zero) == .bareEnter)
    }

    @Test func `thirteen digits are more than any code has`() {
        var entry = typed("123456789012")
        #expect(!entry.isOverlong)
        #expect(entry.press(.digit(3), at: .zero) == .taken)
        #expect(entry.isOverlong)
        #expect(entry.press(.pound, at: .zero) == .entered)
    }

    @Test func `C07: silence wipes a half-typed code after ten seconds and not before`() {
        var entry = typed("0421", at: .ms(5))
        #expect(entry.deadline == .ms(10_005))
        #expect(entry.expire(at: .ms(10_004)) == false)
        #expect(entry.code.count == 4)
        #expect(entry.expire(at: .ms(10_005)) == true)
        #expect(entry == CodeEntry(timeout: .seconds(10)))
        #expect(entry.expire(at: .ms(10_006)) == false, "told once")
    }

    @Test func `each key starts the silence anew`() {
        var entry = typed("042", at: .zero)
        _ = entry.press(.digit(1), at: .s(9))
        #expect(entry.expire(at: .s(18)) == false)
        #expect(entry.expire(at: .s(19)) == true)
    }
}

extension Code {
    /// The digits one by one.
    var places: [UInt8] { (0..<count).map(digit(at:)) }
}
