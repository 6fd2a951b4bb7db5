#if RaspberryPi
    import LockModel

    extension BoardDescription {
        /// The board as the daemon on the bench reads it: the same lines and converter, with a thermometer that the world
        /// moves, without a watchdog that would reset the machine, and with time for a world that sees the columns late.
        ///
        /// Without resistors, too: gpio-sim takes a resistor of the board's for a level that somebody drives, so that a
        /// closed switch would read as open until it moves.
        func rigYAML(temperature: String) -> String {
            var text = ["board: \(name) on the rig", "chips: [\(chips.joined(separator: ", "))]", "lines:"]
            for use in BoardLine.allCases {
                guard let line = lines[use] else { continue }
                let level = line.isActiveLow ? "low" : "high"
                text.append(
                    "  \(use.rawValue): { line: \(line.name), active: \(level), bias: none, "
                        + "debounce: \(line.debounceMilliseconds) ms }")
            }
            if let converter {
                func divider(_ divider: Divider) -> String {
                    "{ upper: \(divider.upper / 1_000) ohm, lower: \(divider.lower / 1_000) ohm }"
                }
                text += [
                    "converter:", "  bus: \(converter.bus)",
                    "  address: \"0x\(String(converter.address, radix: 16, uppercase: true))\"",
                    "  cells: \(divider(converter.cells))", "  nineVolt: \(divider(converter.nineVolt))",
                    "  usb: \(divider(converter.usb))", "  shunt: \(converter.shunt) mohm",
                    "  stallThreshold: \(converter.stallThreshold) mA",
                ]
            }
            text += ["flash: { file: journal.flash }", "columnSettle: 2 ms", "model: model.yaml", "clock:"]
            if let clockChip { text.append("  chip: \(clockChip)") }
            text.append("  temperature: \(temperature)")
            return text.joined(separator: "\n") + "\n"
        }
    }
#endif
