#if RaspberryPi
    import Foundation

    /// What is asked of the running lock: one line of JSON.
    ///
    /// A PIN in it is a secret: it crosses a local socket that only root and one group may open, and is never logged.
    struct Request: Codable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
        enum Subject: String, Codable {
            case status, log, enrol, remove, backup, restore, invite, phones, removePhone, invitations,
                cancelInvitation
        }

        var ask: Subject
        /// `log`: so many records are left out, counted from the newest.
        var skip: Int?
        /// `log`: at most so many.
        var count: Int?
        /// `enrol`, `remove`, `invite`: whose; `removePhone`: the phone's number; `cancelInvitation`: its place.
        var user: UInt16?
        /// `enrol`, `invite`: owner, administrator, resident or guest.
        var role: String?
        /// `enrol`: digits.
        var pin: String?
        /// `enrol`: whether a short PIN among many is allowed (R2).
        var isRiskAllowed: Bool?
        /// `restore`: what `backup` answered.
        var image: Data?
        /// `invite`: how long it is good.
        var hours: UInt8?

        /// Never what is in it.
        var description: String { "Request(\(ask.rawValue))" }
        var debugDescription: String { description }
        var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
    }

    /// What it answers: one line of JSON.
    ///
    /// The invitation in it is a secret, too.
    struct Answer: Codable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
        /// Why not; `nil` if it went well.
        var error: String?
        /// Whether it is worth trying again in a moment.
        var isBusy: Bool?
        /// `status`: what is so, in the order in which it is shown.
        var facts: [Fact]?
        /// `log`: the records, oldest first.
        var records: [LogLine]?
        /// `backup`: sealed.
        var image: Data?
        /// `invite`: the secret and the lock's public key.
        var invitation: Data?
        var lockKey: Data?
        /// `enrol`, `remove`, `restore`, `invite`: what was done, for a person.
        var done: String?
        /// `restore`: whether all of it is in the store; if not, ask again.
        var isComplete: Bool?

        static let busyWords = "the lock is busy; try again in some seconds"

        /// Nothing was done; it may be in a moment.
        static var busy: Self { Self(error: busyWords, isBusy: true) }

        /// Never what is in it.
        var description: String { "Answer(redacted)" }
        var debugDescription: String { description }
        var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }

        init(
            error: String? = nil, isBusy: Bool? = nil, facts: [Fact]? = nil, records: [LogLine]? = nil,
            image: Data? = nil, done: String? = nil
        ) {
            self.error = error
            self.isBusy = isBusy
            self.facts = facts
            self.records = records
            self.image = image
            self.done = done
        }
    }

    /// One line of a status.
    struct Fact: Codable {
        var name: String
        var value: String
    }

    /// One record of the access log.
    ///
    /// Without its sequence number: those who open the socket are not all the owner, and a gap would tell of a record that
    /// is for the owner alone (R10).
    struct LogLine: Codable {
        /// Seconds since 1970.
        var time: UInt32
        /// How far the time can be believed.
        var trust: String
        var user: UInt16?
        /// Who did it, where that is somebody else's doing.
        var author: UInt16?
        var text: String
    }
#endif
