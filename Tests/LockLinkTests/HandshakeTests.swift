import LockCrypto
import LockHAL
import LockLink
import Testing

typealias Side = Handshake<SwiftCrypto>

/// Both sides of a handshake, and what they have said so far.
private struct Pair: ~Copyable {
    var phone: Side
    var lock: Side
    let pattern: NoisePattern
    var messages: [[UInt8]] = []

    init(_ pattern: NoisePattern) {
        self.pattern = pattern
        phone = .begin(pattern, isInitiator: true)
        lock = .begin(pattern, isInitiator: false)
    }

    /// Exchanges messages until that many were; payloads are their numbers, four times.
    mutating func exchange(_ count: Int) throws(NoiseFault) {
        while messages.count < count {
            let message = try writeNext()
            if messages.count % 2 == 1 { _ = try lock.read(message) } else { _ = try phone.read(message) }
        }
    }

    /// Writes the next message, and lets nobody read it.
    mutating func writeNext() throws(NoiseFault) -> [UInt8] {
        let payload = [UInt8](repeating: UInt8(messages.count), count: 4)
        let message = messages.count % 2 == 0 ? try phone.write(payload) : try lock.write(payload)
        messages.append(message)
        return message
    }

    /// What becomes of another message in place of the last one written.
    mutating func fault(reading message: [UInt8]) -> NoiseFault? {
        messages.count % 2 == 1 ? lock.fault(reading: message) : phone.fault(reading: message)
    }

    /// What the reader of the last message says to everything that could follow.
    mutating func faultsAfterwards() -> [NoiseFault?] {
        let last = messages[messages.count - 1]
        return messages.count % 2 == 1
            ? [lock.fault(reading: last), lock.fault(writing: [])]
            : [phone.fault(reading: last), phone.fault(writing: [])]
    }

    /// Whether the reader of the last message still knows whom it spoke to, or takes the handshake as finished.
    var readerKnowsAnything: Bool {
        messages.count % 2 == 1
            ? lock.remoteStatic != nil || lock.isFinished : phone.remoteStatic != nil || phone.isFinished
    }
}

/// Each message of each handshake.
private let all: [(NoisePattern, Int)] = [(.ik, 0), (.ik, 1), (.xxpsk3, 0), (.xxpsk3, 1), (.xxpsk3, 2)]

@Suite struct HandshakeTests {
    /// The pair, with the message of that number written and not yet read.
    private func pair(_ pattern: NoisePattern, beforeReading number: Int) throws -> Pair {
        var pair = Pair(pattern)
        try pair.exchange(number)
        _ = try pair.writeNext()
        return pair
    }

    // MARK: Going well

    @Test(arguments: [NoisePattern.ik, .xxpsk3])
    func `both sides end with the same hash, know each other and understand each other`(pattern: NoisePattern) throws {
        var pair = Pair(pattern)
        try pair.exchange(pattern.messageCount)
        let finished = [pair.phone.isFinished, pair.lock.isFinished]
        #expect(finished == [true, true])
        let hashes = (array(pair.phone.hash.span), array(pair.lock.hash.span))
        #expect(hashes.0 == hashes.1)
        let known = (pair.phone.remoteStatic, pair.lock.remoteStatic)
        #expect(known.0 == SwiftCrypto.publicKey(of: PrivateKey(NoiseKeys.lock)))
        #expect(known.1 == SwiftCrypto.publicKey(of: PrivateKey(NoiseKeys.phone)))
        let (fromPhone, fromLock) = try greet(pair)
        #expect(fromPhone == Array("unlock".utf8))
        #expect(fromLock == Array("done".utf8))
    }

    private func greet(_ pair: consuming Pair) throws -> ([UInt8], [UInt8]) {
        var phone = pair.phone.split()
        var lock = pair.lock.split()
        return (try lock.open(phone.seal(Array("unlock".utf8))), try phone.open(lock.seal(Array("done".utf8))))
    }

    @Test(arguments: all)
    func `a message has its overhead and its payload, and no more`(pattern: NoisePattern, number: Int) throws {
        let pair = try pair(pattern, beforeReading: number)
        let count = pair.messages[number].count
        #expect(count == pattern.overhead(ofMessage: number) + 4)
    }

    @Test func `the lock knows the phone of IK after one message, and that of XXpsk3 after three`() throws {
        for (pattern, count) in [(NoisePattern.ik, 1), (.xxpsk3, 3)] {
            var pair = Pair(pattern)
            for number in 0..<count {
                let isKnown = pair.lock.remoteStatic != nil
                #expect(!isKnown)
                try pair.exchange(number + 1)
            }
            let known = pair.lock.remoteStatic
            #expect(known == SwiftCrypto.publicKey(of: PrivateKey(NoiseKeys.phone)))
        }
    }

    // MARK: Going wrong

    @Test(arguments: all)
    func `no byte of a message may be another, and nothing follows`(pattern: NoisePattern, number: Int) throws {
        let message = try pair(pattern, beforeReading: number).messages[number]
        for index in message.indices {
            var pair = try pair(pattern, beforeReading: number)
            var changed = message
            changed[index] ^= index % 2 == 0 ? 0x01 : 0x80
            let fault = pair.fault(reading: changed)
            #expect(fault == .notAuthentic, "byte \(index)")
            let (afterwards, knows) = (pair.faultsAfterwards(), pair.readerKnowsAnything)
            #expect(afterwards == [.outOfTurn, .outOfTurn])
            #expect(!knows)
        }
    }

