import Foundation
import Synchronization

/// What the person in front of the program sees.
enum Terminal {
    /// Whether standard output may be coloured: a terminal that is not dumb, and no `NO_COLOR` (no-color.org).
    static var isColoured: Bool {
        let environment = ProcessInfo.processInfo.environment
        return isatty(1) == 1 && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    }

    /// Whether a progress bar can be shown on standard error.
    static var hasProgress: Bool { isatty(2) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb" }

    /// Writes to standard output; to standard error where standard output belongs to a report.
    static func say(_ text: String, aside isAside: Bool = false) {
        (isAside ? standardError : standardOutput).write(text)
    }

    /// Writes a line to standard error.
    static func complain(_ text: String) { standardError.write(text + "\n") }

    private static let standardOutput = Output(descriptor: 1, name: "standard output")
    private static let standardError = Output(descriptor: 2, name: "standard error")

    /// Makes writing to what nobody reads an error instead of an end.
    ///
    /// Called once, before anything is written: a standard descriptor that is closed is taken up, or the next file that is
    /// opened would get its number and what people are told would stand in it.
    static func begin() {
        signal(SIGPIPE, SIG_IGN)
        for descriptor in [Int32(0), 1, 2] where fcntl(descriptor, F_GETFD) < 0 {
            // Readable, so that writing goes on failing.
            _ = unsafe open("/dev/null", O_RDONLY)
        }
    }

    /// Whether everything so far could be written to standard output.
    static var isHeard: Bool { standardOutput.failure == nil }

    /// Says on standard error what could not be written, and whether there was anything.
    static func tellWhatFailed() -> Bool {
        guard let failure = standardOutput.failure else { return standardError.failure != nil }
        complain(failure)
        return true
    }

    /// Draws how far the work is, over what was drawn before.
    static func showProgress(_ done: Int, of total: Int, _ what: String) {
        let width = 30
        let filled = total == 0 ? width : done * width / total
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
        standardError.write("\r\u{1B}[K[\(bar)] \(done)/\(total) \(what)")
    }

    /// Takes the bar away.
    static func clearProgress() { standardError.write("\r\u{1B}[K") }
}

/// A standard stream that may be full or closed.
///
/// After the first write that failed it takes nothing more: what comes behind a gap would only confuse.
private final class Output: Sendable {
    private let descriptor: Int32
    private let name: String
    private let error = Mutex<Int32?>(nil)

    init(descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    /// What could not be written, in words; `nil` = nothing.
    var failure: String? {
        error.withLock { error in
            error.map { code in
                let reason = code == EPIPE ? "its reader has closed it" : unsafe String(cString: strerror(code))
                return "\(name): it cannot be written (\(reason)); expected a place for what there is to say"
            }
        }
    }

    func write(_ text: String) {
        error.withLock { error in
            guard error == nil else { return }
            let bytes = Array(text.utf8)
            var done = 0
            while done < bytes.count {
                let count = unsafe bytes.withUnsafeBytes { buffer in
                    unsafe Foundation.write(descriptor, buffer.baseAddress! + done, bytes.count - done)
                }
                if count > 0 {
                    done += count
                } else if errno != EINTR {
                    error = errno
                    return
                }
            }
        }
    }
}
