import Yams

extension SourceTree {
    /// Parses the text, which must hold exactly one YAML document without anchors, aliases, merge keys and tags.
    public static func parse(_ source: SourceText) throws(BadInput) -> SourceTree {
        var complaints = Complaints(about: source.file)
        // Before the parser proper: it would expand aliases, and compares keys by their whole content.
        var scan = YAMLScan(source.text)
        scan.run(&complaints)
        try complaints.throwIfAny()
        do {
            // The nodes hold their anchors weakly, so the parser must outlive the conversion.
            let parser = try Parser(yaml: source.text, resolver: .basic, encoding: .utf8)
            guard let root = try parser.singleRoot() else {
                complaints.add(
                    Place(line: 1, column: 1), found: "an empty file", expected: "a mapping",
                    remedy: "see scripts/scenarios for examples")
                throw BadInput(complaints.list)
            }
            var conversion = Conversion(complaints: complaints)
            let tree = conversion.convert(root, depth: 1)
            _ = consume parser
            try conversion.complaints.throwIfAny()
            return tree
        } catch let error as BadInput {
            throw error
        } catch let error as YamlError {
            throw BadInput([complaint(of: error, in: source)])
        } catch {
            throw BadInput([
                Complaint(file: source.file, place: .wholeFile, found: "unreadable YAML", expected: "YAML 1.2")
            ])
        }
    }

    private struct Conversion {
        var complaints: Complaints
        var count = 0
        var isTooLarge = false

        mutating func convert(_ node: Node, depth: Int) -> SourceTree {
            let place = Place(node.mark)
            count += 1
            guard depth <= depthMax, count <= nodesMax else {
                if !isTooLarge {
                    complaints.add(
                        place,
                        found: depth > depthMax ? "nesting deeper than \(depthMax)" : "more than \(nodesMax) nodes",
                        expected: "at most \(depth > depthMax ? depthMax : nodesMax)", remedy: "split the file")
                }
                isTooLarge = true
                return .sequence([], place)
            }
            if node.anchor != nil { complaints.addAnchor(place, "an anchor or alias") }
            switch node {
            case .scalar(let scalar):
                let isPlain = scalar.style == .plain || scalar.style == .any
                return .scalar(scalar.string, isQuoted: !isPlain, place)
            case .sequence(let sequence):
                var elements: [SourceTree] = []
                for element in sequence where !isTooLarge { elements.append(convert(element, depth: depth + 1)) }
                return .sequence(elements, place)
            case .mapping(let mapping):
                var pairs: [Pair] = []
                for (key, value) in mapping where !isTooLarge {
                    let keyPlace = Place(key.mark)
                    guard case .scalar(let scalar) = key else {
                        complaints.add(
                            keyPlace, found: "a key that is a list or a mapping", expected: "a word",
                            remedy: "quote it if the brackets are part of the word")
                        continue
                    }
                    if scalar.string == "<<" { complaints.addAnchor(keyPlace, "the merge key \"<<\"") }
                    pairs.append(Pair(key: scalar.string, keyPlace: keyPlace, value: convert(value, depth: depth + 1)))
                }
                return .mapping(pairs, place)
            case .alias:
                complaints.addAnchor(place, "an alias")
                return .scalar("", isQuoted: false, place)
            }
        }
    }

    private static func complaint(of error: YamlError, in source: SourceText) -> Complaint {
        func complain(_ place: Place, _ found: String, _ expected: String, _ remedy: String? = nil) -> Complaint {
            Complaint(file: source.file, place: place, found: found, expected: expected, remedy: remedy)
        }
        switch error {
        case .duplicatedKeysInMapping(let duplicates, let context):
            let key = duplicates.first ?? ""
            let place = secondPlace(of: key, after: Place(context.mark), in: source.text)
            return complain(
                place, "the key \(quoted(key)) for the second time", "each key once in a mapping",
                "the first stands in line \(context.mark.line); delete or rename one of them")
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let beginning = context.map { " (\($0.text) from line \($0.mark.line))" } ?? ""
            return complain(
                Place(mark), "broken YAML: \(problem)\(beginning)", "YAML 1.2",
                "check indentation, colons and quotes in this line and the one before")
        case .reader(let problem, let offset, _, _):
            return complain(
                place(at: offset, in: source.text), "broken YAML: \(problem)", "printable UTF-8 text",
                "delete the character")
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            return complain(.wholeFile, "unreadable YAML", "YAML 1.2")
        }
    }

    /// The parser names the first of two equal keys.
    ///
    /// In block style the second begins in the same column.
    private static func secondPlace(of key: String, after first: Place, in text: String) -> Place {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for index in first.line..<max(first.line, lines.count) {
            let rest = lines[index].unicodeScalars.dropFirst(first.column - 1)
            let before = lines[index].unicodeScalars.prefix(first.column - 1)
            guard before.allSatisfy({ $0 == " " }) else { continue }
            let word = String(String.UnicodeScalarView(rest)).drop { $0 == "\"" || $0 == "'" }
            if word.hasPrefix(key), let next = word.dropFirst(key.count).first,
                next == ":" || next == "\"" || next == "'"
            {
                return Place(line: index + 1, column: first.column)
            }
        }
        return first
    }

    private static func place(at offset: Int?, in text: String) -> Place {
        guard let offset else { return Place(line: 1, column: 1) }
        var place = Place(line: 1, column: 1)
        for character in text.prefix(offset) {
            place =
                character.isNewline
                ? Place(line: place.line + 1, column: 1) : Place(line: place.line, column: place.column + 1)
        }
        return place
    }
}

extension Place {
    fileprivate init(_ mark: Mark?) { self.init(line: mark?.line ?? 0, column: mark?.column ?? 0) }
}
