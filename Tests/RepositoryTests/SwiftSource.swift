/// A Swift source cut into tokens: what the compiler would see, without comments and the text of string literals.
struct SwiftSource {
    /// A name, a number, a string literal (as `"`), or a character of punctuation (`->` is one).
    struct Token: Equatable {
        let text: String
        /// From 1.
        let line: Int
        /// Between `#if !hasFeature(Embedded)` and its `#endif` or `#else`: never part of a firmware.
        let isHostOnly: Bool
    }

    /// Path from the root of the repository.
    let path: String
    let tokens: [Token]
    /// How many lines there are.
    let lineCount: Int

    /// Cuts a text.
    init(path: String, text: String) {
        var lexer = Lexer(text)
        self.path = path
        self.tokens = lexer.tokens()
        self.lineCount =
            text.split(separator: "\n", omittingEmptySubsequences: false).count - (text.hasSuffix("\n") ? 1 : 0)
    }

    /// The target whose folder it lies in, `nil` outside of Sources.
    var target: String? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
    }
}

/// Works on bytes, because characters are slow without optimisation: whatever is not ASCII counts as a letter.
private struct Lexer {
    private let bytes: [UInt8]
    private var index = 0
    private var line = 1
    /// For each open `#if`: its condition, and whether its present branch is host only.
    private var conditions: [(condition: String, isHostOnly: Bool)] = []

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func tokens() -> [SwiftSource.Token] {
        var found: [SwiftSource.Token] = []
        while index < bytes.count {
            let start = line
            guard let text = next() else { continue }
            follow(text)
            found.append(
                SwiftSource.Token(text: text, line: start, isHostOnly: conditions.contains(where: \.isHostOnly)))
        }
        return found
    }

    /// The next token, or `nil` where there was none (a space, a comment).
    private mutating func next() -> String? {
        let byte = bytes[index]
        switch byte {
        case UInt8(ascii: "\n"):
            line += 1
            index += 1
            return nil
        case 0...UInt8(ascii: " "):
            index += 1
            return nil
        case UInt8(ascii: "/") where starts(with: "//"):
            skip { $0 != UInt8(ascii: "\n") }
            return nil
        case UInt8(ascii: "/") where starts(with: "/*"):
            skipBlockComment()
            return nil
        case UInt8(ascii: "\""):
            skipString()
            return "\""
        case UInt8(ascii: "#") where bytes[index...].first { $0 != UInt8(ascii: "#") } == UInt8(ascii: "\""):
            skipString()
            return "\""
        case UInt8(ascii: "`"):
            return quotedName()
        case UInt8(ascii: "-") where starts(with: "->"):
            index += 2
            return "->"
        default:
            let isName = byte == UInt8(ascii: "#") || isPartOfName(byte)
            return isName ? take(from: index + 1, while: isPartOfName) : take(from: index + 1) { _ in false }
        }
    }

    private func isPartOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...: true
        default: false
        }
    }

    private func starts(with text: String) -> Bool { bytes[index...].starts(with: text.utf8) }

    private mutating func take(from second: Int, while condition: (UInt8) -> Bool) -> String {
        let first = index
        index = second
        while index < bytes.count, condition(bytes[index]) { index += 1 }
        return String(decoding: bytes[first..<index], as: UTF8.self)
    }

    private mutating func skip(while condition: (UInt8) -> Bool) { _ = take(from: index, while: condition) }

    private mutating func quotedName() -> String {
        let name = take(from: index + 1) { $0 != UInt8(ascii: "`") && $0 != UInt8(ascii: "\n") }
        index += 1
        return String(name.dropFirst())
    }

    private mutating func skipBlockComment() {
        var depth = 0
        repeat {
            if starts(with: "/*") {
                depth += 1
                index += 2
            } else if starts(with: "*/") {
                depth -= 1
                index += 2
            } else {
                if bytes[index] == UInt8(ascii: "\n") { line += 1 }
                index += 1
            }
        } while depth > 0 && index < bytes.count
    }

    /// Skips a literal with everything that is interpolated in it.
    private mutating func skipString() {
        let hashes = take(from: index) { $0 == UInt8(ascii: "#") }
        let quotes = starts(with: "\"\"\"") ? "\"\"\"" : "\""
        index += quotes.utf8.count
        while index < bytes.count {
            if starts(with: quotes + hashes) {
                index += quotes.utf8.count + hashes.utf8.count
                return
            }
            if starts(with: "\\" + hashes) {
                index += 1 + hashes.utf8.count
                if index < bytes.count, bytes[index] == UInt8(ascii: "(") {
                    skipInterpolation()
                    continue
                }
            }
            guard index < bytes.count else { return }
            if bytes[index] == UInt8(ascii: "\n") { line += 1 }
            index += 1
        }
    }

    private mutating func skipInterpolation() {
        var depth = 0
        repeat {
            switch next() {
            case "(": depth += 1
            case ")": depth -= 1
            default: break
            }
        } while depth > 0 && index < bytes.count
    }

    /// Keeps track of conditional compilation.
    ///
    /// The condition itself is read ahead, up to the end of its line.
    private mutating func follow(_ text: String) {
        let firmware = "hasFeature(Embedded)"
        switch text {
        case "#if", "#elseif":
            if text == "#elseif" { _ = conditions.popLast() }
            let rest = bytes[index...].prefix { $0 != UInt8(ascii: "\n") }.filter { $0 > UInt8(ascii: " ") }
            let condition = String(decoding: rest, as: UTF8.self)
            conditions.append((condition, isHostOnly: condition == "!" + firmware))
        case "#else":
            guard let condition = conditions.popLast()?.condition else { return }
            conditions.append((condition, isHostOnly: condition == firmware))
        case "#endif": _ = conditions.popLast()
        default: break
        }
    }
}
