import LockCore
import LockCrypto
import LockHAL
import LockLink
import LockRuntime
import LockStore
import Testing

/// A lock on a bench with an owner, an administrator, a resident and a guest, and phones that come and go.
struct Encounter: ~Copyable {
    typealias Bench = Runtime<BenchBoard, BenchCrypto>

    static let administrator = UserIndex(1)
    static let resident = UserIndex(2)
    static let guest = UserIndex(3)

    var lock: Bench
    /// Every packet that went over the air, both ways.
    var recorded: [[UInt8]] = []
    /// Every packet that phones have sent.
    var sent: [[UInt8]] = []
    /// Everything that phones have heard.
    var heardAll: [PhoneLink<BenchCrypto>.Event] = []
    private var keys = UInt8(100)

    init(_ settings: Settings = Settings(), device: UInt8 = 7) throws {
        var board = BenchBoard()
        board.device = device
        self.init(on: board, settings)
        for (number, role) in [(0, Role.owner), (1, .administrator), (2, .resident), (3, .guest)] {
            let credential = Credential(user: UserIndex(UInt16(number)), role: role)
            // Digits 110000, 111111, ... as the bench derives them.
            try lock.enrol(credential, digits: 6, key: Self.derived([1, 1, UInt8(number), 0, 5, 9]))
            run()
        }
    }

    /// The lock after a restart, on the flash and with the clock of that board.
    init(on board: consuming BenchBoard, _ settings: Settings = Settings()) {
        lock = Bench(board: board, settings: settings)
        lock.board.radio.events.append(.stateChanged(isUp: true))
        run()
        lock.board.waiting.append(.sampled(.cells(Millivolts(6_100))))
        run()
    }

    static func derived(_ digits: [UInt8]) -> DerivedKey {
        var bytes = InlineArray<32, UInt8>(repeating: 0)
        for index in digits.indices { bytes[index] = digits[index] + 1 }
        return DerivedKey(bytes)
    }

    /// Lets the firmware turn as long as there is anything to hear, so that no time passes; so many times at most.
    mutating func run(_ turns: Int = 200) {
        for _ in 0..<turns {
            let isBusy =
                !lock.isWaiting || !lock.board.radio.events.isEmpty || !lock.board.waiting.isEmpty
                || (lock.board.derived != nil && !lock.board.isDerivingSlowly) || lock.board.erased != nil
            guard isBusy else { return }
            lock.turn()
        }
    }

    /// Lets time pass.
    mutating func pass(_ interval: Interval) {
        let end = lock.board.time + interval
        run()
        for _ in 0..<10_000 {
            guard let due = lock.deadline, due <= end else { break }
            lock.turn()
            run()
        }
        lock.board.time = max(lock.board.time, end)
        run()
    }

    /// Types a code at the keypad.
    mutating func type(_ digits: [UInt8]) {
        lock.board.isKeypadWired = true
        for key in digits.map({ LockCore.Key.digit($0) }) + [.pound] {
            lock.board.held.insert(key)
            lock.board.waiting.append(.rowsChanged)
            pass(.milliseconds(45))
            lock.board.held = KeySet()
            pass(.milliseconds(45))
        }
    }

    /// A phone that has never been here.
    mutating func newKey() -> PrivateKey {
        keys += 1
        return PrivateKey(InlineArray(repeating: keys))
    }

    /// Brings a phone to the lock and lets both talk until nothing more is said; what the phone then knows is the answer.
    @discardableResult mutating func connect(
        _ phone: inout PhoneLink<BenchCrypto>, on number: UInt8 = 0
    ) -> PhoneLink<BenchCrypto>.Event {
        lock.board.radio.connect(ConnectionNumber(number))
        run()
        phone.connected()
        return talk(&phone, on: number)
    }

    /// Lets both talk until nothing more is said; the last thing that concerned the phone is the answer.
    @discardableResult mutating func talk(
        _ phone: inout PhoneLink<BenchCrypto>, on number: UInt8 = 0
    ) -> PhoneLink<BenchCrypto>.Event {
        var heard = PhoneLink<BenchCrypto>.Event.nothing
        for _ in 0..<2_000 {
            var isQuiet = true
            var bytes = [UInt8](repeating: 0, count: LinkLimits.mtuMax)
            var room = bytes.mutableSpan
            let count = phone.nextPacket(into: &room)
            if count > 0 {
                phone.packetSent()
                let packet = Array(bytes[0..<count])
                recorded.append(packet)
                sent.append(packet)
                lock.board.radio.arrive(packet, on: ConnectionNumber(number))
                isQuiet = false
            }
            run()
            while !lock.board.radio.fromLock[Int(number)].isEmpty {
                let packet = lock.board.radio.fromLock[Int(number)].removeFirst()
                recorded.append(packet)
                let event = phone.receive(packet.span)
                if event != .nothing {
                    heard = event
                    heardAll.append(event)
                }
                isQuiet = false
            }
            if isQuiet { break }
        }
        return heard
    }

    /// Asks for something that needs no fields.
    mutating func ask(
        _ kind: RequestKind, _ phone: inout PhoneLink<BenchCrypto>, on number: UInt8 = 0
    ) -> RequestResult? {
        _ = phone.begin(kind)
        return send(&phone, on: number)
    }

    /// Sends the request that the phone has written; its result, `nil` if there was no answer.
    mutating func send(_ phone: inout PhoneLink<BenchCrypto>, on number: UInt8 = 0) -> RequestResult? {
        guard phone.send() else { return nil }
        let before = heardAll.count
        talk(&phone, on: number)
        for event in heardAll[before...] {
            if case .answered(_, _, let result) = event { return result }
        }
        return nil
    }

    mutating func hangUp(on number: UInt8 = 0) throws {
        try lock.board.radio.disconnect(ConnectionNumber(number))
        run()
    }

    /// Enrols a phone for a user, as the machine's owner does, and hangs up.
    mutating func enrolledKey(of user: UserIndex) throws -> InlineArray<32, UInt8> {
        let key = newKey().bytes
        let invitation = try lock.invite(user, hours: 24)
        var label = PhoneLabel()
        _ = label.append(0x41)
        var phone = PhoneLink<BenchCrypto>(
            .init(key: PrivateKey(key), invitation: invitation, label: label), ephemeral: random())
        #expect(connect(&phone, on: 3) == .welcomed)
        try hangUp(on: 3)
        return key
    }

    /// A phone with that key, about to connect.
    mutating func phone(_ key: InlineArray<32, UInt8>, mtu: Int = LinkLimits.mtuMax) -> PhoneLink<BenchCrypto> {
        PhoneLink<BenchCrypto>(
            .init(key: PrivateKey(key), lock: lock.link.publicKey), ephemeral: random(), mtu: mtu)
    }

    mutating func random() -> InlineArray<32, UInt8> {
        var bytes = InlineArray<32, UInt8>(repeating: 0)
        var room = bytes.mutableSpan
        lock.board.fillRandom(&room)
        return bytes
    }
}

extension PhoneLink where C == BenchCrypto {
    /// The fields of the newest answer, without result and challenge, each behind its tag.
    borrowing func told() throws -> [[UInt8]] {
        var told: [[UInt8]] = []
        let text = text
        var reader = fields
        while let field = try reader.next(in: text.span) {
            guard field.tag != .result, field.tag != .challenge else { continue }
            told.append([field.tag.rawValue] + text[field.range])
        }
        return told
    }
}
