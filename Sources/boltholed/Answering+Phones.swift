#if RaspberryPi
    import Foundation
    import LockCore
    import LockCrypto
    import LockHAL
    import LockModel
    import LockPi
    import LockRuntime
    import LockStore

    extension Answering {
        /// Makes an invitation, and a credential without a PIN for a user who has none.
        static func invite(_ request: Request, _ runtime: inout Runtime<PiBoard, SwiftCrypto>) -> Answer {
            guard let number = request.user, number <= UserIndex.last.value else {
                return Answer(error: "expected a user from 0 to \(UserIndex.last.value)")
            }
            let user = UserIndex(number)
            if runtime.credential(of: user) == nil {
                guard user != .owner else { return Answer(error: "the owner has no PIN yet; enrol user 0 first") }
                guard let role = request.role.flatMap(Role.init(word:)), role != .owner else {
                    return Answer(
                        error: "user \(number) has no credential; add --role administrator, resident or guest")
                }
                do throws(EnrolmentRefusal) {
                    try runtime.enrolWithoutPIN(Credential(user: user, role: role))
                } catch {
                    return Answer(error: words(error), isBusy: error == .busy)
                }
                // The core hears of the credential in the next turn; the invitation follows then.
                return Answer(error: "the lock is busy; try again in some seconds", isBusy: true)
            }
            do throws(UpkeepRefusal) {
                let invitation = try runtime.invite(user, hours: request.hours ?? 24)
                var answer = Answer(done: "an invitation for one phone of user \(number)")
                answer.invitation = Data(bytes(invitation.bytes.span))
                answer.lockKey = Data(bytes(runtime.linkKey.bytes.span))
                return answer
            } catch {
                return refusal(error, "user \(number) has no credential")
            }
        }

        static func phones(_ runtime: inout Runtime<PiBoard, SwiftCrypto>) -> Answer {
            var facts: [Fact] = []
            for slot in 0..<PhoneIndex.count {
                guard let phone = runtime.phone(at: PhoneIndex(UInt16(slot))) else { continue }
                // In quotation marks: whoever named the phone writes neither on the owner's terminal nor our words.
                let label = ShownText.quoted(Array(bytes(phone.label.bytes.span).prefix(Int(phone.label.count))))
                let role = runtime.credential(of: phone.user)?.role.word ?? "nobody"
                facts.append(Fact(name: "\(slot)", value: "user \(phone.user.value) (\(role))  \(label)"))
            }
            return Answer(facts: facts)
        }

        static func removePhone(_ request: Request, _ runtime: inout Runtime<PiBoard, SwiftCrypto>) -> Answer {
            guard let number = request.user, number < PhoneIndex.count else {
                return Answer(error: "expected a phone from 0 to \(PhoneIndex.count - 1); boltholed phones lists them")
            }
            do throws(UpkeepRefusal) {
                try runtime.removePhone(PhoneIndex(number))
                return Answer(done: "phone \(number) opens nothing any more")
            } catch {
                return refusal(error, "there is no phone \(number)")
            }
        }

        /// Tells which invitations let somebody in, and who made them.
        static func invitations(_ runtime: inout Runtime<PiBoard, SwiftCrypto>) -> Answer {
            var facts: [Fact] = []
            for place in 0..<UInt8(InvitationIndex.count) {
                guard let open = runtime.openInvitation(at: InvitationIndex(place)) else { continue }
                let role = runtime.credential(of: open.user)?.role.word ?? "nobody"
                let time = open.hoursLeft.map { "\($0) h left" } ?? "good once the time is known"
                let author = open.author.map { "made by user \($0.value)" } ?? "made on this machine"
                facts.append(
                    Fact(name: "\(place)", value: "for user \(open.user.value) (\(role))  \(time)  \(author)"))
            }
            return Answer(facts: facts)
        }

        static func cancelInvitation(_ request: Request, _ runtime: inout Runtime<PiBoard, SwiftCrypto>) -> Answer {
            guard let place = request.user, place < InvitationIndex.count else {
                return Answer(
                    error: "expected a place from 0 to \(InvitationIndex.count - 1); boltholed invitations lists them")
            }
            do throws(UpkeepRefusal) {
                try runtime.cancelInvitation(InvitationIndex(UInt8(place)))
                return Answer(done: "invitation \(place) lets nobody in any more")
            } catch {
                return refusal(error, "there is no open invitation in place \(place)")
            }
        }

        static func refusal(_ refusal: UpkeepRefusal, _ missing: String) -> Answer {
            switch refusal {
            case .busy: Answer(error: "the lock is busy; try again in some seconds", isBusy: true)
            case .notFound: Answer(error: missing)
            case .ownerStays: Answer(error: "the owner can be enrolled anew, not removed")
            case .noErasedSector: Answer(error: "the journal is being tidied; try again", isBusy: true)
            case .flashFailed: Answer(error: "the journal takes no records; see boltholed status")
            }
        }

        private static func bytes(_ span: Span<UInt8>) -> [UInt8] {
            var bytes: [UInt8] = []
            for index in span.indices { bytes.append(span[index]) }
            return bytes
        }
    }
#endif
