import ArgumentParser
import LockCore
import LockHAL
import LockLink
import LockModel

extension PhoneCommand {
    struct Invite: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes an invitation for one phone of a user.",
            discussion: """
                Whoever has it has the key: hand it over in person. One for the owner's user wants the owner's PIN.
                """)

        @OptionGroup var place: Place
        @OptionGroup var secret: PIN

        @Argument(help: "The user's number, 0 to 1000; 0 is the owner.")
        var user: UInt16

        @Option(help: "How long it is good, 1 to 168 hours.")
        var hours: UInt8 = 24

        @Option(
            help: ArgumentHelp("Where the phone page is; its address and the link's must be one.", valueName: "url"))
        var page = "http://localhost:8480/"

        func validate() throws {
            guard (1...168).contains(hours) else { throw ValidationError("--hours wants a number from 1 to 168.") }
            guard user <= UserIndex.last.value else {
                throw ValidationError("Users have numbers from 0 to \(UserIndex.last.value), not \(user).")
            }
        }

        func run() async throws {
            try await ending {
                let digits = try secret.read()
                try await place.visit { visit in
                    try demand(
                        try await visit.ask(.invite) { request in
                            request.put(.user, user)
                            request.put(.hours, hours)
                            if let digits { request.put(.ownPIN, digits.span) }
                        })
                    let made = visit.bytes(.invitation)
                    guard made.count == 16 else {
                        throw PhoneFailure("the lock answered without an invitation", code: 3)
                    }
                    let link = InvitationText.link(page: page, invitation: made, lockKey: visit.bytes(.lockKey))
                    Terminal.say("\(link)\n\(InvitationText.base32(made))\n")
                }
            }
        }
    }

    struct Invitations: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the open invitations within reach, and who made them.")

        @OptionGroup var place: Place

        func run() async throws {
            try await visiting(place) { visit in
                // As many as there can be, in one page.
                try demand(
                    try await visit.ask(.invitations) { request in
                        request.put(.place, UInt8(0))
                        request.put(.count, UInt8(InvitationIndex.count))
                    })
                var lines: [String] = []
                var reader = visit.phone.fields
                let text = visit.phone.text
                while let field = try reader.next(in: text.span) {
                    let number = field.range.reversed().reduce(0) { $0 << 8 | Int(text[$1]) }
                    switch field.tag {
                    case .place: lines.append("\(number)")
                    case .user: lines[lines.endIndex - 1] += "  user \(number)"
                    case .role:
                        let role = Role(rawValue: UInt8(number)).map { "\($0)" } ?? "unknown role"
                        lines[lines.endIndex - 1] += " (\(role))"
                    case .hours: lines[lines.endIndex - 1] += "  \(number) h left"
                    case .author: lines[lines.endIndex - 1] += "  made by user \(number)"
                    default: continue
                    }
                }
                Terminal.say(lines.isEmpty ? "none is open\n" : lines.map { $0 + "\n" }.joined())
            }
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ends an open invitation; its place is the first number of its line in the list.")

        @OptionGroup var place: Place
        @OptionGroup var secret: PIN

        @Argument(help: "The invitation's place, 0 to 7.")
        var invitation: UInt8

        func validate() throws {
            guard Int(invitation) < InvitationIndex.count else {
                throw ValidationError("Invitations have places from 0 to \(InvitationIndex.count - 1).")
            }
        }

        func run() async throws {
            try await ending {
                let digits = try secret.read()
                try await place.visit { visit in
                    try demand(
                        try await visit.ask(.cancelInvitation) { request in
                            request.put(.place, invitation)
                            if let digits { request.put(.ownPIN, digits.span) }
                        })
                    Terminal.say("invitation \(invitation) lets nobody in\n")
                }
            }
        }
    }
}

extension PhoneVisit {
    /// The value of a field of the newest answer; empty if it is not there.
    fileprivate func bytes(_ tag: FieldTag) -> [UInt8] { phone.field(tag).map { Array(phone.text[$0]) } ?? [] }
}
