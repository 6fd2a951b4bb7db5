import FlyingSocks
import Foundation
import LockLink

/// Phones that bring their own attribute client: packets with their length before them, on a socket.
struct PacketDoor: Sendable {
    /// Connections at once.
    ///
    /// *Chosen*: the lock's four, and as many that it is about to end.
    private static var connectionsMax: Int { 8 }

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
        // The lock has four connections; one too many is closed without a word, as by radio.
        let listener = Listener(socket: socket, limit: Self.connectionsMax, refusal: Data())
        try await listener.run { await serve($0) }
    }

    private func serve(_ phone: AsyncSocket) async {
        guard let (connection, words) = await lock.connect() else { return phone.end() }
        let outgoing = Task {
            for await word in words {
                guard case .packet(let packet) = word else { break }
                do {
                    try await phone.writePatiently(
                        Data([UInt8(packet.count & 0xFF), UInt8(packet.count >> 8)] + packet))
                } catch {
                    // It has hung up, or does not read; the reader finds that out too.
                    break
                }
            }
            phone.hangUp()
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
        phone.end()
    }
}
