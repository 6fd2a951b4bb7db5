import Foundation
import LockModel
import Testing

@testable import LockScenario

@Suite struct ScenarioSchemaTests {
    private static let path = Shipped.folder + "/scenario.schema.json"

    @Test func `the shipped schema is the one that the parser's tables make`() throws {
        if ProcessInfo.processInfo.environment["BOLTHOLE_WRITE_GOLDEN"] != nil {
            try Scenario.jsonSchema.page.write(toFile: Self.path, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOfFile: Self.path, encoding: .utf8) == Scenario.jsonSchema.page)
    }

    @Test func `the schema has every phrase of the parser and no other`() throws {
        let schema = try Self.schema()
        let step = try #require((schema["$defs"] as? [String: Any])?["step"] as? [String: Any])
        let choices = try #require(step["anyOf"] as? [[String: Any]])
        let keys = try #require(choices[1]["properties"] as? [String: Any]).keys
        let patterns = try #require(choices[1]["patternProperties"] as? [String: Any]).keys
        let bare = try #require(choices[0]["pattern"] as? String)
        #expect(keys.sorted() == StepWord.allCases.filter { $0.form != nil }.map(\.rawValue).sorted())
        #expect(patterns.count == DeedWord.allCases.filter { $0.form != nil }.count)
        for deed in DeedWord.allCases {
            let example = "Anna \(deed.rawValue)"
            let isBare = example.wholeMatch(of: try Regex(bare)) != nil
            let isPattern = try patterns.contains { example.wholeMatch(of: try Regex($0)) != nil }
            #expect(isBare == (deed.form == nil) && isPattern == (deed.form != nil), "\(deed)")
        }
    }

    @Test(arguments: Shipped.scenarios) func `every shipped scenario is valid by the schema`(file: String) throws {
        let tree = try SourceTree.parse(SourceText(readingFrom: file))
        let schema = try Self.schema()
        var validator = SchemaValidator(definitions: schema["$defs"] as? [String: Any] ?? [:])
        validator.validate(tree, schema, at: "")
        #expect(validator.faults == [])
    }

    @Test(arguments: [
        "stroy: x\nsteps: [cut power]", "story: x", "story: x\nsteps: []", "story: x\nsteps: [cut powr]",
        "story: x\nsteps: [{wait: 5}]", "story: x\nsteps: [{wait: 5 s, cut power: 1}]",
        "story: x\nsteps: [{Anna entres: \"1\"}]", "story: x\nseed: -1\nsteps: [cut power]",
        "story: x\npeople: {4: {}}\nsteps: [cut power]", "story: x\nlock: {cells: 12}\nsteps: [cut power]",
        "story: x\nsteps: [{expect: {bolt: out}}]", "story: x\nsteps: [{fault: {jam at: 40}}]",
    ])
    func `what the parser refuses by its form the schema refuses as well`(text: String) throws {
        let source = try SourceText(text, named: "x")
        #expect(throws: BadInput.self) { try Scenario(source) }
        let schema = try Self.schema()
        var validator = SchemaValidator(definitions: schema["$defs"] as? [String: Any] ?? [:])
        validator.validate(try SourceTree.parse(source), schema, at: "")
        #expect(validator.faults != [])
    }

    private static func schema() throws -> [String: Any] {
        let bytes = try Foundation.Data(contentsOf: URL(fileURLWithPath: path))
        return try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
    }
}

/// The part of JSON Schema that our schema uses, written independently of what writes it.
struct SchemaValidator {
    let definitions: [String: Any]
    var faults: [String] = []

    init(definitions: [String: Any]) { self.definitions = definitions }

