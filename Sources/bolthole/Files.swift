import Foundation
import LockModel
import LockScenario

/// Finds scenario files and writes reports.
enum Files {
    /// The files that the arguments name; a directory stands for the `.yaml` files in it, in order of their names.
    static func scenarios(_ paths: [String]) throws(BadInput) -> [String] {
        var files: [String] = []
        for path in paths {
            guard isDirectory(path) else {
                files.append(path)
                continue
            }
            let base = path.hasSuffix("/") ? String(path.dropLast()) : path
            let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
            let found = names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted()
            guard !found.isEmpty else {
                throw BadInput([
                    Complaint(
                        file: path, place: .wholeFile, found: "a directory without scenarios",
                        expected: "files that end in .yaml")
                ])
            }
            files += found.map { "\(base)/\($0)" }
        }
        return files
    }

    private static func isDirectory(_ path: String) -> Bool {
        let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        do {
            return try url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory ?? false
        } catch {
            // Whoever reads it as a file will say what is wrong with it.
            return false
        }
    }

    /// Writes a report, making the folders on its way.
    static func write(_ text: String, to path: String) throws(BadInput) {
        let url = URL(fileURLWithPath: path)
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        } catch {
            throw unwritable(path)
        }
    }

    /// What is said of a path that takes no report.
    static func unwritable(_ path: String) -> BadInput {
        BadInput([
            Complaint(
                file: path, place: .wholeFile, found: "a path that cannot be written", expected: "a place for a report")
        ])
    }
}
