import LockCore
import Testing

@Suite struct ProgrammingTests {
    private func session(_ role: Role) -> Programming {
        var programming = Programming(settings: Settings())
        programming.open(for: role == .owner ? .owner : UserIndex(1), role, at: .zero)
        return programming
    }

    /// Types a number and its `#`.
    private func type(_ digits: String, into programming: inout Programming) -> Programming.Outcome {
        programming.entered(Code(digits), at: .zero)
    }

    private func credential(_ role: Role, _ status: UserStatus = .enabled) -> Credential {
        var credential = Credential(user: UserIndex(7), role: role)
        credential.status = status
        return credential
    }

    // MARK: Opening and closing

    @Test func `without a session nothing is taken`() {
        var closed = Programming(settings: Settings())
        #expect(!closed.isOpen)
        #expect(type("1", into: &closed) == .notOpen)
    }

    @Test func `zero ends the session, and so does a minute of silence`() {
        var ended = session(.owner)
        #expect(type("0", into: &ended) == .ended)
        #expect(!ended.isOpen && ended.deadline == nil)
        var silent = session(.owner)
        #expect(silent.deadline == .s(60))
        #expect(silent.expire(at: .ms(59_999)) == false)
        #expect(silent.expire(at: .s(60)) == true)
        #expect(!silent.isOpen)
        #expect(silent.expire(at: .s(61)) == false)
    }

    @Test func `each number gives another minute`() {
        var programming = session(.owner)
        _ = programming.entered(Code("1"), at: .s(50))
        #expect(programming.deadline == .s(110))
    }

    @Test(arguments: ["10", "99", "12345", ""])
    func `a command that does not exist is refused and the session stays`(number: String) {
        var programming = session(.owner)
        #expect(type(number, into: &programming) == .refused)
        #expect(programming.isOpen)
        #expect(type("3", into: &programming) == .next)
    }

    @Test(arguments: ["00", "1001", "9999", "12345", ""])
    func `a slot that does not exist is refused`(slot: String) {
        var programming = session(.owner)
        _ = type("1", into: &programming)
        #expect(type(slot, into: &programming) == .refused)
        #expect(type("3", into: &programming) == .next, "at the beginning again")
    }

    @Test(arguments: ["1", "1000"])
    func `the first slot and the last one exist`(slot: String) {
        var programming = session(.owner)
        _ = type("1", into: &programming)
        #expect(type(slot, into: &programming) == .lookUp(UserIndex(slot == "1" ? 1 : 1_000)))
    }

    // MARK: Commands

    @Test(arguments: [(1, Role.resident, Validity.always), (7, .guest, .once), (9, .administrator, .always)])
    func `somebody new gets a PIN that was typed twice`(command: Int, role: Role, validity: Validity) {
        var programming = session(.owner)
        #expect(type("\(command)", into: &programming) == .next)
        #expect(type("7", into: &programming) == .lookUp(UserIndex(7)))
        #expect(programming.looked(at: UserIndex(7), nil, at: .zero) == .next)
        #expect(type("418302", into: &programming) == .next)
        let expected = Credential(user: UserIndex(7), role: role, validity: validity)
        #expect(type("418302", into: &programming) == .enrol(expected, Code("418302")))
        programming.enrolled(at: .s(1))
        #expect(type("1", into: &programming) == .next, "the next command")
    }

    @Test(arguments: [(1, true), (2_880, true), (2_881, false), (9_999, false)])
    func `an expiring guest gets one to 2880 minutes`(minutes: Int, isTaken: Bool) {
        var programming = session(.administrator)
        _ = type("8", into: &programming)
        _ = type("7", into: &programming)
        #expect(programming.looked(at: UserIndex(7), nil, at: .zero) == .next)
        #expect(type("\(minutes)", into: &programming) == (isTaken ? .next : .refused))
        guard isTaken else { return }
        _ = type("418302", into: &programming)
        let expected = Credential(
            user: UserIndex(7), role: .guest, validity: .expiring(minutes: UInt16(minutes), since: nil))
        #expect(type("418302", into: &programming) == .enrol(expected, Code("418302")))
    }

