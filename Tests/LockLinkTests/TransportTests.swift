import LockCrypto
import LockHAL
import Testing

@testable import LockLink

extension Handshake where C == SwiftCrypto {
    /// One end of a session after an undisturbed handshake.
    static func finished(_ pattern: NoisePattern, isInitiator: Bool) -> Transport<SwiftCrypto> {
        var phone = begin(pattern, isInitiator: true)
        var lock = begin(pattern, isInitiator: false)
        do throws(NoiseFault) {
            for number in 0..<pattern.messageCount {
                let payload = [UInt8](repeating: UInt8(number), count: 4)
                if number % 2 == 0 {
                    _ = try lock.read(try phone.write(payload))
                } else {
                    _ = try phone.read(try lock.write(payload))
                }
            }
        } catch {
            preconditionFailure("an undisturbed handshake failed")
        }
        return isInitiator ? phone.split() : lock.split()
    }
}

@Suite struct TransportTests {
    private let texts: [[UInt8]] = [Array("first".utf8), [], Array("third".utf8), [UInt8](repeating: 3, count: 1_000)]

    @Test(arguments: [NoisePattern.ik, .xxpsk3])
    func `what one side seals the other opens, in both directions`(pattern: NoisePattern) throws {
        var phone = Side.finished(pattern, isInitiator: true)
        var lock = Side.finished(pattern, isInitiator: false)
        for text in texts {
            let toLock = try phone.seal(text)
            #expect(toLock.count == text.count + 16)
            let heard = try lock.open(toLock)
            #expect(heard == text)
            let toPhone = try lock.seal(text)
            #expect(toPhone != toLock)
            let answer = try phone.open(toPhone)
            #expect(answer == text)
        }
    }

    @Test func `a message out of order or for the second time is refused, and the right one still opens`() throws {
        var phone = Side.finished(.ik, isInitiator: true)
        var lock = Side.finished(.ik, isInitiator: false)
        var sealed: [[UInt8]] = []
        for text in texts { sealed.append(try phone.seal(text)) }
        for next in sealed.indices {
            for other in sealed.indices where other != next {
                let fault = lock.fault(opening: sealed[other])
                #expect(fault == .notAuthentic, "\(other) instead of \(next)")
            }
            let text = try lock.open(sealed[next])
            #expect(text == texts[next])
        }
        for old in sealed {
            let fault = lock.fault(opening: old)
            #expect(fault == .notAuthentic)
        }
    }

    @Test func `a message may differ in no bit and in no length, and the right one still opens`() throws {
        var phone = Side.finished(.ik, isInitiator: true)
        var lock = Side.finished(.ik, isInitiator: false)
        let sealed = try phone.seal(texts[0])
        for bit in 0..<sealed.count * 8 {
            var changed = sealed
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            let fault = lock.fault(opening: changed)
            #expect(fault == .notAuthentic, "bit \(bit)")
        }
        for count in 0..<sealed.count {
            let fault = lock.fault(opening: Array(sealed.prefix(count)))
            #expect(fault == (count < 16 ? .malformed : .notAuthentic), "\(count) bytes")
        }
        let longer = lock.fault(opening: sealed + [0])
        #expect(longer == .notAuthentic)
        let text = try lock.open(sealed)
        #expect(text == texts[0])
    }

    @Test func `nobody is fooled by his own message`() throws {
        var phone = Side.finished(.ik, isInitiator: true)
        let fault = phone.fault(opening: try phone.seal(texts[0]))
        #expect(fault == .notAuthentic)
    }

    @Test func `a count beyond the buffer is no message, and a text without room for its tag is not sealed`() throws {
        var phone = Side.finished(.ik, isInitiator: true)
        var lock = Side.finished(.ik, isInitiator: false)
        var buffer = [UInt8](repeating: 1, count: 20)
        var span = buffer.mutableSpan
        var faults: [NoiseFault] = []
        do throws(NoiseFault) { _ = try lock.open(&span, count: 21) } catch { faults.append(error) }
        do throws(NoiseFault) { _ = try lock.open(&span, count: 15) } catch { faults.append(error) }
        do throws(NoiseFault) { _ = try phone.seal(&span, count: 5) } catch { faults.append(error) }
        do throws(NoiseFault) { _ = try phone.seal(&span, count: .max) } catch { faults.append(error) }
        #expect(faults == [.malformed, .malformed, .noRoom, .noRoom])
        #expect(buffer == [UInt8](repeating: 1, count: 20))
        // The refused ones used up no nonce.
        var other = buffer.mutableSpan
        let sealed = try phone.seal(&other, count: 4)
        #expect(sealed == 20)
        var third = buffer.mutableSpan
        let opened = try lock.open(&third, count: 20)
        #expect(opened == 4)
        #expect(Array(buffer.prefix(4)) == [1, 1, 1, 1])
    }

    /// Revision 34, 5.1: 2^64 - 1 is for other uses.
    @Test func `the last nonce is never used`() throws {
        let key = InlineArray<32, UInt8>(repeating: 7)
        var sender = Transport<SwiftCrypto>(sending: key, receiving: key, nonce: .max - 1)
        var receiver = Transport<SwiftCrypto>(sending: key, receiving: key, nonce: .max - 1)
        let last = try sender.seal(texts[0])
        do throws(NoiseFault) {
            _ = try sender.seal(texts[0])
            Issue.record("sealed with the nonce that is never used")
        } catch {
            #expect(error == .exhausted)
        }
        let text = try receiver.open(last)
        #expect(text == texts[0])
        let fault = receiver.fault(opening: last)
        #expect(fault == .exhausted)
    }

    @Test func `nothing is sealed or opened after a session has ended`() throws {
        var phone = Side.finished(.ik, isInitiator: true)
        var lock = Side.finished(.ik, isInitiator: false)
        let sealed = try phone.seal(texts[0])
        lock.wipe()
        let fault = lock.fault(opening: sealed)
        #expect(fault == .exhausted)
    }
}
