import LockCore
import Testing

@Suite struct DoorTests {
    @Test func `a door left open is ajar after its time and not before, and told once`() {
        var door = Door(ajarTime: .minutes(5))
        door.changed(isClosed: false, at: .s(1))
        #expect(door.deadline == .s(301))
        #expect(door.isAjar(at: .ms(300_999)) == false)
        #expect(door.isAjar(at: .s(301)) == true)
        #expect(door.isAjar(at: .s(302)) == false)
        #expect(door.deadline == nil)
    }

    @Test func `a door that closes in time is not ajar, and each opening has its full time`() {
        var door = Door(ajarTime: .minutes(5))
        door.changed(isClosed: false, at: .s(0))
        door.changed(isClosed: true, at: .s(299))
        #expect(door.isClosed && door.deadline == nil)
        door.changed(isClosed: false, at: .s(299))
        #expect(door.isAjar(at: .s(300)) == false)
        #expect(door.isAjar(at: .s(599)) == true)
    }

    @Test func `with no time set a door may stand open for ever`() {
        var door = Door(ajarTime: .zero)
        door.changed(isClosed: false, at: .zero)
        #expect(!door.isClosed && door.deadline == nil)
    }
}

@Suite struct AutoRelockTests {
    @Test func `it is time to lock half a minute after the closing, asked once`() {
        var relock = AutoRelock(time: .seconds(30))
        relock.start(at: .s(10))
        #expect(relock.deadline == .s(40))
        #expect(relock.isDue(at: .ms(39_999)) == false)
        #expect(relock.isDue(at: .s(40)) == true)
        #expect(relock.isDue(at: .s(41)) == false)
    }

    @Test func `each closing starts it anew, in full, and an opening stops it`() {
        var relock = AutoRelock(time: .seconds(30))
        relock.start(at: .zero)
        relock.stop()
        #expect(relock.deadline == nil)
        relock.start(at: .s(29))
        relock.start(at: .s(50))
        #expect(relock.isDue(at: .s(79)) == false)
        #expect(relock.isDue(at: .s(80)) == true)
    }

    @Test func `zero means off`() {
        var relock = AutoRelock(time: .zero)
        relock.start(at: .zero)
        #expect(relock.deadline == nil)
        #expect(relock.isDue(at: .s(1_000_000)) == false)
    }
}
