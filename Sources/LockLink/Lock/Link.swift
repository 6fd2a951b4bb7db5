public import LockCore
public import LockHAL

/// The lock's end of the link: four connections, and who is at the other end of each.
///
/// Sans-IO. Packets go in by `receive`, come out by `nextPacket`; what needs the lock's store or its core is a `LinkDemand`,
/// which whoever owns both performs, and answers. Nothing is allocated after the initializer. Rates are limited here, for
/// all connections together, so that neither reconnecting nor another address helps.
public struct Link<C: LinkCrypto>: ~Copyable {
    static var prologue: InlineArray<15, UInt8> {
        // "bolthole link 1"
        [0x62, 0x6F, 0x6C, 0x74, 0x68, 0x6F, 0x6C, 0x65, 0x20, 0x6C, 0x69, 0x6E, 0x6B, 0x20, 0x31]
    }

    let settings: LinkSettings
    let ownKey: InlineArray<32, UInt8>
    /// The lock's identity towards phones.
    public let publicKey: PublicKey
    let advertisingKey: InlineArray<32, UInt8>
    /// What can be read without a session.
    public var facts: AttributeFacts

    var peers: InlineArray<4, Peer<C>>
    /// The answer that is being written.
    public var answer = MessageWriter()

    /// The highest challenge number that was given out, and that was used.
    var issued: UInt32
    var used: UInt32
    /// The request of each connection that waits for the core or for a derivation: one at a time.
    var pending = InlineArray<4, PendingRequest?>(repeating: nil)
    /// The number of the request that waited last.
    var lastToken: UInt16 = 0
    var handshakes: TokenBucket
    var failures = FailureCount()
    /// How many notices the log may still get.
    var notices: TokenBucket
    /// How many times it may still be told that phones were turned away.
    var floodNotices: TokenBucket
    /// How many operations users may still ask for, the last eight who did.
    var operations = InlineArray<8, UserAllowance?>(repeating: nil)
    /// Something that the log should tell.
    var notice: PhoneNotice?
    /// When address and service data change next; `nil` while there is no radio.
    var addressDue: Instant?
    /// The random bytes of the present address and service data.
    var advertised = InlineArray<32, UInt8>(repeating: 0)
    var isAdvertisingWanted = false

    /// A request that is not answered yet.
    struct PendingRequest: Equatable, Sendable {
        var token: RequestToken
        var number: UInt8
        var kind: RequestKind
        var giveUpAt: Instant
    }

    /// The link of a lock.
    ///
    /// - Parameters:
    ///   - key: the lock's static private key; a copy is kept.
    ///   - advertisingKey: what enrolled phones recognize the lock by.
    ///   - sequence: the newest challenge number that the store knows as used.
    public init(
        key: borrowing PrivateKey, advertisingKey: InlineArray<32, UInt8>, sequence: UInt32, facts: AttributeFacts,
        settings: LinkSettings = LinkSettings()
    ) {
        self.settings = settings
        ownKey = key.bytes
        publicKey = C.publicKey(of: key)
        self.advertisingKey = advertisingKey
        self.facts = facts
        issued = sequence
        used = sequence
        // A restart gives nobody a new burst.
        handshakes = TokenBucket(capacity: settings.handshakeBurst, filled: 2, pause: settings.handshakePause)
        notices = TokenBucket(
            capacity: settings.noticeBurst, filled: settings.noticeBurst, pause: settings.userNoticePause)
        floodNotices = TokenBucket(capacity: 1, filled: 1, pause: settings.noticePause)
        peers = InlineArray { _ in Peer<C>() }
    }

    // MARK: Questions

    /// When the link next wants to be woken, if nothing else happens first.
    public var deadline: Instant? {
        var next = addressDue
        for index in 0..<ConnectionNumber.count {
            if peers[index].phase != .free { next = earlier(next, peers[index].deadline) }
        }
        for index in 0..<ConnectionNumber.count { next = earlier(next, pending[index]?.giveUpAt) }
        return earlier(next, failures.deadline)
    }

    /// Whether any phone has a session.
    public var hasSession: Bool {
        for index in 0..<ConnectionNumber.count where peers[index].phase == .session { return true }
        return false
    }

    /// How many phones are connected, with and without a session.
    public var connectionCount: Int {
        var count = 0
        for index in 0..<ConnectionNumber.count where peers[index].phase != .free { count += 1 }
        return count
    }

