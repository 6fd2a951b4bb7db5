import FlyingSocks
import Foundation

/// The phone page and its way to the lock, for browsers: HTTP, one request a connection.
///
/// FlyingFox has a server, but one without limits: it takes connections until the process has no descriptors, waits for ever for the
/// rest of a request, and reads a frame of any length into memory. So connections are kept here.
struct WebDoor: Sendable {
    /// Connections at once.
    ///
    /// *Chosen*: a browser opens six, and the lock has four phones.
    static var connectionsMax: Int { 64 }
    /// How long a request may take to arrive, in seconds, all of it.
    ///
    /// *Chosen*: from the same machine it takes milliseconds.
    static var requestPatience: TimeInterval { 5 }

    private static let kinds = [
        "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8",
        "svg": "image/svg+xml", "webmanifest": "application/manifest+json", "json": "application/json",
        "png": "image/png",
    ]

    /// Sent with every answer: nobody puts the page into a frame of theirs, and nothing is taken for what it is not.
    private static let headers = [
        "Connection": "close", "Content-Security-Policy": "frame-ancestors 'none'", "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-cache",
    ]

    private let listener: Listener
    private let hosts: WebHosts
    private let folder: URL
    private let lock: LiveLock
    /// The port that it got.
    let port: UInt16

    /// Opens the door at an address of this machine.
    init(_ address: sockaddr_in, named host: String, others: [String], page: URL, lock: LiveLock) throws {
        let limit = try Listener.room(for: Self.connectionsMax)
        let socket = try Socket(domain: Int32(type(of: address).family))
        try socket.setValue(true, for: .localAddressReuse)
        try socket.bind(to: address)
        try socket.listen()
        guard case .ip4(_, let port) = try socket.sockname() else { throw SocketError.unsupportedAddress }
        let refusal = Self.answer(
            503, Data("\(limit) connections are open; close some, or wait\n".utf8), as: "text/plain")
        listener = Listener(socket: socket, limit: limit, refusal: refusal)
        hosts = WebHosts(listening: host, port: port, others: others)
        folder = page
        self.port = port
        self.lock = lock
    }

    /// Serves browsers until it is cancelled.
    func run() async throws { try await listener.run { await serve($0) } }

    private func serve(_ browser: AsyncSocket) async {
        do {
            let request = try await read(from: browser)
            try hosts.check(request)
            if request.path == "/link" {
                let headers = try await request.handshake()
                try await browser.writePatiently(Self.head("101 Switching Protocols", headers))
                await PhoneBridge(lock: lock, page: browser).run()
            } else {
                try await browser.writePatiently(answer(request))
                await Self.farewell(browser)
            }
        } catch let refusal as WebRequest.Refusal {
            let words = Data("\(refusal.words)\n".utf8)
            try? await browser.writePatiently(Self.answer(refusal.status, words, as: "text/plain; charset=utf-8"))
            await Self.farewell(browser)
        } catch {
            // It has hung up, or has said nothing for too long.
        }
        browser.end()
    }

    private func read(from browser: AsyncSocket) async throws -> WebRequest {
        do {
            return try await within(seconds: Self.requestPatience) {
                var bytes: [UInt8] = []
                let end: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
                while true {
                    // No byte beyond the head: what follows it belongs to the WebSocket.
                    bytes += try await browser.read(bytes: max(1, Self.missing(bytes)))
                    if bytes.suffix(4).elementsEqual(end) { return try WebRequest(Array(bytes.dropLast(4))) }
                    guard bytes.count <= WebRequest.headMax else {
                        throw WebRequest.Refusal(431, "a request of more than \(WebRequest.headMax) bytes")
                    }
                }
            }
        } catch is CancellationError {
            throw WebRequest.Refusal(408, "the request was not complete after \(Int(Self.requestPatience)) s")
        }
    }

    /// How many bytes of the end of a head are missing at least.
    private static func missing(_ bytes: [UInt8]) -> Int {
        let end: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
        return (0...3).first { missing in bytes.suffix(4 - missing).elementsEqual(end.prefix(4 - missing)) } ?? 4
    }

    /// A file of the page; its folder has no other folders, and a name must be one of its files.
    private func answer(_ request: WebRequest) -> Data {
        let name = request.path == "/" ? "index.html" : String(request.path.dropFirst())
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        guard names.contains(name), let body = FileManager.default.contents(atPath: folder.appending(path: name).path)
        else {
            return Self.answer(404, Data("there is no such file in the page\n".utf8), as: "text/plain; charset=utf-8")
        }
        let kind = Self.kinds[URL(fileURLWithPath: name).pathExtension] ?? "application/octet-stream"
        return Self.answer(200, body, as: kind, isHead: request.method == "HEAD")
    }

    /// Lets what was written arrive before the connection ends.
    private static func farewell(_ browser: AsyncSocket) async {
        shutdown(browser.socket.file.rawValue, Int32(SHUT_WR))
        // Until it closes too.
        _ = try? await within(seconds: 1) { while try await !browser.read(atMost: 4_096).isEmpty {} }
    }

    private static func answer(_ status: Int, _ body: Data, as kind: String, isHead: Bool = false) -> Data {
        let phrases = [
            200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
            408: "Request Timeout", 413: "Content Too Large", 421: "Misdirected Request",
            431: "Request Header Fields Too Large", 503: "Service Unavailable",
        ]
        let facts = ["Content-Type": kind, "Content-Length": "\(body.count)"].merging(headers) { own, _ in own }
        return head("\(status) \(phrases[status] ?? "")", facts) + (isHead ? Data() : body)
    }

    private static func head(_ status: String, _ headers: [String: String]) -> Data {
        let lines = headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\r\n" }
        return Data("HTTP/1.1 \(status)\r\n\(lines.joined())\r\n".utf8)
    }
}
