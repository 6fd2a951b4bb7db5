import LockCore
import LockHAL

/// A radio on a work bench: packets lie in two boxes, and nothing is lost unless somebody takes it out.
struct BenchRadio: RadioDevice {
    /// What the radio is about to say.
    var events: [RadioEvent] = []
    /// Packets on their way to the lock, by connection.
    private(set) var toLock: [[[UInt8]]] = Array(repeating: [], count: ConnectionNumber.count)
    /// Packets that the lock has sent, by connection.
    var fromLock: [[[UInt8]]] = Array(repeating: [], count: ConnectionNumber.count)
    private(set) var advertisements: [Advertisement] = []
    var isAdvertising = false
    /// The connections that stand.
    private(set) var connected: [Bool] = Array(repeating: false, count: ConnectionNumber.count)
    /// How many packets a connection takes before it is busy; `nil` = all.
    var room: Int?

    mutating func arrive(_ packet: [UInt8], on connection: ConnectionNumber) {
        guard connected[Int(connection.value)] else { return }
        toLock[Int(connection.value)].append(packet)
        events.append(.received(connection))
    }

    mutating func connect(_ connection: ConnectionNumber) {
        connected[Int(connection.value)] = true
        isAdvertising = false
        toLock[Int(connection.value)] = []
        fromLock[Int(connection.value)] = []
        events.append(.connected(connection))
    }

    mutating func advertise(_ advertisement: Advertisement) throws(BoardFault) {
        advertisements.append(advertisement)
        isAdvertising = true
    }

    mutating func stopAdvertising() throws(BoardFault) { isAdvertising = false }

    mutating func send(_ packet: Span<UInt8>, to connection: ConnectionNumber) throws(BoardFault) {
        guard connected[Int(connection.value)] else { throw .deviceSilent }
        if let room, fromLock[Int(connection.value)].count >= room { throw .busy }
        var bytes: [UInt8] = []
        for index in packet.indices { bytes.append(packet[index]) }
        fromLock[Int(connection.value)].append(bytes)
    }

    mutating func takePacket(from connection: ConnectionNumber, into bytes: inout MutableSpan<UInt8>) -> Int {
        guard !toLock[Int(connection.value)].isEmpty else { return 0 }
        let packet = toLock[Int(connection.value)].removeFirst()
        for index in packet.indices { bytes[index] = packet[index] }
        return packet.count
    }

    mutating func disconnect(_ connection: ConnectionNumber) throws(BoardFault) {
        guard connected[Int(connection.value)] else { return }
        connected[Int(connection.value)] = false
        events.append(.disconnected(connection))
    }
}
