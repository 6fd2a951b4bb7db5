import LockCore
import LockHAL

/// The radio of a lock that runs live: its packets come and go through sockets.
struct LiveRadio: RadioDevice {
    /// What the radio is about to say.
    var events: [RadioEvent] = []
    /// Packets on their way to the lock, by connection.
    private var arrived: [[[UInt8]]] = Array(repeating: [], count: ConnectionNumber.count)
    /// Packets that the lock has sent, by connection.
    var sent: [[[UInt8]]] = Array(repeating: [], count: ConnectionNumber.count)
    /// The connections that stand.
    private var isConnected = Array(repeating: false, count: ConnectionNumber.count)
    /// Connections that the lock has ended.
    var ended: [ConnectionNumber] = []

    /// A phone connects; `nil` if four are connected.
    mutating func connect() -> ConnectionNumber? {
        guard let free = isConnected.firstIndex(of: false) else { return nil }
        isConnected[free] = true
        arrived[free] = []
        sent[free] = []
        let connection = ConnectionNumber(UInt8(free))
        events.append(.connected(connection))
        return connection
    }

    mutating func arrive(_ packet: [UInt8], on connection: ConnectionNumber) {
        guard isConnected[Int(connection.value)] else { return }
        arrived[Int(connection.value)].append(packet)
        events.append(.received(connection))
    }

    /// The phone has hung up.
    mutating func hangUp(_ connection: ConnectionNumber) {
        guard isConnected[Int(connection.value)] else { return }
        isConnected[Int(connection.value)] = false
        events.append(.disconnected(connection))
    }

    mutating func advertise(_ advertisement: Advertisement) throws(BoardFault) {}

    mutating func stopAdvertising() throws(BoardFault) {}

    mutating func send(_ packet: Span<UInt8>, to connection: ConnectionNumber) throws(BoardFault) {
        guard isConnected[Int(connection.value)] else { throw .deviceSilent }
        var bytes: [UInt8] = []
        for index in packet.indices { bytes.append(packet[index]) }
        sent[Int(connection.value)].append(bytes)
    }

    mutating func takePacket(from connection: ConnectionNumber, into bytes: inout MutableSpan<UInt8>) -> Int {
        guard !arrived[Int(connection.value)].isEmpty else { return 0 }
        let packet = arrived[Int(connection.value)].removeFirst()
        for index in packet.indices { bytes[index] = packet[index] }
        return packet.count
    }

    mutating func disconnect(_ connection: ConnectionNumber) throws(BoardFault) {
        guard isConnected[Int(connection.value)] else { return }
        isConnected[Int(connection.value)] = false
        ended.append(connection)
        events.append(.disconnected(connection))
    }
}
