import LockCrypto
import LockHAL
import LockLink
import Testing

/// Calls that come too early, too late or with too little room.
@Suite struct HandshakeTurnTests {
    @Test(arguments: [NoisePattern.ik, .xxpsk3])
    func `whoever is not to speak cannot, and loses nothing by trying`(pattern: NoisePattern) throws {
        var phone = Side.begin(pattern, isInitiator: true)
        var lock = Side.begin(pattern, isInitiator: false)
        let early = [lock.fault(writing: []), phone.fault(reading: [1, 2, 3])]
        #expect(early == [.outOfTurn, .outOfTurn])
        let first = try phone.write([])
        let twice = phone.fault(writing: [])
        #expect(twice == .outOfTurn)
        _ = try lock.read(first)
        let again = lock.fault(reading: first)
        #expect(again == .outOfTurn)
        _ = try phone.read(try lock.write([7]))
        if pattern == .xxpsk3 { _ = try lock.read(try phone.write([8])) }
        let finished = [phone.isFinished, lock.isFinished]
        #expect(finished == [true, true])
        let late = [
            phone.fault(writing: []), phone.fault(reading: first), lock.fault(writing: []), lock.fault(reading: first),
        ]
        #expect(late == [.outOfTurn, .outOfTurn, .outOfTurn, .outOfTurn])
    }

    @Test func `without the secret the third message is neither written nor read, until it is given`() throws {
        var phone = Side.begin(.xxpsk3, isInitiator: true, secret: nil)
        var lock = Side.begin(.xxpsk3, isInitiator: false, secret: nil)
        _ = try lock.read(try phone.write([1]))
        _ = try phone.read(try lock.write([]))
        let unwritten = phone.fault(writing: [2])
        #expect(unwritten == .outOfTurn)
        phone.setPSK(PreSharedKey(InlineArray { NoiseKeys.secret[$0] }))
        let third = try phone.write([2])
        let unread = lock.fault(reading: third)
        #expect(unread == .outOfTurn)
        lock.setPSK(PreSharedKey(InlineArray { NoiseKeys.secret[$0] }))
        let payload = try lock.read(third)
        #expect(payload == [2])
    }

    @Test(arguments: [NoisePattern.ik, .xxpsk3])
    func `a buffer that is one byte too short takes nothing and changes nothing`(pattern: NoisePattern) throws {
        var phone = Side.begin(pattern, isInitiator: true)
        var lock = Side.begin(pattern, isInitiator: false)
        let overhead = pattern.overhead(ofMessage: 0)
        let payload: [UInt8] = [1, 2, 3, 4]
        for room in [0, overhead, overhead + 3] {
            var message = [UInt8](repeating: 0, count: room)
            var span = message.mutableSpan
            var fault: NoiseFault?
            do throws(NoiseFault) { _ = try phone.write(payload.span, into: &span) } catch { fault = error }
            #expect(fault == .noRoom)
        }
        var message = [UInt8](repeating: 0, count: overhead + 4)
        var span = message.mutableSpan
        let count = try phone.write(payload.span, into: &span)
        #expect(count == overhead + 4)

        var short = [UInt8](repeating: 0, count: 3)
        var shortSpan = short.mutableSpan
        var fault: NoiseFault?
        do throws(NoiseFault) { _ = try lock.read(message.span, payload: &shortSpan) } catch { fault = error }
        #expect(fault == .noRoom)
        let read = try lock.read(message)
        #expect(read == payload)
    }

    @Test func `a payload of 256 bytes fits, one of 257 does not`() throws {
        var phone = Side.begin(.ik, isInitiator: true)
        var lock = Side.begin(.ik, isInitiator: false)
        let refused = phone.fault(writing: [UInt8](repeating: 5, count: 257))
        #expect(refused == .noRoom)
        let longest = [UInt8](repeating: 5, count: 256)
        let payload = try lock.read(try phone.write(longest))
        #expect(payload == longest)
    }

    @Test func `nothing of a payload that was not right is left in the buffer`() throws {
        var phone = Side.begin(.ik, isInitiator: true)
        var lock = Side.begin(.ik, isInitiator: false)
        var message = try phone.write([9, 9, 9, 9])
        message[message.count - 1] ^= 1
        var payload = [UInt8](repeating: 0xA5, count: 6)
        var span = payload.mutableSpan
        var fault: NoiseFault?
        do throws(NoiseFault) { _ = try lock.read(message.span, payload: &span) } catch { fault = error }
        #expect(fault == .notAuthentic)
        #expect(payload == [0, 0, 0, 0, 0xA5, 0xA5])
    }

    @Test func `a handshake that was given up is over`() throws {
        var phone = Side.begin(.ik, isInitiator: true)
        phone.wipe()
        let fault = phone.fault(writing: [])
        #expect(fault == .outOfTurn)
        let known = phone.remoteStatic
        #expect(known == nil)
    }
}
