import LockCore
import LockModel
import LockSim

/// Writes a run's pins and voltages as a Value Change Dump (IEEE 1364-2001, clause 18), which GTKWave opens.
///
/// One time unit is a millisecond of the world. Wires are pins; vectors are numbers in the unit that their name says.
public enum VCDReport {
    /// One signal: its scope, its name, how many bits it has.
    private struct Signal {
        let scope: String
        let name: String
        let width: Int
    }

    private static let keyNames = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "star", "0", "hash"]

    private static let signals: [Signal] =
        keyNames.map { Signal(scope: "keypad", name: "key_\($0)", width: 1) } + [
            Signal(scope: "bolt", name: "line_retract", width: 1), Signal(scope: "bolt", name: "line_extend", width: 1),
            Signal(scope: "bolt", name: "power_retract", width: 1),
            Signal(scope: "bolt", name: "power_extend", width: 1),
            Signal(scope: "bolt", name: "current_high", width: 1),
            Signal(scope: "bolt", name: "switch_retracted", width: 1),
            Signal(scope: "bolt", name: "switch_extended", width: 1),
            Signal(scope: "bolt", name: "position_permille", width: 16),
            Signal(scope: "bolt", name: "current_mA", width: 16), Signal(scope: "door", name: "closed", width: 1),
            Signal(scope: "door", name: "switch", width: 1), Signal(scope: "door", name: "cover", width: 1),
            Signal(scope: "door", name: "inside_button", width: 1), Signal(scope: "power", name: "rail_mV", width: 16),
            Signal(scope: "power", name: "logic_mV", width: 16), Signal(scope: "power", name: "cells_mV", width: 16),
            Signal(scope: "power", name: "nine_volt_mV", width: 16), Signal(scope: "power", name: "usb_mV", width: 16),
            Signal(scope: "power", name: "test_load", width: 1), Signal(scope: "firmware", name: "running", width: 1),
            Signal(scope: "firmware", name: "indication", width: 8),
            Signal(scope: "firmware", name: "deriving", width: 1),
            Signal(scope: "flash", name: "programs", width: 16), Signal(scope: "flash", name: "erasing", width: 1),
            Signal(scope: "network", name: "uplink", width: 1), Signal(scope: "network", name: "bluetooth", width: 1),
        ]

    /// The whole file.
    public static func text(of report: RunReport) -> String {
        var writer = Writer()
        var text = "$version bolthole \(Version.current) $end\n$comment \(report.name), seed \(report.seed) $end\n"
        text += "$timescale 1ms $end\n$scope module lock $end\n"
        var scope = ""
        for (index, signal) in signals.enumerated() {
            if signal.scope != scope {
                if !scope.isEmpty { text += "$upscope $end\n" }
                text += "$scope module \(signal.scope) $end\n"
                scope = signal.scope
            }
            let range = signal.width > 1 ? " [\(signal.width - 1):0]" : ""
            text +=
                "$var \(signal.width > 1 ? "reg" : "wire") \(signal.width) \(code(index)) \(signal.name)\(range) $end\n"
        }
        text += "$upscope $end\n$upscope $end\n$enddefinitions $end\n#0\n$dumpvars\n"
        for (index, signal) in signals.enumerated() {
            text += signal.width > 1 ? "bx \(code(index))\n" : "x\(code(index))\n"
        }
        text += "$end\n"
        for event in report.trace { writer.write(event) }
        return text + writer.text + "#\(report.duration.milliseconds)\n"
    }

    /// A short name of printable characters, as the format wants it.
    private static func code(_ index: Int) -> String {
        let first = Unicode.Scalar(UInt8(33 + index % 94))
        return index < 94 ? String(Character(first)) : String(Character(first)) + "!"
    }

    private struct Writer {
        var text = ""
        private var time: UInt64 = 0
        private var values = [Int32?](repeating: nil, count: VCDReport.signals.count)
        private var programs: Int32 = 0

        mutating func write(_ event: TraceEvent) {
            for (name, value) in changes(event.kind) { set(name, value, at: event.time.milliseconds) }
        }

        private mutating func set(_ name: String, _ value: Int32, at now: UInt64) {
            guard let index = VCDReport.signals.firstIndex(where: { $0.name == name }), values[index] != value else {
                return
            }
            values[index] = value
            if now != time {
                text += "#\(now)\n"
                time = now
            }
            let width = VCDReport.signals[index].width
            text += width > 1 ? "b\(String(max(0, value), radix: 2)) \(code(index))\n" : "\(value)\(code(index))\n"
        }

        private mutating func changes(_ kind: TraceEvent.Kind) -> [(String, Int32)] {
            func bit(_ isSet: Bool) -> Int32 { isSet ? 1 : 0 }
            switch kind {
            case .keyContact(let key, let isDown): return [("key_\(VCDReport.keyNames[Int(key.index)])", bit(isDown))]
            case .insideButton(let isPressed): return [("inside_button", bit(isPressed))]
            case .motorLines(let retract, let extend):
                return [("line_retract", bit(retract)), ("line_extend", bit(extend))]
            case .motorPower(let direction):
                return [("power_retract", bit(direction == .retract)), ("power_extend", bit(direction == .extend))]
            case .motorCurrentHigh(let isHigh): return [("current_high", bit(isHigh))]
            case .motorCurrent(let current): return [("current_mA", current.value)]
            case .boltPosition(let permille): return [("position_permille", Int32(permille))]
            case .boltSwitches(let levels):
                return [("switch_retracted", bit(levels.isRetracted)), ("switch_extended", bit(levels.isExtended))]
            case .door(let isClosed): return [("closed", bit(isClosed))]
            case .doorSwitch(let isClosed): return [("switch", bit(isClosed))]
            case .cover(let isFitted): return [("cover", bit(isFitted))]
            case .indicated(let indication): return [("indication", Int32(indication.rawValue))]
            case .rail(let voltage): return [("rail_mV", voltage.value)]
            case .logic(let voltage): return [("logic_mV", voltage.value)]
            case .cells(let voltage): return [("cells_mV", voltage.value)]
            case .nineVolt(let voltage): return [("nine_volt_mV", voltage.value)]
            case .usb(let voltage): return [("usb_mV", voltage.value)]
            case .testLoad(let isOn): return [("test_load", bit(isOn))]
            case .coldStarted: return [("running", 1)]
            case .brownedOut, .firmwareDied: return [("running", 0)]
            case .flashProgrammed:
                programs = (programs + 1) % 65_536
                return [("programs", programs)]
            case .eraseBegan: return [("erasing", 1)]
            case .eraseEnded: return [("erasing", 0)]
            case .derivationBegan: return [("deriving", 1)]
            case .derivationEnded: return [("deriving", 0)]
            case .uplink(let isUp): return [("uplink", bit(isUp))]
            case .bluetooth(let isUp): return [("bluetooth", bit(isUp))]
            case .columnRead, .columnsWatched, .handTurns, .sampled, .power, .flashFailed, .flashTorn, .timeOffered,
                .alertSent, .alertArrived, .alertRepeated, .requestArrived, .requestLost, .person, .refused,
                .faultStarted, .faultStopped, .phone, .phoneAllowed:
                return []
            }
        }
    }
}
