import LockCore
import LockModel
import LockSim

/// Draws a run: what people did, where the bolt was, what the motor and the rail did, when the firmware ran.
///
/// Time is to scale within a second of anything that happens; longer silences are cut short and marked.
public enum SVGReport {
    private static var left: Double { 110 }
    private static var width: Double { 1_100 }
    /// Silence that is drawn in full, in milliseconds.
    ///
    /// *Chosen*.
    private static var silenceMax: UInt64 { 1_500 }

    /// The whole file.
    public static func text(of report: RunReport) -> String {
        let axis = TimeAxis(report, from: left, to: left + width)
        var drawing = Drawing(axis: axis)
        drawing.drawDeeds(report.timeline)
        drawing.drawBand(
            "firmware",
            intervals(
                report,
                isOn: { kind in
                    switch kind {
                    case .coldStarted: true
                    case .brownedOut, .firmwareDied: false
                    default: nil
                    }
                }), colour: "#3a7d44")
        drawing.drawLights(report.trace)
        drawing.drawBand(
            "motor in",
            intervals(
                report,
                isOn: { kind in
                    if case .motorPower(let direction) = kind { direction == .retract } else { nil }
                }), colour: "#b5541c")
        drawing.drawBand(
            "motor out",
            intervals(
                report,
                isOn: { kind in
                    if case .motorPower(let direction) = kind { direction == .extend } else { nil }
                }), colour: "#b5541c")
        drawing.drawCurve(
            "bolt out", samples(report, { if case .boltPosition(let permille) = $0 { Double(permille) } else { nil } }),
            0, 1_000, unit: "")
        drawing.drawCurve(
            "rail", samples(report, { if case .rail(let volts) = $0 { Double(volts.value) / 1_000 } else { nil } }), 0,
            10, unit: "V")
        return drawing.page(title: report.name, subtitle: report.headline)
    }

    private static func intervals(_ report: RunReport, isOn: (TraceEvent.Kind) -> Bool?) -> [(UInt64, UInt64)] {
        var result: [(UInt64, UInt64)] = []
        var since: UInt64?
        for event in report.trace {
            guard let now = isOn(event.kind) else { continue }
            if now, since == nil { since = event.time.milliseconds }
            if !now, let start = since {
                result.append((start, event.time.milliseconds))
                since = nil
            }
        }
        if let since { result.append((since, report.duration.milliseconds)) }
        return result
    }

    private static func samples(_ report: RunReport, _ value: (TraceEvent.Kind) -> Double?) -> [(UInt64, Double)] {
        var result: [(UInt64, Double)] = []
        for event in report.trace {
            if let value = value(event.kind) { result.append((event.time.milliseconds, value)) }
        }
        return result
    }

    /// Maps time to the page, with long silences cut short.
    private struct TimeAxis {
        private var marks: [(time: UInt64, x: Double)] = []
        private(set) var breaks: [Double] = []
        let end: Double

        init(_ report: RunReport, from left: Double, to right: Double) {
            var times = report.timeline.map(\.time.milliseconds) + [0, report.duration.milliseconds]
            for event in report.trace {
                if case .motorPower = event.kind { times.append(event.time.milliseconds) }
            }
            times.sort()
            var shown: [(UInt64, UInt64)] = [(0, 0)]
            var cuts: [UInt64] = []
            for time in times where time > shown[shown.count - 1].0 {
                let gap = time - shown[shown.count - 1].0
                if gap > SVGReport.silenceMax { cuts.append(shown[shown.count - 1].1 + SVGReport.silenceMax / 2) }
                shown.append((time, shown[shown.count - 1].1 + min(gap, SVGReport.silenceMax)))
            }
            let scale = (right - left) / Double(max(1, shown[shown.count - 1].1))
            marks = shown.map { ($0.0, left + Double($0.1) * scale) }
            breaks = cuts.map { left + Double($0) * scale }
            end = right
        }

        func x(_ time: UInt64) -> Double {
            var low = 0
            var high = marks.count - 1
            while low + 1 < high {
                let middle = (low + high) / 2
                if marks[middle].time <= time { low = middle } else { high = middle }
            }
            guard high > low, time < marks[high].time else { return marks[high].x }
            let share = Double(time - marks[low].time) / Double(max(1, marks[high].time - marks[low].time))
            return marks[low].x + share * (marks[high].x - marks[low].x)
        }
    }

    private struct Drawing {
        let axis: TimeAxis
        private var body: [String] = []
        private var y = 56.0

        init(axis: TimeAxis) { self.axis = axis }

        private static func number(_ value: Double) -> String {
            let tenths = Int64((value * 10).rounded())
            return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\((tenths % 10).magnitude)"
        }

        private func text(
            _ x: Double, _ y: Double, _ words: String, size: Int = 12, colour: String = "#222", anchor: String = "start"
        ) -> String {
            "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" font-size=\"\(size)\" fill=\"\(colour)\" text-anchor=\"\(anchor)\">\(JUnitReport.escaped(words))</text>"
        }

        private mutating func label(_ name: String, height: Double) {
            body.append(text(SVGReport.left - 10, y + height / 2 + 4, name, anchor: "end"))
        }

