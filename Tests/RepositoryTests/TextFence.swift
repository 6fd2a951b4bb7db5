/// Words that no committed text has, in code or out of it.
enum TextFence {
    /// Put together here, so that this file does not have them either.
    private static let promises = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]
    private static let machineFolders = ["home", "root", "work", "Users"]

    static func violations(path: String, text: String) -> [Violation] {
        var violations: [Violation] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            for word in promises where words(of: line).contains(word[...]) {
                let instead = "Do it, or list it on the page of known limits."
                violations.append(Violation(path: path, line: index + 1, found: word, instead: instead))
            }
            for folder in machineFolders where hasPath(to: folder, in: line) {
                let instead = "It exists on one machine only: use a path from the root of the repository, or ~."
                violations.append(Violation(path: path, line: index + 1, found: "/\(folder)/", instead: instead))
            }
        }
        return violations
    }

    private static func words(of line: Substring) -> [Substring] {
        line.split { !($0.isLetter || $0.isNumber || $0 == "_") }
    }

    /// Whether an absolute path begins there: nothing of a longer path or an address stands before it.
    private static func hasPath(to folder: String, in line: Substring) -> Bool {
        line.ranges(of: "/\(folder)/").contains { range in
            guard range.lowerBound > line.startIndex else { return true }
            let before = line[line.index(before: range.lowerBound)]
            return !(before.isLetter || before.isNumber || "._-/~}*)".contains(before))
        }
    }
}
