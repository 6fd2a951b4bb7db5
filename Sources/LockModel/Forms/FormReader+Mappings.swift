extension FormReader {
    mutating func readMapping(_ tree: SourceTree, _ shape: Shape, _ form: Form) -> Checked? {
        guard case .mapping(let pairs, _) = tree else { return complain(tree, tree.kind, form.expectation) }
        var entries: [Checked.Entry] = []
        for pair in pairs {
            guard let field = shape.fields.first(where: { $0.name == pair.key }) else {
                complaints.add(
                    pair.keyPlace, found: "the unknown key \(quoted(pair.key))",
                    expected: "a key of \(shape.subject): \(shape.keys.joined(separator: ", "))",
                    nearest: nearestWord(to: pair.key, among: shape.keys))
                continue
            }
            if let value = read(pair.value, as: field.form) {
                entries.append(Checked.Entry(key: pair.key, keyPlace: pair.keyPlace, value: value))
            }
        }
        for field in shape.fields where field.isRequired && !pairs.contains(where: { $0.key == field.name }) {
            complaints.add(
                tree.place, found: "no key \"\(field.name)\"", expected: "\(shape.subject) to have it",
                remedy: "add it: \(field.meaning)")
        }
        return Checked(tree.place, .mapping(entries))
    }

    mutating func readNamed(
        _ tree: SourceTree, _ rule: NameRule, _ value: Form, _ countMax: Int, _ form: Form
    ) -> Checked? {
        guard case .mapping(let pairs, _) = tree else { return complain(tree, tree.kind, form.expectation) }
        guard pairs.count <= countMax else { return complain(tree, "\(pairs.count) names", form.expectation) }
        var entries: [Checked.Entry] = []
        for pair in pairs {
            guard rule.allows(pair.key) else {
                complaints.add(
                    pair.keyPlace, found: "the name \(quoted(pair.key))",
                    expected: "a name of \(rule.subject): a letter, then up to 23 letters, digits, hyphens")
                continue
            }
            if let twin = pairs.first(where: { $0.key.lowercased() == pair.key.lowercased() }), twin.key != pair.key {
                complaints.add(
                    pair.keyPlace, found: "\(quoted(pair.key)) beside \(quoted(twin.key))",
                    expected: "names that differ by more than capitals")
                continue
            }
            if let value = read(pair.value, as: value) {
                entries.append(Checked.Entry(key: pair.key, keyPlace: pair.keyPlace, value: value))
            }
        }
        return Checked(tree.place, .mapping(entries))
    }

    mutating func readPhrase(_ tree: SourceTree, _ book: PhraseBook) -> Checked? {
        let key: String
        let place: Place
        let value: SourceTree?
        switch tree {
        case .scalar(let text, _, let at):
            (key, place, value) = (text, at, nil)
        case .mapping(let pairs, let at):
            guard pairs.count == 1 else {
                return complain(
                    tree,
                    pairs.isEmpty
                        ? "an empty step"
                        : "\(pairs.count) things in one step (\(pairs.map(\.key).joined(separator: ", ")))",
                    "one", remedy: "begin each step with \"- \" on a line of its own")
            }
            (key, place, value) = (pairs[0].key, at, pairs[0].value)
        case .sequence: return complain(tree, "a list", "a step such as \"wait: 2 s\"")
        }
        guard let (subject, phrase) = find(key, in: book) else {
            complainAboutPhrase(key, place, book)
            return nil
        }
        switch (phrase.value, value) {
        case (nil, nil): return Checked(place, .phrase(subject: subject, words: phrase.words, value: nil))
        case (nil, .scalar("", isQuoted: false, _)?):
            return Checked(place, .phrase(subject: subject, words: phrase.words, value: nil))
        case (nil, let value?):
            return complain(
                value, value.kind, "nothing after \"\(phrase.words)\"", remedy: "drop the colon and what follows")
        case (let form?, nil):
            return complain(
                tree, "\"\(key)\" without a value", form.expectation, remedy: "write \"\(key): ...\"")
        case (let form?, let value?):
            guard let checked = read(value, as: form) else { return nil }
            return Checked(place, .phrase(subject: subject, words: phrase.words, value: checked))
        }
    }

    private func find(_ key: String, in book: PhraseBook) -> (subject: String?, phrase: Phrase)? {
        if let phrase = book.phrases.first(where: { !$0.hasSubject && $0.words == key }) { return (nil, phrase) }
        for name in book.names where key.hasPrefix(name + " ") {
            let words = key.dropFirst(name.count + 1)
            if let phrase = book.phrases.first(where: { $0.hasSubject && $0.words == words }) { return (name, phrase) }
        }
        return nil
    }

    private mutating func complainAboutPhrase(_ key: String, _ place: Place, _ book: PhraseBook) {
        let deeds = book.phrases.filter(\.hasSubject).map(\.words)
        let others = book.phrases.filter { !$0.hasSubject }.map(\.words)
        if let name = book.names.first(where: { key.hasPrefix($0 + " ") }) {
            let words = String(key.dropFirst(name.count + 1))
            let nearest = nearestWord(to: words, among: deeds)
            complaints.add(
                place, found: "\(quoted(words)), which nobody can do",
                expected: "\(name) and one of: \(deeds.joined(separator: ", "))",
                nearest: nearest.map { "\(name) \($0)" })
        } else if let deed = deeds.first(where: { key.hasSuffix(" " + $0) }) {
            let name = String(key.dropLast(deed.count + 1))
            complaints.add(
                place, found: "\(quoted(name)), whom \"people\" does not name",
                expected: book.names.isEmpty
                    ? "a name from \"people\"" : "one of: \(book.names.joined(separator: ", "))",
                nearest: nearestWord(to: name, among: book.names).map { "\($0) \(deed)" },
                remedy: "name everybody under \"people\"")
        } else {
            complaints.add(
                place, found: "the unknown step \(quoted(key))",
                expected: "one of: \(others.joined(separator: ", ")); or a person's name and a deed",
                nearest: nearestWord(
                    to: key, among: others + book.names.flatMap { name in deeds.map { "\(name) \($0)" } }))
        }
    }
}
