import FlyingFox
import FlyingSocks
import Foundation
import LockHAL
import LockLink

/// A browser's way to the lock: each frame is one value of the inbox or of the outbox.
///
/// The bridge is what Bluetooth is for a page: it subscribes, and it tells the page the link parameters first. It knows no
/// key and understands no message.
struct PhoneBridge: WSMessageHandler {
    let lock: LiveLock

    func makeMessages(for client: AsyncStream<WSMessage>) async throws -> AsyncStream<WSMessage> {
        let (stream, continuation) = AsyncStream.makeStream(of: WSMessage.self)
        guard let (connection, words) = await lock.connect() else {
            continuation.yield(.close(WSCloseCode(1_013, reason: "four phones are connected")))
            continuation.finish()
            return stream
        }
        let attributes = Attributes()
        let lock = lock
        let outgoing = Task {
            await lock.receive(attributes.start(), on: connection)
            for await word in words {
                switch word {
                case .ended:
                    continuation.yield(.close())
                    continuation.finish()
                    return
                case .packet(let packet):
                    for step in await attributes.take(packet) {
                        switch step {
                        case .toLock(let packet): await lock.receive(packet, on: connection)
                        case .toPage(let value): continuation.yield(.data(Data(value)))
                        }
                    }
                }
            }
        }
        Task {
            for await message in client {
                guard case .data(let value) = message, let packet = await attributes.write([UInt8](value)) else {
                    continue
                }
                await lock.receive(packet, on: connection)
            }
            outgoing.cancel()
            await lock.hangUp(connection)
            continuation.finish()
        }
        return stream
    }

    /// The attribute client of one page.
    private actor Attributes {
        enum Step: Sendable {
            case toLock([UInt8])
            case toPage([UInt8])
        }

        private var client = AttributeClient()

        func start() -> [UInt8] {
            var packet = [UInt8](repeating: 0, count: LinkLimits.mtuMin)
            var room = packet.mutableSpan
            let count = client.start(in: &room)
            return Array(packet[0..<count])
        }

        func take(_ packet: [UInt8]) -> [Step] {
            var answer = [UInt8](repeating: 0, count: LinkLimits.mtuMin)
            var room = answer.mutableSpan
            switch client.receive(packet.span, answer: &room) {
            case .send(let count): return [.toLock(Array(answer[0..<count]))]
            // Version and MTU, as the characteristic of the link parameters has them.
            case .ready: return [.toPage([1, UInt8(client.mtu & 0xFF), UInt8(client.mtu >> 8)])]
            case .notified(let range): return [.toPage(Array(packet[range]))]
            case .nothing, .read, .written, .refused, .failed: return []
            }
        }

        func write(_ value: [UInt8]) -> [UInt8]? {
            guard client.isReady, value.count <= client.valueMax else { return nil }
            var packet = [UInt8](repeating: 0, count: AttributeClient.writeHeaderSize)
            var room = packet.mutableSpan
            client.putCommandHeader(in: &room)
            return packet + value
        }
    }
}

/// Phones that bring their own attribute client: packets with their length before them, on a socket.
struct PacketDoor: Sendable {
    let lock: LiveLock
    let socket: Socket

    /// Opens the door at a path of this machine, in place of a socket that nobody answers at any more.
    init(path: String, lock: LiveLock) async throws {
        self.lock = lock
        let files = FileManager.default
        if let type = try? files.attributesOfItem(atPath: path)[.type] as? FileAttributeType {
            guard type == .typeSocket else { throw LiveFailure.occupied(path, by: "something that is no socket") }
            guard (try? await AsyncSocket.connected(to: .unix(path: path))) == nil else {
                throw LiveFailure.occupied(path, by: "another program")
            }
            try files.removeItem(atPath: path)
        }
        socket = try Socket(domain: Int32(sa_family_t(AF_UNIX)))
        do {
            // For its owner alone from the beginning, not only from a moment later on. The mask is the whole program's.
            let mask = umask(0o177)
            defer { umask(mask) }
            try socket.bind(to: .unix(path: path))
            try socket.listen()
        } catch SocketError.failed(_, _, let reason) {
            throw LiveFailure.cannotOpen(path, reason)
        }
    }

    /// Serves phones until it is cancelled.
    func run() async throws {
        let pool = try await SocketPool<Poll>.client
        let listener = try AsyncSocket(socket: socket, pool: pool)
        try await withThrowingDiscardingTaskGroup { group in
            for try await phone in listener.sockets {
                group.addTask { await serve(phone) }
            }
        }
    }

    private func serve(_ phone: AsyncSocket) async {
        guard let (connection, words) = await lock.connect() else { return close(phone) }
        let outgoing = Task {
            for await word in words {
                guard case .packet(let packet) = word else { break }
                do {
                    try await phone.write(Data([UInt8(packet.count & 0xFF), UInt8(packet.count >> 8)] + packet))
                } catch {
                    // It has hung up; the reader finds that out too.
                    break
                }
            }
            hangUp(phone)
        }
        do {
            while true {
                let head = try await phone.read(bytes: 2)
                let count = Int(head[0]) | Int(head[1]) << 8
                guard (1...LinkLimits.mtuMax).contains(count) else { break }
                await lock.receive(try await phone.read(bytes: count), on: connection)
            }
        } catch {
            // The phone has hung up.
        }
        outgoing.cancel()
        await lock.hangUp(connection)
        // It may still be about to wake the reader, by a number that is another phone's once the socket is closed.
        await outgoing.value
        close(phone)
    }

    /// Wakes whoever reads from the phone, who then closes the socket.
    ///
    /// Closed here it would be closed twice, and by the second time its number may be another phone's.
    private func hangUp(_ phone: AsyncSocket) { _ = shutdown(phone.socket.file.rawValue, Int32(SHUT_RDWR)) }

    private func close(_ phone: AsyncSocket) {
        do { try phone.close() } catch { /* It is closed already. */  }
    }
}
