import Foundation

/// What the person in front of the program sees.
enum Terminal {
    /// Whether standard output may be coloured: a terminal that is not dumb, and no `NO_COLOR` (no-color.org).
    static var isColoured: Bool {
        let environment = ProcessInfo.processInfo.environment
        return isatty(1) == 1 && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    }

    /// Whether a progress bar can be shown on standard error.
    static var hasProgress: Bool { isatty(2) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb" }

    /// Writes to standard output.
    static func say(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

    /// Writes a line to standard error.
    static func complain(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

    /// Draws how far the work is, over what was drawn before.
    static func showProgress(_ done: Int, of total: Int, _ what: String) {
        let width = 30
        let filled = total == 0 ? width : done * width / total
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
        FileHandle.standardError.write(Data("\r\u{1B}[K[\(bar)] \(done)/\(total) \(what)".utf8))
    }

    /// Takes the bar away.
    static func clearProgress() { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
}
