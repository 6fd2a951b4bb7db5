import LockCore
import LockCrypto
import LockHAL
import Testing

@testable import LockLink

/// What a phone makes of what is in the air.
@Suite struct AdvertisedLockTests {
    private let key = InlineArray<32, UInt8> { UInt8($0) }
    /// What the lock with that key says, in its advertisement and in the answer to a scan.
    private var said: (data: [UInt8], response: [UInt8]) {
        var link = Link<SwiftCrypto>(
            key: PrivateKey(InlineArray(repeating: 7)), advertisingKey: key, sequence: 0,
            facts: AttributeFacts(
                manufacturer: AttributeValue("Test"), model: AttributeValue("lock"), firmware: AttributeValue("1"),
                battery: 50))
        let told = link.advertisement(random: InlineArray { UInt8(200 - $0) }, at: .zero)
        return (
            (0..<Int(told.dataCount)).map { told.data[$0] },
            (0..<Int(told.scanResponseCount)).map { told.scanResponse[$0] }
        )
    }

    private func heard(_ bytes: [UInt8], _ key: InlineArray<32, UInt8>?) -> AdvertisedLock {
        AdvertisedLock(bytes.span, key: key, crypto: SwiftCrypto.self)
    }

    @Test func `a phone knows its own lock, and tells others from it`() {
        let all = said.data + said.response
        #expect(heard(all, key) == .known)
        #expect(heard(all, InlineArray { UInt8($0 + 1) }) == .other)
        #expect(heard(said.response, key) == .known)
        #expect(heard(said.data, key) == .some, "it has not said which one it is")
    }

    @Test func `a phone without an advertising key takes every lock for some lock`() {
        #expect(heard(said.data, nil) == .some)
        #expect(heard(said.response, nil) == .some)
    }

    @Test func `any other bit of the proof is another lock`() {
        let all = said.response
        for place in (all.count - 8)..<all.count {
            for bit in 0..<8 {
                var changed = all
                changed[place] ^= 1 << bit
                #expect(heard(changed, key) == .other)
            }
        }
    }

    @Test func `what is no lock is none, whatever is said`() {
        #expect(heard([], key) == .nothing)
        #expect(heard([0x02, 0x01, 0x06], key) == .nothing)
        #expect(heard([0x11, 0x07] + [UInt8](repeating: 9, count: 16), key) == .nothing)
        #expect(heard([0x11, 0x21] + [UInt8](repeating: 9, count: 16), key) == .nothing)
    }

    @Test func `a lock is found among other services`() {
        let service = Array(said.data[5..<21])
        #expect(heard([0x21, 0x06] + [UInt8](repeating: 9, count: 16) + service, key) == .some)
        #expect(heard([0x20, 0x06] + [UInt8](repeating: 9, count: 16) + service.dropLast(), key) == .nothing)
    }

    @Test func `cut off anywhere, it is some lock at most, and never a trap`() {
        let all = said.response + said.data
        for count in 0..<all.count {
            let right: AdvertisedLock = count >= said.response.count ? .known : .nothing
            #expect(heard(Array(all.prefix(count)), key) == right, "\(count) bytes")
        }
        for length: UInt8 in 0...255 { #expect(heard([length, 0x21, 1], key) == .nothing) }
    }
}
