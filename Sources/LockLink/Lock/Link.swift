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

    private static var seedLabel: InlineArray<18, UInt8> {
        // "bolthole link seed"
        [
            0x62, 0x6F, 0x6C, 0x74, 0x68, 0x6F, 0x6C, 0x65, 0x20, 0x6C, 0x69, 0x6E, 0x6B, 0x20, 0x73, 0x65, 0x65, 0x64,
        ]
    }

    let settings: LinkSettings
    let ownKey: InlineArray<32, UInt8>
    /// The lock's identity towards phones.
    public let publicKey: PublicKey
    let advertisingKey: InlineArray<32, UInt8>
    /// Made of the private key, so that no phone knows it, as all know the advertising key.
    private let seedKey: InlineArray<32, UInt8>
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
    /// Handshakes that strangers may still begin: all who are not known by a key.
    var strangers: TokenBucket
    /// What is kept for phones that the lock knows, whatever strangers do.
    var acquaintances: TokenBucket
    /// The first messages of IK that were answered last: none is answered twice.
    var firstMessages = FirstMessages()
    var failures = FailureCount()
    /// How many notices the log may still get.
    var notices: TokenBucket
    /// How many times it may still be told that phones were turned away.
    var floodNotices: TokenBucket
    /// How many operations users may still ask for.
    var operations: OperationBudget
    /// Whether the answer that is being written is the last one on its connection.
    var isLastAnswer = false
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
        seedKey = C.authenticate(Self.seedLabel.span, key: key.bytes)
        self.facts = facts
        issued = sequence
        used = sequence
        // A restart gives nobody a new burst.
        strangers = TokenBucket(capacity: settings.handshakeBurst, filled: 2, pause: settings.handshakePause)
        acquaintances = TokenBucket(
            capacity: settings.knownBurst, filled: settings.knownBurst, pause: settings.knownPause)
        operations = OperationBudget(settings)
        notices = TokenBucket(
            capacity: settings.noticeBurst, filled: settings.noticeBurst, pause: settings.userNoticePause)
        floodNotices = TokenBucket(capacity: 1, filled: 1, pause: settings.noticePause)
        peers = InlineArray { _ in Peer<C>() }
    }

    // MARK: Questions

    // What is asked in each turn is `mutating`, only so that the link is not copied for it: it has nine kilobytes, keys
    // among them.

    /// When the link next wants to be woken, if nothing else happens first.
    public var deadline: Instant? {
        mutating get {
            var next = addressDue
            for index in 0..<ConnectionNumber.count {
                if peers[index].phase != .free { next = earlier(next, peers[index].deadline) }
            }
            for index in 0..<ConnectionNumber.count { next = earlier(next, pending[index]?.giveUpAt) }
            next = earlier(next, roomDeadline())
            return earlier(next, failures.deadline)
        }
    }

    /// Whether any phone has a session.
    public var hasSession: Bool {
        mutating get {
            for index in 0..<ConnectionNumber.count where peers[index].phase == .session { return true }
            return false
        }
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
    /// If that leaves no place for another one, `nextToCut` names who makes way.
    public mutating func connected(
        _ connection: ConnectionNumber, seed: InlineArray<32, UInt8>, at now: Instant
    ) {
        // With a key of this device in it, two locks whose random generators are stuck alike still say other things
        // (A08), and nobody who knows what the generator says knows what the lock makes of it.
        let own = C.authenticate(seed.span, key: seedKey)
        peers[Int(connection.value)].begin(seed: own, at: now, until: now + settings.handshakeTimeMax)
        peers[Int(connection.value)].batteryTold = facts.battery
        isAdvertisingWanted = connectionCount < ConnectionNumber.count
    }

    /// A connection has ended.
    public mutating func disconnected(_ connection: ConnectionNumber) {
        peers[Int(connection.value)].end()
        pending[Int(connection.value)] = nil
        isAdvertisingWanted = true
    }

    /// Whose session a connection has; `nil` if it has none.
    public mutating func session(on connection: ConnectionNumber) -> (PhoneIndex, PublicKey, UserIndex)? {
        let index = Int(connection.value)
        return peers[index].phase == .session ? (peers[index].phone, peers[index].key, peers[index].user) : nil
    }

    /// Ends a session at once: its phone was removed, or its user was.
    ///
    /// What waits is still sent, then `nextToCut` names the connection.
    public mutating func endSession(on connection: ConnectionNumber) { cut(Int(connection.value)) }

    /// A connection that should be cut now: its time is over, all was said, or it makes way for whoever comes next.
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
            return drop(index)
        }
        return surplus(at: now).map { drop($0) }
    }

    /// Nothing is said any more; `disconnected` ends it.
    private mutating func drop(_ index: Int) -> ConnectionNumber {
        peers[index].phase = .cut
        peers[index].deadline = nil
        peers[index].dropKeys()
        peers[index].outgoing.reset()
        pending[index] = nil
        return ConnectionNumber(UInt8(index))
    }

    /// Whether anybody wants to hear of the battery.
    public var isBatteryWanted: Bool {
        mutating get {
            for index in 0..<ConnectionNumber.count where peers[index].server.isSubscribedToBattery { return true }
            return false
        }
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

/// The earlier of two instants, of which either may be missing.
func earlier(_ one: Instant?, _ other: Instant?) -> Instant? {
    guard let one else { return other }
    guard let other else { return one }
    return min(one, other)
}
