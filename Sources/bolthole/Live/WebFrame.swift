import FlyingSocks
import Foundation

/// One message of a WebSocket (RFC 6455), as the bridge takes and sends it.
enum WebFrame: Equatable, Sendable {
    case text
    case binary([UInt8])
    case ping([UInt8])
    case pong
    case close

    /// The most bytes of a message that are read; a longer one ends the WebSocket, unread.
    ///
    /// *Chosen*: eight times the longest value of the attribute protocol, which the lock drops without a word.
    static var sizeMax: Int { 4_096 }

    /// Why a WebSocket ends, with the code that RFC 6455, 7.4.1 has for it.
    struct Fault: Error, Equatable {
        let code: UInt16
        let words: String

        static var protocolError: Self { Self(code: 1_002, words: "no WebSocket speaks like this") }
        static var tooBig: Self { Self(code: 1_009, words: "a message of more than \(WebFrame.sizeMax) bytes") }
    }

    /// Reads the next one; fragments of a message are put together.
    static func read(from socket: AsyncSocket) async throws -> Self {
        var text: [UInt8] = []
        var kind: UInt8?
        while true {
            let head = try await socket.read(bytes: 2)
            // A client masks, and nobody has agreed on extensions.
            guard head[0] & 0x70 == 0, head[1] & 0x80 != 0 else { throw Fault.protocolError }
            let (isLast, code) = (head[0] & 0x80 != 0, head[0] & 0x0F)
            let count = try await count(head[1] & 0x7F, socket)
            guard code < 8 || isLast && count <= 125 else { throw Fault.protocolError }
            // Before a byte of it is read.
            guard text.count + count <= sizeMax else { throw Fault.tooBig }
            let mask = try await socket.read(bytes: 4)
            var payload = try await socket.read(bytes: count)
            for index in payload.indices { payload[index] ^= mask[index & 3] }
            switch code {
            case 0x8: return .close
            case 0x9: return .ping(payload)
            case 0xA: return .pong
            case 0x0 where kind != nil: break
            case 0x1 where kind == nil, 0x2 where kind == nil: kind = code
            default: throw Fault.protocolError
            }
            text += payload
            if isLast { return kind == 0x2 ? .binary(text) : .text }
        }
    }

    private static func count(_ short: UInt8, _ socket: AsyncSocket) async throws -> Int {
        switch short {
        case 126:
            let bytes = try await socket.read(bytes: 2)
            return Int(bytes[0]) << 8 | Int(bytes[1])
        case 127:
            // What needs eight bytes is too big in any case.
            _ = try await socket.read(bytes: 8)
            throw Fault.tooBig
        default: return Int(short)
        }
    }

    /// A message of the server's: not masked, in one piece.
    static func bytes(binary value: [UInt8]) -> Data { bytes(0x82, value) }

    /// The answer to a ping.
    static func bytes(pong value: [UInt8]) -> Data { bytes(0x8A, value) }

    /// The end, and why.
    static func bytes(closing code: UInt16, _ words: String = "") -> Data {
        bytes(0x88, [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(words.utf8))
    }

    private static func bytes(_ first: UInt8, _ value: [UInt8]) -> Data {
        let size = value.count < 126 ? [UInt8(value.count)] : [126, UInt8(value.count >> 8), UInt8(value.count & 0xFF)]
        return Data([first] + size + value)
    }
}
