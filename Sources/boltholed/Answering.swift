#if RaspberryPi
    import Foundation
    import LockCore
    import LockCrypto
    import LockHAL
    import LockModel
    import LockPi
    import LockRuntime
    import LockStore

    /// Answers what the control socket asks.
    enum Answering {
        /// Records in one answer: they fit into a socket's buffer.
        static var recordsMax: Int { 200 }

        /// The answer to a line of JSON, as another.
        static func answer(_ line: Data, board: String, _ runtime: inout Runtime<PiBoard, SwiftCrypto>) -> Data {
            var answer = Answer()
            do {
                answer = try self.answer(JSONDecoder().decode(Request.self, from: line), board: board, &runtime)
            } catch {
                answer.error = "this is no request of this version of boltholed"
            }
            do {
                return try JSONEncoder().encode(answer)
            } catch {
                return Data(#"{"error":"the answer cannot be written"}"#.utf8)
            }
        }

        private static func answer(
            _ request: Request, board: String, _ runtime: inout Runtime<PiBoard, SwiftCrypto>
        ) -> Answer {
            switch request.ask {
            case .status: status(board, &runtime)
            case .log: log(request, &runtime)
            case .enrol, .remove, .backup, .restore: Answer(error: "not there yet")
            }
        }

        private static func status(_ board: String, _ runtime: inout Runtime<PiBoard, SwiftCrypto>) -> Answer {
            var facts = [Fact(name: "version", value: Version.current), Fact(name: "board", value: board)]
            facts.append(Fact(name: "log records", value: "\(runtime.store.logCount)"))
            for trouble in runtime.board.notices.openTroubles { facts.append(Fact(name: "trouble", value: trouble)) }
            return Answer(facts: facts)
        }

        private static func log(_ request: Request, _ runtime: inout Runtime<PiBoard, SwiftCrypto>) -> Answer {
            Answer(records: [], newest: runtime.store.newestSequence)
        }
    }
#endif
