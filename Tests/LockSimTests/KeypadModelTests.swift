import LockCore
import LockHAL
import LockSim
import Testing

@Suite struct KeypadModelTests {
    private func reading(_ rig: inout Rig) throws -> KeySet {
        var keys = KeySet()
        for column in UInt8(0)..<3 {
            rig.heard.removeAll()
            try rig.board.readColumn(column)
            rig.run(2)
            guard case .columnRead(column, let rows)? = rig.heard.last else { continue }
            for row in UInt8(0)..<4 where rows.bits & (1 << row) != 0 { keys.insert(Key(index: row * 3 + column)) }
        }
        return keys
    }

    @Test(arguments: UInt8(0)..<12)
    func `each key is read where it is`(index: UInt8) throws {
        var rig = Rig()
        _ = try rig.board.world.perform(.keyDown(Key(index: index)))
        rig.run(10)
        #expect(try reading(&rig).bits == 1 << UInt16(index))
        _ = try rig.board.world.perform(.keyUp(Key(index: index)))
        rig.run(10)
        #expect(try reading(&rig).isEmpty)
    }

    @Test func `three corners of a rectangle show the fourth`() throws {
        var rig = Rig()
        for key in [Key.digit(1), .digit(2), .digit(4)] { _ = try rig.board.world.perform(.keyDown(key)) }
        rig.run(10)
        let keys = try reading(&rig)
        #expect(keys.contains(.digit(5)), "nobody pressed it")
        #expect(keys.bits.nonzeroBitCount == 4)
    }

    @Test func `two keys make no ghost`() throws {
        var rig = Rig()
        for key in [Key.digit(1), .digit(5)] { _ = try rig.board.world.perform(.keyDown(key)) }
        rig.run(10)
        #expect(try reading(&rig).bits.nonzeroBitCount == 2)
    }

    @Test func `a contact bounces for 5 ms and no longer, and the same seed bounces the same way`() throws {
        func levels(seed: UInt64) throws -> [UInt8] {
            var parameters = WorldParameters()
            parameters.seed = seed
            var rig = Rig(parameters)
            _ = try rig.board.world.perform(.start(.keyBounce(milliseconds: 20)))
            _ = try rig.board.world.perform(.keyDown(.digit(1)))
            var levels: [UInt8] = []
            for _ in 0..<40 {
                try rig.board.readColumn(0)
                rig.run(1)
                if case .columnRead(_, let rows)? = rig.heard.last { levels.append(rows.bits) }
            }
            return levels
        }
        let once = try levels(seed: 7)
        #expect(once.prefix(18).contains(0))
        #expect(!once.suffix(19).contains(0))
        #expect(try levels(seed: 7) == once)
        #expect(try levels(seed: 8) != once)
    }

    @Test func `an edge is told once, and again only when watched again`() throws {
        var rig = Rig()
        try rig.board.watchRows(columns: 0b111)
        _ = try rig.board.world.perform(.keyDown(.digit(9)))
        _ = try rig.board.world.perform(.keyDown(.digit(3)))
        rig.run(20)
        #expect(rig.heard == [.rowsChanged])
        try rig.board.watchRows(columns: 0b111)
        rig.run(5)
        #expect(rig.heard == [.rowsChanged, .rowsChanged], "still down")
        try rig.board.watchRows(columns: 0b010)
        rig.run(5)
        #expect(rig.heard.count == 2, "neither is in the middle column")
    }

    @Test func `a dead keypad says nothing, a stuck key is down without a finger`() throws {
        var rig = Rig()
        _ = try rig.board.world.perform(.start(.keyStuck(.digit(4))))
        #expect(try reading(&rig).contains(.digit(4)))
        _ = try rig.board.world.perform(.start(.keypadDead))
        #expect(try reading(&rig).isEmpty)
        _ = try rig.board.world.perform(.stopAllFaults)
        #expect(try reading(&rig).isEmpty)
    }

    // The lock had seen no edge, and took the key for one that was pressed together with the next.
    @Test func `a key that is down when a dead keypad is mended is an edge, one that is up is none`() throws {
        var rig = Rig()
        try rig.board.watchRows(columns: 0b111)
        for isDown in [false, true] {
            _ = try rig.board.world.perform(.start(.keypadDead))
            if isDown { _ = try rig.board.world.perform(.keyDown(.digit(4))) }
            rig.run(20)
            #expect(rig.heard == [])
            _ = try rig.board.world.perform(.stop(.keypadDead))
            rig.run(20)
            #expect(rig.heard == (isDown ? [.rowsChanged] : []))
        }
    }

    @Test func `a lock without a keypad has nothing to press`() throws {
        var parameters = WorldParameters()
        parameters.equipment.remove(.keypad)
        var rig = Rig(parameters)
        #expect(throws: ActionRefusal.noSuchPart(.keypad)) { try rig.board.world.perform(.keyDown(.digit(1))) }
    }
}