    @Test func `a slot in use is not overwritten`() {
        for command in ["1", "7", "8", "9"] {
            var programming = session(.owner)
            _ = type(command, into: &programming)
            _ = type("7", into: &programming)
            #expect(programming.looked(at: UserIndex(7), credential(.guest), at: .zero) == .refused)
        }
    }

    @Test func `a PIN that is typed differently the second time leads back to the first number`() {
        var programming = session(.owner)
        _ = type("6", into: &programming)
        _ = type("418302", into: &programming)
        #expect(type("418303", into: &programming) == .refused)
        #expect(type("418302", into: &programming) == .refused, "a PIN is no command")
        #expect(type("6", into: &programming) == .next)
        _ = type("418302", into: &programming)
        #expect(type("418302", into: &programming) == .enrol(Credential(user: .owner, role: .owner), Code("418302")))
    }

    @Test(arguments: ["123456", "41830"])
    func `a weak PIN is refused with the reason, and leads back to the first number`(pin: String) {
        var programming = session(.owner)
        _ = type("6", into: &programming)
        #expect(type(pin, into: &programming) == .weak(pin == "123456" ? .run : .tooShort))
        #expect(type("418302", into: &programming) == .refused)
    }

    @Test func `a PIN that the store refuses leads back to the first number`() {
        var programming = session(.owner)
        _ = type("6", into: &programming)
        _ = type("418302", into: &programming)
        _ = type("418302", into: &programming)
        #expect(type("418302", into: &programming) == .refused, "one at a time")
        #expect(programming.refused(at: .zero) == true)
        #expect(programming.refused(at: .zero) == false, "nobody waits any more")
        #expect(type("520931", into: &programming) == .refused)
        #expect(type("6", into: &programming) == .next)
    }

    // MARK: Every state

    /// A session at each of its states, with what was typed on the way there.
    private static let ways: [(name: String, typed: [String], isForPIN: Bool)] = [
        ("choosing", [], false), ("a slot", ["1"], false), ("looking up", ["1", "12"], false),
        ("minutes", ["8", "12", "look"], false), ("a PIN", ["1", "12", "look"], true),
        ("the PIN again", ["1", "12", "look", "418302"], true),
        ("enrolling", ["1", "12", "look", "418302", "418302"], false), ("the owner's PIN", ["6"], true),
    ]

    private func session(after typed: [String], at now: Instant = .zero) -> Programming {
        var programming = Programming(settings: Settings())
        programming.open(for: .owner, .owner, at: now)
        for word in typed {
            if word == "look" {
                _ = programming.looked(at: UserIndex(12), nil, at: now)
            } else {
                _ = programming.entered(Code(word), at: now)
            }
        }
        return programming
    }

