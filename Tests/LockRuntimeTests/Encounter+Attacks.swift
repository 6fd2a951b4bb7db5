import LockCore
import LockCrypto
import LockHAL
import LockRuntime

@testable import LockLink

/// What an attacker can do at the door that an honest phone never does.
extension Encounter {
    typealias Key = InlineArray<32, UInt8>
    typealias Phone = PhoneLink<BenchCrypto>

    // MARK: What came of it

    /// What the log says, the oldest first.
    mutating func logged() -> [LogEntry] {
        pass(.seconds(1))
        guard lock.newestSequence > 0 else { return [] }
        return (1...lock.newestSequence).compactMap { lock.logRecord($0)?.entry }
    }

    /// How often the motor was ordered to retract the bolt.
    var openings: Int { lock.board.orders.count { $0 == .drive(.retract) } }

    /// Whether the connection stands.
    func isConnected(_ number: UInt8 = 0) -> Bool { lock.board.radio.connected[Int(number)] }

    /// The bolt arrives where it was sent.
    mutating func boltArrives(_ switches: BoltSwitches) {
        pass(.milliseconds(300))
        lock.board.waiting.append(.boltSwitchesChanged(switches))
        pass(.seconds(3))
    }

    /// The lock without power and with it again, on the same flash; connections are gone, and the clock begins anew.
    mutating func restart() {
        var board = BenchBoard()
        board.flash = lock.board.flash
        board.device = lock.board.device
        board.randomness = lock.board.randomness &+ 12_345
        let sent = sent
        let recorded = recorded
        self = Encounter(on: board)
        self.sent = sent
        self.recorded = recorded
    }

    // MARK: Packets

    /// Lets the lock hear packets one by one; what it says is the answer.
    @discardableResult mutating func deliver(_ packets: some Sequence<[UInt8]>, on number: UInt8 = 0) -> [[UInt8]] {
        var answers: [[UInt8]] = []
        for packet in packets {
            lock.board.radio.arrive(packet, on: ConnectionNumber(number))
            run()
            answers += lock.board.radio.fromLock[Int(number)]
            lock.board.radio.fromLock[Int(number)] = []
        }
        return answers
    }

    mutating func reach(_ number: UInt8 = 0) {
        lock.board.radio.connect(ConnectionNumber(number))
        run()
    }

    /// Connects with the largest MTU and subscribes to the outbox; then fragments can be written.
    mutating func reachAndSubscribe(_ number: UInt8 = 0, _ handles: AttributeClient.Handles) {
        reach(number)
        deliver(
            [
                [0x02, 0x05, 0x02],
                [0x12, UInt8(handles.configuration & 255), UInt8(handles.configuration >> 8), 1, 0],
            ], on: number)
    }

    /// Writes one message, in as many fragments as it needs; what the lock notifies is the answer, put together.
    @discardableResult mutating func write(
        _ message: [UInt8], on number: UInt8 = 0, _ handles: AttributeClient.Handles, from counter: UInt8 = 0
    ) -> [UInt8] {
        var packets: [[UInt8]] = []
        var rest = message[...]
        var counter = counter
        repeat {
            let piece = rest.prefix(511)
            rest = rest.dropFirst(511)
            var header = counter & 0x3F
            if packets.isEmpty { header |= 0x80 }
            if rest.isEmpty { header |= 0x40 }
            counter += 1
            packets.append([0x52, UInt8(handles.inbox & 255), UInt8(handles.inbox >> 8), header] + piece)
        } while !rest.isEmpty
        return deliver(packets, on: number).reduce(into: []) { $0 += $1.dropFirst(4) }
    }

    /// Where every lock of this firmware has its inbox and outbox.
    mutating func handles() throws -> AttributeClient.Handles {
        let key = newKey().bytes
        var phone = phone(key)
        connect(&phone)
        let found = phone.client.handles
        try hangUp()
        pass(.seconds(10))
        return found
    }

    // MARK: Phones that do not behave

    /// Seals any bytes as the phone's next message, and lets the lock hear it; the result is the answer.
    mutating func sendRaw(_ text: [UInt8], _ phone: inout Phone, on number: UInt8 = 0) -> RequestResult? {
        guard Self.seal(text, &phone) else { return nil }
        let before = heardAll.count
        talk(&phone, on: number)
        for event in heardAll[before...] {
            if case .answered(_, _, let result) = event { return result }
        }
        return nil
    }

    private static func seal(_ text: [UInt8], _ phone: inout Phone) -> Bool {
        guard var ciphers = phone.transport.take() else { return false }
        var room = text + [UInt8](repeating: 0, count: 16)
        var size = 0
        do throws(NoiseFault) {
            var bytes = room.mutableSpan
            size = try ciphers.seal(&bytes, count: text.count)
        } catch {
            size = 0
        }
        phone.transport = consume ciphers
        return size > 0 && phone.outgoing.append(.session, room.span.extracting(0..<size))
    }

    /// The plaintext of a request with the phone's newest challenge.
    func plain(_ kind: UInt8, _ phone: borrowing Phone, _ fields: [UInt8] = []) -> [UInt8] {
        let challenge = phone.challenge
        return [kind, 9, 0x01, 20] + (0..<20).map { challenge[$0] } + fields
    }

    /// The value of a field of the newest answer.
    func value(_ tag: FieldTag, _ phone: borrowing Phone) -> [UInt8]? {
        phone.field(tag).map { Array(phone.text[$0]) }
    }

    static func label(_ text: String = "A") -> PhoneLabel {
        var label = PhoneLabel()
        for byte in text.utf8 { _ = label.append(byte) }
        return label
    }

    /// A phone that comes with an invitation.
    mutating func invited(_ invitation: InlineArray<16, UInt8>, knowing lock: PublicKey? = nil) -> Phone {
        Phone(
            .init(key: newKey(), invitation: Invitation(invitation), label: Self.label(), lock: lock),
            ephemeral: random())
    }
}
