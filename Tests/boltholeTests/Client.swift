import Foundation

/// A TCP connection to this machine that sends what it likes.
final class Client {
    struct Cut: Error {}

    private let socket: Int32

    /// Connects, with a small buffer for what it does not read.
    init(_ port: UInt16) throws {
        #if canImport(Glibc)
            let stream = Int32(SOCK_STREAM.rawValue)
        #else
            let stream = SOCK_STREAM
        #endif
        socket = Foundation.socket(AF_INET, stream, 0)
        var size: Int32 = 8_192
        unsafe setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        unsafe setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard socket >= 0, result == 0 else { throw Cut() }
    }

    deinit { close(socket) }

    func write(_ text: String) throws { try write(Array(text.utf8)) }

    /// Sends all of it, or throws because the other side has cut the connection or takes nothing for ten seconds.
    func write(_ bytes: [UInt8]) throws {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe send(socket, buffer.baseAddress! + done, buffer.count - done, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Cut() }
            done += count
        }
    }

    /// What comes until the other side closes, or so many seconds pass.
    func read(seconds: Double) throws -> String {
        String(decoding: try readBytes(seconds: seconds) { _ in false }, as: UTF8.self)
    }

    /// What comes until it is enough, until the other side closes, or so many seconds pass.
    func readBytes(seconds: Double, upTo size: Int = 4_096, until isEnough: ([UInt8]) -> Bool) throws -> [UInt8] {
        var patience = timeval(tv_sec: Int(seconds), tv_usec: .init((seconds - seconds.rounded(.down)) * 1e6))
        unsafe setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var (all, chunk) = ([UInt8](), [UInt8](repeating: 0, count: size))
        while !isEnough(all) {
            let count = unsafe recv(socket, &chunk, chunk.count, 0)
            guard count > 0 else { break }
            all += chunk[..<count]
        }
        return all
    }
}
