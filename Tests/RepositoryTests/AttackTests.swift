import Testing

/// The attacks that the documentation promises to have tried, and those that are tried.
enum AttackFence {
    /// Everything that the names of tests, and of trials with a real radio, begin with before a colon.
    static func ids(testedBy text: String) -> Set<String> {
        var found: Set<String> = []
        for line in text.split(separator: "\n") {
            for opening in ["func `", "(\""] {
                guard let start = line.firstRange(of: opening)?.upperBound else { continue }
                found.formUnion(leadingIDs(of: line[start...]))
            }
        }
        return found
    }

    /// "M5, A03: a folder" gives M5 and A03; "A01 a recorded unlock" gives A01; a sentence gives none.
    static func leadingIDs(of name: Substring) -> [String] {
        var ids: [String] = []
        for word in name.split(separator: " ") {
            let id = word.prefix { $0.isLetter || $0.isNumber }
            guard isID(id) else { break }
            ids.append(String(id))
            if word.hasSuffix(":") { break }
        }
        return ids
    }

    /// The ids in the first column of a page's tables.
    static func ids(listedIn page: String) -> [String] {
        page.split(separator: "\n").filter { $0.hasPrefix("| ") }.flatMap { ids(in: $0.split(separator: "|")[0]) }
    }

    /// The ids that a page says there is nothing to try of.
    static func ids(leftOutIn page: String) -> [String] {
        guard let start = page.firstRange(of: "Nothing to attack, because")?.lowerBound else { return [] }
        return ids(in: page[start...])
    }

    private static func ids(in text: Substring) -> [String] {
        text.split { !$0.isLetter && !$0.isNumber }.filter(isID).map(String.init)
    }

    private static func isID(_ word: Substring) -> Bool {
        guard let letter = word.first, "ABCDHLM".contains(letter) else { return false }
        return (1...2).contains(word.dropFirst().count) && word.dropFirst().allSatisfy(\.isNumber)
    }
}

@Suite struct AttackTests {
    private static let pages = [
        "Sources/LockCore/LockCore.docc/ThreatModel.md", "Sources/LockLink/LockLink.docc/LockLink.md",
    ]
    /// The ids of all sixty: from A01 to A19, B01 to B18, C01 to C09, and D01 to D14.
    private static let all = [("A", 19), ("B", 18), ("C", 9), ("D", 14)].flatMap { letter, count in
        (1...count).map { letter + ($0 < 10 ? "0" : "") + String($0) }
    }

    private func tested() throws -> Set<String> {
        let tests = Repository.files(under: "Tests").filter {
            $0.hasSuffix("Tests.swift") || $0.contains("/AttackTests")
        }
        let trials = ["scripts/test-hardware.d/radio_attacks.py"]
        return try (tests + trials).reduce(into: []) {
            try $0.formUnion(AttackFence.ids(testedBy: Repository.text(of: $1)))
        }
    }

    @Test func `every attack that the documentation lists is carried out by a test of that id`() throws {
        let tested = try tested()
        for page in Self.pages {
            let listed = AttackFence.ids(listedIn: try Repository.text(of: page))
            #expect(listed.count > 10, "\(page) lists no attacks")
            for id in listed where !tested.contains(id) {
                Issue.record(
                    "\(page) lists \(id), and no test's name begins with it. Write the test, or list it as left out.")
            }
        }
    }

    @Test func `every attack that a test carries out is listed, and none stands twice`() throws {
        let pages = try Self.pages.map(Repository.text)
        let listed = pages.flatMap(AttackFence.ids(listedIn:))
        let leftOut = pages.flatMap(AttackFence.ids(leftOutIn:))
        let known = listed + leftOut
        for id in try tested().sorted() where Self.all.contains(id) && !listed.contains(id) {
            Issue.record("A test carries out \(id), which no page lists as tried.")
        }
        for id in Self.all {
            let count = known.count { $0 == id }
            #expect(count == 1, "\(id) stands \(count) times in the tables of attacks and in what is left out")
        }
    }

    @Test func `ids are read off names and pages`() {
        #expect(AttackFence.leadingIDs(of: "M5, A03: a folder that B04 may write") == ["M5", "A03"])
        #expect(AttackFence.leadingIDs(of: "A01 a recorded unlock") == ["A01"])
        #expect(AttackFence.leadingIDs(of: "A PIN opens") == [])
        #expect(
            AttackFence.ids(testedBy: "    func `B06: who adds whom`() throws {\n    (\"A15 sits\", x),") == [
                "B06", "A15",
            ])
        let page =
            "| id | attack |\n| --- | --- |\n| A09, B03 | asks for A10 |\n\nNothing to attack, because: A11 and D05."
        #expect(AttackFence.ids(listedIn: page) == ["A09", "B03"])
        #expect(AttackFence.ids(leftOutIn: page) == ["A11", "D05"])
    }
}
