import Foundation

/// The built `bolthole`, running.
final class Program {
    struct Result {
        var code: Int32
        var output: String
        var complaints: String
    }

    private let process = Process()
    private let (input, output, complaints) = (Pipe(), Pipe(), Pipe())

    /// Starts it; it reads nothing unless it is told something.
    convenience init(_ arguments: [String], in folder: String) throws {
        try self.init(Self.executable, arguments, in: folder)
    }

    /// Starts a line of shell in which `$BOLTHOLE` is the program: for streams that are full or closed.
    convenience init(shell line: String, in folder: String) throws {
        let line = "export SWIFT_BACKTRACE=enable=no; BOLTHOLE='\(Self.executable.path)'; \(line)"
        try self.init(URL(fileURLWithPath: "/bin/bash"), ["-c", line], in: folder)
    }

    private init(_ executable: URL, _ arguments: [String], in folder: String) throws {
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardInput = input
        process.standardOutput = output
        process.standardError = complaints
        try process.run()
    }

    /// The number of its process.
    var number: Int32 { process.processIdentifier }

    /// Types a line.
    func type(_ line: String) throws { try input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8)) }

    /// Its output up to a line that begins with that, which is the last one; everything if it ends without.
    func output(until start: String) -> String {
        var text = ""
        while true {
            let bytes = output.fileHandleForReading.availableData
            text += String(decoding: bytes, as: UTF8.self)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            if bytes.isEmpty || lines.dropLast().contains(where: { $0.hasPrefix(start) }) { return text }
        }
    }

    /// Nothing more is typed; waits until it has ended.
    func end() throws -> Result {
        try input.fileHandleForWriting.close()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        let complained = complaints.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Result(
            code: process.terminationStatus, output: String(decoding: said, as: UTF8.self),
            complaints: String(decoding: complained, as: UTF8.self))
    }

    /// The executable stands beside the test bundle.
    private static let executable: URL = {
        let bundle = Bundle.allBundles.map(\.bundleURL).first { $0.pathExtension == "xctest" }
        let beside = (bundle ?? URL(fileURLWithPath: CommandLine.arguments[0])).deletingLastPathComponent()
        return beside.appendingPathComponent("bolthole")
    }()
}
