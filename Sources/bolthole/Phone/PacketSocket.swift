import FlyingSocks
import Foundation
import LockLink

/// A socket that carries packets of the attribute protocol between a phone and a lock.
struct PacketSocket: Sendable {
    let socket: AsyncSocket
    /// Whether each packet has its length before it: two bytes, the lower first.
    ///
    /// A stream needs that; the kernel's Bluetooth sockets keep packets apart.
    let isStream: Bool
    /// What remains to be done when the visit is over.
    var end: @Sendable () async -> Void = {}

    /// Connects to a lock that listens on a socket: unix:PATH or tcp:ADDRESS:PORT.
    static func open(_ way: String) async throws -> Self {
        do {
            if way.hasPrefix("tcp:") {
                let parts = way.dropFirst(4).split(separator: ":")
                guard parts.count == 2, let port = UInt16(parts[1]) else {
                    throw PhoneFailure("'\(way)' is no way to a lock: expected unix:PATH or tcp:ADDRESS:PORT", code: 2)
                }
                return Self(
                    socket: try await .connected(to: .inet(ip4: String(parts[0]), port: port)), isStream: true)
            }
            let path = way.hasPrefix("unix:") ? String(way.dropFirst(5)) : way
            return Self(socket: try await .connected(to: .unix(path: path)), isStream: true)
        } catch let failure as PhoneFailure {
            throw failure
        } catch {
            throw PhoneFailure("\(way): no lock answers there; is bolthole live running with --phones?", code: 3)
        }
    }

    /// Sends one packet.
    func send(_ packet: [UInt8]) async throws {
        let length = isStream ? [UInt8(packet.count & 0xFF), UInt8(packet.count >> 8)] : []
        do {
            try await socket.write(Data(length + packet))
        } catch {
            throw PhoneFailure("the lock has hung up", code: 3)
        }
    }

    /// The next packet, if it comes within so many seconds.
    func receive(patience: TimeInterval) async throws -> [UInt8] {
        do {
            return try await within(seconds: patience) { [self] in
                guard isStream else { return try await socket.read(atMost: LinkLimits.mtuMax) }
                let head = try await socket.read(bytes: 2)
                let count = Int(head[0]) | Int(head[1]) << 8
                return count > 0 ? try await socket.read(bytes: count) : []
            }
        } catch is SocketError {
            throw PhoneFailure("the lock has hung up", code: 3)
        } catch {
            throw PhoneFailure("the lock has said nothing for \(Int(patience)) s", code: 3)
        }
    }
}

/// Does something that is given up, with `CancellationError`, when it takes longer than that.
func within<Value: Sendable>(
    seconds: TimeInterval, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask(operation: work)
        group.addTask {
            try await Task.sleep(for: .seconds(seconds))
            throw CancellationError()
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw CancellationError() }
        return first
    }
}
