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
    /// firmware, never while one is under way.
    final class Control {
        /// Connections at a time; a further one makes the oldest go.
        static var peersMax: Int { 4 }
        /// Bytes of a request; a restore is the longest.
        static var requestMax: Int { 1 << 20 }

        private struct Peer {
            var descriptor: Int32
            var bytes: [UInt8] = []
        }

        private let path: String
        private let board: LockIdentity
        private let notices: Notices
        private var listener: Int32 = -1
        private var peers: [Peer] = []

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
            hardware.forget(peer.descriptor)
            Glibc.close(peer.descriptor)
        }

        private func hear(_ index: Int, _ runtime: inout Runtime<PiBoard, SwiftCrypto>) {
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = unsafe read(peers[index].descriptor, &chunk, chunk.count)
            if count > 0 { peers[index].bytes += chunk[..<count] }
            let bytes = peers[index].bytes
            guard count > 0, bytes.count <= Self.requestMax else { return drop(index, &runtime.board) }
            guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return }
            let answer = Answering.answer(Data(bytes[..<end]), board: board, &runtime)
            var line = [UInt8](answer) + [UInt8(ascii: "\n")]
            // A peer that does not read gets what fits into the socket and no more: nobody may make the lock wait.
            _ = unsafe send(peers[index].descriptor, &line, line.count, Int32(MSG_NOSIGNAL))
            drop(index, &runtime.board)
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
