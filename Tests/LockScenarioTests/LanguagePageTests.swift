import Foundation
import LockModel
import Testing

@testable import LockScenario

@Suite struct LanguagePageTests {
    @Test func `the page on the language names every word of it`() throws {
        let path = Shipped.root + "/Sources/LockScenario/LockScenario.docc/ScenarioLanguage.md"
        let page = try String(contentsOfFile: path, encoding: .utf8)
        let words =
            StepWord.allCases.map(\.rawValue) + DeedWord.allCases.map(\.rawValue) + FaultWord.allCases.map(\.rawValue)
        for word in words + LogPattern.subjects.map(\.name) + Language.conditions.map(\.name) {
            #expect(page.contains("`\(word)`"), "\(word)")
        }
    }
}
