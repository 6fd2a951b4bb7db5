/// Finds anchors, aliases, tags and deep nesting in YAML text without building anything.
///
/// The parser proper hashes keys with all that aliases stand for, so a nine-line "YAML bomb" would keep it busy for
/// ever. This looks at the text alone, in one pass: what begins a node is an indicator, what stands inside quotes,
/// comments, block scalars and words is not.
struct YAMLScan {
    private let text: [Unicode.Scalar]
    private var index = 0
    private var line = 1
    private var lineStart = 0
    private var flowDepth = 0
    private var isAtNodeStart = true
    /// Where the innermost key or dash of the line stands: text of a block scalar is indented further than this.
    private var parentIndent = -1
    private var compactDepth = 0

    init(_ text: String) { self.text = Array(text.unicodeScalars) }

    /// Adds a complaint for each anchor, alias and tag, and for the first place that is nested too deeply.
    mutating func run(_ complaints: inout Complaints) {
        beginLine()
        while index < text.count, !complaints.isFull {
            let scalar = text[index]
            switch scalar {
            case "\n": endLine()
            case " ", "\t", "\r": index += 1
            case "#" where index == lineStart || isBlank(index - 1): skipComment()
            case "\"" where isAtNodeStart: skipDoubleQuoted()
            case "'" where isAtNodeStart: skipSingleQuoted()
            case "&" where isAtNodeStart, "*" where isAtNodeStart:
                complaints.addAnchor(place, scalar == "&" ? "an anchor (&)" : "an alias (*)")
                skipWord()
            case "!" where isAtNodeStart:
                complaints.add(
                    place, found: "a tag (!)", expected: "a plain value",
                    remedy: "quote the text if it begins with \"!\"")
                skipWord()
            case "|" where isAtNodeStart && flowDepth == 0, ">" where isAtNodeStart && flowDepth == 0: skipBlockScalar()
            case "[" where isAtNodeStart, "{" where isAtNodeStart:
                flowDepth += 1
                index += 1
            case "]" where flowDepth > 0, "}" where flowDepth > 0:
                flowDepth -= 1
                index += 1
                isAtNodeStart = false
            case "," where flowDepth > 0:
                index += 1
                isAtNodeStart = true
            case "-" where isDocumentMarker: index += 3
            case "-" where isAtNodeStart && isBlank(index + 1), "?" where isAtNodeStart && isBlank(index + 1):
                parentIndent = index - lineStart
                compactDepth += 1
                index += 1
            case ":" where isBlank(index + 1) || flowDepth > 0:
                index += 1
                isAtNodeStart = true
            default:
                if isAtNodeStart, flowDepth == 0, !lineHasKey { parentIndent = keyIndent(index) ?? parentIndent }
                isAtNodeStart = false
                index += 1
            }
            if flowDepth > SourceTree.depthMax || compactDepth > SourceTree.depthMax {
                complaints.add(
                    place, found: "nesting deeper than \(SourceTree.depthMax)",
                    expected: "at most \(SourceTree.depthMax)",
                    remedy: "split the file")
                return
            }
        }
    }

    private var lineHasKey = false
    private var place: Place { Place(line: line, column: index - lineStart + 1) }

    /// Whether `---` stands here, after which a node may begin.
    private var isDocumentMarker: Bool {
        index == lineStart && index + 2 < text.count && text[index + 1] == "-" && text[index + 2] == "-"
            && isBlank(index + 3)
    }

    private func isBlank(_ position: Int) -> Bool {
        guard position < text.count else { return true }
        return text[position] == " " || text[position] == "\t" || text[position] == "\n" || text[position] == "\r"
    }

    /// The column of a plain key that begins here; `nil` if what begins here is no key.
    private func keyIndent(_ start: Int) -> Int? {
        var position = start
        while position < text.count, text[position] != "\n" {
            if text[position] == ":", isBlank(position + 1) { return start - lineStart }
            if text[position] == "#", isBlank(position - 1) { return nil }
            position += 1
        }
        return nil
    }

    private mutating func beginLine() {
        compactDepth = 0
        lineHasKey = false
        isAtNodeStart = true
    }

    private mutating func endLine() {
        index += 1
        line += 1
        lineStart = index
        beginLine()
    }

    private mutating func skipComment() {
        while index < text.count, text[index] != "\n" { index += 1 }
    }

    private mutating func skipWord() {
        while index < text.count, !isBlank(index) { index += 1 }
    }

    private mutating func skipDoubleQuoted() {
        if flowDepth == 0 { parentIndent = quotedKeyIndent(index, quote: "\"") ?? parentIndent }
        index += 1
        while index < text.count, text[index] != "\"" {
            if text[index] == "\\" { index += 1 }
            stepInsideQuotes()
        }
        index += 1
        isAtNodeStart = false
    }

    private mutating func skipSingleQuoted() {
        if flowDepth == 0 { parentIndent = quotedKeyIndent(index, quote: "'") ?? parentIndent }
        index += 1
        while index < text.count {
            if text[index] == "'" {
                guard index + 1 < text.count, text[index + 1] == "'" else { break }
                index += 1
            }
            stepInsideQuotes()
        }
        index += 1
        isAtNodeStart = false
    }

    private mutating func stepInsideQuotes() {
        guard index < text.count else { return }
        if text[index] == "\n" {
            line += 1
            lineStart = index + 1
        }
        index += 1
    }

    private func quotedKeyIndent(_ start: Int, quote: Unicode.Scalar) -> Int? {
        var position = start + 1
        while position < text.count, text[position] != quote, text[position] != "\n" { position += 1 }
        guard position + 1 < text.count, text[position] == quote, text[position + 1] == ":" else { return nil }
        return start - lineStart
    }

    private mutating func skipBlockScalar() {
        let parent = parentIndent
        skipComment()
        while index < text.count {
            var start = index + 1
            while start < text.count, text[start] == " " { start += 1 }
            let isEmptyLine = start >= text.count || text[start] == "\n" || text[start] == "\r"
            guard isEmptyLine || start - index - 1 > parent else { break }
            index += 1
            line += 1
            lineStart = index
            skipComment()
        }
        isAtNodeStart = false
    }
}

extension Complaints {
    /// Says that anchors, aliases and merge keys are not for these files.
    mutating func addAnchor(_ place: Place, _ found: String) {
        add(
            place, found: found, expected: "each value written out",
            remedy:
                "anchors, aliases and merge keys are refused, because a few lines of them can stand for gigabytes; quote the text if it is one"
        )
    }
}
