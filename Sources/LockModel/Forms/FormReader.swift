/// Holds a tree against a form and says everything that does not fit.
public struct FormReader {
    /// What did not fit so far.
    public var complaints: Complaints
    /// The names before phrases, and the phrases of steps inside steps.
    private var book: PhraseBook?

    /// A reader of that file.
    public init(of file: String) { complaints = Complaints(about: file) }

    /// The checked value; `nil` if the tree does not have that form, which was then complained about.
    ///
    /// Where only parts do not fit, the rest is still returned, so that one slip does not hide another.
    public mutating func read(_ tree: SourceTree, as form: Form) -> Checked? {
        guard !complaints.isFull else { return nil }
        switch form {
        case .text(let lengthMax):
            guard let text = scalar(tree, form) else { return nil }
            guard text.count <= lengthMax else {
                return complain(tree, "a text of \(text.count) characters", "at most \(lengthMax)")
            }
            return Checked(tree.place, .text(text))
        case .digits(let range): return readDigits(tree, range, form)
        case .keys(let countMax): return readKeys(tree, countMax, form)
        case .count(let range):
            guard let text = scalar(tree, form) else { return nil }
            guard let count = Int(text) else { return complain(tree, tree.kind, form.expectation) }
            guard range.contains(count) else { return complain(tree, text, form.expectation) }
            return Checked(tree.place, .count(count))
        case .flag:
            guard let text = scalar(tree, form) else { return nil }
            guard text == "true" || text == "false" else {
                let isYes = ["yes", "on", "y", "True", "TRUE"].contains(text)
                let isNo = ["no", "off", "n", "False", "FALSE"].contains(text)
                return complain(tree, tree.kind, form.expectation, nearest: isYes ? "true" : isNo ? "false" : nil)
            }
            return Checked(tree.place, .flag(text == "true"))
        case .quantity(let quantity, let range): return readQuantity(tree, quantity, range, form)
        case .word(let words):
            guard let text = scalar(tree, form) else { return nil }
            guard words.contains(where: { $0.text == text }) else {
                return complain(
                    tree, tree.kind, form.expectation, nearest: nearestWord(to: text, among: words.map(\.text)))
            }
            return Checked(tree.place, .word(text))
        case .moment(let kind):
            guard let text = scalar(tree, form) else { return nil }
            switch (Moment(text), kind) {
            case (.timeOfDay(let seconds), .timeOfDay): return Checked(tree.place, .moment(.timeOfDay(seconds)))
            case (.date(let time), .date): return Checked(tree.place, .moment(.date(time)))
            case (nil, _), (.timeOfDay, .date), (.date, .timeOfDay):
                return complain(tree, tree.kind, form.expectation)
            }
        case .list(let element, let countMax): return readList(tree, element, countMax, form)
        case .mapping(let shape): return readMapping(tree, shape, form)
        case .named(let rule, let value, let countMax): return readNamed(tree, rule, value, countMax, form)
        case .phrase(let book):
            self.book = book
            return readPhrase(tree, book)
        case .phrases(let countMax):
            guard let book else { preconditionFailure("steps inside something that is no step") }
            return readList(tree, .phrase(book), countMax, form)
        case .innerPhrase:
            guard let book else { preconditionFailure("a step inside something that is no step") }
            return readPhrase(tree, book)
        case .either(let forms):
            guard let fitting = forms.first(where: { $0.takes(tree) }) else {
                var nearest: String?
                if case .scalar(let text, _, _) = tree { nearest = nearestWord(to: text, among: form.words) }
                return complain(tree, tree.kind, form.expectation, nearest: nearest)
            }
            return read(tree, as: fitting)
        }
    }

    /// Adds a complaint and returns `nil`.
    mutating func complain(
        _ tree: SourceTree, _ found: String, _ expected: String, nearest: String? = nil, remedy: String? = nil
    ) -> Checked? {
        complaints.add(tree.place, found: found, expected: expected, nearest: nearest, remedy: remedy)
        return nil
    }