    // The owner's new PIN was refused, she typed 0 # as the page says, and went; the session asked for a PIN again, and a
    // stranger's six digits, twice, made a resident.
    @Test func `zero ends the session whatever it asks for, and nothing that is typed afterwards is taken`() {
        for way in Self.ways {
            var programming = session(after: way.typed)
            #expect(type("0", into: &programming) == .ended, "\(way.name)")
            #expect(!programming.isOpen && programming.deadline == nil, "\(way.name)")
            for word in ["1", "12", "390517", "390517"] { #expect(type(word, into: &programming) == .notOpen) }
            #expect(programming.looked(at: UserIndex(12), nil, at: .zero) == .notOpen, "\(way.name): a late answer")
            programming.enrolled(at: .zero)
            #expect(programming.refused(at: .zero) == false, "\(way.name): a late answer")
            #expect(!programming.isOpen)
        }
    }

    @Test func `silence ends it after 20 s where a PIN is awaited, and after 60 s elsewhere`() {
        for way in Self.ways {
            let limit: UInt64 = way.isForPIN ? 20 : 60
            var programming = session(after: way.typed, at: .s(100))
            #expect(programming.expire(at: .ms((100 + limit) * 1_000 - 1)) == false, "\(way.name)")
            #expect(programming.expire(at: .s(100 + limit)) == true, "\(way.name)")
            #expect(!programming.isOpen)
        }
    }

    @Test(arguments: ["00", "000", "0000"])
    func `two zeros are no zero`(zeros: String) {
        for way in Self.ways {
            var programming = session(after: way.typed)
            #expect(type(zeros, into: &programming) != .ended, "\(way.name)")
            #expect(programming.isOpen)
        }
    }

    @Test func `set-up waits a minute for the first PIN, 20 s for the second, and zero ends it`() {
        var programming = Programming(settings: Settings())
        programming.openSetUp(at: .zero)
        #expect(programming.deadline == .s(60))
        #expect(programming.entered(Code("111111"), at: .s(1)) != .next)
        #expect(programming.entered(Code("735196"), at: .s(2)) == .next, "it has nothing else to ask for")
        #expect(programming.deadline == .s(22))
        #expect(type("0", into: &programming) == .ended)
    }

    @Test func `somebody is disabled, enabled, deleted`() {
        var programming = session(.administrator)
        for (command, before, after) in [
            ("3", UserStatus.enabled, UserStatus.disabled), ("4", .disabled, .enabled),
        ] {
            _ = type(command, into: &programming)
            _ = type("7", into: &programming)
            let change: CredentialChange = after == .enabled ? .enabled : .disabled
            let outcome = programming.looked(at: UserIndex(7), credential(.guest, before), at: .zero)
            #expect(outcome == .change(credential(.guest, after), change))
        }
        _ = type("5", into: &programming)
        _ = type("7", into: &programming)
        #expect(programming.looked(at: UserIndex(7), credential(.guest), at: .zero) == .delete(UserIndex(7)))
    }

    @Test func `an empty slot can be neither changed nor deleted`() {
        for command in ["2", "3", "4", "5"] {
            var programming = session(.owner)
            _ = type(command, into: &programming)
            _ = type("7", into: &programming)
            #expect(programming.looked(at: UserIndex(7), nil, at: .zero) == .refused)
        }
    }

    @Test func `an answer about another slot, or without a question, does nothing`() {
        var programming = session(.owner)
        #expect(programming.looked(at: UserIndex(7), credential(.guest), at: .zero) == .notOpen)
        _ = type("5", into: &programming)
        _ = type("7", into: &programming)
        let waiting = programming
        #expect(programming.looked(at: UserIndex(8), credential(.guest), at: .zero) == .notOpen)
        #expect(programming == waiting)
    }

    // MARK: Ranks (attack B06)

    @Test(arguments: [Role.owner, .administrator], Role.allCases)
    func `nobody changes whom they do not outrank`(keeper: Role, other: Role) {
        let may = keeper == .owner ? other != .owner : other == .resident || other == .guest
        for command in ["2", "3", "4", "5"] {
            var programming = session(keeper)
            _ = type(command, into: &programming)
            _ = type("7", into: &programming)
            #expect((programming.looked(at: UserIndex(7), credential(other), at: .zero) != .refused) == may)
        }
    }

    @Test func `an administrator makes no administrator and touches no owner PIN`() {
        for command in ["6", "9"] {
            var programming = session(.administrator)
            #expect(type(command, into: &programming) == .refused)
            #expect(type("418302", into: &programming) == .refused)
        }
    }

    @Test(arguments: [Role.resident, .guest])
    func `a session of somebody without rank could change nobody`(role: Role) {
        for other in Role.allCases {
            var programming = session(role)
            _ = type("5", into: &programming)
            _ = type("7", into: &programming)
            #expect(programming.looked(at: UserIndex(7), credential(other), at: .zero) == .refused)
        }
    }

    // MARK: Set-up

    @Test func `set-up asks for an owner PIN and becomes the owner's session`() {
        var programming = Programming(settings: Settings())
        programming.openSetUp(at: .zero)
        #expect(programming.isOpen && programming.user == nil)
        #expect(type("111111", into: &programming) == .weak(.allTheSame))
        #expect(type("418302", into: &programming) == .next)
        #expect(type("418302", into: &programming) == .enrol(Credential(user: .owner, role: .owner), Code("418302")))
        programming.enrolled(at: .s(1))
        #expect(programming.user == .owner)
        #expect(type("9", into: &programming) == .next, "an owner may make administrators")
    }

    @Test func `in set-up nothing but an owner PIN can be typed`() {
        var programming = Programming(settings: Settings())
        programming.openSetUp(at: .zero)
        #expect(type("1", into: &programming) == .weak(.tooShort))
        #expect(type("5", into: &programming) == .weak(.tooShort))
        #expect(programming.expire(at: .s(20)) == true)
        #expect(!programming.isOpen)
    }
}
