import Foundation
import LockCore
public import LockModel

extension Scenario {
    /// The longest story that repetitions may make of the steps.
    ///
    /// *Chosen*.
    static var stepsMax: Int { 200_000 }

    /// Reads and checks a scenario file, and the model file that it names.
    public init(readingFrom path: String) throws(BadInput) { try self.init(SourceText(readingFrom: path)) }

    /// Reads and checks a scenario.
    ///
    /// A model that it names is looked for beside the file.
    public init(_ source: SourceText) throws(BadInput) {
        let tree = try SourceTree.parse(source)
        var reader = FormReader(of: source.file)
        let names = Self.names(in: tree)
        let form = Language.scenario(PhraseBook(Language.phrases, names: names))
        guard let checked = reader.read(tree, as: form) else {
            throw BadInput(reader.complaints.list)
        }
        var builder = ScenarioBuilder(complaints: reader.complaints, file: source.file)
        builder.build(checked)
        try builder.complaints.throwIfAny()
        file = source.file
        story = checked["story"]?.text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        seed = UInt64(checked["seed"]?.count ?? 1)
        starts = builder.starts
        model = builder.model
        scene = builder.scene
        people = builder.people
        network = builder.network
        never = builder.never
        steps = builder.steps
        fingerprint = Self.fingerprint(of: source.text + builder.modelText)
        if let obstacle = Provisioning.obstacle(to: self) {
            var complaints = Complaints(about: source.file)
            complaints.add(
                Place(line: 1, column: 1), found: obstacle,
                expected: "a beginning that the lock and its world can have",
                remedy: "look at \"lock\", \"people\" and \"network\"")
            try complaints.throwIfAny()
        }
    }

    /// The form of a scenario file as a JSON Schema.
    public static var jsonSchema: JSON {
        JSONSchema.document(
            id: "scenario.schema.json", title: "Bolthole scenario", Language.scenario(PhraseBook(Language.phrases)),
            steps: PhraseBook(Language.phrases))
    }

    /// The names under `people`, longest first, so that a name is not taken for the beginning of another one.
    private static func names(in tree: SourceTree) -> [String] {
        guard case .mapping(let pairs, _) = tree, let people = pairs.first(where: { $0.key == "people" }),
            case .mapping(let named, _) = people.value
        else { return [] }
        return named.map(\.key).sorted { ($1.count, $0) < ($0.count, $1) }
    }

    private static func fingerprint(of text: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }
}
