import LockCore
import LockHAL
import LockSim
import Testing

@Suite struct FlashModelTests {
    private var flash: FlashModel { FlashModel(geometry: FlashGeometry(sectorSize: 256, sectorCount: 8), seed: 5) }

    private func program(_ bytes: [UInt8], at address: Int, _ flash: inout FlashModel) throws(FlashFault) {
        try flash.program(bytes.span, at: address)
    }

    private func read(_ count: Int, at address: Int, _ flash: inout FlashModel) throws(FlashFault) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var span = bytes.mutableSpan
        try flash.read(at: address, into: &span)
        return bytes
    }

    @Test func `programming only clears bits, across a read of several sectors`() throws {
        var flash = flash
        try program([0b1100_1100], at: 255, &flash)
        try program([0b1010_1010, 0], at: 255 + 1, &flash)
        try program([0b1111_0000], at: 255, &flash)
        #expect(try read(4, at: 254, &flash) == [0xFF, 0b1100_0000, 0b1010_1010, 0])
        #expect(flash.programCount == 3)
    }

    @Test func `a dead flash does not answer, and lives again as it was`() throws {
        var rig = Rig()
        try rig.board.flash.program([1, 2, 3].span, at: 4_096)
        _ = try rig.board.world.perform(.start(.flashDead))
        #expect(throws: FlashFault.failed) { try rig.board.flash.program([0].span, at: 0) }
        #expect(throws: BoardFault.deviceSilent) { try rig.board.startErase(of: 1) }
        _ = try rig.board.world.perform(.stop(.flashDead))
        #expect(rig.board.flash.byte(at: 4_098) == 3)
    }

    @Test func `an erase takes its time and leaves ones`() throws {
        var rig = Rig()
        try rig.board.flash.program([0, 0, 0].span, at: 4_096)
        try rig.board.startErase(of: 1)
        #expect(throws: BoardFault.busy) { try rig.board.startErase(of: 2) }
        rig.run(44)
        #expect(rig.board.flash.byte(at: 4_096) == 0)
        rig.run(1)
        #expect(rig.erased == [1])
        #expect(rig.board.flash.byte(at: 4_096) == 0xFF)
        #expect(rig.board.flash.eraseCounts[1] == 1)
    }

    @Test func `a cut in an erase leaves neither the old bytes nor all ones`() throws {
        var rig = Rig()
        try rig.board.flash.program([UInt8](repeating: 0, count: 4_096).span, at: 4_096)
        try rig.board.startErase(of: 1)
        rig.run(20)
        _ = try rig.board.world.perform(.cutPower)
        let bytes = (4_096..<8_192).map { rig.board.flash.byte(at: $0) }
        #expect(bytes.contains { $0 != 0 })
        #expect(bytes.contains { $0 != 0xFF })
    }

    @Test func `the n-th program is torn: a beginning of it, and the power is gone for a second`() throws {
        var rig = Rig()
        _ = try rig.board.world.perform(.start(.powerCutAtFlashWrite(2)))
        try rig.board.flash.program([0].span, at: 0)
        #expect(throws: FlashFault.failed) {
            try rig.board.flash.program([UInt8](repeating: 0, count: 64).span, at: 64)
        }
        #expect(!rig.board.isAlive)
        let bytes = (64..<128).map { rig.board.flash.byte(at: $0) }
        let whole = bytes.prefix { $0 == 0 }.count
        #expect(whole < 64)
        #expect(bytes.dropFirst(whole + 1).allSatisfy { $0 == 0xFF })
        rig.board.world.letTimePass(until: rig.world.now + .milliseconds(1_020))
        #expect(rig.world.processor.state == .running)
    }

    @Test func `a failing sector says so, takes half of the bytes, and does not erase`() throws {
        var rig = Rig()
        _ = try rig.board.world.perform(.start(.flashSectorFailing(3)))
        let address = 3 * 4_096
        #expect(throws: FlashFault.failed) { try rig.board.flash.program([0, 0, 0, 0].span, at: address) }
        #expect((0..<4).map { rig.board.flash.byte(at: address + $0) } == [0, 0, 0xFF, 0xFF])
        try rig.board.startErase(of: 3)
        rig.run(100)
        #expect(rig.erased == [])
    }

    @Test func `bits rot where something is written, as many as said`() throws {
        var rig = Rig()
        try rig.board.flash.program([UInt8](repeating: 0, count: 4_096).span, at: 8_192)
        _ = try rig.board.world.perform(.start(.bitRot(bits: 3)))
        var turned = 0
        for address in 0..<(1_024 * 4_096) {
            let expected: UInt8 = address / 4_096 == 2 ? 0 : 0xFF
            turned += (rig.board.flash.byte(at: address) ^ expected).nonzeroBitCount
        }
        #expect(turned == 3)
    }

    @Test func `a copy of the world keeps its own bytes`() throws {
        var rig = Rig()
        try rig.board.flash.program([1].span, at: 0)
        let copy = rig.world
        try rig.board.flash.program([0].span, at: 0)
        #expect(copy.flash.byte(at: 0) == 1)
        #expect(rig.world.flash.byte(at: 0) == 0)
    }
}
