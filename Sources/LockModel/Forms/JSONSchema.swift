/// Writes forms as a JSON Schema (draft 2020-12), for editors that complete and check YAML.
public struct JSONSchema {
    private var book: PhraseBook?

    /// The schema of a whole file.
    public static func document(id: String, title: String, _ form: Form, steps: PhraseBook? = nil) -> JSON {
        var writer = JSONSchema()
        writer.book = steps
        var members: [(String, JSON)] = [
            ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
            ("$id", .string(id)),
            ("title", .string(title)),
        ]
        if case .object(let body) = writer.schema(of: form) { members += body }
        if let steps { members.append(("$defs", .object([("step", writer.schema(of: steps))]))) }
        return .object(members)
    }

    private func schema(of form: Form) -> JSON {
        switch form {
        case .text(let lengthMax):
            return .object([
                ("type", .string("string")), ("minLength", .number(1)), ("maxLength", .number(Int64(lengthMax))),
            ])
        case .digits(let range):
            return string(pattern: "^[0-9]{\(range.lowerBound),\(range.upperBound)}$")
        case .keys(let countMax): return string(pattern: "^[0-9*#]{1,\(countMax)}$")
        case .count(let range):
            return .object([
                ("type", .string("integer")), ("minimum", .number(Int64(range.lowerBound))),
                ("maximum", .number(Int64(range.upperBound))),
            ])
        case .flag: return .object([("type", .string("boolean"))])
        case .quantity(let quantity, _): return string(pattern: quantity.pattern)
        case .word(let words):
            return .object([
                ("enum", .array(words.map { .string($0.text) })),
                ("description", .string(words.map { "\($0.text): \($0.meaning)" }.joined(separator: "\n"))),
            ])
        case .moment(let kind): return string(pattern: kind.pattern)
        case .list(let element, let countMax): return list(schema(of: element), countMax)
        case .mapping(let shape): return schema(of: shape)
        case .named(_, let value, let countMax):
            return .object([
                ("type", .string("object")), ("propertyNames", .object([("pattern", .string(NameRule.pattern))])),
                ("additionalProperties", schema(of: value)), ("maxProperties", .number(Int64(countMax))),
            ])
        case .phrase, .innerPhrase: return Self.stepReference
        case .phrases(let countMax): return list(Self.stepReference, countMax)
        case .either(let forms): return .object([("anyOf", .array(forms.map { schema(of: $0) }))])
        }
    }

    private static var stepReference: JSON { .object([("$ref", .string("#/$defs/step"))]) }

    private func string(pattern: String) -> JSON {
        .object([("type", .string("string")), ("pattern", .string(pattern))])
    }

    private func list(_ element: JSON, _ countMax: Int) -> JSON {
        .object([
            ("type", .string("array")), ("minItems", .number(1)), ("maxItems", .number(Int64(countMax))),
            ("items", element),
        ])
    }

    private func schema(of shape: Shape) -> JSON {
        var properties: [(String, JSON)] = []
        for field in shape.fields { properties.append((field.name, described(schema(of: field.form), field.meaning))) }
        var members: [(String, JSON)] = [("type", .string("object")), ("additionalProperties", .bool(false))]
        let required = shape.fields.filter(\.isRequired).map { JSON.string($0.name) }
        if !required.isEmpty { members.append(("required", .array(required))) }
        members.append(("properties", .object(properties)))
        return .object(members)
    }

    private func schema(of book: PhraseBook) -> JSON {
        let name = NameRule.pattern.dropFirst().dropLast()
        var properties: [(String, JSON)] = []
        var patterns: [(String, JSON)] = []
        var bare: [String] = []
        for phrase in book.phrases {
            let words = phrase.words.replacing(".", with: "\\.")
            guard let form = phrase.value else {
                bare.append(phrase.hasSubject ? "\(name) \(words)" : words)
                continue
            }
            let value = described(schema(of: form), phrase.meaning)
            if phrase.hasSubject {
                patterns.append(("^\(name) \(words)$", value))
            } else {
                properties.append((phrase.words, value))
            }
        }
        return .object([
            (
                "anyOf",
                .array([
                    .object([("type", .string("string")), ("pattern", .string("^(\(bare.joined(separator: "|")))$"))]),
                    .object([
                        ("type", .string("object")), ("minProperties", .number(1)), ("maxProperties", .number(1)),
                        ("additionalProperties", .bool(false)), ("properties", .object(properties)),
                        ("patternProperties", .object(patterns)),
                    ]),
                ])
            )
        ])
    }

    /// Adds what a value means to its schema, before what its words mean.
    private func described(_ schema: JSON, _ meaning: String) -> JSON {
        guard case .object(var members) = schema else { return schema }
        if let index = members.firstIndex(where: { $0.0 == "description" }), case .string(let words) = members[index].1
        {
            members[index].1 = .string(meaning + "\n" + words)
        } else {
            members.append(("description", .string(meaning)))
        }
        return .object(members)
    }
}
