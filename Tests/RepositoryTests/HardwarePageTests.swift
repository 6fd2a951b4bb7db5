import Foundation
import Testing

/// The pages of hardware/ name what is there, and their figures are those of the files beside them.
@Suite struct HardwarePageTests {
    private static var pages: [String] { Repository.files(under: "hardware").filter { $0.hasSuffix(".md") } }

    @Test(arguments: pages)
    func `every link of a page leads to something`(path: String) throws {
        let page = try Repository.text(of: path)
        var count = 0
        for match in page.matches(of: /\]\(([^)#\s]+)[^)]*\)/) where !match.1.contains("://") {
            count += 1
            let target = URL(filePath: "/" + path).deletingLastPathComponent().appending(path: String(match.1))
            let file = String(target.standardizedFileURL.path(percentEncoded: false).dropFirst())
            #expect(Repository.contains(file), "\(path) links to \(match.1), which is not there")
        }
        #expect(count > 0, "\(path) links to nothing")
    }

    @Test(arguments: pages)
    func `every script that a page names is there`(path: String) throws {
        for match in try Repository.text(of: path).matches(of: /`(scripts\/[a-z-]+(?:\.py)?)/) {
            #expect(Repository.contains(String(match.1)), "\(path) names \(match.1)")
        }
    }

    @Test func `the page on power shows the results of the circuit`() throws {
        let page = try Repository.text(of: "hardware/power.md")
        let lines = try Repository.text(of: "hardware/spice/results.csv").split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        let heads = try #require(lines.first)
        #expect(heads.prefix(6) == ["case", "railOpen", "railMin", "logicMin", "brownOut", "brownOutAt"])
        for line in lines.dropFirst() {
            let row = page.split(separator: "\n").first { $0.hasPrefix("| \(line[0]) |") }
            let cells = try #require(row, "hardware/power.md has no row \(line[0])").split(separator: "|").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            for (shown, value) in zip(cells[1...3], line[1...3]) {
                let volts = try #require(Double(value))
                #expect(abs((Double(shown.dropLast(2)) ?? 0) - volts) < 0.006, "\(line[0]): \(shown), result \(value)")
            }
            #expect(cells[4] == (line[4] == "yes" ? "after \(line[5]) ms" : "no"), "\(line[0])")
        }
    }

    @Test func `the parts list can be read, and has what the pins name`() throws {
        let text = try Repository.text(of: "hardware/bom.csv")
        var sum = 0.0
        for (index, line) in text.split(separator: "\n").enumerated() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            #expect(fields.count == 7, "bom.csv:\(index + 1)")
            guard index > 0, fields.count == 7 else { continue }
            let (quantity, price) = (Int(fields[2]), Double(fields[5]))
            #expect(quantity != nil && price != nil, "bom.csv:\(index + 1): quantity and price are numbers")
            sum += Double(quantity ?? 0) * (price ?? 0)
        }
        let page = try Repository.text(of: "hardware/bom.md")
        let told = try #require(page.firstMatch(of: /about (\d+) euro/)).1
        #expect(abs((Double(told) ?? 0) - sum) < 10, "bom.md tells another sum than \(sum)")
        #expect(page.contains("estimates"), "prices that nobody asked for are estimates")
        for part in ["DRV8833", "LTC6993-2", "TPS3710", "ADS1115", "DS3231", "1N4148", "2N3904"] {
            #expect(text.contains(part), "pins.csv names a \(part)")
        }
    }
}
