import ArgumentParser
import FlyingSocks
import Foundation
import LockCore
import LockModel
import LockScenario
import LockSim

/// A simulated lock for real phones.
struct Live: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs a simulated lock in real time, for phones: a browser, bolthole phone, scripts/phone.py.",
        discussion: """
            A new lock with an owner, the owner's PIN, and an invitation for the owner's first phone. It \
            forgets everything when it ends. Serves the phone page and its way to the \
            lock on one address, and packets of the attribute protocol (each with two \
            bytes of length before it) on a socket. Both stay on this machine unless \
            you say otherwise. Browsers must call the page by this machine's own names, or by \
            one that --host says. 64 connections at once, 5 s for a request, 4,096 bytes \
            for a message of the page.

            EXAMPLES:
              bolthole live
                  Then open the link that it prints in Chromium, and unlock.
              bolthole live scripts/models/default.yaml --phones /tmp/lock.sock
                  And from another terminal:
                  bolthole phone enrol - --lock /tmp/lock.sock

            WHAT YOU CAN TYPE MEANWHILE:
              open, close          the door
              thumbturn in, out    by hand, from inside
              invite NUMBER        another phone for that user
              quit
            """)

    @Argument(help: "The lock's model.", completion: .file(extensions: ["yaml", "yml"]))
    var model: String?

    @Option(help: ArgumentHelp("Where the page is served; port 0 takes a free one.", valueName: "host:port"))
    var listen = "127.0.0.1:8480"

    @Option(
        help: ArgumentHelp(
            "Another name by which browsers call the page, with its port if they say one; may be repeated.",
            valueName: "name[:port]"))
    var host: [String] = []

    @Option(help: ArgumentHelp("Where packets are exchanged.", valueName: "path"), completion: .file())
    var phones: String?

    @Option(help: ArgumentHelp("The phone page.", valueName: "dir"), completion: .directory)
    var page = "hardware/phone"

    func run() async throws {
        do {
            try await serve()
        } catch let error as BadInput {
            Terminal.complain(error.description)
            throw ExitCode(Verdict.badInput.rawValue)
        } catch let error as LiveFailure {
            Terminal.complain("bolthole live: \(error)")
            throw ExitCode(Verdict.badInput.rawValue)
        } catch SocketError.failed(_, let code, let reason) {
            let failure: LiveFailure =
                switch code {
                case EADDRINUSE: .occupied(listen, by: "another program")
                // Not the address is at fault.
                case EMFILE, ENFILE: .fewDescriptors(Listener.descriptorLimit)
                default: .cannotOpen(listen, reason)
                }
            Terminal.complain("bolthole live: \(failure)")
            throw ExitCode(Verdict.badInput.rawValue)
        }
    }

    private func serve() async throws {
        let lock = LiveLock(model: try readModel())
        let folder = URL(fileURLWithPath: page)
        guard FileManager.default.fileExists(atPath: folder.appending(path: "index.html").path) else {
            throw LiveFailure.noPage(page)
        }
        let web = try WebDoor(address(), named: listenHost, others: host, page: folder, lock: lock)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await web.run() }
            group.addTask { try await lock.run() }
            let door: PacketDoor?
            if let phones { door = try await PacketDoor(path: phones, lock: lock) } else { door = nil }
            defer { if door != nil, let phones { try? FileManager.default.removeItem(atPath: phones) } }
            if let door { group.addTask { try await door.run() } }
            group.addTask {
                let origin = "http://\(listenHost):\(web.port)/"
                let first = try await lock.setUp()
                Terminal.say("The owner's PIN:\n  \(await lock.ownerPIN)\n")
                Terminal.say("The owner's first phone:\n  \(Self.link(origin, first))\n")
                if let phones { Terminal.say("Packets: unix:\(phones)\n") }
                try await Self.listenToHands(lock, origin)
            }
            // Whatever ends first ends the rest.
            try await group.next()
            group.cancelAll()
        }
    }

    private static func link(_ origin: String, _ made: (invitation: [UInt8], key: [UInt8])) -> String {
        InvitationText.link(page: "\(origin)?ws=/link", invitation: made.invitation, lockKey: made.key)
    }

    private func readModel() throws(BadInput) -> LockModel {
        guard let model else { return LockModel() }
        return try LockModel(readingFrom: model)
    }

    private var listenHost: String { String(listen.split(separator: ":").first ?? "") }

    private func address() throws -> sockaddr_in {
        let parts = listen.split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1]) else { throw LiveFailure.address(listen) }
        do {
            return try .inet(ip4: String(parts[0]), port: port)
        } catch {
            throw LiveFailure.address(listen)
        }
    }

    /// Does what is typed.
    private static func listenToHands(_ lock: LiveLock, _ origin: String) async throws {
        let lines = AsyncStream<String> { continuation in
            // Reading waits, so it has a thread of its own.
            Thread {
                while let line = readLine() { continuation.yield(line) }
                continuation.finish()
            }.start()
        }
        for await line in lines {
            let words: [String] = line.split(separator: " ").map { String($0) }
            switch words {
            case []: break
            case ["quit"]: return
            case ["open"]: tell(await lock.perform(.openDoor))
            case ["close"]: tell(await lock.perform(.closeDoor))
            case ["thumbturn", "in"]: tell(await lock.perform(.thumbturn(.retract, share: Percent(100))))
            case ["thumbturn", "out"]: tell(await lock.perform(.thumbturn(.extend, share: Percent(100))))
            default:
                guard words.count == 2, words[0] == "invite", let number = UInt16(words[1]),
                    number <= UserIndex.last.value
                else {
                    tell("'\(line)' is not understood: open, close, thumbturn in, thumbturn out, invite NUMBER, quit")
                    continue
                }
                switch await lock.invite(UserIndex(number)) {
                case .success(let made): Terminal.say("User \(number):\n  \(link(origin, made))\n")
                case .failure(let failure): tell("\(failure)")
                }
            }
        }
        // The end of the input is no reason to end: a service has none.
        try await Task.sleep(for: .seconds(1_000_000_000))
    }

    private static func tell(_ complaint: String?) {
        if let complaint { Terminal.complain(complaint) }
    }
}
