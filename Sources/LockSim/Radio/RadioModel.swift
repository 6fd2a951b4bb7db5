public import LockCore
public import LockHAL

/// A Bluetooth controller and the air around it: packets cross in the connection events of each connection.
///
/// Nobody can tell whether a lock advertises while nobody with a radio is there: so the controller is reported to the
/// firmware when the first phone is taken out of a pocket, and a year without phones costs nothing.
public struct RadioModel: RadioDevice, Sendable {
    /// Between two connection events.
    ///
    /// *Chosen*: phones ask for 30 to 50 ms.
    public static var connectionInterval: Interval { .milliseconds(30) }
    /// Packets of the link layer that pass in one connection event, each way.
    ///
    /// *Chosen*: phones allow four to six.
    public static var packetsPerEvent: Int { 4 }
    /// Bytes of a packet of the link layer (Core 5.4, Vol 6, Part B, 2.4: 251), of which L2CAP takes 4.
    public static var packetSize: Int { 247 }
    /// Between two advertisements.
    public static var advertisingInterval: Interval { .milliseconds(250) }
    /// From the advertisement that a phone hears to the connection.
    ///
    /// *Chosen*.
    public static var connectTime: Interval { .milliseconds(100) }
    /// After so long without a packet a connection is given up (Core 5.4, Vol 6, Part B, 4.5.2; *chosen* 4 s).
    public static var supervisionTime: Interval { .seconds(4) }
    /// Packets of the attribute protocol that wait for a connection at most.
    public static var room: Int { 8 }

    /// Whether the firmware has a controller.
    public internal(set) var isUp = false
    /// Whether a phone could connect now.
    public internal(set) var isAdvertising = false
    /// What was advertised last.
    public internal(set) var advertisement: Advertisement?
    /// What goes wrong on the air.
    public internal(set) var trouble = RadioTrouble()
    /// How many packets have come twice, in another order, or in pieces.
    public internal(set) var mangledCount = 0
    /// How many connection events carried nothing that should have.
    public internal(set) var lostCount = 0

    /// Whether anybody with a radio has been here.
    var isUsed = false
    var connections = Array(repeating: RadioConnection(), count: ConnectionNumber.count)
    /// Not the world's: packets that are lost must not change what else is drawn.
    var random: SeededRandom
    /// What somebody has recorded, or what the trace keeps.
    var tape = RadioTape()

    /// A controller that nobody has used.
    public init(seed: UInt64 = 0) { random = SeededRandom(seed: seed ^ 0x2_4E9) }

    /// Every packet that has passed the air, in both directions; kept at `Trace.Level.all` only.
    public var packets: [[UInt8]] { tape.entries.map(\.bytes) }

    /// How many phones are connected.
    public var connectionCount: Int {
        var count = 0
        for connection in connections where connection.peer != nil { count += 1 }
        return count
    }

    // MARK: What the firmware orders

    /// Advertises from now on.
    public mutating func advertise(_ advertisement: Advertisement) throws(BoardFault) {
        guard isUp else { throw .deviceSilent }
        self.advertisement = advertisement
        isAdvertising = true
    }

    /// Ends advertising.
    public mutating func stopAdvertising() throws(BoardFault) { isAdvertising = false }

    /// Lets a packet wait for the next connection event.
    public mutating func send(_ packet: Span<UInt8>, to connection: ConnectionNumber) throws(BoardFault) {
        let number = Int(connection.value)
        guard isUp, connections[number].peer != nil, !connections[number].isEndedByLock else { throw .deviceSilent }
        guard connections[number].toPhone.count < Self.room else {
            connections[number].isRoomWanted = true
            throw .busy
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(packet.count)
        for index in packet.indices { bytes.append(packet[index]) }
        connections[number].toPhone.append(RadioPacket(bytes: bytes, notBefore: 0))
    }

    /// Hands over the oldest packet that has arrived.
    public mutating func takePacket(from connection: ConnectionNumber, into bytes: inout MutableSpan<UInt8>) -> Int {
        guard !connections[Int(connection.value)].arrived.isEmpty else { return 0 }
        let packet = connections[Int(connection.value)].arrived.removeFirst()
        for index in packet.indices { bytes[index] = packet[index] }
        return packet.count
    }

    /// Ends a connection when what waits for it has been sent.
    public mutating func disconnect(_ connection: ConnectionNumber) throws(BoardFault) {
        guard connections[Int(connection.value)].peer != nil else { return }
        connections[Int(connection.value)].isEndedByLock = true
    }
}

extension RadioModel {
    /// What becomes of a packet between two stacks: nearly always itself.
    mutating func mangled(_ bytes: [UInt8], _ number: Int, isToLock: Bool) -> [[UInt8]] {
        if trouble.isRepeating, random.happens(inThousand: 250) {
            mangledCount += 1
            return [bytes, bytes]
        }
        if trouble.isSwapping, random.happens(inThousand: 250), let next = takeNext(number, isToLock: isToLock) {
            mangledCount += 1
            return [next.bytes, bytes]
        }
        if trouble.isSplitting, bytes.count > 1, random.happens(inThousand: 250) {
            mangledCount += 1
            let place = random.next(in: 1...bytes.count - 1)
            return [Array(bytes[..<place]), Array(bytes[place...])]
        }
        return [bytes]
    }

