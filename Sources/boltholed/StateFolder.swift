#if RaspberryPi
    import CLinux
    import Glibc
    import LockCrypto
    import LockHAL
    import LockModel
    import LockPi

    /// The folder that a lock lives in: its journal, its device key, and a mark that somebody uses it.
    struct StateFolder: ~Copyable {
        let path: String
        private let lock: Descriptor
        private let kernel: Kernel

        /// Makes the folder if it is not there, and takes it for this process.
        init(_ path: String, _ kernel: Kernel) throws(Failure) {
            var isMade = false
            if unsafe access(path, F_OK) != 0 {
                guard unsafe mkdir(path, 0o700) == 0 else {
                    throw Failure("\(path): \(Self.reason()); make the folder, or name another with --state")
                }
                isMade = true
            }
            if isMade {
                do throws(KernelFault) { try Self.sync(path, kernel) } catch { throw Failure(error.description) }
            }
            try Self.judge(path, kernel)
            lock = try Self.take(path + "/lock", kernel)
            self.path = path
            self.kernel = kernel
        }

        /// Whoever may write into the folder could put a key or a journal of their own there.
        private static func judge(_ path: String, _ kernel: Kernel) throws(Failure) {
            do throws(PrivateFile.Objection) {
                try PrivateFile.judge(folder: path, kernel)
            } catch {
                switch error {
                case .kernel(let fault):
                    throw Failure(
                        "\(fault.description); expected a folder of the user that runs boltholed; "
                            + "name another with --state")
                case .owner(let user):
                    throw Failure(
                        "\(path): belongs to user \(user); expected a folder of user \(geteuid()), who runs boltholed, "
                            + "or of root; run boltholed as its owner, or: chown \(geteuid()) \(path)")
                case .mode(let mode):
                    throw Failure(
                        "\(path): others may write there (mode 0\(String(mode, radix: 8))), and so put another key or "
                            + "journal into it; expected mode 0700; look whether everything in it is yours, "
                            + "then: chmod 700 \(path)")
                }
            }
        }

        private static func take(_ mark: String, _ kernel: Kernel) throws(Failure) -> Descriptor {
            let lock: Descriptor
            do throws(KernelFault) {
                lock = try Descriptor(opening: mark, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600, kernel)
            } catch {
                throw Failure("\(error.description); the state folder must belong to the user that runs boltholed")
            }
            guard flock(lock.number, LOCK_EX | LOCK_NB) == 0 else {
                throw Failure(
                    "\(mark): another boltholed\(holder(lock.number)) uses this state; "
                        + "stop it first: systemctl stop boltholed")
            }
            let words = "\(getpid())\n"
            ftruncate(lock.number, 0)
            _ = unsafe pwrite(lock.number, words, words.utf8.count, 0)
            return lock
        }

        private static func sync(_ path: String, _ kernel: Kernel) throws(KernelFault) {
            let folder = try Descriptor(opening: path, O_RDONLY | O_DIRECTORY, kernel)
            let number = folder.number
            try kernel.ask(.sync, path) { fsync(number) }
        }

        private static func reason() -> String { unsafe String(cString: strerror(errno)) }

        private static func holder(_ number: Int32) -> String {
            var bytes = [UInt8](repeating: 0, count: 16)
            let count = unsafe pread(number, &bytes, bytes.count, 0)
            let text = String(
                decoding: bytes.prefix(max(0, count)).prefix { (0x30...0x39).contains($0) }, as: UTF8.self)
            return text.isEmpty ? "" : " (process \(text))"
        }

        /// Opens the journal of a board.
        borrowing func journal(_ flash: BoardDescription.Flash, _ notices: Notices) throws(Failure) -> PiFlash {
            let place: String
            do throws(PiFlash.Refusal) {
                switch flash {
                case .file(let name):
                    place = "\(path)/\(name)"
                    return try PiFlash(file: place, kernel, notices)
                case .mtd(let device):
                    place = device
                    return try PiFlash(chip: device, kernel, notices)
                }
            } catch {
                switch error {
                case .kernel(let fault):
                    throw Failure(
                        "\(fault.description); the journal must be a file or chip that this user may read and write")
                case .size(let bytes):
                    throw Failure(
                        "\(name(of: flash)): \(bytes) bytes; expected an image of whole sectors of 4096 bytes, at least 8; "
                            + "put the right file back, or move this one away to begin anew")
                }
            }
        }

        private borrowing func name(of flash: BoardDescription.Flash) -> String {
            switch flash {
            case .file(let name): "\(path)/\(name)"
            case .mtd(let device): device
            }
        }

        /// The device key: from its file, or drawn at the lock's first start; mixed with the board's serial number.
        ///
        /// A card that is copied into another Raspberry Pi opens nothing there; whoever has the card and knows the
        /// serial number has the key all the same.
        borrowing func deviceKey(hasJournal: Bool) throws(Failure) -> InlineArray<32, UInt8> {
            let file = path + "/device.key"
            let isThere = unsafe access(file, F_OK) == 0
            guard isThere || !hasJournal else {
                throw Failure(
                    "\(file): missing, and the journal cannot be read without it; put the key's copy back, or move "
                        + "the journal away to begin anew")
            }
            do throws(KernelFault) {
                if !isThere { try makeKey(file) }
                return Self.mixed(try readKey(file))
            } catch {
                throw Failure(
                    "\(error.description); the device key must be a file of 32 bytes that only this user may read")
            }
        }

        private borrowing func makeKey(_ file: String) throws(KernelFault) {
            var key = InlineArray<32, UInt8>(repeating: 0)
            var span = key.mutableSpan
            try kernel.ask(.random, "getrandom") {
                unsafe span.withUnsafeMutableBytes { unsafe getrandom($0.baseAddress, 32, 0) }
            }
            try PrivateFile.replace(file, key.span, kernel)
            try Self.sync(path, kernel)
        }

        private borrowing func readKey(_ file: String) throws(KernelFault) -> InlineArray<32, UInt8> {
            let opened = try Descriptor(opening: file, O_RDONLY, kernel)
            var status = stat()
            let number = opened.number
            try kernel.ask(.open, file) { unsafe fstat(number, &status) }
            guard status.st_size == 32 else { throw KernelFault(call: .readAt, code: EINVAL, subject: file) }
            guard status.st_mode & 0o077 == 0 else {
                throw KernelFault(call: .open, code: EPERM, subject: file + " may be read by others (chmod 600)")
            }
            var key = InlineArray<32, UInt8>(repeating: 0)
            var span = key.mutableSpan
            try opened.read(into: &span, at: 0, kernel)
            return key
        }

        private static func mixed(_ key: InlineArray<32, UInt8>) -> InlineArray<32, UInt8> {
            let serial = unsafe open("/sys/firmware/devicetree/base/serial-number", O_RDONLY | O_CLOEXEC)
            guard serial >= 0 else { return key }
            defer { close(serial) }
            var text = InlineArray<64, UInt8>(repeating: 0)
            var span = text.mutableSpan
            let count = unsafe span.withUnsafeMutableBytes { unsafe read(serial, $0.baseAddress, 64) }
            guard count > 0 else { return key }
            return SwiftCrypto.authenticate(text.span.extracting(0..<count), key: key)
        }
    }
#endif
