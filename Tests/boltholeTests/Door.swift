import Foundation
import Testing

/// A running `bolthole live` with a socket for phones.
struct Door {
    static let socket = "lock.sock"
    /// The page in the checkout that this test was built from.
    static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("hardware/phone").path

    let folder: String
    let lock: Program
    /// The first invitation's link.
    let link: String
    /// The owner's PIN.
    let pin: String

    init(in folder: String) throws {
        self.folder = folder
        lock = try Program(
            ["live", "--listen", "127.0.0.1:0", "--phones", Self.socket, "--page", Self.page], in: folder)
        let said = lock.output(until: "Packets:")
        link = try #require(Self.link(in: said), "\(said)")
        let digits = said.split(whereSeparator: \.isWhitespace).first { $0.count == 8 && $0.allSatisfy(\.isNumber) }
        pin = String(try #require(digits, "\(said)"))
    }

    private static func link(in text: String) -> String? {
        text.split(whereSeparator: \.isWhitespace).last { $0.hasPrefix("http://") }.map { String($0) }
    }

    /// Where the page is served.
    var port: UInt16 { Self.port(in: link) ?? 0 }

    /// The port of a link that the lock printed.
    static func port(in text: String) -> UInt16? {
        link(in: text).flatMap { UInt16($0.dropFirst("http://127.0.0.1:".count).prefix { $0 != "/" }) }
    }

    /// What the page's server answers to those words.
    func answer(_ request: String) throws -> String {
        let client = try Client(port)
        // It may be refused before it is all sent.
        do { try client.write(request) } catch {}
        return try client.read(seconds: 10)
    }

    /// How much memory the lock's process has, in kB.
    var memory: Int {
        let status = (try? String(contentsOfFile: "/proc/\(lock.number)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    }

    /// Another invitation.
    func invitation(for user: Int) throws -> String {
        try lock.type("invite \(user)")
        return try #require(Self.link(in: lock.output(until: "  http://")))
    }

    func phone(_ words: [String], keys: String = "phone.json", typing line: String? = nil) throws -> Program.Result {
        let keys = words.contains("--keys") ? [] : ["--keys", keys]
        let phone = try Program(["phone"] + words + ["--lock", Self.socket] + keys, in: folder)
        if let line { try phone.type(line) }
        return try phone.end()
    }

    /// Tries another live lock here.
    func live(_ options: [String]) throws -> Program.Result {
        try Program(["live", "--listen", "127.0.0.1:0", "--page", Self.page] + options, in: folder).end()
    }
}

/// Does something at a live lock, which must end well afterwards.
func atDoor(_ body: (Door) throws -> Void) throws {
    try inFolder { folder in
        let door = try Door(in: folder)
        let result = Result { try body(door) }
        try door.lock.type("quit")
        let ended = try door.lock.end()
        #expect(ended.code == 0, "\(ended)")
        try result.get()
    }
}

/// Does something in an empty folder that is removed afterwards.
func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
}
