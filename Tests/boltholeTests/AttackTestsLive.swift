import Foundation
import Testing

/// L4: clients of `bolthole live` that are no browsers of ours.
@Suite struct AttackTestsLive {
    @Test func `L4: of 300 connections at once 64 are served, the others are told, and the lock goes on`() throws {
        try atDoor { door in
            var clients = try (0..<300).map { _ in try Client(door.port) }
            let told = try clients[64..<300].map { try $0.read(seconds: 5) }
            // Of those that are turned away at the same moment, 32 are told.
            #expect(told.allSatisfy { $0.hasPrefix("HTTP/1.1 503 ") || $0.isEmpty }, "\(told)")
            #expect(told.first?.contains("64 connections are open; close some") == true, "\(told)")
            #expect(try door.phone(["enrol", door.link]).code == 0, "phones have their own door")
            clients = []
            #expect(
                try door.answer("GET / HTTP/1.1\r\nHost: 127.0.0.1:\(door.port)\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test func `L4: a process that may open few files serves fewer, and one that may open hardly any says so`() throws {
        try inFolder { folder in
            let line = "$BOLTHOLE live --listen 127.0.0.1:0 --page '\(Door.page)'"
            let refused = try Program(shell: "ulimit -n 20; exec \(line)", in: folder).end()
            #expect(refused.code == 2 && refused.complaints.contains("ulimit -n 1024"), "\(refused)")
            #expect(!refused.complaints.contains("taken by"), "\(refused)")
            let lock = try Program(shell: "ulimit -n 48; exec \(line)", in: folder)
            let port = try #require(Door.port(in: lock.output(until: "  http://")))
            do {
                let clients = try (0..<100).map { _ in try Client(port) }
                usleep(300_000)
                #expect(clients.count == 100)
            }
            usleep(1_500_000)
            let client = try Client(port)
            try client.write("GET / HTTP/1.1\r\nHost: localhost:\(port)\r\n\r\n")
            #expect(try client.read(seconds: 5).hasPrefix("HTTP/1.1 200 "))
            try lock.type("quit")
            #expect(try lock.end().code == 0)
        }
    }

    @Test func `L4, A10: a request that comes byte by byte has five seconds for all of it`() throws {
        try atDoor { door in
            let client = try Client(door.port)
            let began = ContinuousClock.now
            var told = ""
            for byte in "GET / HTTP/1.1\r\nX: " + String(repeating: "x", count: 200) where told.isEmpty {
                do { try client.write(String(byte)) } catch { break }
                told = try client.read(seconds: 0.1)
            }
            #expect(told.hasPrefix("HTTP/1.1 408 "), "\(told)")
            #expect(began.duration(to: .now) < .seconds(8))
        }
    }

    @Test(
        arguments: [
            ("GET / HTTP/1.1\r\nHost: HOST\r\nX: \(String(repeating: "x", count: 9_000))\r\n\r\n", 431),
            ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: HOST\r\nhost: HOST\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 100000000\r\n\r\n", 413), ("hello\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: HOST\r\n\r\n", 405),
            ("GET /../Package.swift HTTP/1.1\r\nHost: HOST\r\n\r\n", 404),
            ("GET /%2e%2e/phone.md HTTP/1.1\r\nHost: HOST\r\n\r\n", 404),
            ("GET /.. HTTP/1.1\r\nHost: HOST\r\n\r\n", 404),
            ("GET /link HTTP/1.1\r\nHost: HOST\r\n\r\n", 400), ("GET /app.js?x HTTP/1.1\r\nHost: HOST\r\n\r\n", 200),
            ("HEAD / HTTP/1.1\r\nHost: HOST\r\n\r\n", 200),
        ])
    func `L4, A10: what is no request for the page is refused`(request: String, status: Int) throws {
        try atDoor { door in
            let told = try door.answer(request.replacing("HOST", with: "localhost:\(door.port)"))
            #expect(told.hasPrefix("HTTP/1.1 \(status) "), "\(told.prefix(200))")
        }
    }

    @Test func `L4: a name that was bent to this machine gets neither page nor lock`() throws {
        try atDoor { door in
            for host in [
                "evil.example:\(door.port)", "evil.example", "localhost", "localhost:1", "127.0.0.1.evil:\(door.port)",
            ] {
                let page = try door.answer("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")
                #expect(page.hasPrefix("HTTP/1.1 421 ") && !page.contains("<html"), "\(page)")
                let link = try door.answer(Self.upgrade(host, origin: "http://\(host)"))
                #expect(link.hasPrefix("HTTP/1.1 421 "), "\(link)")
            }
            for host in [
                "localhost:\(door.port)", "LOCALHOST:\(door.port)", "127.0.0.1:\(door.port)", "[::1]:\(door.port)",
            ] {
                #expect(try door.answer("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
            }
            let own = "localhost:\(door.port)"
            #expect(try door.answer(Self.upgrade(own, origin: "http://evil.example")).hasPrefix("HTTP/1.1 403 "))
            #expect(try door.answer(Self.upgrade(own, origin: "null")).hasPrefix("HTTP/1.1 403 "))
        }
    }

    @Test func `L4: no answer may be put into somebody's frame`() throws {
        try atDoor { door in
            for path in ["/", "/app.js", "/nothing"] {
                let told = try door.answer("GET \(path) HTTP/1.1\r\nHost: localhost:\(door.port)\r\n\r\n")
                #expect(told.contains("\r\nContent-Security-Policy: frame-ancestors 'none'\r\n"), "\(told.prefix(300))")
            }
        }
    }

    @Test(
        arguments: [
            // 100 MB announced in eight bytes, 65,535 in two, fragments without end, no mask, a reserved bit, a long ping.
            ([0x82, 0xFF, 0, 0, 0, 0, 0x05, 0xF5, 0xE1, 0x00], 1_009), ([0x82, 0xFE, 0xFF, 0xFF], 1_009),
            (
                Array(repeating: [0x02, 0xFE, 0x0C, 0x00, 0, 0, 0, 0] + Array(repeating: 0, count: 0x0C00), count: 1)
                    .flatMap { $0 }
                    + [0x00, 0xFE, 0x0C, 0x00], 1_009
            ),
            ([0x82, 0x01, 0x00], 1_002), ([0xC2, 0x80, 0, 0, 0, 0], 1_002), ([0x89, 0xFE, 0x00, 0xFF], 1_002),
        ] as [([UInt8], Int)])
    func `L4, A10: a frame that is too long is refused before it is read`(bytes: [UInt8], code: Int) throws {
        try atDoor { door in
            let client = try Self.socket(door)
            try client.write(bytes)
            let told = try client.readBytes(seconds: 5) { $0.contains(0x88) }
            let place = try #require(told.firstIndex(of: 0x88))
            #expect(told.count > place + 3 && Int(told[place + 2]) << 8 | Int(told[place + 3]) == code, "\(told)")
        }
    }

    @Test func `L4: a page that asks and never reads is cut, and its words are not kept`() throws {
        try atDoor { door in
            let client = try Self.socket(door)
            let ping: [UInt8] = [0x89, 0xFD, 0, 0, 0, 0] + [UInt8](repeating: 0x41, count: 125)
            let many = Array(repeating: ping, count: 500).flatMap { $0 }
            let before = door.memory
            let began = ContinuousClock.now
            var sent = 0
            do {
                while began.duration(to: .now) < .seconds(30) {
                    try client.write(many)
                    sent += many.count
                }
                Issue.record("\(sent) bytes were taken, and it is still not cut")
            } catch {
                // Cut.
            }
            #expect(door.memory - before < 20_000, "kB more than before")
            #expect(try door.phone(["enrol", door.link]).code == 0)
        }
    }

    @Test func `a page is told the link parameters first, and its close is answered`() throws {
        try atDoor { door in
            let client = try Self.socket(door)
            let first = try client.readBytes(seconds: 5) { $0.count >= 5 }
            // Version 1 and the MTU.
            #expect(first.starts(with: [0x82, 3, 1]), "\(first)")
            try client.write([0x88, 0x80, 0, 0, 0, 0] as [UInt8])
            // Normal closure, then the end of the connection.
            #expect(try client.readBytes(seconds: 5) { _ in false } == [0x88, 2, 0x03, 0xE8])
        }
    }

    private static func upgrade(_ host: String, origin: String) -> String {
        "GET /link HTTP/1.1\r\nHost: \(host)\r\nOrigin: \(origin)\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    }

    /// A WebSocket at the lock.
    private static func socket(_ door: Door) throws -> Client {
        let client = try Client(door.port)
        let host = "localhost:\(door.port)"
        try client.write(upgrade(host, origin: "http://\(host)"))
        let told = try client.readBytes(seconds: 5, upTo: 1) {
            String(decoding: $0, as: UTF8.self).hasSuffix("\r\n\r\n")
        }
        let head = String(decoding: told, as: UTF8.self)
        #expect(head.hasPrefix("HTTP/1.1 101 ") && head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "\(head)")
        return client
    }
}
