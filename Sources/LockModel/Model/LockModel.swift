public import LockCore

/// A kind of lock: which parts it has, how it is set, what it is made of.
///
/// Firmware and world read the same file.
public struct LockModel: Equatable, Sendable {
    /// What it is called.
    public var name: String
    /// What the firmware is told.
    public var settings: Settings
    /// What the world is told.
    public var construction: Construction

    /// The default model, which has everything.
    ///
    /// `scripts/models/default.yaml` says the same, and a test holds them
    /// together.
    public init() {
        name = "default"
        settings = Settings()
        construction = Construction()
    }

    /// Reads a model from a YAML file.
    public init(readingFrom path: String) throws(BadInput) { try self.init(SourceText(readingFrom: path)) }

    /// Reads a model from YAML text.
    public init(_ source: SourceText) throws(BadInput) {
        let tree = try SourceTree.parse(source)
        var reader = FormReader(of: source.file)
        let checked = reader.read(tree, as: Self.form)
        self.init()
        if let checked {
            name = checked["model"]?.text ?? ""
            settings.apply(checked, &reader.complaints)
            construction.apply(checked["construction"])
        }
        try reader.complaints.throwIfAny()
    }

    /// Whether somebody wrote this as a model: a mapping that has the key `model`.
    ///
    /// Complaints quote what they found. A path in somebody else's file may lead to anything that its reader can open, and
    /// of what was not meant as a model nothing may be quoted.
    public static func isMeant(by source: SourceText) -> Bool {
        do throws(BadInput) {
            guard case .mapping(let pairs, _) = try SourceTree.parse(source) else { return false }
            return pairs.contains { $0.key == "model" }
        } catch {
            // Where the text cannot be parsed, the key at the beginning of a line must do.
            return source.text.split(whereSeparator: \.isNewline).contains { $0.hasPrefix("model:") }
        }
    }

    /// The form of a model file as a JSON Schema.
    public static var jsonSchema: JSON {
        JSONSchema.document(id: "model.schema.json", title: "Bolthole lock model", form)
    }

    /// What a model file must look like.
    public static var form: Form {
        .mapping(
            Shape(
                "a lock model",
                [
                    Field("model", .text(lengthMax: 40), "What the model is called.", isRequired: true),
                    Field("about", .text(lengthMax: 2_000), "What kind of lock it is, for people."),
                ] + Settings.partFields + [
                    Field("settings", Settings.form, "What is set differently from the default model."),
                    Field(
                        "construction", Construction.form,
                        "What the lock is made of, where it differs from the default."),
                ]))
    }
}

extension Settings {
    /// What a mapping of settings must look like: in a model, and under `lock:` in a scenario.
    public static var form: Form { .mapping(Shape("the settings", fields.map(\.field))) }

    /// The parts and the chemistry, which a model says beside its settings.
    static var partFields: [Field] {
        [
            Field("equipment", .list(.word(Equipment.words), countMax: 13), "The parts that it has; all if left out."),
            Field("chemistry", .word(Chemistry.words), "What its cells are made of."),
        ]
    }

    /// Takes over `equipment`, `chemistry` and `settings` of a checked model.
    mutating func apply(_ model: Checked, _ complaints: inout Complaints) {
        if let parts = model["equipment"] {
            equipment = []
            for part in parts.elements {
                guard let name = part.text, let bit = Equipment.part(named: name) else { continue }
                if equipment.contains(bit) {
                    complaints.add(part.place, found: "\"\(name)\" for the second time", expected: "each part once")
                }
                equipment.insert(bit)
            }
        }
        if let name = model["chemistry"]?.text, let chemistry = Chemistry(named: name) { self.chemistry = chemistry }
        if let mapping = model["settings"] { apply(settings: mapping, &complaints) }
    }

    /// Takes over a checked mapping of settings, and complains about values that do not go together.
    public mutating func apply(settings mapping: Checked, _ complaints: inout Complaints) {
        for entry in mapping.entries {
            Self.fields.first { $0.field.name == entry.key }?.store(entry.value, &self)
        }
        func refuse(_ found: String, _ expected: String) {
            complaints.add(mapping.place, found: found, expected: expected, remedy: "change one of the two settings")
        }
        if pinLengthMin > pinLengthMax {
            refuse(
                "pinLengthMin \(pinLengthMin) above pinLengthMax \(pinLengthMax)", "pinLengthMin at most pinLengthMax")
        }
        if penaltyFirst > penaltyMax { refuse("penaltyFirst above penaltyMax", "penaltyFirst at most penaltyMax") }
        if batteryReplace > batteryWarning {
            refuse("batteryReplace above batteryWarning", "batteryReplace at most batteryWarning")
        }
    }
}

extension Construction {
    /// What a mapping of figures must look like.
    public static var form: Form { .mapping(Shape("the construction", fields.map(\.field))) }

    /// Takes over a checked mapping of figures.
    mutating func apply(_ mapping: Checked?) {
        for entry in mapping?.entries ?? [] {
            guard let figure = Self.fields.first(where: { $0.name == entry.key }), let value = entry.value.quantity
            else {
                continue
            }
            self[keyPath: figure.path] = Int32(value / figure.scale)
        }
    }
}
