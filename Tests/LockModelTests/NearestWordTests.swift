import Testing

@testable import LockModel

@Suite struct NearestWordTests {
    @Test(arguments: [
        ("autoRelokTime", "autoRelockTime"), ("AUTORELOCKTIME", "autoRelockTime"), ("jma", "jam"), ("botl", "bolt"),
        ("doro", "door"),
    ])
    func `a slip of the finger finds its word`(slip: String, word: String) {
        #expect(nearestWord(to: slip, among: ["bolt", "autoRelockTime", "jam", "door"]) == word)
    }

    @Test func `a word that looks like none finds none`() {
        #expect(nearestWord(to: "umbrella", among: ["bolt", "jam", "door"]) == nil)
        #expect(nearestWord(to: String(repeating: "b", count: 10_000), among: ["bolt"]) == nil)
    }

    @Test func `the nearer of two words wins, the first of equals`() {
        #expect(nearestWord(to: "bold", among: ["bald", "bolt", "bold!"]) == "bald")
        #expect(nearestWord(to: "bolts", among: ["boots", "bolt"]) == "boots")
    }
}
