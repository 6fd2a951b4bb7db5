import Foundation

/// The project's own files, as the tests read them.
enum Repository {
    /// The folder that holds Package.swift.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Paths from the root of all files below a folder, sorted.
    ///
    /// Hidden ones are left out; a missing folder is empty.
    static func files(under folder: String) -> [String] {
        let options: FileManager.DirectoryEnumerationOptions = [.skipsHiddenFiles]
        let found = FileManager.default.enumerator(
            at: root.appending(path: folder), includingPropertiesForKeys: [.isRegularFileKey], options: options)
        guard let found else { return [] }
        let prefix = root.path(percentEncoded: false)
        return found.compactMap { $0 as? URL }
            .filter { (try? $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true }
            .map { String($0.path(percentEncoded: false).dropFirst(prefix.count)) }
            .filter { !$0.contains("/__pycache__/") }
            .sorted()
    }

    /// Names of what lies directly in a folder, sorted.
    ///
    /// Hidden ones are left out; a missing folder is empty.
    static func names(in folder: String) -> [String] {
        let path = root.appending(path: folder).path(percentEncoded: false)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { !$0.hasPrefix(".") && $0 != "__pycache__" }.sorted()
    }

    /// Whether there is such a file or folder.
    static func contains(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path(percentEncoded: false))
    }

    /// A file's text.
    ///
    /// Throws if it is missing or not UTF-8.
    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The Swift sources under a folder.
    static func swiftSources(under folder: String) throws -> [SwiftSource] {
        try allSources.get().filter { $0.path.hasPrefix(folder + "/") }
    }

    /// Cut once, because many tests look at them.
    private static let allSources = Result {
        try (files(under: "Sources") + files(under: "Tests")).filter { $0.hasSuffix(".swift") }
            .map { SwiftSource(path: $0, text: try text(of: $0)) }
    }

    /// Runs a program in the root, and returns its exit code and what it printed.
    ///
    /// The output must be small.
    static func run(_ program: String, _ arguments: [String]) throws -> (code: Int32, output: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.currentDirectoryURL = root
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let output = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }
}

/// Something that stands where it must not.
struct Violation: CustomStringConvertible, Equatable {
    /// Path from the root.
    let path: String
    /// Line, from 1.
    let line: Int
    /// What was found there.
    let found: String
    /// What to do instead, and why.
    let instead: String

    var description: String { "\(path):\(line): found \(found). \(instead)" }
}
