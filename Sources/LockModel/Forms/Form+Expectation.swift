extension Form {
    /// What the form asks for, in words for a complaint.
    public var expectation: String {
        switch self {
        case .text(let lengthMax): "a text of at most \(lengthMax) characters"
        case .digits(let range):
            range.lowerBound == range.upperBound
                ? "\(range.lowerBound) digits in quotes" : "\(range.lowerBound) to \(range.upperBound) digits in quotes"
        case .keys(let countMax): "1 to \(countMax) of the keys 0-9, * and # in quotes"
        case .count(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .flag: "true or false"
        case .quantity(let quantity, let range):
            "\(quantity.example), from \(quantity.text(range.lowerBound)) to \(quantity.text(range.upperBound))"
        case .word(let words): "one of: \(words.map(\.text).joined(separator: ", "))"
        case .moment(let kind): kind.example
        case .list(let element, let countMax): "a list of 1 to \(countMax), each \(element.expectation)"
        case .mapping(let shape): "a mapping with keys of \(shape.subject): \(shape.keys.joined(separator: ", "))"
        case .named(let rule, _, let countMax): "a mapping with at most \(countMax) names, each of \(rule.subject)"
        case .phrase, .innerPhrase: "a step"
        case .phrases(let countMax): "a list of 1 to \(countMax) steps"
        case .either(let forms): forms.map(\.expectation).joined(separator: ", or ")
        }
    }

    /// The words among which a slip of the finger may have been meant.
    var words: [String] {
        switch self {
        case .word(let words): words.map(\.text)
        case .either(let forms): forms.flatMap(\.words)
        case .text, .digits, .keys, .count, .flag, .quantity, .moment, .list, .mapping, .named, .phrase, .phrases,
            .innerPhrase:
            []
        }
    }

    /// Whether the tree is the kind of YAML node that the form wants, so that its complaints are the useful ones.
    func takes(_ tree: SourceTree) -> Bool {
        switch (self, tree) {
        case (.word(let words), .scalar(let text, _, _)): words.contains { $0.text == text }
        case (.count, .scalar(let text, isQuoted: false, _)): Int(text) != nil
        case (.quantity, .scalar(let text, isQuoted: false, _)):
            !text.contains(":") && (text.first.map { $0.isNumber || $0 == "-" } ?? false)
        case (.moment(.timeOfDay), .scalar(let text, _, _)): if case .timeOfDay? = Moment(text) { true } else { false }
        case (.moment(.date), .scalar(let text, _, _)): if case .date? = Moment(text) { true } else { false }
        case (.flag, .scalar(let text, isQuoted: false, _)): text == "true" || text == "false"
        case (.digits, .scalar(let text, _, _)), (.keys, .scalar(let text, _, _)):
            text.first.map { $0.isNumber || $0 == "*" || $0 == "#" } ?? false
        case (.text, .scalar), (.phrase, .scalar), (.phrase, .mapping): true
        case (.innerPhrase, .scalar), (.innerPhrase, .mapping): true
        case (.list, .sequence), (.phrases, .sequence), (.mapping, .mapping), (.named, .mapping): true
        case (.either(let forms), _): forms.contains { $0.takes(tree) }
        case (.text, _), (.digits, _), (.keys, _), (.count, _), (.flag, _), (.quantity, _), (.word, _), (.moment, _),
            (.list, _), (.mapping, _), (.named, _), (.phrase, _), (.phrases, _), (.innerPhrase, _):
            false
        }
    }
}
