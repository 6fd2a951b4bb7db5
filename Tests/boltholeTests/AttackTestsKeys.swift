import Foundation
import Synchronization
import Testing

/// M5 (A03): somebody else on this machine wants a phone's private key.
@Suite struct AttackTestsKeys {
    @Test
    func `M5, A03: a phone's keys are never open to others, whatever the mask, while somebody watches the folder`()
        throws
    {
        try atDoor { door in
            let watch = Watch(over: door.folder)
            let invitations = try (0..<5).map { _ in try door.invitation(for: 0) }
            for (number, link) in invitations.enumerated() {
                let line =
                    "umask 0; $BOLTHOLE phone enrol - --keys '\(number).json' --lock \(Door.socket) <<< '\(link)'"
                let result = try Program(shell: line, in: door.folder).end()
                #expect(result.code == 0, "\(result)")
            }
            #expect(watch.end() == [])
            for number in 0..<5 { #expect(try mode(of: door.folder + "/\(number).json") == 0o600) }
        }
    }

    @Test func `M5, A03: a file that somebody planted as the draft and holds open gets no byte of the keys`() throws {
        try atDoor { door in
            let draft = door.folder + "/phone.json.new"
            #expect(FileManager.default.createFile(atPath: draft, contents: nil))
            try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: draft)
            let held = try #require(FileHandle(forReadingAtPath: draft))
            #expect(try door.phone(["enrol", door.link]).code == 0)
            let leaked = try held.readToEnd()
            #expect(leaked?.isEmpty ?? true)
            #expect(try door.phone(["status"]).code == 0)
            #expect(!FileManager.default.fileExists(atPath: draft))
        }
    }

    @Test func `M5, A03: a link that somebody planted as the draft is not followed`() throws {
        try atDoor { door in
            let other = door.folder + "/other"
            try Data("untouched".utf8).write(to: URL(fileURLWithPath: other))
            try FileManager.default.createSymbolicLink(
                atPath: door.folder + "/phone.json.new", withDestinationPath: other)
            #expect(try door.phone(["enrol", door.link]).code == 0)
            #expect(try String(contentsOfFile: other, encoding: .utf8) == "untouched")
            #expect(try mode(of: door.folder + "/phone.json") == 0o600)
        }
    }

    @Test func `M5, A03: the socket for phones is its owner's alone while it is made, whatever the mask`() throws {
        try inFolder { folder in
            let watch = Watch(over: folder)
            let line =
                "umask 0; for i in 1 2 3; do echo quit | "
                + "$BOLTHOLE live --listen 127.0.0.1:0 --phones s --page '\(Door.page)'; done"
            let ended = try Program(shell: line, in: folder).end()
            #expect(ended.code == 0, "\(ended)")
            #expect(watch.end() == [])
        }
    }

    private func mode(of path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    /// Looks at the modes of a folder's files, as fast as it can, until it is told to end.
    private final class Watch: Sendable {
        private let state = Mutex<(isOver: Bool, isDone: Bool, found: Set<String>)>((false, false, []))

        init(over folder: String) {
            Thread { [self] in
                while !state.withLock(\.isOver) {
                    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
                        var status = stat()
                        guard unsafe lstat(folder + "/" + name, &status) == 0 else { continue }
                        let isOpen = status.st_mode & 0o077 != 0 && status.st_mode & S_IFMT != S_IFDIR
                        if isOpen { state.withLock { _ = $0.found.insert(name) } }
                    }
                }
                state.withLock { $0.isDone = true }
            }.start()
        }

        /// The files that somebody else could have opened at some moment.
        func end() -> Set<String> {
            state.withLock { $0.isOver = true }
            while !state.withLock(\.isDone) { usleep(1_000) }
            return state.withLock(\.found)
        }
    }
}
