import Foundation

/// Secrets that are read, not given as arguments: every user of a machine can read the command line of every program.
enum Secret {
    /// The most bytes of a line.
    ///
    /// *Chosen*: a link with the longest address that browsers take.
    private static var lengthMax: Int { 4_096 }

    /// A line from standard input; if that is a terminal it is asked for in these words, and not shown.
    static func ask(_ words: String) throws(PhoneFailure) -> String {
        guard isatty(STDIN_FILENO) == 1 else { return try line(from: STDIN_FILENO, "standard input") }
        var before = termios()
        unsafe tcgetattr(STDIN_FILENO, &before)
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer {
            unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
            Terminal.complain("")
        }
        FileHandle.standardError.write(Data("\(words): ".utf8))
        return try line(from: STDIN_FILENO, "standard input")
    }

    /// The first line of a file that its owner alone can read.
    static func read(_ path: String) throws(PhoneFailure) -> String {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw PhoneFailure("\(path): cannot be read (\(unsafe String(cString: strerror(errno))))", code: 2)
        }
        defer { close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT != S_IFREG || status.st_mode & 0o077 == 0 else {
            throw PhoneFailure(
                "\(path): others may read it; expected a file of yours alone: chmod 600 \(path)", code: 2)
        }
        return try line(from: file, path)
    }

    /// Reads byte by byte, and so takes nothing that stands behind the line.
    private static func line(from file: Int32, _ place: String) throws(PhoneFailure) -> String {
        var bytes: [UInt8] = []
        var byte = UInt8(0)
        while true {
            let count = unsafe Foundation.read(file, &byte, 1)
            if count < 0, errno == EINTR { continue }
            if count <= 0 || byte == UInt8(ascii: "\n") { break }
            bytes.append(byte)
            guard bytes.count <= lengthMax else {
                throw PhoneFailure("\(place): a line of more than \(lengthMax) bytes; expected one secret", code: 2)
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw PhoneFailure("\(place): not UTF-8; expected a line of text", code: 2)
        }
        let line = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !line.isEmpty else {
            throw PhoneFailure("\(place): there is nothing in the first line; expected the secret there", code: 2)
        }
        return line
    }
}
