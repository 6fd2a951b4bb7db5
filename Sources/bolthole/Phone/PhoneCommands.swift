import ArgumentParser
import Foundation
import LockCore
import LockCrypto
import LockHAL
import LockLink
import LockModel

/// A phone on the command line.
struct PhoneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "phone",
        abstract: "Is a phone: enrols at a lock, unlocks it, reads its status and log, invites others.",
        discussion: """
            Speaks to the lock of `bolthole live --phones PATH`, or with --radio by \
            Bluetooth to a real one in reach: to the one of its keys, and to enrol to \
            the nearest. The keys of one lock lie in one file.

            EXAMPLES:
              bolthole live --phones /tmp/lock.sock
              bolthole phone enrol - --lock /tmp/lock.sock
                  Then paste the link. It is not shown.
              bolthole phone unlock --lock /tmp/lock.sock
              bolthole phone unlock --pin - --lock /tmp/lock.sock
                  Asks for the PIN, or reads it from a pipe.
              bolthole phone invite 0 --pin - --lock /tmp/lock.sock
                  Another phone of the owner's, which wants the owner's PIN.
              sudo bolthole phone unlock --radio --keys front-door.json

            SECRETS:
              Every user of this machine can read the arguments of every program, and \
              the shell remembers them. So a PIN is never an argument, and an \
              invitation should be none: whoever is faster with it has the key.

            EXIT CODES:
              0  done
              1  refused by the lock
              2  bad input or usage
              3  no connection
            """,
        subcommands: [
            Enrol.self, Unlock.self, Lock.self, Status.self, Log.self, Invite.self, Invitations.self, Cancel.self,
        ])

    /// Where the lock is, and where the keys are.
    struct Place: ParsableArguments {
        @Option(help: ArgumentHelp("The way to the lock: unix:PATH or tcp:ADDRESS:PORT.", valueName: "way"))
        var lock: String?

        @Flag(help: "By Bluetooth, to a lock in reach; needs the right to scan, as root has it.")
        var radio = false

        @Option(help: ArgumentHelp("The Bluetooth controller for --radio.", valueName: "hci0"))
        var controller = "hci0"

        @Option(help: ArgumentHelp("The file of this phone's keys.", valueName: "file"), completion: .file())
        var keys = "phone.json"

        func validate() throws {
            guard radio != (lock != nil) else {
                throw ValidationError(
                    "Where is the lock? Either --lock unix:PATH, --lock tcp:ADDRESS:PORT, or --radio.")
            }
            guard controllerNumber != nil else {
                throw ValidationError("--controller wants hci0 to hci15, not '\(controller)'.")
            }
        }

        private var controllerNumber: UInt16? {
            guard controller.hasPrefix("hci"), let number = UInt16(controller.dropFirst(3)), number < 16 else {
                return nil
            }
            return number
        }

        /// Visits the lock with the keys in the file.
        func visit(_ work: (PhoneVisit) async throws -> Void) async throws {
            let keys = try PhoneKeys(reading: keys)
            let handles =
                keys.handles.isEmpty
                ? nil
                : AttributeClient.Handles(
                    inbox: keys.handles[0], outbox: keys.handles[1], configuration: keys.handles[2])
            let identity = PhoneLink<SwiftCrypto>.Identity(
                key: PrivateKey(InlineArray(keys.key)), lock: PublicKey(InlineArray(keys.lock)))
            try await visit(
                PhoneLink<SwiftCrypto>(identity, ephemeral: randomBytes(), knowing: handles),
                advertising: keys.advertising.map { InlineArray($0) }, work)
        }

        /// Connects, lets the handshake run to its end, does the work, and hangs up.
        func visit(
            _ phone: consuming PhoneLink<SwiftCrypto>, advertising: InlineArray<32, UInt8>?,
            _ work: (PhoneVisit) async throws -> Void
        ) async throws {
            let socket = try await connect(advertising: advertising)
            let visit = PhoneVisit(phone, on: socket)
            do {
                try await visit.begin()
                try await work(visit)
            } catch {
                await socket.end()
                throw error
            }
            await socket.end()
        }

        private func connect(advertising: InlineArray<32, UInt8>?) async throws -> PacketSocket {
            if let lock { return try await PacketSocket.open(lock) }
            #if RaspberryPi
                return try await LockSearch.open(controller: controllerNumber ?? 0, key: advertising)
            #else
                throw PhoneFailure(
                    "--radio: this program was built without libbluetooth; swift build --traits RaspberryPi has it",
                    code: 2)
            #endif
        }
    }

    /// The PIN of the user whose phone this is, for what wants it.
    struct PIN: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "With the user's PIN, for a phone or a command that wants it: it is asked for, or read from a pipe.",
                valueName: "-"))
        var pin: String?

        @Option(
            help: ArgumentHelp("Or the PIN is the first line of a file of yours alone.", valueName: "file"),
            completion: .file())
        var pinFile: String?

        func validate() throws {
            // Not said again, or it would stand in a log as well.
            guard pin == nil || pin == "-" else {
                throw ValidationError(
                    "--pin wants -, and then asks for the PIN: other users of this machine can read arguments.")
            }
            guard pin == nil || pinFile == nil else { throw ValidationError("Either --pin or --pin-file.") }
        }

        /// Its digits, one byte each; `nil` if it is not to go with the request.
        func read() throws(PhoneFailure) -> [UInt8]? {
            let digits: String
            if let pinFile {
                digits = try Secret.read(pinFile)
            } else if pin != nil {
                digits = try Secret.ask("PIN (not shown)")
            } else {
                return nil
            }
            guard (1...Code.lengthMax).contains(digits.utf8.count),
                digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
            else {
                throw PhoneFailure("a PIN has digits only, at most \(Code.lengthMax); nothing was sent", code: 2)
            }
            return digits.utf8.map { $0 - 0x30 }
        }
    }

    struct Enrol: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes this phone a key, with an invitation.")

        @OptionGroup var place: Place

        @Argument(
            help: ArgumentHelp(
                "The invitation: - asks for it, or reads it from a pipe. Its link or its 26 characters can stand here "
                    + "as well, but other users of this machine can read them then."))
        var invitation: String

        @Option(help: "What the phone is called, 1 to 16 bytes.")
        var label = "command line"

        func validate() throws {
            guard (1...PhoneLabel.lengthMax).contains(label.utf8.count) else {
                throw ValidationError("--label wants 1 to 16 bytes, not \(label.utf8.count).")
            }
            guard name.isFit else {
                throw ValidationError(
                    "--label \(ShownText.quoted(Array(label.utf8))): has characters that control or cannot be seen, and a "
                        + "lock refuses those; use letters, digits and blanks.")
            }
        }

        private var name: PhoneLabel {
            var name = PhoneLabel()
            for byte in label.utf8 { _ = name.append(byte) }
            return name
        }

        func run() async throws {
            try await ending {
                let invitation = invitation == "-" ? try Secret.ask("invitation (not shown)") : invitation
                guard let parsed = InvitationText.parse(invitation) else {
                    throw PhoneFailure(
                        "this is no invitation: expected a link with #i=... or 26 letters and digits 2 to 7", code: 2)
                }
                // Before the invitation is spent.
                try PhoneKeys.makeSure(ofRoomAt: place.keys)
                let key = randomBytes()
                let identity = PhoneLink<SwiftCrypto>.Identity(
                    key: PrivateKey(key), invitation: Invitation(InlineArray(Data(parsed.invitation))), label: name,
                    lock: parsed.lockKey.map { PublicKey(InlineArray(Data($0))) })
                try await place.visit(PhoneLink<SwiftCrypto>(identity, ephemeral: randomBytes()), advertising: nil) {
                    visit in
                    guard let lock = visit.phone.lockKey else { throw PhoneFailure("the lock gave no key", code: 3) }
                    let handles = visit.phone.client.handles
                    try PhoneKeys(
                        key: key.data, lock: lock.bytes.data, advertising: visit.phone.advertisingKey?.data,
                        user: visit.phone.user.value, handles: [handles.inbox, handles.outbox, handles.configuration]
                    ).write(to: place.keys)
                    Terminal.say(
                        "this phone is a key of user \(visit.phone.user.value); its keys are in \(place.keys)\n")
                }
            }
        }
    }

    struct Unlock: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Draws the bolt.")

        @OptionGroup var place: Place

        @OptionGroup var secret: PIN

        func run() async throws {
            try await ending { try await operate(.unlock, place, pin: try secret.read() ?? []) }
        }
    }

    struct Lock: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Throws the bolt.")

        @OptionGroup var place: Place

        func run() async throws { try await operate(.lock, place, pin: []) }
    }

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Tells bolt, door, battery and time.")

        @OptionGroup var place: Place

        func run() async throws {
            try await visiting(place) { visit in
                try demand(try await visit.ask(.status))
                func bytes(_ tag: FieldTag) -> [UInt8] {
                    visit.phone.field(tag).map { Array(visit.phone.text[$0]) } ?? []
                }
                let bolt = ["retracted", "extended", "between its ends", "impossible"]
                Terminal.say("bolt     \(bytes(.bolt).first.map { $0 < 4 ? bolt[Int($0)] : "unknown" } ?? "unknown")\n")
                Terminal.say("door     \(bytes(.door) == [1] ? "closed" : "open")\n")
                let battery = bytes(.battery)
                if battery.count == 2 {
                    Terminal.say("charge   \(battery[1] == 255 ? "unknown" : "\(battery[1]) %")\n")
                }
                Terminal.say("mode     \(bytes(.mode) == [2] ? "privacy" : "normal")\n")
                Terminal.say("firmware \(String(decoding: bytes(.version), as: UTF8.self))\n")
            }
        }
    }

    struct Log: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Reads the newest records of the access log.")

        @OptionGroup var place: Place

        func run() async throws {
            try await visiting(place) { visit in
                try demand(
                    try await visit.ask(.log) { request in
                        request.put(.sequence, UInt32(0))
                        request.put(.count, UInt8(16))
                    })
                var reader = visit.phone.fields
                let text = visit.phone.text
                while let field = try reader.next(in: text.span) {
                    guard field.tag == .logRecord, field.range.count > 16,
                        field.range.count <= 16 + RecordBytes.capacity
                    else { continue }
                    var bytes = RecordBytes()
                    for place in field.range.dropLast(16) { bytes.append(text[place]) }
                    var record = RecordReader(bytes)
                    guard let line = LogRecord(from: &record) else { continue }
                    let date = Date(timeIntervalSince1970: TimeInterval(line.time.seconds))
                    let time = line.trust == .unknown ? "unknown time" : date.formatted(.iso8601)
                    Terminal.say("\(line.sequence)  \(time)  \(line.entry.wording)\n")
                }
            }
        }
    }
}