        /// What people did and what was expected, each on the first line where it does not hide another.
        mutating func drawDeeds(_ lines: [TimelineLine]) {
            let shown = lines.filter { !["bolt", "lock"].contains($0.who) && $0.who != "note" }
            var ends: [Double] = []
            for line in shown {
                let x = axis.x(line.time.milliseconds)
                let words = line.who == "expect" ? "✓ \(line.what)" : "\(line.who) \(line.what)"
                let cut = words.count > 46 ? String(words.prefix(45)) + "…" : words
                let length = Double(cut.count) * 5.6 + 12
                let start = min(x, axis.end - length)
                var row = ends.firstIndex { $0 <= start } ?? ends.count
                if row >= 14 { row = 13 }
                if row == ends.count { ends.append(0) }
                ends[row] = start + length
                let colour = line.isFailure ? "#b00020" : line.who == "expect" ? "#3a7d44" : "#1c3f6e"
                let top = y + Double(row) * 16
                body.append(
                    "<line x1=\"\(Self.number(x))\" x2=\"\(Self.number(x))\" y1=\"\(Self.number(top + 2))\" y2=\"BOTTOM\" stroke=\"\(colour)\" stroke-opacity=\"0.18\"/>"
                )
                body.append(text(start + 2, top + 11, cut, size: 10, colour: colour))
            }
            y += Double(ends.count) * 16 + 14
        }

        mutating func drawBand(_ name: String, _ intervals: [(UInt64, UInt64)], colour: String) {
            label(name, height: 16)
            body.append(
                "<rect x=\"\(Self.number(SVGReport.left))\" y=\"\(Self.number(y))\" width=\"\(Self.number(SVGReport.width))\" height=\"16\" fill=\"#f0f0ec\"/>"
            )
            for (from, to) in intervals {
                let (start, end) = (axis.x(from), axis.x(to))
                body.append(
                    "<rect x=\"\(Self.number(start))\" y=\"\(Self.number(y))\" width=\"\(Self.number(max(1, end - start)))\" height=\"16\" fill=\"\(colour)\"/>"
                )
            }
            y += 24
        }

        mutating func drawLights(_ trace: [TraceEvent]) {
            label("lights", height: 28)
            var last = -1_000.0
            var isLower = false
            for event in trace {
                guard case .indicated(let indication) = event.kind, indication != .quiet, indication != .keyTaken,
                    indication != .sessionOpen
                else {
                    continue
                }
                let x = axis.x(event.time.milliseconds)
                isLower = x - last < 80 && !isLower
                last = x
                body.append(
                    "<circle cx=\"\(Self.number(x))\" cy=\"\(Self.number(y + (isLower ? 22 : 8)))\" r=\"3\" fill=\"#c79a00\"/>"
                )
                body.append(text(x + 5, y + (isLower ? 26 : 12), indication.word, size: 10, colour: "#7a5f00"))
            }
            y += 36
        }

        mutating func drawCurve(
            _ name: String, _ samples: [(UInt64, Double)], _ low: Double, _ high: Double, unit: String
        ) {
            label(name, height: 60)
            let base = y + 60
            body.append(
                "<line x1=\"\(Self.number(SVGReport.left))\" x2=\"\(Self.number(axis.end))\" y1=\"\(Self.number(base))\" y2=\"\(Self.number(base))\" stroke=\"#999\"/>"
            )
            var points: [String] = []
            var previous: Double?
            for (time, value) in samples {
                let x = axis.x(time)
                let height = base - (min(max(value, low), high) - low) / (high - low) * 58
                if let previous { points.append("\(Self.number(x)),\(Self.number(previous))") }
                points.append("\(Self.number(x)),\(Self.number(height))")
                previous = height
            }
            if let previous { points.append("\(Self.number(axis.end)),\(Self.number(previous))") }
            body.append(
                "<polyline points=\"\(points.joined(separator: " "))\" fill=\"none\" stroke=\"#1c3f6e\" stroke-width=\"1.5\"/>"
            )
            if !unit.isEmpty {
                body.append(
                    text(
                        SVGReport.left - 10, y + 8, "\(Self.number(high)) \(unit)", size: 10, colour: "#777",
                        anchor: "end"))
            }
            y += 74
        }

        func page(title: String, subtitle: String) -> String {
            var lines = [
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Self.number(axis.end + 20)) \(Self.number(y + 10))\" font-family=\"Helvetica, Arial, sans-serif\">",
                "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>",
                text(SVGReport.left, 24, title, size: 18),
                text(SVGReport.left, 42, subtitle, size: 11, colour: "#777"),
            ]
            for x in axis.breaks {
                lines.append(
                    "<line x1=\"\(Self.number(x))\" x2=\"\(Self.number(x))\" y1=\"50\" y2=\"\(Self.number(y))\" stroke=\"#bbb\" stroke-dasharray=\"2 4\"/>"
                )
            }
            lines += body.map { $0.replacing("BOTTOM", with: Self.number(y)) }
            lines.append("</svg>")
            return lines.joined(separator: "\n") + "\n"
        }
    }
}
