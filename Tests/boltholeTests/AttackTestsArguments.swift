import Foundation
import Testing

/// L5: somebody else on this machine reads the command lines of all programs.
@Suite struct AttackTestsArguments {
    @Test func `L5: a PIN as an argument is refused, and not said again`() throws {
        try atDoor { door in
            #expect(try door.phone(["enrol", door.link]).code == 0)
            for words in [["--pin", "135790"], ["--pin=135790"]] {
                let refused = try door.phone(["unlock"] + words)
                #expect(refused.code == 2 && refused.complaints.contains("--pin wants -"), "\(refused)")
                #expect(!refused.complaints.contains("135790") && !refused.output.contains("135790"))
            }
            #expect(try door.phone(["status"]).output.contains("bolt     extended"))
        }
    }

    @Test func `L5: an invitation is read from a pipe, and stands in no command line`() throws {
        try atDoor { door in
            let phone = try Program(
                ["phone", "enrol", "-", "--lock", Door.socket, "--keys", "phone.json"], in: door.folder)
            // While it waits for the link, everybody may look.
            let secret = try #require(door.link.split(separator: "#").last)
            let lines = try Self.commandLines()
            #expect(!lines.contains { $0.contains(secret) })
            try phone.type(door.link)
            let enrolled = try phone.end()
            #expect(enrolled.code == 0 && !enrolled.complaints.contains(secret), "\(enrolled)")
        }
    }

    @Test func `L5: a PIN is read from a pipe or a file, and from no file that others can read`() throws {
        try atDoor { door in
            #expect(try door.phone(["enrol", door.link]).code == 0)
            let wrong = try door.phone(["unlock", "--pin", "-"], typing: "135790")
            #expect(wrong.code == 1 && wrong.complaints.contains("that PIN is wrong"), "\(wrong)")
            let path = door.folder + "/pin"
            try Data("135790\n".utf8).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            let open = try door.phone(["unlock", "--pin-file", "pin"])
            #expect(open.code == 2 && open.complaints.contains("chmod 600 pin"), "\(open)")
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            let closed = try door.phone(["unlock", "--pin-file", "pin"])
            #expect(closed.code == 1 && closed.complaints.contains("that PIN is wrong"), "\(closed)")
        }
    }

    @Test(arguments: ["12a4", "", "1234567890123", "\u{0661}\u{0662}\u{0663}\u{0664}"])
    func `what is no PIN is not sent`(line: String) throws {
        try atDoor { door in
            #expect(try door.phone(["enrol", door.link]).code == 0)
            let refused = try door.phone(["unlock", "--pin", "-"], typing: line)
            #expect(
                refused.code == 2 && refused.complaints.contains("expected the secret") == line.isEmpty, "\(refused)")
        }
    }

    @Test func `L5: the help says that arguments can be read`() throws {
        try inFolder { folder in
            let help = try Program(["phone", "enrol", "--help"], in: folder).end().output
            #expect(help.contains("other users of this machine can read"), "\(help)")
        }
    }

    /// What `ps` shows of every program.
    private static func commandLines() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { name in
            guard Int(name) != nil, let bytes = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") else {
                return nil
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}
