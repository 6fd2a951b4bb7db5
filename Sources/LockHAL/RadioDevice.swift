/// A Bluetooth LE controller as a peripheral: it advertises, phones connect, and packets of the attribute protocol go
/// to and fro.
///
/// Packets are whole ATT PDUs (L2CAP channel 4); segmentation, encryption of the link and retransmission are below. What
/// happens is told by `Completion.radio`. A device carries no policy: who may connect for how long is decided above.
public protocol RadioDevice {
    /// Begins to advertise, or replaces what is advertised.
    ///
    /// Connectable and undirected, at an interval of 100 to 500 ms. Ends by itself when a phone connects; whoever wants
    /// more phones orders it anew. Throws `.deviceSilent` if there is no controller now; `.stateChanged` follows when it
    /// is back.
    mutating func advertise(_ advertisement: Advertisement) throws(BoardFault)

    /// Ends advertising.
    ///
    /// Harmless if there is none.
    mutating func stopAdvertising() throws(BoardFault)

    /// Sends one packet of 1 to 517 bytes, which is copied.
    ///
    /// Throws `.busy` if the connection takes none now: nothing was taken, and `.canSend` follows. Throws `.deviceSilent`
    /// if the connection is gone.
    mutating func send(_ packet: Span<UInt8>, to connection: ConnectionNumber) throws(BoardFault)

    /// Takes the packet that the last `.received` of that connection told of, and returns its length.
    ///
    /// 0 if there is none. To be called once for each `.received`, before the next completion.
    mutating func takePacket(from connection: ConnectionNumber, into bytes: inout MutableSpan<UInt8>) -> Int

    /// Ends a connection; `.disconnected` follows.
    ///
    /// Harmless if it is gone.
    mutating func disconnect(_ connection: ConnectionNumber) throws(BoardFault)
}

/// What a radio has to say.
public enum RadioEvent: Equatable, Sendable, BitwiseCopyable {
    /// The controller is there, or gone. When it goes, all connections and the advertising have ended without a word.
    case stateChanged(isUp: Bool)
    /// A phone has connected; advertising has ended. Never a number that is in use.
    case connected(ConnectionNumber)
    /// A packet is there: `takePacket`.
    case received(ConnectionNumber)
    /// A connection that was `.busy` takes packets again.
    case canSend(ConnectionNumber)
    /// A connection has ended, whoever wanted it.
    case disconnected(ConnectionNumber)
}

/// One of the phones that are connected: 0 to `ConnectionNumber.count - 1`.
public struct ConnectionNumber: Equatable, Sendable, BitwiseCopyable {
    /// How many phones can be connected at once.
    ///
    /// *Chosen*: a family at the door; each costs about 4 KiB.
    public static var count: Int { 4 }

    /// The number.
    public let value: UInt8

    /// That connection, which must be below `count`.
    public init(_ value: UInt8) {
        precondition(Int(value) < Self.count, "a connection beyond the four")
        self.value = value
    }
}

/// What a lock says about itself to everybody in reach.
public struct Advertisement: Sendable, BitwiseCopyable {
    /// The most bytes in either part (Core 5.4, Vol 6, Part B, 2.3.1).
    public static var lengthMax: Int { 31 }

    /// The device address, least significant byte first as on the air: random, and of no use to whoever saw an earlier one.
    public var address: InlineArray<6, UInt8>
    /// The advertising data.
    public var data: InlineArray<31, UInt8>
    /// How many bytes of it count.
    public var dataCount: UInt8
    /// What is answered to whoever asks for more.
    public var scanResponse: InlineArray<31, UInt8>
    /// How many bytes of it count.
    public var scanResponseCount: UInt8

    /// An empty one.
    public init(address: InlineArray<6, UInt8>) {
        self.address = address
        data = InlineArray(repeating: 0)
        dataCount = 0
        scanResponse = InlineArray(repeating: 0)
        scanResponseCount = 0
    }
}

/// The radio of a board that has none: nobody ever connects.
public struct NoRadio: RadioDevice, Sendable {
    /// Nothing.
    public init() {}

    /// There is no controller.
    public mutating func advertise(_ advertisement: Advertisement) throws(BoardFault) { throw .deviceSilent }

    /// There is nothing to end.
    public mutating func stopAdvertising() throws(BoardFault) {}

    /// There is no connection.
    public mutating func send(_ packet: Span<UInt8>, to connection: ConnectionNumber) throws(BoardFault) {
        throw .deviceSilent
    }

    /// There is no packet.
    public mutating func takePacket(
        from connection: ConnectionNumber, into bytes: inout MutableSpan<UInt8>
    ) -> Int { 0 }

    /// There is nothing to end.
    public mutating func disconnect(_ connection: ConnectionNumber) throws(BoardFault) {}
}
