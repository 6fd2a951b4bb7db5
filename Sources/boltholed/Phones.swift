#if RaspberryPi
    import ArgumentParser
    import Foundation
    import LockModel

    /// Lets a phone in.
    struct Invite: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "invite",
            abstract: "Makes an invitation for one phone of a user.",
            discussion: """
                Prints a link and its 26 characters; either makes one phone a key of that user, once, until it expires.
                Whoever has it has the key: hand it over in person. A user who has no credential yet is given one without
                a PIN if you say the role.

                EXAMPLES:
                  boltholed invite 0 --page https://lock.example/
                      The owner's first phone. Add `| qrencode -t ANSIUTF8` with --link for a QR code.
                  boltholed invite 7 --role guest --hours 48
                """)

        @OptionGroup var place: SocketOption

        @Argument(help: "The user's number, 0 to 1000; 0 is the owner.")
        var user: UInt16

        @Option(help: "administrator, resident or guest, for a user who is new.")
        var role: String?

        @Option(help: "How long it is good, 1 to 168 hours.")
        var hours: UInt8 = 24

        @Option(
            help: ArgumentHelp("Where the phone page is; its address and the link's must be one.", valueName: "url"))
        var page = "http://localhost:8000/"

        @Flag(help: "Print the link alone.")
        var link = false

        func validate() throws {
            guard (1...168).contains(hours) else { throw ValidationError("--hours wants a number from 1 to 168.") }
        }

        func run() throws {
            try ending { () throws(Failure) in
                let request = Request(ask: .invite, user: user, role: role, hours: hours)
                let answer = try Client.insist(request, at: place.socket)
                guard let invitation = answer.invitation, let key = answer.lockKey else {
                    throw Failure("the lock answered without an invitation", code: 1)
                }
                let address = InvitationText.link(page: page, invitation: [UInt8](invitation), lockKey: [UInt8](key))
                guard !link else { return print(address) }
                print(answer.done ?? "")
                print("  \(address)")
                print("  \(InvitationText.base32([UInt8](invitation)))")
            }
        }
    }

    /// Tells which invitations are open.
    struct Invitations: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "invitations",
            abstract: "Tells which invitations are open and who made them, and ends one.",
            discussion: """
                EXAMPLES:
                  boltholed invitations
                  boltholed invitations --cancel 3
                      In force at once: whoever has it is let in by it no more.
                """)

        @OptionGroup var place: SocketOption

        @Option(help: "Ends the invitation in that place.")
        var cancel: UInt16?

        func run() throws {
            try ending { () throws(Failure) in
                if let cancel {
                    let request = Request(ask: .cancelInvitation, user: cancel)
                    return print(try Client.insist(request, at: place.socket).done ?? "")
                }
                let facts = try Client.ask(Request(ask: .invitations), at: place.socket).facts ?? []
                if facts.isEmpty { print("none is open") }
                for fact in facts { print("\(fact.name)  \(fact.value)") }
            }
        }
    }

    /// Tells which phones the lock knows.
    struct Phones: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "phones",
            abstract: "Tells which phones the lock knows, and ends one.",
            discussion: """
                EXAMPLES:
                  boltholed phones
                  boltholed phones --remove 3
                      In force at once, whatever that phone does.
                """)

        @OptionGroup var place: SocketOption

        @Option(help: "Ends the right of the phone with that number.")
        var remove: UInt16?

        func run() throws {
            try ending { () throws(Failure) in
                if let remove {
                    let request = Request(ask: .removePhone, user: remove)
                    return print(try Client.insist(request, at: place.socket).done ?? "")
                }
                let facts = try Client.ask(Request(ask: .phones), at: place.socket).facts ?? []
                if facts.isEmpty { print("no phones") }
                for fact in facts { print("\(fact.name)  \(fact.value)") }
            }
        }
    }
#endif
