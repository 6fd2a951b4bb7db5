import LockLink
import Testing

/// Packets that are not as they should be.
@Suite struct AttributeServerMalformedTests {
    /// The lengths that a request can have, its opcode included, at an MTU of 64.
    private static let lengths: [(opcode: UInt8, lengths: [Int])] = [
        (0x02, [3]), (0x04, [5]), (0x06, Array(7...64)), (0x08, [7, 21]), (0x0A, [3]), (0x0C, [5]),
        (0x0E, Array(stride(from: 5, through: 63, by: 2))), (0x10, [7, 21]), (0x12, Array(3...64)),
        (0x16, Array(5...64)), (0x18, [2]), (0x20, Array(stride(from: 5, through: 63, by: 2))),
    ]

    @Test func `a request of a length that it cannot have is refused with error 0x04`() {
        for (opcode, lengths) in Self.lengths {
            for count in 1...600 {
                var bench = AttributeBench(mtu: 64, isSubscribed: true)
                let answer = bench.send([opcode] + [UInt8](repeating: 1, count: count - 1))
                if lengths.contains(count) {
                    // Handle 0x0101 is not there, nor is such a type or such a flag; but these lengths are right.
                    #expect(answer != [0x01, opcode, 0, 0, 0x04], "\(opcode), \(count) bytes")
                } else {
                    #expect(answer == [0x01, opcode, 0, 0, 0x04], "\(opcode), \(count) bytes")
                    #expect(bench.server.mtu == 64)
                    #expect(!bench.reception.isInboxWritten)
                }
            }
        }
    }

    @Test func `a write command that is too short is ignored`() {
        var bench = AttributeBench(isSubscribed: true)
        for pdu in [[0x52], [0x52, 20]] as [[UInt8]] {
            #expect(bench.send(pdu).isEmpty)
            #expect(bench.reception == AttributeServer.Reception())
        }
    }

    @Test(arguments: [23, 64, 517], [1, 2, 3] as [UInt64])
    func `whatever comes is answered with its response, an error or nothing`(mtu: Int, seed: UInt64) {
        var random = PacketGenerator(seed: seed)
        var bench = AttributeBench(mtu: mtu, isSubscribed: true)
        for _ in 0..<20 {
            for opcode in 0...255 as ClosedRange<UInt8> {
                let count = Int.random(in: 0...40, using: &random)
                // Half of the bytes are small, so that handles are often right.
                let body = (0..<count).map { place -> UInt8 in
                    let byte = UInt8.random(in: 0...255, using: &random)
                    return place % 2 == 1 || byte % 4 == 0 ? byte & 1 : byte % 29
                }
                let answer = bench.send([opcode] + body)
                #expect(answer.count <= bench.server.mtu)
                #expect((23...517).contains(bench.server.mtu))
                guard let first = answer.first else {
                    #expect(opcode & 0x40 != 0 || opcode % 2 == 1 || opcode == 0x1E)
                    continue
                }
                #expect(opcode & 0x40 == 0)
                if first == 0x01 {
                    #expect(answer.count == 5)
                    #expect(answer[1] == opcode)
                } else {
                    #expect(first == opcode + 1)
                }
            }
        }
    }
}

/// SplitMix64, so that a run can be repeated.
struct PacketGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
