import LockCore
import LockCrypto
import LockHAL
import Testing

@testable import LockLink

/// How often, and what follows from an invitation.
@Suite struct LinkRateTests {
    private func at(_ milliseconds: UInt64) -> Instant { Instant(milliseconds: milliseconds) }

    @Test func `so many at once, and then one for each pause`() {
        var bucket = TokenBucket(capacity: 3, filled: 9, pause: .seconds(1))
        #expect(bucket.tokens == 3)
        for _ in 0..<3 { #expect(bucket.take(at: at(0)) == true) }
        #expect(bucket.take(at: at(999)) == false)
        #expect(bucket.take(at: at(1_000)) == true)
        #expect(bucket.take(at: at(1_999)) == false)
        #expect(bucket.take(at: at(2_000)) == true)
        for _ in 0..<3 { #expect(bucket.take(at: at(1_000_000)) == true) }
        #expect(bucket.take(at: at(1_000_000)) == false, "no more than the capacity comes together")
        bucket.giveBack()
        #expect(bucket.take(at: at(1_000_000)) == true)
    }

    @Test func `what is given back never makes more than the capacity`() {
        var bucket = TokenBucket(capacity: 2, filled: 2, pause: .seconds(1))
        for _ in 0..<300 { bucket.giveBack() }
        #expect(bucket.tokens == 2)
    }

    @Test func `a bucket that nobody used for ages does not overflow`() {
        var bucket = TokenBucket(capacity: 255, filled: 255, pause: .milliseconds(0))
        #expect(bucket.take(at: at(.max / 2)) == true)
        bucket.giveBack()
        #expect(bucket.tokens == 255)
    }

    @Test func `M2: a whole day of operations leaves more than half of the log, whoever asks and however many`() {
        let keepers = (0..<3).map { UserIndex(UInt16($0)) }
        let others = (3...1_000).map { UserIndex(UInt16($0)) }
        var budget = OperationBudget(LinkSettings())
        var done = (keepers: 0, others: 0)
        for second in 0..<UInt64(86_400) where second % 60 == 0 {
            let now = at(second * 1_000)
            for user in keepers {
                for _ in 0..<33 where budget.take(user, isKeeper: true, at: now) { done.keepers += 1 }
            }
            for user in others.prefix(40) {
                for _ in 0..<4 where budget.take(user, isKeeper: false, at: now) { done.others += 1 }
            }
        }
        #expect(2 * done.others <= 1_024, "two records each, of 2,048")
        #expect(2 * (done.others + done.keepers) < 2_048)
        #expect(done.others >= 400, "and they do come in")
    }

    @Test func `M2: nobody's allowance is forgotten because others ask`() {
        var budget = OperationBudget(LinkSettings())
        let first = UserIndex(500)
        for _ in 0..<32 { #expect(budget.take(first, isKeeper: false, at: at(0)) == true) }
        #expect(budget.take(first, isKeeper: false, at: at(0)) == false)
        for number: UInt16 in 501..<565 { #expect(budget.take(UserIndex(number), isKeeper: false, at: at(0)) == true) }
        #expect(budget.take(first, isKeeper: false, at: at(719_999)) == false)
        #expect(budget.take(first, isKeeper: false, at: at(720_000)) == true)
        #expect(budget.take(first, isKeeper: false, at: at(720_000)) == false)
    }

    @Test func `M6: the last 64 first messages are known again, and none else`() {
        var messages = FirstMessages()
        #expect(!messages.contains(0))
        for mark: UInt64 in 1...64 { messages.insert(mark) }
        #expect((UInt64(1)...64).allSatisfy { messages.contains($0) })
        #expect(!messages.contains(65) && !messages.contains(0))
        messages.insert(65)
        #expect(!messages.contains(1) && messages.contains(2) && messages.contains(65))
    }

    @Test func `failures are told at once, and then together`() {
        var failures = FailureCount()
        #expect(failures.take(at: at(0), pause: .hours(1)) == nil)
        failures.add(at: at(5))
        #expect(failures.deadline == at(5))
        #expect(failures.take(at: at(5), pause: .hours(1)) == 1)
        for _ in 0..<70_000 { failures.add(at: at(10)) }
        #expect(failures.take(at: at(3_600_004), pause: .hours(1)) == nil)
        #expect(failures.take(at: at(3_600_005), pause: .hours(1)) == .max)
        #expect(failures.deadline == nil)
    }

    @Test func `secret and id of an invitation are those of Python's hashlib`() {
        let bytes = InlineArray<16, UInt8> { UInt8($0) }
        let secret = InvitationHash.presharedKey(of: Invitation(bytes), SwiftCrypto.self)
        let id = InvitationHash.id(of: Invitation(bytes), SwiftCrypto.self)
        let digits = Array("0123456789abcdef")
        func hex(_ byte: UInt8) -> String { "\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])" }
        #expect(
            (0..<32).map { hex(secret[$0]) }.joined()
                == "7bfa3f8d48eaf32fb8460c319101454039aa1446af34e3bad1ceb23019e2d9e9")
        #expect((0..<8).map { hex(id[$0]) }.joined() == "e26bc1af2e737ba1")
    }

    @Test func `what is written is read again, and what does not fit is not written`() throws {
        var writer = MessageWriter()
        writer.begin(3, request: 9)
        writer.put(.user, UInt16(0x0102))
        writer.put(.sequence, UInt32(0x0102_0304))
        writer.put(.role, UInt8(3))
        writer.put(.setting, UInt8(1), UInt32(5))
        writer.put(.time, UInt32(7), UInt8(2))
        writer.put(.operation, UInt8(1), UInt8(0))
        let bytes = Array(writer.bytes[..<writer.count])
        #expect(
            bytes == [
                3, 9, 0x03, 2, 2, 1, 0x10, 4, 4, 3, 2, 1, 0x04, 1, 3, 0x19, 5, 1, 5, 0, 0, 0, 0x0E, 5, 7, 0, 0, 0, 2,
                0x0F, 2, 1, 0,
            ])
        var reader = FieldReader(from: 2, to: bytes.count)
        var tags: [FieldTag] = []
        while let field = try reader.next(in: bytes.span) { tags.append(field.tag) }
        #expect(tags == [.user, .sequence, .role, .setting, .time, .operation])

        let long = [UInt8](repeating: 7, count: 256)
        writer.put(.label, long.span)
        #expect(writer.isOverfull)
        writer.begin(0, request: 0)
        #expect(!writer.isOverfull)
        for _ in 0..<3 { writer.put(.label, long.span.extracting(0..<255)) }
        #expect(writer.room == MessageWriter.capacity - 2 - 3 * 257)
        let rest = writer.room
        writer.put(.label, long.span.extracting(0..<rest - 2))
        #expect(writer.room == 0 && !writer.isOverfull)
        writer.put(.role, UInt8(1))
        #expect(writer.isOverfull && writer.count == MessageWriter.capacity)
    }

    @Test func `a field that reaches past the end is malformed, wherever the message is cut`() {
        let bytes: [UInt8] = [0x03, 2, 1, 0, 0x04, 1, 3, 0x06, 0]
        for end in 0...bytes.count {
            var reader = FieldReader(from: 0, to: end)
            var count = 0
            var fault: MessageFault?
            do throws(MessageFault) {
                while try reader.next(in: bytes.span) != nil { count += 1 }
            } catch {
                fault = error
            }
            #expect((fault == nil) == [0, 4, 7, 9].contains(end), "cut after \(end)")
        }
    }

    @Test func `the table lets nobody reach the own role or a higher one`() {
        for asker in Role.allCases {
            let credential = Credential(user: UserIndex(5), role: asker)
            for target in Role.allCases {
                let isAbove = target.rawValue <= asker.rawValue
                #expect(
                    CommandTable.reaches(.below, from: credential, to: UserIndex(6), of: target) == !isAbove)
                #expect(!CommandTable.reaches(.own, from: credential, to: UserIndex(6), of: target))
                #expect(!CommandTable.reaches(.none, from: credential, to: UserIndex(5), of: target))
                #expect(CommandTable.reaches(.own, from: credential, to: UserIndex(5), of: target))
            }
        }
    }
}
