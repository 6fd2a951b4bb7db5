import FlyingFox
import Foundation

/// The head of a request that a browser, or somebody else, sent.
struct WebRequest: Equatable, Sendable {
    /// The most bytes of a head.
    ///
    /// *Chosen*: what other servers take; browsers send less than 1,000 to this page.
    static var headMax: Int { 8_192 }

    /// Why a head is not answered as it wishes: a status and words for its sender.
    struct Refusal: Error, Equatable {
        let status: Int
        let words: String

        init(_ status: Int, _ words: String) {
            self.status = status
            self.words = words
        }
    }

    /// GET or HEAD.
    let method: String
    /// What stands before the question mark, still encoded.
    let path: String
    /// By names in small letters; no name twice.
    let headers: [String: String]

    /// Reads a head, without the empty line at its end.
    init(_ bytes: [UInt8]) throws(Refusal) {
        let malformed = Refusal(400, "this is no request that a browser makes")
        guard let text = String(validating: bytes, as: UTF8.self) else { throw malformed }
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        let words = (lines.first ?? "").split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[1].hasPrefix("/"), words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0" else {
            throw malformed
        }
        guard words[0] == "GET" || words[0] == "HEAD" else { throw Refusal(405, "only GET is answered here") }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":"), line.first != " ", line.first != "\t" else { throw malformed }
            let name = line[..<colon].lowercased()
            guard headers[name] == nil else { throw malformed }
            headers[name] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        guard headers["content-length", default: "0"] == "0", headers["transfer-encoding"] == nil else {
            throw Refusal(413, "no body is taken here")
        }
        method = String(words[0])
        path = String(words[1].prefix { $0 != "?" })
        self.headers = headers
    }

    /// The answer to a handshake for a WebSocket: its headers, or why there is none.
    func handshake() async throws -> [String: String] {
        let headers = Dictionary(uniqueKeysWithValues: headers.map { (HTTPHeader($0.key), $0.value) })
        let request = HTTPRequest(
            method: .GET, version: .http11, path: path, query: [], headers: headers, body: Data())
        let answer = try await WebSocketHTTPHandler(handler: Nobody()).handleRequest(request)
        guard answer.statusCode == .switchingProtocols else {
            throw Refusal(400, try await String(decoding: answer.bodyData, as: UTF8.self))
        }
        var told: [String: String] = [:]
        for (header, value) in answer.headers { told[header.rawValue] = value }
        return told
    }

    /// Frames are read and written elsewhere.
    private struct Nobody: WSHandler {
        func makeFrames(for client: AsyncThrowingStream<WSFrame, any Error>) async throws -> AsyncStream<WSFrame> {
            AsyncStream { $0.finish() }
        }
    }
}

/// By which names browsers may call the page.
///
/// A page of somebody else's whose name suddenly means this machine (DNS rebinding) has its own name there, and gets
/// nothing: neither the page nor the lock.
struct WebHosts: Equatable, Sendable {
    private let names: Set<String>

    /// This machine's own names and the one that is listened on, with the port, and others in full.
    init(listening host: String, port: UInt16, others: [String]) {
        var names = Set<String>()
        for name in ["localhost", "127.0.0.1", "[::1]", host] {
            names.insert("\(name):\(port)".lowercased())
            if port == 80 { names.insert(name.lowercased()) }
        }
        for name in others { names.insert(name.lowercased()) }
        self.names = names
    }

    /// Refuses a request to a name that is not ours, and one that comes from another site's page.
    func check(_ request: WebRequest) throws(WebRequest.Refusal) {
        guard let host = request.headers["host"]?.lowercased() else {
            throw WebRequest.Refusal(400, "the request names no host")
        }
        guard names.contains(host) else {
            throw WebRequest.Refusal(
                421,
                "this lock does not answer to that name; expected localhost or 127.0.0.1 with the port, or say --host")
        }
        // Another site's page could take up the lock's four connections; it could do no more. A program names no origin.
        guard let origin = request.headers["origin"]?.lowercased(), request.path == "/link" else { return }
        guard origin == "http://" + host || origin == "https://" + host else {
            throw WebRequest.Refusal(403, "the lock is for its own page and for programs")
        }
    }
}
