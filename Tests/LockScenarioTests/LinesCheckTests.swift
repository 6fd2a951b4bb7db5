import LockModel
import LockScenario
import Testing

struct LinesCheckTests {
    private func complaint(about steps: String) throws -> String? {
        let scenario = try Scenario(
            SourceText(
                """
                story: x
                people: {Anna: {role: resident, pin: "482915", carries: [phone]}}
                steps:
                \(steps)
                """, named: "s.yaml"))
        do throws(BadInput) {
            try scenario.checkFitsLines()
            return nil
        } catch {
            return error.description
        }
    }

    @Test(
        arguments: [
            ("  - Anna asks by phone: unlock", "the phones' radio"),
            ("  - Anna asks from afar: unlock", "a network"),
            ("  - fault: Wi-Fi down", "a network"),
            ("  - network: {wifi: down}", "a network"),
            ("  - expect: {alert: lockJammed, within: 1 s}", "a network that carries alerts"),
            ("  - fault: clock lost", "a clock chip that can be tampered with"),
            ("  - fault: flash dead", "a flash chip that can be tampered with"),
            ("  - repeat: {times: 2, steps: [fault: flash dead]}", "a flash chip that can be tampered with"),
        ])
    func `what lines cannot carry is refused, with its place`(step: String, need: String) throws {
        let found = try #require(try complaint(about: "  - wait: 1 s\n" + step))
        #expect(found.hasPrefix("s.yaml:5:"))
        #expect(found.contains("needs \(need);"))
    }

    @Test func `hands, supply and mechanics are for lines`() throws {
        let steps = """
              - Anna enters: their PIN
              - fault: {jam at: 50 %}
              - cut power
              - return power
              - fault: {firmware killed in throw after: 150 ms}
              - expect: {bolt: retracted, light: granted, within: 5 s}
              - expect: {log: {coldStart: watchdog}}
            """
        #expect(try complaint(about: steps) == nil)
    }

    @Test func `the scenarios that the hardware test plays fit`() throws {
        for name in [
            "dead-battery-usb", "killed-in-mid-throw", "weak-9v-then-fresh", "brown-out-in-mid-throw",
            "dead-battery-9v",
        ] {
            try Scenario(readingFrom: "\(Shipped.folder)/\(name).yaml").checkFitsLines()
        }
    }
}
