#if RaspberryPi
    import Glibc

    /// Files and folders that nobody but the lock's own user may change, and files that nobody else may read.
    public enum PrivateFile {
        /// Why a folder is no place for a secret.
        public enum Objection: Error, Equatable, Sendable {
            /// The system does not let it be looked at.
            case kernel(KernelFault)
            /// It belongs to the user with that number, who could put another key or journal there.
            case owner(UInt32)
            /// Its group or everybody may write there; the mode.
            case mode(UInt32)
        }

        /// Makes a file that nobody else can read at any moment, and writes it durably.
        ///
        /// Fails if there is something at the path, a link included: what is there may be open to others, or lead elsewhere.
        public static func create(_ path: String, _ bytes: Span<UInt8>, _ kernel: Kernel) throws(KernelFault) {
            let file = try Descriptor(
                opening: path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600, kernel)
            try file.write(bytes, at: 0, kernel)
            try file.sync(kernel)
        }

        /// Puts a file of that content at the path, whole or not at all, by way of a draft beside it.
        ///
        /// A link at the path is replaced, not followed. The folder is made durable by the caller.
        public static func replace(_ path: String, _ bytes: Span<UInt8>, _ kernel: Kernel) throws(KernelFault) {
            let draft = path + ".new"
            // Left from a start that was cut off, or somebody's trap.
            _ = unsafe unlink(draft)
            try create(draft, bytes, kernel)
            try kernel.ask(.link, path) { unsafe rename(draft, path) }
        }

        /// Looks whether a folder is a place for secrets: this user's or root's, and writable for nobody else.
        ///
        /// A link to a folder is followed, since systemd makes some; it is the folder itself that is judged. The folders
        /// above it are not looked at.
        public static func judge(folder path: String, _ kernel: Kernel) throws(Objection) {
            var status = stat()
            do throws(KernelFault) {
                let folder = try Descriptor(opening: path, O_RDONLY | O_DIRECTORY, kernel)
                let number = folder.number
                try kernel.ask(.open, path) { unsafe fstat(number, &status) }
            } catch {
                throw .kernel(error)
            }
            guard status.st_uid == geteuid() || status.st_uid == 0 else { throw .owner(status.st_uid) }
            guard status.st_mode & 0o022 == 0 else { throw .mode(status.st_mode & 0o7777) }
        }
    }
#endif