    private mutating func takeNext(_ number: Int, isToLock: Bool) -> RadioPacket? {
        if isToLock {
            return connections[number].toLock.isEmpty ? nil : connections[number].toLock.removeFirst()
        }
        return connections[number].toPhone.isEmpty ? nil : connections[number].toPhone.removeFirst()
    }
}

/// A packet on its way.
struct RadioPacket: Equatable, Sendable {
    var bytes: [UInt8]
    /// When it is ready to be sent, in the world's milliseconds.
    var notBefore: UInt64

    /// How many packets of the link layer carry it.
    var size: Int { max(1, (bytes.count + RadioModel.packetSize - 1) / RadioModel.packetSize) }
}

/// Who is at the other end of a connection.
enum RadioPeer: Equatable, Sendable {
    case phone(Int)
    case attacker(Int)
}

/// One connection, as the air sees it.
struct RadioConnection: Sendable {
    /// `nil` = it does not stand.
    var peer: RadioPeer?
    /// Grows with each connection and each end, so that events of earlier ones are dropped.
    var life: UInt32 = 0
    var anchor: UInt64 = 0
    /// When the next connection event is due in which anything is to pass.
    var eventDue: UInt64?
    var toLock: [RadioPacket] = []
    var toPhone: [RadioPacket] = []
    /// Passed the link already, and still on a relay's way to the phone.
    var relayed: [RadioPacket] = []
    /// Packets that the firmware has been told of.
    var arrived: [[UInt8]] = []
    /// The firmware was told that there was no room.
    var isRoomWanted = false
    var isEndedByLock = false
    var isEndedByPeer = false
    /// The other end has lost its power: it neither hears nor says anything any more.
    var isPeerSilent = false
    /// Since when nothing has passed that should have.
    var silentSince: UInt64?
    /// Packets that have passed so far.
    var passed = 0

    mutating func begin(_ peer: RadioPeer, at clock: UInt64) {
        let life = life + 1
        self = Self()
        self.life = life
        self.peer = peer
        anchor = clock
    }

    /// What has arrived stays: the firmware may still ask for it.
    mutating func end() {
        let (life, arrived) = (life + 1, arrived)
        self = Self()
        self.life = life
        self.arrived = arrived
    }
}

/// What goes wrong on the air.
public struct RadioTrouble: Equatable, Sendable {
    /// Nothing passes.
    public internal(set) var isJammed = false
    /// Chance in a thousand that a connection event carries nothing.
    public internal(set) var lossPermille: UInt64 = 0
    /// How much later each packet comes.
    public internal(set) var delay = Interval.zero
    /// Every fourth packet or so comes twice.
    public internal(set) var isRepeating = false
    /// Every fourth packet or so comes after the one behind it.
    public internal(set) var isSwapping = false
    /// Every fourth packet or so comes in two pieces.
    public internal(set) var isSplitting = false
    /// After that many packets a connection breaks; 0 = it does not.
    public internal(set) var packetsMax = 0
}

/// Packets that somebody keeps.
struct RadioTape: Sendable {
    /// A packet that passed the air.
    struct Entry: Sendable {
        var connection: UInt8
        var life: UInt32
        var isToLock: Bool
        var bytes: [UInt8]
    }

    /// Whether an attacker in reach records.
    var isRunning = false
    /// Whether the trace keeps everything, as for the leak checker.
    var isKept = false
    private(set) var entries: [Entry] = []

    mutating func keep(_ bytes: [UInt8], _ connection: Int, _ life: UInt32, isToLock: Bool) {
        guard isRunning || isKept else { return }
        entries.append(Entry(connection: UInt8(connection), life: life, isToLock: isToLock, bytes: bytes))
    }

    /// The packets to the lock of the last connection in which there were more than a handshake.
    var lastTalk: [[UInt8]] {
        var longest: (connection: UInt8, life: UInt32)?
        for entry in entries where entry.isToLock { longest = (entry.connection, entry.life) }
        guard let longest else { return [] }
        return entries.filter { $0.isToLock && $0.connection == longest.connection && $0.life == longest.life }
            .map(\.bytes)
    }
}
