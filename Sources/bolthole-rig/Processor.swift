#if RaspberryPi
    import CLinux
    import Foundation
    import Glibc

    /// The processor on the bench: a `boltholed` process, or none.
    ///
    /// Plays the service manager's part: tells it where to say that it is ready, and keeps what it says on standard
    /// error.
    final class Processor {
        private let program: String
        private let arguments: [String]
        private let folder: String
        private let receiver: Int32
        private var process: Process?
        /// Whether it stands still where it was, its lines as they are.
        private(set) var isStopped = false
        /// Starts so far.
        private(set) var startCount = 0

        init(_ program: String, _ arguments: [String], folder: String) throws(Trouble) {
            self.program = program
            self.arguments = arguments
            self.folder = folder
            let path = folder + "/notify"
            receiver = unsafe clinux_receiver(path)
            guard receiver >= 0 else { throw .refused(path, "the folder must be writable") }
            guard unsafe access(program, X_OK) == 0 else {
                throw .refused(program, "build it, or say where it is with --boltholed")
            }
        }

        deinit { close(receiver) }

        /// Where what it says is kept.
        var log: String { folder + "/boltholed.log" }

        /// Whether it has power.
        var isOn: Bool { process != nil }

        /// Whether it ended without having been told to.
        var hasFailed: Bool { process.map { !$0.isRunning } ?? false }

        /// Its exit code.
        var exitCode: Int32 { process?.terminationStatus ?? 0 }

        /// Starts it; `isReady` tells when it has taken its lines.
        func start() throws(Trouble) {
            _ = isReady()
            let process = Process()
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = arguments
            process.environment = ProcessInfo.processInfo.environment.merging(["NOTIFY_SOCKET": folder + "/notify"]) {
                $1
            }
            process.standardInput = FileHandle.nullDevice
            do {
                if !FileManager.default.fileExists(atPath: log) {
                    _ = FileManager.default.createFile(atPath: log, contents: nil)
                }
                let file = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
                try file.seekToEnd()
                process.standardError = file
                process.standardOutput = file
                try process.run()
            } catch {
                throw Trouble("\(program): cannot be started: \(error.localizedDescription)", code: 1)
            }
            self.process = process
            isStopped = false
            startCount += 1
        }

        /// Whether it has said so since the last time that it was asked.
        func isReady() -> Bool {
            var bytes = [UInt8](repeating: 0, count: 256)
            var isReady = false
            while true {
                let count = unsafe recv(receiver, &bytes, bytes.count, 0)
                guard count > 0 else { return isReady }
                if String(decoding: bytes.prefix(count), as: UTF8.self).contains("READY=1") { isReady = true }
            }
        }

        /// Lets it stand still where it is.
        func stop() {
            guard let process, !isStopped else { return }
            kill(process.processIdentifier, SIGSTOP)
            isStopped = true
        }

        /// Takes its power away.
        func cut() {
            guard let process else { return }
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            self.process = nil
            isStopped = false
        }
    }
#endif
