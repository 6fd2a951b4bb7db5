import LockHAL
import Testing

@testable import LockLink

/// Messages cut into fragments, and put together again.
@Suite struct FragmentTests {
    private func message(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) } }

    private func append(_ body: [UInt8], _ type: MessageType, to outgoing: inout OutgoingMessages) -> Bool {
        outgoing.append(type, body.span)
    }

    private func take(_ fragment: [UInt8], _ assembler: inout Assembler) -> Assembler.Verdict {
        assembler.take(fragment.span)
    }

    /// All fragments that wait, each of at most that size.
    private func fragments(_ outgoing: inout OutgoingMessages, sizeMax: Int) -> [[UInt8]] {
        var all: [[UInt8]] = []
        while true {
            var bytes = [UInt8](repeating: 0, count: 520)
            var room = bytes.mutableSpan
            let size = outgoing.nextFragment(sizeMax: sizeMax, into: &room, at: 3)
            guard size > 0 else { return all }
            all.append(Array(bytes[3..<3 + size]))
            _ = outgoing.fragmentSent()
        }
    }

    @Test(arguments: [20, 21, 61, 182, 244, 512])
    func `messages of every length arrive as they were, whatever a value holds`(sizeMax: Int) {
        var outgoing = OutgoingMessages()
        var assembler = Assembler()
        for count in [0, 1, 2, sizeMax - 3, sizeMax - 2, sizeMax - 1, sizeMax, 2 * sizeMax, 1_000, 1_023]
        where count <= 1_023 {
            let body = message(count)
            #expect(append(body, .session, to: &outgoing) == true)
            let all = fragments(&outgoing, sizeMax: sizeMax)
            #expect(all.count == (count + 1 + sizeMax - 2) / (sizeMax - 1))
            for (index, fragment) in all.enumerated() {
                #expect(fragment.count <= sizeMax)
                let verdict = take(fragment, &assembler)
                #expect(verdict == (index == all.count - 1 ? .complete : .incomplete))
            }
            #expect(Array(assembler.bytes[..<assembler.count]) == [0x20] + body)
        }
        #expect(outgoing.isEmpty)
    }

    @Test func `the counter goes on over all messages and begins anew after 63`() {
        var outgoing = OutgoingMessages()
        var assembler = Assembler()
        for number in 0..<200 {
            #expect(append([1, 2], .session, to: &outgoing) == true)
            let all = fragments(&outgoing, sizeMax: 20)
            #expect(all.map { $0[0] } == [0xC0 | UInt8(number % 64)])
            #expect(take(all[0], &assembler) == .complete)
        }
    }

    @Test func `a message of 1,024 bytes is taken, and one of 1,025 is neither sent nor taken`() {
        var outgoing = OutgoingMessages()
        #expect(append(message(1_023), .session, to: &outgoing) == true)
        #expect(append(message(1_024), .session, to: &outgoing) == false)
        var assembler = Assembler()
        let first = [0x80] + message(512)
        #expect(take(first, &assembler) == .incomplete)
        let second = [0x41] + message(512)
        #expect(take(second, &assembler) == .complete)
        #expect(assembler.count == 1_024)
        assembler.reset()
        #expect(take(first, &assembler) == .incomplete)
        let longer = [0x41] + message(513)
        #expect(take(longer, &assembler) == .violated)
    }

    @Test func `there is room for two of the longest messages and not for a third`() {
        var outgoing = OutgoingMessages()
        #expect(append(message(1_023), .session, to: &outgoing) == true)
        #expect(append(message(1_023), .session, to: &outgoing) == true)
        #expect(append([1], .refusal, to: &outgoing) == false)
        let all = fragments(&outgoing, sizeMax: 512)
        #expect(all.count == 6)
        #expect(append(message(1_023), .session, to: &outgoing) == true)
    }

    @Test func `a fragment is the same until it is sent`() {
        var outgoing = OutgoingMessages()
        #expect(append(message(100), .session, to: &outgoing) == true)
        var seen: [[UInt8]] = []
        for _ in 0..<3 {
            var bytes = [UInt8](repeating: 0, count: 64)
            var room = bytes.mutableSpan
            _ = outgoing.nextFragment(sizeMax: 30, into: &room, at: 0)
            seen.append(bytes)
        }
        #expect(seen[0] == seen[1] && seen[1] == seen[2])
        #expect(outgoing.fragmentSent() == false)
    }

    @Test func `what is no fragment of the message under way ends it`() {
        let wrong: [([[UInt8]], String)] = [
            ([[]], "nothing"), ([[0xC0]], "no byte of a message"), ([[0x40, 1]], "a last one without a first"),
            ([[0x00, 1]], "a middle one without a first"), ([[0xC1, 1]], "a counter that is ahead"),
            ([[0x80, 1], [0x80, 1]], "the same one twice"), ([[0x80, 1], [0x81, 1]], "a first one in the middle"),
            ([[0x80, 1], [0xC1, 1]], "a message within a message"), ([[0x80, 1], [0x42, 1]], "one is missing"),
            ([[0xC0, 1], [0xC0, 1]], "a message twice"),
        ]
        for (fragments, what) in wrong {
            var assembler = Assembler()
            var verdict = Assembler.Verdict.incomplete
            for fragment in fragments { verdict = take(fragment, &assembler) }
            #expect(verdict == .violated, "\(what)")
        }
    }
}