    @Test(arguments: all)
    func `no message may be shorter or longer, and nothing follows`(pattern: NoisePattern, number: Int) throws {
        let message = try pair(pattern, beforeReading: number).messages[number]
        let overhead = pattern.overhead(ofMessage: number)
        for count in [Int](0..<message.count) + [message.count + 1, overhead + 256, overhead + 257, 1_024] {
            var pair = try pair(pattern, beforeReading: number)
            let other = Array((message + [UInt8](repeating: 0, count: 1_024)).prefix(count))
            let fault = pair.fault(reading: other)
            let canBe = count >= overhead && count <= overhead + 256
            #expect(fault == (canBe ? .notAuthentic : .malformed), "\(count) bytes")
            let afterwards = pair.faultsAfterwards()
            #expect(afterwards == [.outOfTurn, .outOfTurn])
        }
    }

    @Test(arguments: all)
    func `the other messages of the same handshake are refused in its place`(
        pattern: NoisePattern, number: Int
    ) throws {
        let written = try pair(pattern, beforeReading: number).messages
        for other in written.dropLast() {
            var pair = try pair(pattern, beforeReading: number)
            let fault = pair.fault(reading: other)
            #expect(fault == .malformed || fault == .notAuthentic)
        }
    }

    @Test(arguments: [
        (NoisePattern.ik, 0), (.ik, 1), (.xxpsk3, 1),
    ])
    func `an ephemeral key of small order is refused`(pattern: NoisePattern, number: Int) throws {
        var pair = try pair(pattern, beforeReading: number)
        var message = pair.messages[number]
        for index in 0..<32 { message[index] = 0 }
        let fault = pair.fault(reading: message)
        #expect(fault == .badKey)
        let afterwards = pair.faultsAfterwards()
        #expect(afterwards == [.outOfTurn, .outOfTurn])
    }

    @Test func `a replayed first message gets another lock's half-handshake, and no session`() throws {
        var pair = Pair(.ik)
        try pair.exchange(2)
        var later = Side.begin(.ik, isInitiator: false, ephemeral: NoiseKeys.stranger)
        // The first message of IK can be replayed: that is known, and why its payload is worth nothing.
        let payload = try later.read(pair.messages[0])
        #expect(payload == [0, 0, 0, 0])
        let answer = try later.write([1, 1, 1, 1])
        #expect(answer != pair.messages[1])
        let hashes = (array(later.hash.span), array(pair.lock.hash.span))
        #expect(hashes.0 != hashes.1)
        var phone = Side.finished(.ik, isInitiator: true)
        let recorded = try phone.seal(Array("unlock".utf8))
        var transport = later.split()
        let fault = transport.fault(opening: recorded)
        #expect(fault == .notAuthentic)
    }

    @Test func `a phone that knows another lock is not read by this one`() throws {
        var phone = Side.begin(.ik, isInitiator: true, responder: NoiseKeys.stranger)
        var lock = Side.begin(.ik, isInitiator: false)
        let fault = lock.fault(reading: try phone.write([]))
        #expect(fault == .notAuthentic)
    }

    @Test func `a lock with another key is not believed by the phone`() throws {
        var phone = Side.begin(.ik, isInitiator: true)
        var other = Side.begin(.ik, isInitiator: false, own: NoiseKeys.stranger)
        let message = try phone.write([])
        let fault = other.fault(reading: message)
        #expect(fault == .notAuthentic)
    }

    @Test func `another secret is noticed in the third message`() throws {
        var other = NoiseKeys.secret
        other[31] ^= 0x80
        var phone = Side.begin(.xxpsk3, isInitiator: true, secret: other)
        var lock = Side.begin(.xxpsk3, isInitiator: false)
        _ = try lock.read(try phone.write([]))
        _ = try phone.read(try lock.write([]))
        let fault = lock.fault(reading: try phone.write([]))
        #expect(fault == .notAuthentic)
        let (isFinished, known) = (lock.isFinished, lock.remoteStatic)
        #expect(!isFinished)
        #expect(known == nil)
    }

    @Test(arguments: [NoisePattern.ik, .xxpsk3])
    func `another prologue is noticed in the first message`(pattern: NoisePattern) throws {
        var phone = Side.begin(pattern, isInitiator: true, prologue: Array("bolthole link 2".utf8))
        var lock = Side.begin(pattern, isInitiator: false)
        let fault = lock.fault(reading: try phone.write([]))
        #expect(fault == .notAuthentic)
    }

    @Test func `the message of one handshake is none of the other`() throws {
        for (spoken, heard) in [(NoisePattern.ik, NoisePattern.xxpsk3), (.xxpsk3, .ik)] {
            var phone = Side.begin(spoken, isInitiator: true)
            var lock = Side.begin(heard, isInitiator: false)
            let message = try phone.write([UInt8](repeating: 0, count: 60))
            let fault = lock.fault(reading: message)
            #expect(fault == .notAuthentic)
        }
    }
}
