/// What a phone needs of the attribute protocol to reach a lock's inbox and outbox.
///
///     start --> exchanging --> service --> characteristics --> configuration --> subscribing --> ready
///                   |                                                               ^
///                   +----------------- the handles are known -----------------------+
///
/// One request is under way at a time, as the specification wants it. Whatever the other side sends, the client goes on,
/// ignores it, or fails; after a failure the connection is of no use. It keeps no time: an answer that does not come
/// within 30 s is a failure too (Core 5.4, Vol 3, Part F, 3.3.3), and whoever owns the client sees to that.
public struct AttributeClient: Sendable {
    /// Where a lock has what a phone uses; worth keeping until a subscription is refused there.
    public struct Handles: Equatable, Sendable {
        /// What is written to.
        public var inbox: UInt16
        /// What is notified.
        public var outbox: UInt16
        /// Where the outbox is subscribed to.
        public var configuration: UInt16

        /// Those handles.
        public init(inbox: UInt16, outbox: UInt16, configuration: UInt16) {
            self.inbox = inbox
            self.outbox = outbox
            self.configuration = configuration
        }
    }

    /// What came of a packet.
    public enum Event: Equatable, Sendable {
        /// Nothing to be done.
        case nothing
        /// That many bytes of `answer` are to be sent.
        case send(Int)
        /// The outbox is subscribed to: `handles` and `mtu` are what they are, and the inbox can be written.
        case ready
        /// The lock has notified what stands in this range of the packet.
        case notified(Range<Int>)
        /// What was read stands in this range of the packet.
        case read(Range<Int>)
        /// What was written has arrived.
        case written
        /// What was to be read or written was refused, with the error of that number.
        case refused(UInt8)
        /// The other side is no lock, or makes no sense.
        case failed(Failure)
    }

    /// Why there is nothing to talk to.
    public enum Failure: Error, Equatable, Sendable {
        /// The lock service is not there.
        case serviceMissing
        /// Something is missing in it.
        case characteristicMissing
        /// A request without which nothing goes on was refused, with the error of that number.
        case refused(UInt8)
        /// An answer that is against the specification, or to another question.
        case malformed
    }

    enum State: Equatable {
        case idle
        case exchanging
        case searchingService
        /// Characteristics from a handle on.
        case searchingCharacteristics(from: Int)
        /// Descriptors of the outbox from a handle on.
        case searchingConfiguration(from: Int)
        case subscribing
        case ready
        case reading
        case writing
        case failed
    }

    /// The most bytes of a packet in either direction.
    public internal(set) var mtu = LinkLimits.mtuMin
    /// Where things are; all 0 until they are found.
    public internal(set) var handles: Handles
    /// The most that this side can receive.
    let ownMTU: Int
    /// Whether the handles are those of an earlier connection.
    var areHandlesRemembered: Bool
    var state = State.idle
    /// The last handle of the lock service.
    var serviceEnd = 0
    /// The last handle that can be a descriptor of the outbox.
    var outboxEnd = 0

    /// The client of a new connection, which knows the lock's handles if the phone was here before.
    ///
    /// An `mtu` beyond 23 to 517 counts as the nearest of these.
    public init(knowing handles: Handles? = nil, mtu: Int = LinkLimits.mtuMax) {
        self.handles = handles ?? Handles(inbox: 0, outbox: 0, configuration: 0)
        areHandlesRemembered = handles != nil
        ownMTU = max(LinkLimits.mtuMin, min(mtu, LinkLimits.mtuMax))
    }

    /// Whether the inbox can be written.
    public var isReady: Bool { state == .ready || state == .reading || state == .writing }

    /// The most bytes of value in a write to the inbox now.
    public var valueMax: Int { min(mtu - Self.writeHeaderSize, LinkLimits.valueSizeMax) }

    /// How many bytes stand before the value of a write.
    public static var writeHeaderSize: Int { 3 }

    /// The first packet to send; returns its length.
    ///
    /// Every packet that the client makes but a write fits into 23 bytes.
    public mutating func start(in packet: inout MutableSpan<UInt8>) -> Int {
        state = .exchanging
        mtu = LinkLimits.mtuMin
        packet[0] = AttributeRequest.exchangeMTU.rawValue
        AttributePacket.put(UInt16(ownMTU), at: 1, in: &packet)
        return 3
    }

    /// Begins a write to the inbox that is not answered; the caller puts the value behind the header.
    public func putCommandHeader(in packet: inout MutableSpan<UInt8>) {
        packet[0] = AttributeOpcode.writeCommand
        AttributePacket.put(handles.inbox, at: 1, in: &packet)
    }

    /// Begins a write to the inbox that ends with `.written` or `.refused`, and says whether that can be now.
    public mutating func beginWrite(in packet: inout MutableSpan<UInt8>) -> Bool {
        guard state == .ready else { return false }
        state = .writing
        packet[0] = AttributeRequest.write.rawValue
        AttributePacket.put(handles.inbox, at: 1, in: &packet)
        return true
    }

    /// Begins to read an attribute, which ends with `.read` or `.refused`; returns the packet's length, or 0 if it
    /// cannot be now.
    public mutating func beginRead(of handle: UInt16, in packet: inout MutableSpan<UInt8>) -> Int {
        guard state == .ready else { return 0 }
        state = .reading
        packet[0] = AttributeRequest.read.rawValue
        AttributePacket.put(handle, at: 1, in: &packet)
        return 3
    }

    /// What the other side must answer now.
    var pending: AttributeRequest? {
        switch state {
        case .idle, .ready, .failed: nil
        case .exchanging: .exchangeMTU
        case .searchingService: .findByTypeValue
        case .searchingCharacteristics: .readByType
        case .searchingConfiguration: .findInformation
        case .subscribing, .writing: .write
        case .reading: .read
        }
    }
}
