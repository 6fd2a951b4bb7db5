import FlyingSocks
import Foundation
import Synchronization

/// Takes connections, no more than so many at once, and survives a lack of descriptors.
struct Listener: Sendable {
    /// How long one that is turned away may still read why, and so many of them at once.
    ///
    /// *Chosen*: on the same machine a request arrives within milliseconds.
    private static var farewell: (time: Duration, count: Int) { (.milliseconds(200), 32) }
    /// Bytes that the kernel holds for a client that does not read.
    ///
    /// *Chosen*: the largest file of the page goes out in two steps; left to itself the kernel holds megabytes.
    private static var sendBuffer: Int32 { 65_536 }
    /// Descriptors that the program needs besides connections.
    private static var reserve: Int { 24 }

    let socket: Socket
    /// How many are served at once.
    let limit: Int
    /// What is said to one too many; empty = nothing.
    let refusal: Data

    /// How many connections the process can hold of `wanted`, by its limit on open files.
    static func room(for wanted: Int) throws(LiveFailure) -> Int {
        let limit = descriptorLimit
        // Half as many again are for those that are turned away.
        let room = (limit - reserve) / 3 * 2
        guard room >= 8 else { throw .fewDescriptors(limit) }
        return min(wanted, room)
    }

    /// How many files the process may have open at once.
    static var descriptorLimit: Int {
        var limits = rlimit()
        #if os(Linux)
            let result = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
        #else
            let result = unsafe getrlimit(RLIMIT_NOFILE, &limits)
        #endif
        return result == 0 ? Int(clamping: limits.rlim_cur) : .max
    }

    /// Serves until it is cancelled.
    func run(_ serve: @escaping @Sendable (AsyncSocket) async -> Void) async throws {
        let listener = try AsyncSocket(socket: socket, pool: try await SocketPool<Poll>.client)
        let (served, refused) = (Places(limit), Places(refusal.isEmpty ? 0 : min(Self.farewell.count, limit / 2)))
        try await withThrowingDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let peer: AsyncSocket
                do {
                    peer = try await listener.accept()
                } catch SocketError.failed(_, let code, _) where code == EMFILE || code == ENFILE {
                    Terminal.complain(
                        "bolthole live: too many open files, so nobody new is heard for a moment; "
                            + "close some connections, or allow more: ulimit -n 1024")
                    try await Task.sleep(for: .seconds(1))
                    continue
                } catch SocketError.failed(_, let code, _) where code == ECONNABORTED || code == EPROTO {
                    continue
                }
                try? peer.socket.setValue(Self.sendBuffer, for: Int32SocketOption(name: SO_SNDBUF))
                if served.take() {
                    group.addTask {
                        await serve(peer)
                        served.giveBack()
                    }
                } else if refused.take() {
                    group.addTask {
                        await refuse(peer)
                        refused.giveBack()
                    }
                } else {
                    peer.end()
                }
            }
        }
    }

    private func refuse(_ peer: AsyncSocket) async {
        _ = try? peer.socket.write(refusal)
        shutdown(peer.socket.file.rawValue, Int32(SHUT_WR))
        // Closed with its request unread, the kernel would take the refusal back.
        try? await Task.sleep(for: Self.farewell.time)
        _ = try? peer.socket.read(atMost: WebRequest.headMax)
        peer.end()
    }

    /// A number of places, some of them taken.
    private final class Places: Sendable {
        private let free: Mutex<Int>

        init(_ count: Int) { free = Mutex(count) }

        func take() -> Bool {
            free.withLock { free in
                guard free > 0 else { return false }
                free -= 1
                return true
            }
        }

        func giveBack() { free.withLock { $0 += 1 } }
    }
}

extension AsyncSocket {
    /// How long a client may take nothing of what it is sent, in seconds.
    ///
    /// *Chosen*: a page in the background reads at once; one that has read nothing for so long never will.
    static var writePatience: TimeInterval { 10 }

    /// Writes all of it, or gives the client up.
    func writePatiently(_ data: Data) async throws {
        try await within(seconds: Self.writePatience) { try await write(data) }
    }

    /// Wakes whoever reads or writes, who then closes the socket.
    ///
    /// Closed here it would be closed twice, and by the second time its number may be another client's.
    func hangUp() { _ = shutdown(socket.file.rawValue, Int32(SHUT_RDWR)) }

    /// Closes it.
    func end() {
        do { try close() } catch { /* It is closed already. */  }
    }
}
