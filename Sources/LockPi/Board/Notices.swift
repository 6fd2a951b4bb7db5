#if RaspberryPi
    import CLinux
    import Glibc

    /// What the daemon tells whoever looks after the machine: lines on standard error, which systemd keeps.
    ///
    /// Never a secret, never what a person did: that is the access log's. The same trouble is told once until it is
    /// over.
    public final class Notices {
        /// How much it matters, as systemd reads it from the beginning of a line (sd-daemon(3)).
        public enum Weight: Int, Sendable {
            case error = 3
            case warning = 4
            case notice = 5
            case plain = 6
        }

        /// Everything that was told, for tests; the newest `keptMax` lines.
        public private(set) var told: [String] = []
        private var troubles: [(subject: String, text: String)] = []
        private let hasPrefix: Bool
        private let isSilent: Bool

        /// Lines that are kept.
        public static var keptMax: Int { 200 }

        /// Tells on standard error.
        ///
        /// - Parameters:
        ///   - hasPrefix: Whether each line begins with its weight, for systemd.
        ///   - isSilent: Whether nothing is written, for tests.
        public init(hasPrefix: Bool, isSilent: Bool = false) {
            self.hasPrefix = hasPrefix
            self.isSilent = isSilent
        }

        /// Tells something.
        public func tell(_ weight: Weight, _ text: String) {
            if told.count == Self.keptMax { told.removeFirst() }
            told.append(text)
            guard !isSilent else { return }
            let line = (hasPrefix ? "<\(weight.rawValue)>" : "") + text + "\n"
            let bytes = Array(line.utf8)
            // systemd's socket may be full: then the line is lost, and the lock does not wait. Elsewhere it is a file.
            unsafe bytes.withUnsafeBytes { buffer in
                let sent = unsafe send(
                    STDERR_FILENO, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
                if sent < 0, errno == ENOTSOCK { _ = unsafe write(STDERR_FILENO, buffer.baseAddress, buffer.count) }
            }
        }

        /// Tells of a trouble with a part, once until `over`.
        func trouble(_ subject: String, _ text: String) {
            if let index = troubles.firstIndex(where: { $0.subject == subject }) {
                guard troubles[index].text != text else { return }
                troubles[index].text = text
            } else {
                troubles.append((subject, text))
            }
            tell(.warning, "\(subject): \(text)")
        }

        /// A part works again.
        func over(_ subject: String) {
            guard let index = troubles.firstIndex(where: { $0.subject == subject }) else { return }
            troubles.remove(at: index)
            tell(.notice, "\(subject): works again")
        }

        /// Troubles that go on.
        public var openTroubles: [String] { troubles.map { "\($0.subject): \($0.text)" } }
    }
#endif
