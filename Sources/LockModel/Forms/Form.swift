/// What a value in a YAML file must look like.
///
/// The parser, the JSON schema and the lists in messages all come from the
/// same forms, so they cannot drift apart.
public indirect enum Form: Sendable {
    /// Any text that is not empty, of at most that many characters.
    case text(lengthMax: Int)
    /// Quoted digits, so many of them: a PIN. Unquoted, YAML would make a number of it and lose leading zeros.
    case digits(ClosedRange<Int>)
    /// Quoted keys of a keypad: digits, `*` and `#`.
    case keys(countMax: Int)
    /// A whole number.
    case count(ClosedRange<Int>)
    /// `true` or `false`.
    case flag
    /// A number with a unit; the range is in the quantity's smallest unit.
    case quantity(Quantity, ClosedRange<Int64>)
    /// One of these words.
    case word([Word])
    /// A time of day, `21:30` or `21:30:15`, or a date and time, `2026-01-15 21:30`.
    case moment(Moment.Kind)
    /// A list of at least one and at most so many values.
    case list(Form, countMax: Int)
    /// A mapping with these fields.
    case mapping(Shape)
    /// A mapping from names that the author chooses to values of one form.
    case named(NameRule, Form, countMax: Int)
    /// A phrase such as `Anna opens the door`, or `wait: 2 s`.
    case phrase(PhraseBook)
    /// The first of these that fits by its kind of YAML node.
    case either([Form])
    /// Steps inside a step: a list of the same phrases as around it.
    case phrases(countMax: Int)
    /// One step inside a step.
    case innerPhrase
}

/// One word that a field may hold, with what it means.
public struct Word: Sendable {
    /// The word itself.
    public let text: String
    /// What it means, in one line.
    public let meaning: String

    /// A word.
    public init(_ text: String, _ meaning: String) {
        self.text = text
        self.meaning = meaning
    }
}

/// The keys that a mapping may have.
public struct Shape: Sendable {
    /// What the mapping describes, as in "a setting of the lock".
    public let subject: String
    /// Its keys.
    public let fields: [Field]

    /// A shape.
    public init(_ subject: String, _ fields: [Field]) {
        self.subject = subject
        self.fields = fields
    }

    /// The names of all keys.
    public var keys: [String] { fields.map(\.name) }
}

/// One key of a mapping.
public struct Field: Sendable {
    /// The key.
    public let name: String
    /// What its value must look like.
    public let form: Form
    /// Whether it must be there.
    public let isRequired: Bool
    /// What it means, in a line or two.
    public let meaning: String

    /// A key that may be there.
    public init(_ name: String, _ form: Form, _ meaning: String, isRequired: Bool = false) {
        self.name = name
        self.form = form
        self.isRequired = isRequired
        self.meaning = meaning
    }
}

/// What names an author may choose.
public struct NameRule: Sendable {
    /// What is named, as in "a person".
    public let subject: String

    /// A rule for names of that.
    public init(_ subject: String) { self.subject = subject }

    /// The rule as a regular expression that Swift and JSON Schema read alike.
    public static var pattern: String { "^[A-Za-z][A-Za-z0-9'-]{0,23}$" }

    /// Whether a name follows the rule: a letter, then at most 23 letters, digits, hyphens and apostrophes.
    public func allows(_ name: String) -> Bool {
        guard let first = name.unicodeScalars.first, name.unicodeScalars.count <= 24 else { return false }
        guard first.isASCII, first.properties.isAlphabetic else { return false }
        return name.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "-" || $0 == "'")
        }
    }
}

/// The phrases that a step may be.
public struct PhraseBook: Sendable {
    /// All phrases.
    public let phrases: [Phrase]
    /// The names that may stand before a phrase with a subject; filled in once the file's own names are known.
    public var names: [String]

    /// A book.
    public init(_ phrases: [Phrase], names: [String] = []) {
        self.phrases = phrases
        self.names = names
    }
}

/// One phrase: fixed words, with a name before them or not, with a value behind a colon or not.
public struct Phrase: Sendable {
    /// The fixed words, such as `opens the door`.
    public let words: String
    /// Whether the name of a person stands before them.
    public let hasSubject: Bool
    /// What stands behind the colon; `nil` if nothing does.
    public let value: Form?
    /// What it does, in one line.
    public let meaning: String

    /// A phrase.
    public init(_ words: String, hasSubject: Bool = false, _ value: Form? = nil, _ meaning: String) {
        self.words = words
        self.hasSubject = hasSubject
        self.value = value
        self.meaning = meaning
    }
}
