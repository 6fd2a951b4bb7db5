import Foundation
import Testing

/// `bolthole live` as a lock, and `bolthole phone` as phones at it.
@Suite struct LiveTests {
    @Test func `the owner's phone is enrolled once, unlocks, locks, and reads status and log`() throws {
        try atDoor { door in
            let enrolled = try door.phone(["enrol", door.link])
            #expect(enrolled.code == 0 && enrolled.output.contains("a key of user 0"), "\(enrolled)")
            #expect(try door.phone(["status"]).output.contains("bolt     extended"))
            #expect(try door.phone(["unlock"]).output == "unlocked\n")
            #expect(try door.phone(["status"]).output.contains("bolt     retracted"))
            // At a closed door the motor is asked once more: the switch may lie.
            #expect(try door.phone(["unlock"]).output == "unlocked\n")
            #expect(try door.phone(["lock"]).output == "locked\n")
            let log = try door.phone(["log"]).output
            #expect(log.contains("phone added") && log.contains("unlock") && log.contains("lock"))
            let second = try door.phone(["enrol", door.link], keys: "second.json")
            #expect(second.code == 1 && second.complaints.contains("spent"), "\(second)")
        }
    }

    @Test func `a phone's keys are its owner's alone, and never overwritten`() throws {
        try atDoor { door in
            #expect(try door.phone(["enrol", door.link]).code == 0)
            let path = door.folder + "/phone.json"
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let before = try Data(contentsOf: URL(fileURLWithPath: path))
            let invitation = try door.invitation(for: 0)
            let again = try door.phone(["enrol", invitation])
            #expect(again.code == 2 && again.complaints.contains("is there already"), "\(again)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        }
    }

    @Test func `an invitation is not spent by a phone that cannot keep its keys`() throws {
        try atDoor { door in
            let refused = try door.phone(["enrol", door.link], keys: "nowhere/phone.json")
            #expect(refused.code == 2 && refused.complaints.contains("cannot be written"), "\(refused)")
            #expect(try door.phone(["enrol", door.link]).code == 0)
        }
    }

    @Test func `H1: a phone invites, lists and cancels, and what is the owner's wants the owner's PIN`() throws {
        try atDoor { door in
            #expect(try door.phone(["enrol", door.link]).code == 0)
            let bare = try door.phone(["invite", "0"])
            #expect(bare.code == 1 && bare.complaints.contains("PIN is wanted"), "\(bare)")
            let wrong = try door.phone(["invite", "0", "--pin", "-"], typing: "99999999")
            #expect(wrong.code == 1 && wrong.complaints.contains("wrong"), "\(wrong)")
            let made = try door.phone(["invite", "0", "--hours", "3", "--pin", "-"], typing: door.pin)
            #expect(made.code == 0 && made.output.contains("#i="), "\(made)")
            // The place of the first one is free again.
            #expect(try door.phone(["invitations"]).output == "0  user 0 (owner)  3 h left  made by user 0\n")
            #expect(try door.phone(["cancel", "0"]).code == 0)
            #expect(try door.phone(["invitations"]).output == "none is open\n")
            let gone = try door.phone(["cancel", "0"])
            #expect(gone.code == 1 && gone.complaints.contains("no such"), "\(gone)")
            #expect(try door.phone(["log"]).output.contains("invitation added"))
        }
    }

    @Test func `a wrong PIN is refused though the phone needs none`() throws {
        try atDoor { door in
            #expect(try door.phone(["enrol", door.link]).code == 0)
            let wrong = try door.phone(["unlock", "--pin", "-"], typing: "999999")
            #expect(wrong.code == 1 && wrong.complaints.contains("that PIN is wrong"), "\(wrong)")
            #expect(try door.phone(["status"]).output.contains("bolt     extended"))
        }
    }

    @Test(
        arguments: [
            (["status"], 2, "enrol first"), (["enrol", "ABC"], 2, "no invitation"),
            (["enrol", "ABCDEFGHIJKLMNOPQRSTUVWXYA"], 1, "spent, expired, or another lock's"),
            (["enrol", "ABCDEFGHIJKLMNOPQRSTUVWXYA", "--label", "seventeen letters"], 2, "1 to 16 bytes"),
            (["unlock", "--pin", "12a4"], 2, "--pin wants -"),
            (["status", "--keys", "damaged.json"], 2, "enrol again"),
            (["status", "--radio"], 2, "Where is the lock?"), (["status", "--controller", "eth0"], 2, "hci0 to hci15"),
        ] as [([String], Int32, String)])
    func `a phone's complaints say what is wrong`(words: [String], code: Int32, complaint: String) throws {
        try atDoor { door in
            try Data("{}".utf8).write(to: URL(fileURLWithPath: door.folder + "/damaged.json"))
            let result = try door.phone(words)
            #expect(result.code == code && result.complaints.contains(complaint), "\(result)")
        }
    }

    @Test func `a phone without a lock says so`() throws {
        try inFolder { folder in
            let way = ["--lock", "nobody.sock"]
            #expect(try Program(["phone", "status"], in: folder).end().code == 2)
            let enrolled = try Program(["phone", "enrol", "ABCDEFGHIJKLMNOPQRSTUVWXYA"] + way, in: folder).end()
            #expect(enrolled.code == 3 && enrolled.complaints.contains("no lock answers there"), "\(enrolled)")
        }
    }

    @Test func `a live lock takes no place that is taken, and removes no file that is no socket`() throws {
        try atDoor { door in
            let address = door.link.dropFirst("http://".count).prefix { $0 != "/" }
            let sameAddress = try door.live(["--listen", String(address)])
            #expect(
                sameAddress.code == 2 && sameAddress.complaints.contains("taken by another program"), "\(sameAddress)")
            let sameSocket = try door.live(["--phones", Door.socket])
            #expect(sameSocket.code == 2 && sameSocket.complaints.contains("taken by another program"), "\(sameSocket)")
            try Data("keys".utf8).write(to: URL(fileURLWithPath: door.folder + "/phone.json"))
            let file = try door.live(["--phones", "phone.json"])
            #expect(file.code == 2 && file.complaints.contains("no socket"), "\(file)")
            #expect(try String(contentsOfFile: door.folder + "/phone.json", encoding: .utf8) == "keys")
            #expect(try door.phone(["enrol", door.link], keys: "other.json").code == 0, "and it still serves")
        }
    }

    @Test(arguments: [["--listen", "here"], ["--listen", "127.0.0.1:65536"], ["--page", "."], ["none.yaml"]])
    func `a live lock refuses what it cannot use`(arguments: [String]) throws {
        try inFolder { folder in
            let result = try Program(["live", "--listen", "127.0.0.1:0", "--page", Door.page] + arguments, in: folder)
                .end()
            #expect(result.code == 2 && !result.complaints.isEmpty, "\(result)")
        }
    }
}