    mutating func validate(_ tree: SourceTree, _ schema: [String: Any], at path: String) {
        if let reference = schema["$ref"] as? String {
            let name = reference.split(separator: "/").last.map(String.init) ?? ""
            validate(tree, definitions[name] as? [String: Any] ?? ["type": "nowhere"], at: path)
            return
        }
        if let choices = schema["anyOf"] as? [[String: Any]] {
            let isValid = choices.contains { choice in
                var inner = SchemaValidator(definitions: definitions)
                inner.validate(tree, choice, at: path)
                return inner.faults.isEmpty
            }
            if !isValid { faults.append("\(path): none of \(choices.count) forms fits") }
        }
        switch tree {
        case .scalar(let text, let isQuoted, _): validateScalar(text, isQuoted, schema, path)
        case .sequence(let elements, _):
            expectType("array", schema, path)
            if let least = schema["minItems"] as? Int, elements.count < least { faults.append("\(path): too few") }
            if let most = schema["maxItems"] as? Int, elements.count > most { faults.append("\(path): too many") }
            for (index, element) in elements.enumerated() {
                if let items = schema["items"] as? [String: Any] { validate(element, items, at: "\(path)/\(index)") }
            }
        case .mapping(let pairs, _): validateMapping(pairs, schema, path)
        }
    }

    private mutating func expectType(_ type: String, _ schema: [String: Any], _ path: String) {
        if let wanted = schema["type"] as? String, wanted != type {
            faults.append("\(path): \(type) instead of \(wanted)")
        }
        if type != "string", schema["enum"] != nil { faults.append("\(path): no word") }
    }

    private mutating func validateScalar(_ text: String, _ isQuoted: Bool, _ schema: [String: Any], _ path: String) {
        if let words = schema["enum"] as? [String], !words.contains(text) {
            faults.append("\(path): \(text) is no word")
        }
        switch schema["type"] as? String {
        case "integer":
            guard !isQuoted, let number = Int(text) else {
                faults.append("\(path): no integer")
                return
            }
            if let least = schema["minimum"] as? Int, number < least { faults.append("\(path): too small") }
            if let most = schema["maximum"] as? Int, number > most { faults.append("\(path): too large") }
        case "boolean": if text != "true" && text != "false" { faults.append("\(path): no boolean") }
        case "string":
            if !isQuoted, Double(text) != nil { faults.append("\(path): a number instead of a string") }
            if let pattern = schema["pattern"] as? String, let regex = try? Regex(pattern),
                text.firstMatch(of: regex) == nil
            {
                faults.append("\(path): \(text) does not match \(pattern)")
            }
            if let most = schema["maxLength"] as? Int, text.count > most { faults.append("\(path): too long") }
        case let other?: faults.append("\(path): a scalar instead of \(other)")
        case nil: break
        }
    }

    private mutating func validateMapping(_ pairs: [SourceTree.Pair], _ schema: [String: Any], _ path: String) {
        expectType("object", schema, path)
        let properties = schema["properties"] as? [String: Any] ?? [:]
        let patterns = schema["patternProperties"] as? [String: Any] ?? [:]
        for name in schema["required"] as? [String] ?? [] where !pairs.contains(where: { $0.key == name }) {
            faults.append("\(path): no \(name)")
        }
        if let most = schema["maxProperties"] as? Int, pairs.count > most { faults.append("\(path): too many keys") }
        if let least = schema["minProperties"] as? Int, pairs.count < least { faults.append("\(path): too few keys") }
        for pair in pairs {
            if let names = schema["propertyNames"] as? [String: Any], let pattern = names["pattern"] as? String,
                let regex = try? Regex(pattern), pair.key.firstMatch(of: regex) == nil
            {
                faults.append("\(path): the name \(pair.key)")
            }
            let matching = patterns.first { pattern, _ in
                (try? Regex(pattern)).map { pair.key.firstMatch(of: $0) != nil } ?? false
            }
            if let inner = (properties[pair.key] ?? matching?.value) as? [String: Any] {
                validate(pair.value, inner, at: "\(path)/\(pair.key)")
            } else if let inner = schema["additionalProperties"] as? [String: Any] {
                validate(pair.value, inner, at: "\(path)/\(pair.key)")
            } else if schema["additionalProperties"] as? Bool == false {
                faults.append("\(path): the key \(pair.key)")
            }
        }
    }
}
