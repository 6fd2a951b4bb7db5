import LockCore
import Testing

@Suite struct BoundedTests {
    @Test func `what is put in comes out in its order`() {
        var list = Bounded<3, UInt8>()
        #expect(list.isEmpty && list.first == nil)
        list.append(7)
        list.append(8)
        list.append(9)
        #expect(list.isFull && list.count == 3 && list.first == 7)
        #expect(list.removeFirst() == 7)
        #expect(list.indices.map { list[$0] } == [8, 9])
    }

    @Test func `a full list takes nothing more and says so`() {
        var list = Bounded<2, UInt8>()
        #expect(list.appendIfRoom(1) == true)
        #expect(list.appendIfRoom(2) == true)
        #expect(list.appendIfRoom(3) == false)
        #expect(list.indices.map { list[$0] } == [1, 2])
    }

    @Test(arguments: 0..<3)
    func `taking one out of any place moves the later ones down`(place: Int) {
        var list = Bounded<3, UInt8>()
        for element in UInt8(0)..<3 { list.append(element) }
        list.remove(at: place)
        #expect(list.indices.map { Int(list[$0]) } == [0, 1, 2].filter { $0 != place })
        list.append(9)
        #expect(list[2] == 9)
    }

    @Test func `lists are equal by what they hold and not by what they held`() {
        var list = Bounded<3, UInt8>()
        list.append(1)
        list.append(2)
        list.remove(at: 1)
        var other = Bounded<3, UInt8>()
        other.append(1)
        #expect(list == other)
        other[0] = 2
        #expect(list != other)
        list.removeAll()
        #expect(list == Bounded())
        #expect(list != other)
    }

    @Test func `one more than the capacity stops the firmware`() async {
        await #expect(processExitsWith: .failure) {
            var list = Bounded<1, UInt8>()
            list.append(1)
            list.append(2)
        }
    }

    @Test func `a place beyond the elements stops the firmware`() async {
        await #expect(processExitsWith: .failure) {
            var list = Bounded<4, UInt8>()
            list.append(1)
            _ = list[1]
        }
    }
}