    // MARK: Connections

    /// The radio came or went: nobody is connected.
    public mutating func radioChanged(isUp: Bool) {
        for index in 0..<ConnectionNumber.count {
            peers[index].end()
            pending[index] = nil
        }
        isAdvertisingWanted = isUp
        addressDue = nil
    }

    /// A phone has connected; `seed` are fresh random bytes.
    ///
    /// If that leaves no place for another one, and none is about to go, the phone that has been connected longest without a
    /// word in a session goes: its number is the answer.
    public mutating func connected(
        _ connection: ConnectionNumber, seed: InlineArray<32, UInt8>, at now: Instant
    ) -> ConnectionNumber? {
        // With a key of this device in it, two locks whose random generators are stuck alike still say other things (A08).
        let own = C.authenticate(seed.span, key: advertisingKey)
        peers[Int(connection.value)].begin(seed: own, at: now, until: now + settings.handshakeTimeMax)
        peers[Int(connection.value)].batteryTold = facts.battery
        isAdvertisingWanted = connectionCount < ConnectionNumber.count
        guard !isAdvertisingWanted else { return nil }
        for index in 0..<ConnectionNumber.count where peers[index].phase == .ending || peers[index].phase == .cut {
            return nil
        }
        var oldest: Int?
        for index in 0..<ConnectionNumber.count
        where index != Int(connection.value) && !(peers[index].phase == .session && peers[index].isProven) {
            if let found = oldest, peers[found].connectedAt <= peers[index].connectedAt { continue }
            oldest = index
        }
        guard let oldest else { return nil }
        peers[oldest].phase = .cut
        peers[oldest].deadline = nil
        peers[oldest].dropKeys()
        pending[oldest] = nil
        return ConnectionNumber(UInt8(oldest))
    }

    /// A connection has ended.
    public mutating func disconnected(_ connection: ConnectionNumber) {
        peers[Int(connection.value)].end()
        pending[Int(connection.value)] = nil
        isAdvertisingWanted = true
    }

    /// Whose session a connection has; `nil` if it has none.
    public func session(on connection: ConnectionNumber) -> (PhoneIndex, PublicKey)? {
        let index = Int(connection.value)
        return peers[index].phase == .session ? (peers[index].phone, peers[index].key) : nil
    }

    /// Ends a session at once: its phone was removed, or its user was.
    ///
    /// What waits is still sent, then `nextToCut` names the connection.
    public mutating func endSession(on connection: ConnectionNumber) { cut(Int(connection.value)) }

    /// A connection that should be cut now: its time is over, or all was said.
    public mutating func nextToCut(at now: Instant) -> ConnectionNumber? {
        for index in 0..<ConnectionNumber.count {
            switch peers[index].phase {
            case .free, .cut: continue
            case .ending:
                if peers[index].hasLastWords, peers[index].deadline == nil {
                    peers[index].deadline = now + settings.lastWordsTime
                }
                if let deadline = peers[index].deadline, deadline > now { continue }
            case .waiting, .invited, .enrolling, .session:
                guard let deadline = peers[index].deadline, deadline <= now else { continue }
            }
            // `disconnected` ends it.
            peers[index].phase = .cut
            peers[index].deadline = nil
            peers[index].dropKeys()
            peers[index].outgoing.reset()
            pending[index] = nil
            return ConnectionNumber(UInt8(index))
        }
        return nil
    }

    /// Whether anybody wants to hear of the battery.
    public var isBatteryWanted: Bool {
        for index in 0..<ConnectionNumber.count where peers[index].server.isSubscribedToBattery { return true }
        return false
    }

    // MARK: Packets out

    /// Writes the next packet for a connection; its length, or 0 if nothing is to be sent or nothing can be.
    ///
    /// The same one again until `packetSent`.
    public mutating func nextPacket(for connection: ConnectionNumber, into packet: inout MutableSpan<UInt8>) -> Int {
        let index = Int(connection.value)
        guard peers[index].phase != .free, peers[index].phase != .cut, !peers[index].isBusy else { return 0 }
        peers[index].isTellingBattery = false
        if peers[index].answerCount > 0 {
            for place in 0..<peers[index].answerCount { packet[place] = peers[index].answer[place] }
            return peers[index].answerCount
        }
        guard peers[index].server.isSubscribed else { return nextOfBattery(for: index, into: &packet) }
        let header = AttributeServer.notificationHeaderSize
        let room = min(peers[index].server.notificationValueMax, LinkLimits.valueSizeMax)
        let size = peers[index].outgoing.nextFragment(sizeMax: room, into: &packet, at: header)
        guard size > 0 else { return nextOfBattery(for: index, into: &packet) }
        AttributeServer.putNotificationHeader(in: &packet)
        return header + size
    }

