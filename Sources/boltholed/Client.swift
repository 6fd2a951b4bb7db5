#if RaspberryPi
    import CLinux
    import Foundation
    import Glibc

    /// Asks the running lock.
    enum Client {
        /// How long an answer may take, in seconds.
        ///
        /// *Chosen*: a slow hash and a movement under way fit in.
        static var patience: Int { 10 }

        /// Sends a request and reads the answer; what the lock refuses is a `Failure` with code 1.
        static func ask(_ request: Request, at socket: String) throws(Failure) -> Answer {
            let peer = unsafe clinux_connect(socket)
            guard peer >= 0 else { throw Failure("\(socket): \(remedy(errno))") }
            defer { close(peer) }
            var patience = timeval(tv_sec: Self.patience, tv_usec: 0)
            unsafe setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &patience, UInt32(MemoryLayout<timeval>.size))
            let answer: Answer
            do {
                var line = [UInt8](try JSONEncoder().encode(request)) + [UInt8(ascii: "\n")]
                guard unsafe send(peer, &line, line.count, Int32(MSG_NOSIGNAL)) == line.count else {
                    throw Failure("\(socket): the lock does not read; is it stopping?", code: 1)
                }
                answer = try JSONDecoder().decode(Answer.self, from: readLine(from: peer))
            } catch let failure as Failure {
                throw failure
            } catch {
                throw Failure(
                    "\(socket): the lock's answer was cut off or made no sense; try again, and if it stays so, see its log",
                    code: 1)
            }
            if let error = answer.error, answer.isBusy != true { throw Failure(error, code: 1) }
            return answer
        }

        /// Asks until the lock is not busy, for some seconds.
        static func insist(_ request: Request, at socket: String) throws(Failure) -> Answer {
            for _ in 0..<20 {
                let answer = try ask(request, at: socket)
                guard answer.isBusy == true else { return answer }
                usleep(250_000)
            }
            throw Failure("the lock is busy; try again when nobody is at the door", code: 1)
        }

        private static func readLine(from peer: Int32) -> Data {
            var bytes: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 65_536)
            while !bytes.contains(UInt8(ascii: "\n")) {
                let count = unsafe read(peer, &chunk, chunk.count)
                guard count > 0 else { break }
                bytes += chunk[..<count]
            }
            return Data(bytes)
        }

        private static func remedy(_ code: Int32) -> String {
            let reason = unsafe String(cString: strerror(code))
            switch code {
            case ENOENT, ECONNREFUSED: return "no lock runs here (\(reason)); start it: systemctl start boltholed"
            case EACCES: return "\(reason); run this as root, or as a member of the group bolthole"
            default: return reason
            }
        }
    }
#endif
