#if RaspberryPi
    import CLinux
    import Foundation
    import Glibc
    import LockCore
    import LockCrypto
    import LockHAL
    import LockModel
    import LockPi
    import LockRuntime
    import LockStore

    /// The control socket: one request a connection, a line of JSON each way.
    ///
    /// Who may connect, the file's mode decides: root and the group of its folder. Served between two turns of the
    /// firmware, never while one is under way. What is slow never happens on the loop: a PIN is hashed on a thread of its
    /// own, and a long answer goes out as the peer reads it.
    final class Control {
        /// Connections at a time; a further one makes the oldest go.
        static var peersMax: Int { 4 }
        /// Bytes of a request; a restore is the longest.
        static var requestMax: Int { 1 << 20 }

        private struct Peer {
            var descriptor: Int32
            var bytes: [UInt8] = []
            /// What it has not read yet of its answer; `nil` = it has none yet.
            var outgoing: ArraySlice<UInt8>?
        }

        /// A PIN that is being hashed, and for whom.
        private struct Enrolling {
            var descriptor: Int32
            var enrolment: Answering.Enrolment
        }

        private let path: String
        private let board: LockIdentity
        private let notices: Notices
        private var listener: Int32 = -1
        private var peers: [Peer] = []
        private var deriver: Worker<InlineArray<32, UInt8>>?
        private var enrolling: Enrolling?

        init(_ path: String, board: LockIdentity, _ notices: Notices) {
            self.path = path
            self.board = board
            self.notices = notices
        }

        /// Begins to listen; a lock without its socket is a lock all the same.
        func listen(_ hardware: inout PiBoard) {
            do throws(KernelFault) {
                listener = try hardware.kernel.ask(.listen, path) { unsafe clinux_listen(path, 0o660) }
                try hardware.watch(listener)
                let deriver = try Worker<InlineArray<32, UInt8>>("the PIN of an enrolment", hardware.kernel)
                try hardware.watch(deriver.bell)
                self.deriver = deriver
            } catch {
                notices.tell(.warning, "\(error.description): no status, log, backup or enrolment through this socket")
            }
        }

        /// Takes what is readable.
        func serve(_ runtime: inout Runtime<PiBoard, SwiftCrypto>) {
            let readable = runtime.board.readable
            runtime.board.readable = []
            for descriptor in readable {
                if descriptor == listener {
                    accept(&runtime.board)
                } else if descriptor == deriver?.bell {
                    derived(&runtime)
                } else if let index = peers.firstIndex(where: { $0.descriptor == descriptor }) {
                    hear(index, &runtime)
                } else {
                    runtime.board.readable.append(descriptor)
                }
            }
        }

        private func accept(_ hardware: inout PiBoard) {
            let descriptor = clinux_accept(listener)
            guard descriptor >= 0 else { return }
            if peers.count == Self.peersMax { drop(0, &hardware) }
            do throws(KernelFault) {
                try hardware.watch(descriptor)
                peers.append(Peer(descriptor: descriptor))
            } catch {
                Glibc.close(descriptor)
            }
        }

        private func drop(_ index: Int, _ hardware: inout PiBoard) {
            let peer = peers.remove(at: index)
            // What is being hashed for it is for nobody.
            if enrolling?.descriptor == peer.descriptor { enrolling?.descriptor = -1 }
            hardware.forget(peer.descriptor)
            Glibc.close(peer.descriptor)
        }

        private func hear(_ index: Int, _ runtime: inout Runtime<PiBoard, SwiftCrypto>) {
            if peers[index].outgoing?.isEmpty == false { goOn(index, &runtime.board) } else { read(index, &runtime) }
        }

        /// Reads what there is of a request, and begins to answer it when it is whole.
        private func read(_ index: Int, _ runtime: inout Runtime<PiBoard, SwiftCrypto>) {
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = unsafe Glibc.read(peers[index].descriptor, &chunk, chunk.count)
            // Whoever sends more behind a request, or hangs up while it is worked on, wants no answer.
            let isWorkedOn = enrolling?.descriptor == peers[index].descriptor
            guard count > 0, !isWorkedOn else { return drop(index, &runtime.board) }
            peers[index].bytes += chunk[..<count]
            let bytes = peers[index].bytes
            guard bytes.count <= Self.requestMax else { return drop(index, &runtime.board) }
            guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return }
            switch Answering.reply(to: Data(bytes[..<end]), board: board, &runtime) {
            case .answer(let answer): send(answer, to: index, &runtime.board)
            case .derive(let enrolment): derive(enrolment, for: index, &runtime)
            }
        }

        // MARK: What takes time

        /// Has a PIN hashed beside the loop; not while somebody at the door needs the processor, and one at a time.
        private func derive(
            _ enrolment: Answering.Enrolment, for index: Int, _ runtime: inout Runtime<PiBoard, SwiftCrypto>
        ) {
            let status = runtime.status()
            guard let deriver, !deriver.isBusy, status.operation == nil, !status.isJudging else {
                return send(.busy, to: index, &runtime.board)
            }
            let salt = runtime.salt().bytes
            let code = enrolment.code
            do throws(KernelFault) {
                try deriver.start { Derivation.scrypt(code, Salt(salt)).bytes }
                enrolling = Enrolling(descriptor: peers[index].descriptor, enrolment: enrolment)
            } catch {
                send(Answer(error: "\(error.description): the PIN cannot be hashed"), to: index, &runtime.board)
            }
        }

        private func derived(_ runtime: inout Runtime<PiBoard, SwiftCrypto>) {
            guard let key = deriver?.take(), let job = enrolling else { return }
            enrolling = nil
            // Whoever has hung up enrols nobody.
            guard let index = peers.firstIndex(where: { $0.descriptor == job.descriptor }) else { return }
            send(Answering.finish(job.enrolment, DerivedKey(key), &runtime), to: index, &runtime.board)
        }

        // MARK: Answers

        private func send(_ answer: Answer, to index: Int, _ hardware: inout PiBoard) {
            peers[index].outgoing = ([UInt8](Answering.encode(answer)) + [UInt8(ascii: "\n")])[...]
            goOn(index, &hardware)
        }

        /// Sends what the peer's socket takes; the rest follows when it can be written again, so that a peer that does not
        /// read makes nobody wait.
        private func goOn(_ index: Int, _ hardware: inout PiBoard) {
            guard let rest = peers[index].outgoing else { return }
            let sent = unsafe rest.withUnsafeBytes { bytes in
                unsafe Glibc.send(
                    peers[index].descriptor, bytes.baseAddress, bytes.count,
                    Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
            }
            let isFull = sent < 0 && (errno == EAGAIN || errno == EINTR)
            guard sent >= 0 || isFull else { return drop(index, &hardware) }
            let left = rest.dropFirst(max(sent, 0))
            guard !left.isEmpty else { return drop(index, &hardware) }
            peers[index].outgoing = left
            do throws(KernelFault) {
                try hardware.watch(peers[index].descriptor, untilWritable: true)
            } catch {
                drop(index, &hardware)
            }
        }

        /// Asks the machine to shut down, through a unit that watches for this file.
        func requestPowerOff() {
            let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
            let mark = unsafe open("\(folder)/poweroff", O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
            if mark >= 0 { Glibc.close(mark) }
        }

        /// Ends all connections and removes the socket.
        func close() {
            for peer in peers { Glibc.close(peer.descriptor) }
            peers = []
            guard listener >= 0 else { return }
            Glibc.close(listener)
            _ = unsafe unlink(path)
        }
    }
#endif
