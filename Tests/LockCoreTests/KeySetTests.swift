import LockCore
import Testing

@Suite struct KeySetTests {
    private func keys(_ indices: [UInt8]) -> KeySet {
        var set = KeySet()
        for index in indices { set.insert(Key(index: index)) }
        return set
    }

    @Test func `each key stands where it is printed`() {
        let printed: [[UInt8?]] = [[1, 2, 3], [4, 5, 6], [7, 8, 9], [nil, 0, nil]]
        for index in UInt8(0)..<12 {
            let key = Key(index: index)
            #expect(key.digit == printed[Int(key.row)][Int(key.column)])
        }
        for digit in UInt8(0)...9 { #expect(Key.digit(digit).digit == digit) }
        #expect((Key.star.row, Key.star.column) == (3, 0))
        #expect((Key.pound.row, Key.pound.column) == (3, 2))
    }

    @Test func `sets are put together and taken apart`() {
        let some = keys([0, 4, 11])
        #expect(some.contains(.pound) && !some.contains(.star))
        #expect(some.subtracting(keys([4])) == keys([0, 11]))
        #expect(some.intersection(keys([4, 5])) == keys([4]))
        #expect(KeySet().isEmpty && !some.isEmpty)
        #expect(KeySet(bits: 0xF001) == keys([0]), "there are twelve keys and no more")
    }

    @Test func `the columns are those in which a key is down`() {
        for index in UInt8(0)..<12 { #expect(keys([index]).columns == 1 << (index % 3)) }
        #expect(keys([0, 11]).columns == 0b101)
        #expect(KeySet().columns == 0)
    }

    @Test func `a rectangle is a ghost and nothing less is, for all sets of keys`() {
        // Independent of the bit tricks: look for two rows and two columns whose four corners are all down.
        for bits in UInt16(0)..<4_096 {
            let down = KeySet(bits: bits)
            func isDown(_ row: Int, _ column: Int) -> Bool { down.contains(Key(index: UInt8(row * 3 + column))) }
            var hasRectangle = false
            for (upper, lower) in [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)] {
                for (left, right) in [(0, 1), (0, 2), (1, 2)] {
                    let corners = [
                        isDown(upper, left), isDown(upper, right), isDown(lower, left), isDown(lower, right),
                    ]
                    hasRectangle = hasRectangle || corners.allSatisfy { $0 }
                }
            }
            #expect(down.hasGhost == hasRectangle, "keys \(bits)")
        }
    }
}
