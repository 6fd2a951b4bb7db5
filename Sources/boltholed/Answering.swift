#if RaspberryPi
    import Foundation
    import LockCore
    import LockCrypto
    import LockHAL
    import LockModel
    import LockPi
    import LockRuntime
    import LockStore

    /// Which lock answers.
    struct LockIdentity {
        /// What its board is called.
        var name: String
        /// How its firmware is set.
        var settings: Settings
    }

    /// Answers what the control socket asks.
    enum Answering {
        /// Records in one answer: they fit into a socket's buffer.
        static var recordsMax: Int { 200 }

        /// What a request comes to at once.
        enum Reply {
            case answer(Answer)
            /// Its PIN is to be hashed first, beside the loop; then `finish` has the answer.
            case derive(Enrolment)
        }

        /// A user who is to get a PIN.
        struct Enrolment {
            var credential: Credential
            var code: Code
            var isRiskAllowed: Bool
        }

        /// What a line of JSON comes to.
        static func reply(to line: Data, board: LockIdentity, _ runtime: inout Runtime<PiBoard, SwiftCrypto>) -> Reply {
            do {
                return try reply(to: JSONDecoder().decode(Request.self, from: line), board: board, &runtime)
            } catch {
                return .answer(Answer(error: "this is no request of this version of boltholed"))
            }
        }

        /// The answer as JSON.
        static func encode(_ answer: Answer) -> Data {
            do {
                return try JSONEncoder().encode(answer)
            } catch {
                return Data(#"{"error":"the answer cannot be written"}"#.utf8)
            }
        }

        private static func reply(
            to request: Request, board: LockIdentity, _ runtime: inout Runtime<PiBoard, SwiftCrypto>
        ) -> Reply {
            switch request.ask {
            case .status: .answer(Answer(facts: StatusText.facts(board, &runtime)))
            case .log: .answer(log(request, &runtime))
            case .enrol: enrol(request, board)
            case .remove: .answer(remove(request, &runtime))
            case .backup: .answer(backup(&runtime))
            case .restore: .answer(restore(request, &runtime))
            case .invite: .answer(invite(request, &runtime))
            case .phones: .answer(phones(&runtime))
            case .removePhone: .answer(removePhone(request, &runtime))
            case .invitations: .answer(invitations(&runtime))
            case .cancelInvitation: .answer(cancelInvitation(request, &runtime))
            }
        }

        private static func log(_ request: Request, _ runtime: inout Runtime<PiBoard, SwiftCrypto>) -> Answer {
            let count = max(0, min(request.count ?? recordsMax, recordsMax))
            var skipped = max(0, request.skip ?? 0)
            var records: [LogLine] = []
            var sequence = UInt32.max
            while records.count < count, let record = runtime.logRecordForEverybody(before: sequence) {
                sequence = record.sequence
                if skipped > 0 { skipped -= 1 } else { records.append(LogLine(record)) }
            }
            return Answer(records: records.reversed())
        }

        private static func enrol(_ request: Request, _ board: LockIdentity) -> Reply {
            guard let number = request.user, number <= UserIndex.last.value else {
                return .answer(Answer(error: "expected a user from 0 to \(UserIndex.last.value)"))
            }
            guard let role = request.role.flatMap(Role.init(word:)) else {
                return .answer(Answer(error: "expected the role owner, administrator, resident or guest"))
            }
            guard let code = Code(digits: request.pin ?? "") else {
                return .answer(Answer(error: "expected a PIN of digits, at most \(Code.lengthMax)"))
            }
            let settings = board.settings
            if let weakness = code.weakness(lengthMin: settings.pinLengthMin, lengthMax: settings.pinLengthMax) {
                return .answer(
                    Answer(
                        error: "this PIN is too easy to guess or of the wrong length (\(weakness)); choose another"))
            }
            return .derive(
                Enrolment(
                    credential: Credential(user: UserIndex(number), role: role), code: code,
                    isRiskAllowed: request.isRiskAllowed ?? false))
        }

        /// Enrols a user whose PIN was hashed.
        static func finish(
            _ enrolment: Enrolment, _ key: consuming DerivedKey, _ runtime: inout Runtime<PiBoard, SwiftCrypto>
        ) -> Answer {
            let credential = enrolment.credential
            do throws(EnrolmentRefusal) {
                try runtime.enrol(
                    credential, digits: enrolment.code.count, key: key, isRiskAllowed: enrolment.isRiskAllowed)
                return Answer(done: "user \(credential.user.value) has a PIN as \(credential.role.word)")
            } catch {
                return Answer(error: words(error), isBusy: error == .busy)
            }
        }

        static func words(_ refusal: EnrolmentRefusal) -> String {
            switch refusal {
            case .duplicate: "somebody has that PIN already; choose another"
            case .tooShortForSoMany:
                "so many PINs of that length make guessing too easy (over 1 % a year); choose a longer one, or "
                    + "add --allow-risk"
            case .tooManyAdministrators: "there are two administrators already; remove one first"
            case .storeFailed: "the journal takes no records; see boltholed status"
            case .busy: Answer.busyWords
            case .keeperForATime: "an administrator's rights cannot be limited in time"
            case .wrongSlot: "users have numbers from 0 to \(UserIndex.last.value); 0 is the owner, who has no other"
            case .wrongLength: "a PIN has 1 to \(Code.lengthMax) digits"
            case .full: "there is no room for another user; remove one first"
            }
        }

        private static func remove(_ request: Request, _ runtime: inout Runtime<PiBoard, SwiftCrypto>) -> Answer {
            guard let number = request.user, number <= UserIndex.last.value else {
                return Answer(error: "expected a user from 0 to \(UserIndex.last.value)")
            }
            do throws(UpkeepRefusal) {
                try runtime.remove(UserIndex(number))
                return Answer(done: "user \(number) opens nothing any more")
            } catch {
                return refusal(error, "user \(number) has no credential")
            }
        }

        private static func backup(_ runtime: inout Runtime<PiBoard, SwiftCrypto>) -> Answer {
            var image = Data(capacity: runtime.store.backupSize)
            runtime.backup { bytes in
                for index in 0..<bytes.count { image.append(bytes[index]) }
            }
            return Answer(image: image)
        }

        private static func restore(_ request: Request, _ runtime: inout Runtime<PiBoard, SwiftCrypto>) -> Answer {
            guard let image = request.image else { return Answer(error: "expected a backup") }
            let bytes = [UInt8](image)
            do throws(RestoreRefusal) {
                let restoration = try runtime.restore(bytes.span)
                var answer = Answer(done: words(restoration))
                switch restoration.end {
                case .complete: answer.isComplete = true
                case .interrupted, .noErasedSector: answer.isComplete = false
                case .flashFailed:
                    answer.error = "the journal takes no records any more; so far: \(words(restoration))"
                }
                return answer
            } catch {
                return Answer(error: words(error), isBusy: error == .busy)
            }
        }

        private static func words(_ restoration: Restoration) -> String {
            var parts = ["\(restoration.added.count) credentials back"]
            func add(_ count: Int, _ words: String) {
                if count > 0 { parts.append("\(count) \(words)") }
            }
            add(restoration.disabled, "of them disabled, because they open once or for a time: enable or replace them")
            add(restoration.recoveryCodes, "recovery codes back")
            add(restoration.deletions, "deletions noted")
            add(restoration.kept, "left as they are here")
            add(restoration.duplicates, "left out: somebody else has that PIN now")
            add(restoration.surplusAdministrators, "administrators left out: there are two")
            return parts.joined(separator: ", ")
        }

        private static func words(_ refusal: RestoreRefusal) -> String {
            switch refusal {
            case .notABackup: "this file is no backup of a lock"
            case .unknownVersion: "a later boltholed made this backup; update this one"
            case .cutOff: "the end of this backup is missing"
            case .damaged: "this backup is damaged; nothing was changed"
            case .wrongDeviceKey: "another device key sealed this backup: put that device.key back first"
            case .otherDerivation: "the codes of this backup are hashed in another way"
            case .olderEpoch: "there was a factory reset after this backup, and what was erased then stays erased"
            case .inUse: "this lock has credentials and was reset less often than the backup's: reset it first"
            case .tooLarge: "this lock's flash is too small for this backup"
            case .busy: "the lock is busy; try again in some seconds"
            }
        }
    }

    extension Code {
        /// The code of a text of digits; `nil` if there is anything else in it, or nothing, or too much.
        init?(digits text: String) {
            self.init()
            guard !text.isEmpty else { return nil }
            for letter in text.utf8 {
                guard (0x30...0x39).contains(letter), append(letter - 0x30) else { return nil }
            }
        }
    }

    extension Role {
        /// Its word.
        var word: String { String(describing: self) }

        init?(word: String) {
            guard let role = [Role.owner, .administrator, .resident, .guest].first(where: { $0.word == word }) else {
                return nil
            }
            self = role
        }
    }

    extension LogLine {
        init(_ record: LogRecord) {
            self.init(
                time: record.time.seconds, trust: record.trust.word, user: record.entry.user?.value,
                author: record.entry.author?.value,
                text: record.entry.wording)
        }
    }

    extension LogEntry {
        /// Who did it to `user`, if a user did.
        fileprivate var author: UserIndex? {
            switch self {
            case .credential(_, _, let author), .phoneChanged(_, _, let author), .invitationChanged(_, _, let author):
                author
            case .operation, .refusal, .alarm, .silenced, .lockoutBegan, .lockoutEnded, .recoveryUsed, .coldStarted,
                .power, .timeSet, .timeRefused, .mode, .fault, .factoryReset, .storeDamaged, .logDegraded, .phone,
                .duplicatePIN, .settingChanged, .duress:
                nil
            }
        }

        /// In whose name, or about whom.
        fileprivate var user: UserIndex? {
            switch self {
            case .operation(_, _, let user, _), .refusal(_, _, let user), .lockoutEnded(let user),
                .timeSet(_, let user), .mode(_, let user):
                user
            case .silenced(let user), .credential(_, let user, _), .phoneChanged(_, let user, _),
                .invitationChanged(_, let user, _):
                user
            case .phone(let notice): notice.user
            case .settingChanged(_, let user), .duplicatePIN(let user): user
            // Duress is nobody's to see but the owner's, who has another way (R10).
            case .duress, .alarm, .lockoutBegan, .recoveryUsed, .coldStarted, .power, .timeRefused, .fault,
                .factoryReset, .storeDamaged, .logDegraded:
                nil
            }
        }
    }
#endif
