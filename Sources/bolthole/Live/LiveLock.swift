import Foundation
import LockCore
import LockCrypto
import LockHAL
import LockLink
import LockModel
import LockRuntime
import LockSim

/// A simulated lock that runs in real time: whoever talks to it waits as in front of a door.
actor LiveLock {
    private typealias Firmware = Runtime<LiveBoard, SwiftCrypto>

    /// What is told to a phone.
    enum Word: Sendable {
        case packet([UInt8])
        case ended
    }

    /// Packets that wait for a phone that does not read; one more, and it is cut.
    ///
    /// *Chosen*: the two longest messages that may wait, in the smallest packets, and as much again.
    static var wordsMax: Int { 256 }

    private var runtime: Firmware
    private let began = ContinuousClock.now
    private var listeners: [AsyncStream<Word>.Continuation?] = Array(repeating: nil, count: ConnectionNumber.count)
    private var lines: [PhoneLine?] = Array(repeating: nil, count: ConnectionNumber.count)
    private var lineCount = 0
    private var shown: (position: Bolt.Position, isClosed: Bool)?
    private let owner: Code

    init(model: LockModel) {
        var parameters = WorldParameters()
        parameters.seed = UInt64.random(in: .min ... .max)
        parameters.isBoltExtended = true
        parameters.equipment = model.settings.equipment
        parameters.wallTime = WallTime(seconds: UInt32(clamping: Int(Date().timeIntervalSince1970)))
        let facts = AttributeFacts(
            manufacturer: AttributeValue("Bolthole"), model: AttributeValue("Simulated lock"),
            firmware: AttributeValue(text: Array(Version.current.utf8).span), battery: 100)
        var world = World(parameters)
        // Power-on takes its time before the firmware runs.
        while world.processor.state != .running, world.nextEvent != .never { world.letTimePass(until: world.nextEvent) }
        runtime = Firmware(
            board: LiveBoard(world: world), settings: model.settings, derivation: 2, facts: facts)
        runtime.board.radio.events.append(.stateChanged(isUp: true))
        var code = Code()
        for _ in 0..<8 { _ = code.append(UInt8.random(in: 0...9)) }
        owner = code
    }

    // MARK: Time

    /// Lets the firmware catch up with the clock on the wall.
    private func catchUp() {
        runtime.board.present = Instant(milliseconds: UInt64(began.duration(to: .now) / .milliseconds(1)))
        for _ in 0..<100_000 {
            runtime.turn()
            if runtime.isWaiting, runtime.board.isDrained, runtime.board.radio.events.isEmpty { break }
        }
        deliver()
        show()
    }

    /// Runs until it is cancelled, or until nobody can be told anything any more.
    func run() async throws {
        while Terminal.isHeard {
            catchUp()
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private func deliver() {
        for number in 0..<ConnectionNumber.count {
            let packets = runtime.board.radio.sent[number]
            runtime.board.radio.sent[number] = []
            for packet in packets {
                guard case .dropped = listeners[number]?.yield(.packet(packet)) else { continue }
                // By radio the lock would notice; sockets take what they are given.
                listeners[number]?.finish()
                listeners[number] = nil
                lines[number] = nil
                runtime.board.radio.hangUp(ConnectionNumber(UInt8(number)))
            }
        }
        for connection in runtime.board.radio.ended {
            listeners[Int(connection.value)]?.yield(.ended)
            listeners[Int(connection.value)]?.finish()
            listeners[Int(connection.value)] = nil
            lines[Int(connection.value)] = nil
        }
        runtime.board.radio.ended = []
    }

    /// Tells whoever watches the terminal what the door does.
    private func show() {
        let status = runtime.status()
        guard shown?.position != status.position || shown?.isClosed != status.isDoorClosed else { return }
        shown = (status.position, status.isDoorClosed)
        let door = status.isDoorClosed ? "closed" : "open"
        Terminal.say("door \(door), bolt \(status.position)\n")
    }

    // MARK: Setting up

    /// The owner's PIN, which what is the owner's wants: drawn anew for each simulated lock, and nobody's.
    var ownerPIN: String {
        (0..<owner.count).map { String(owner.digit(at: $0)) }.joined()
    }

    /// Gives the lock an owner, and answers an invitation for the owner's first phone.
    func setUp() async throws -> (invitation: [UInt8], key: [UInt8]) {
        for _ in 0..<500 {
            catchUp()
            do {
                if runtime.credential(of: .owner) == nil {
                    // As its board derives it, or no phone could prove to be the owner's.
                    let key = DerivedKey(SimulatedBoard<SwiftCrypto>.derive(owner, runtime.salt()))
                    try runtime.enrol(Credential(user: .owner, role: .owner), digits: owner.count, key: key)
                }
                catchUp()
                let invitation = try runtime.invite(.owner, hours: 24)
                return (Self.bytes(invitation.bytes.span), Self.bytes(runtime.linkKey.bytes.span))
            } catch EnrolmentRefusal.busy {
                try await Task.sleep(for: .milliseconds(20))
            } catch UpkeepRefusal.busy {
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        throw LiveFailure.notReady
    }

    private static func bytes(_ span: Span<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        for index in span.indices { bytes.append(span[index]) }
        return bytes
    }

    // MARK: Phones

    /// A phone connects; `nil` if four are connected already.
    func connect() -> (PhoneLine, AsyncStream<Word>)? {
        guard let connection = runtime.board.radio.connect() else { return nil }
        let (stream, continuation) = AsyncStream.makeStream(
            of: Word.self, bufferingPolicy: .bufferingOldest(Self.wordsMax))
        lineCount += 1
        let line = PhoneLine(connection: connection, serial: lineCount)
        listeners[Int(connection.value)] = continuation
        lines[Int(connection.value)] = line
        catchUp()
        return (line, stream)
    }

    /// A packet from a phone.
    func receive(_ packet: [UInt8], on line: PhoneLine) {
        guard (1...LinkLimits.mtuMax).contains(packet.count), stands(line) else { return }
        runtime.board.radio.arrive(packet, on: line.connection)
        catchUp()
    }

    /// The phone has hung up.
    func hangUp(_ line: PhoneLine) {
        guard stands(line) else { return }
        listeners[Int(line.connection.value)] = nil
        lines[Int(line.connection.value)] = nil
        runtime.board.radio.hangUp(line.connection)
        catchUp()
    }

    /// Whether the line's connection is still its own: after the lock has ended it, its number may be another phone's.
    private func stands(_ line: PhoneLine) -> Bool { lines[Int(line.connection.value)] == line }

    // MARK: Hands at the door

    /// Opens or closes the door, or turns the thumbturn; says what came of it.
    func perform(_ action: WorldAction) -> String? {
        defer { catchUp() }
        do throws(ActionRefusal) {
            _ = try runtime.board.base.world.perform(action)
            return nil
        } catch {
            return "that cannot be done now: \(error)"
        }
    }

    /// Makes an invitation; says why not, if not.
    func invite(_ user: UserIndex) -> Result<(invitation: [UInt8], key: [UInt8]), LiveFailure> {
        // The one before may still have its line of the log to write.
        catchUp()
        do throws(UpkeepRefusal) {
            let invitation = try runtime.invite(user, hours: 24)
            return .success((Self.bytes(invitation.bytes.span), Self.bytes(runtime.linkKey.bytes.span)))
        } catch {
            return .failure(error == .notFound ? .nobody : .notReady)
        }
    }
}

/// A phone's connection; no other one that has the same number later.
struct PhoneLine: Equatable, Sendable {
    let connection: ConnectionNumber
    let serial: Int
}

/// Why a live lock does not do what it should.
enum LiveFailure: Error, CustomStringConvertible {
    case notReady
    case nobody
    case address(String)
    case noPage(String)
    case fewDescriptors(Int)
    case occupied(String, by: String)
    case cannotOpen(String, String)

    var description: String {
        switch self {
        case .notReady: "the lock is busy: try again in a moment"
        case .nobody: "there is no such user: add one with a phone first"
        case .address(let text):
            "'\(text)' is no address: expected HOST:PORT with an address of this machine, such as 127.0.0.1:8480"
        case .noPage(let folder):
            "--page \(folder): there is no index.html; run this in the checkout, or name the phone page's folder"
        case .fewDescriptors(let count):
            "this process may open only \(count) files; expected 64 or more: ulimit -n 1024"
        case .occupied(let place, let by): "\(place) is taken by \(by); choose another place"
        case .cannotOpen(let place, let reason): "\(place) cannot be opened: \(reason)"
        }
    }
}