    private mutating func scalar(_ tree: SourceTree, _ form: Form) -> String? {
        guard case .scalar(let text, let isQuoted, _) = tree, isQuoted || !text.isEmpty else {
            _ = complain(tree, tree.kind, form.expectation)
            return nil
        }
        guard !text.isEmpty else {
            _ = complain(tree, "an empty text", form.expectation)
            return nil
        }
        return text
    }

    private mutating func readDigits(_ tree: SourceTree, _ range: ClosedRange<Int>, _ form: Form) -> Checked? {
        guard let text = scalar(tree, form) else { return nil }
        // What was typed may be somebody's real PIN: complaints do not repeat it (R8).
        guard case .scalar(_, isQuoted: true, _) = tree else {
            return complain(
                tree, "digits without quotes", form.expectation,
                remedy: "put them in quotes: YAML makes a number of 0123 and drops the zero")
        }
        guard text.allSatisfy({ ("0"..."9").contains($0) }) else {
            return complain(tree, "something other than digits", form.expectation)
        }
        guard range.contains(text.count) else { return complain(tree, "\(text.count) digits", form.expectation) }
        return Checked(tree.place, .text(text))
    }

    private mutating func readKeys(_ tree: SourceTree, _ countMax: Int, _ form: Form) -> Checked? {
        guard let text = scalar(tree, form) else { return nil }
        guard case .scalar(_, isQuoted: true, _) = tree else {
            return complain(
                tree, "keys without quotes", form.expectation,
                remedy: "put them in quotes: YAML makes a number of 0123 and a comment of #")
        }
        guard text.allSatisfy({ ("0"..."9").contains($0) || $0 == "*" || $0 == "#" }) else {
            return complain(tree, "a key that the keypad has not", form.expectation)
        }
        guard text.count <= countMax else { return complain(tree, "\(text.count) keys", form.expectation) }
        return Checked(tree.place, .text(text))
    }

    private mutating func readQuantity(
        _ tree: SourceTree, _ quantity: Quantity, _ range: ClosedRange<Int64>, _ form: Form
    ) -> Checked? {
        guard let text = scalar(tree, form) else { return nil }
        let value: Int64
        do throws(Quantity.Fault) {
            value = try quantity.parse(text)
        } catch {
            let units = quantity.units.map(\.name)
            switch error {
            case .noUnit:
                return complain(tree, "the number \(quoted(text)) without a unit", form.expectation)
            case .unknownUnit(let unit):
                return complain(
                    tree, "\(quoted(text)) with the unit \(quoted(unit))", form.expectation,
                    nearest: nearestWord(to: unit, among: units), remedy: "units are \(units.joined(separator: ", "))")
            case .negative: return complain(tree, "the negative \(quantity.rawValue) \(quoted(text))", form.expectation)
            case .noNumber: return complain(tree, tree.kind, form.expectation)
            case .tooFine:
                return complain(tree, "\(quoted(text)), which has too many digits", form.expectation)
            }
        }
        guard range.contains(value) else { return complain(tree, quoted(text), form.expectation) }
        return Checked(tree.place, .quantity(quantity, value))
    }

    private mutating func readList(
        _ tree: SourceTree, _ element: Form, _ countMax: Int, _ form: Form
    ) -> Checked? {
        guard case .sequence(let trees, _) = tree else {
            return complain(tree, tree.kind, form.expectation, remedy: "begin each line of a list with \"- \"")
        }
        guard !trees.isEmpty else { return complain(tree, "an empty list", form.expectation) }
        guard trees.count <= countMax else { return complain(tree, "a list of \(trees.count)", form.expectation) }
        var elements: [Checked] = []
        for tree in trees {
            if let element = read(tree, as: element) { elements.append(element) }
        }
        return Checked(tree.place, .list(elements))
    }
}