/// 32 random bytes.
private func randomBytes() -> InlineArray<32, UInt8> {
    var generator = SystemRandomNumberGenerator()
    return InlineArray { _ in UInt8.random(in: .min ... .max, using: &generator) }
}

/// Unlocks or locks, and waits until the bolt is there.
private func operate(_ kind: RequestKind, _ place: PhoneCommand.Place, pin digits: [UInt8]) async throws {
    try await visiting(place) { visit in
        try demand(try await visit.ask(kind) { request in if !digits.isEmpty { request.put(.pin, digits.span) } })
        let outcome = visit.phone.field(.operation).map { visit.phone.text[$0.upperBound - 1] }
        if outcome == OperationOutcome.unnecessary.rawValue { return Terminal.say("it is already\n") }
        guard try await visit.awaitEnd() else { throw PhoneFailure("the bolt did not get there; try the key", code: 1) }
        Terminal.say(kind == .unlock ? "unlocked\n" : "locked\n")
    }
}

/// Throws unless the lock did what it was asked for.
func demand(_ result: RequestResult) throws {
    let words: String
    switch result {
    case .done: return
    case .notAllowed: words = "this user may not do that"
    case .busy, .staleChallenge, .tooSlow: words = "the lock did not get round to it; try again"
    case .refused: words = "the lock refused: privacy mode, an open door, a weak battery, or outside this user's hours"
    case .pinWanted: words = "the user's PIN is wanted as well: --pin -"
    case .wrongPIN: words = "that PIN is wrong"
    case .pinsExhausted:
        words =
            "too many wrong PINs of this user, whichever phone they came from: no more are judged until a new PIN is "
            + "set, or until somebody of a higher role changes one of the user's phones"
    case .duplicatesExhausted:
        words = "this user gave PINs that others have too often: for some hours none is taken, whatever it is"
    case .notFound: words = "the lock has no such user, phone or invitation"
    case .noRoom: words = "there is no room for another one"
    case .malformed, .unknownCommand, .duplicatePIN, .unfitPIN, .ownerStays, .notWritten:
        words = "the lock refused (result \(result.rawValue))"
    }
    throw PhoneFailure(words, code: 1)
}

/// Visits the lock with the keys in the file.
func visiting(_ place: PhoneCommand.Place, _ work: (PhoneVisit) async throws -> Void) async throws {
    try await ending { try await place.visit(work) }
}

/// Turns a failure into words and an exit code.
func ending(_ work: () async throws -> Void) async throws {
    do {
        try await work()
    } catch let failure as PhoneFailure {
        Terminal.complain("bolthole phone: \(failure.words)")
        throw ExitCode(failure.code)
    }
}