    /// What a phone that wants to hear of the battery has not heard yet.
    private mutating func nextOfBattery(for index: Int, into packet: inout MutableSpan<UInt8>) -> Int {
        guard peers[index].server.isSubscribedToBattery, peers[index].batteryTold != facts.battery else { return 0 }
        peers[index].isTellingBattery = true
        return AttributeServer.putBatteryNotification(facts, in: &packet)
    }

    /// The packet that was looked at last is on its way.
    public mutating func packetSent(to connection: ConnectionNumber, at now: Instant) {
        let index = Int(connection.value)
        if peers[index].answerCount > 0 {
            peers[index].answerCount = 0
            return
        }
        if peers[index].isTellingBattery {
            peers[index].isTellingBattery = false
            peers[index].batteryTold = facts.battery
            return
        }
        if peers[index].outgoing.fragmentSent(), peers[index].isChallengeWaiting {
            peers[index].isChallengeWaiting = false
            peers[index].challengedAt = now
        }
    }

    /// The radio did not take the packet: wait for `canSend`.
    public mutating func packetNotTaken(by connection: ConnectionNumber) {
        peers[Int(connection.value)].isBusy = true
    }

    /// The radio takes packets again.
    public mutating func canSend(to connection: ConnectionNumber) { peers[Int(connection.value)].isBusy = false }

    // MARK: What the log should tell

    /// Something for the log, once.
    public mutating func takeNotice(at now: Instant) -> PhoneNotice? {
        if let notice {
            self.notice = nil
            guard notices.take(at: now) else { return nil }
            return notice
        }
        return failures.take(at: now, pause: settings.noticePause).map { .handshakesRefused(count: $0) }
    }

    /// Notes something for the log; the first one since the last turn counts.
    ///
    /// Nobody can wash the log away with notices (attacks B02 and D10): they are as rare as the settings say.
    public mutating func tell(_ new: PhoneNotice) {
        if notice == nil { notice = new }
    }

    /// Notes that some were turned away.
    mutating func tellOfFlood(at now: Instant) {
        if floodNotices.take(at: now) { tell(.flooded) }
    }
}

/// How many operations a user may still ask for.
struct UserAllowance: Equatable, Sendable {
    var user: UserIndex
    var bucket: TokenBucket
}

/// So many at once, and then one for each pause.
struct TokenBucket: Equatable, Sendable {
    private let capacity: UInt8
    private let pause: Interval
    private(set) var tokens: UInt8
    private var since = Instant.zero

    init(capacity: UInt8, filled: UInt8, pause: Interval) {
        self.capacity = capacity
        self.pause = pause
        tokens = min(filled, capacity)
    }

    /// Takes one, and says whether there was one.
    mutating func take(at now: Instant) -> Bool {
        let passed = now.since(since).milliseconds / max(1, pause.milliseconds)
        if passed > 0 {
            tokens = UInt8(min(UInt64(capacity), UInt64(tokens) + passed))
            since = since + .milliseconds(passed * pause.milliseconds)
        }
        guard tokens > 0 else { return false }
        tokens -= 1
        return true
    }

    /// It was well spent.
    mutating func giveBack() { tokens = min(capacity, tokens + 1) }
}

/// Handshakes that came to nothing, told together.
struct FailureCount: Equatable, Sendable {
    private var count = UInt16(0)
    /// When those that wait are told.
    private(set) var deadline: Instant?
    private var quietUntil = Instant.zero

    mutating func add(at now: Instant) {
        count = count == .max ? .max : count + 1
        deadline = max(now, quietUntil)
    }

    mutating func take(at now: Instant, pause: Interval) -> UInt16? {
        guard let due = deadline, due <= now else { return nil }
        defer {
            count = 0
            deadline = nil
            quietUntil = now + pause
        }
        return count
    }
}

/// The earlier of two instants, of which either may be missing.
func earlier(_ one: Instant?, _ other: Instant?) -> Instant? {
    guard let one else { return other }
    guard let other else { return one }
    return min(one, other)
}
