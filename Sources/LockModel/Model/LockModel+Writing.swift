import LockCore

extension LockModel {
    /// The model as a YAML file that spells out everything; `about` may not contain line breaks.
    public func yaml(about: String) -> String {
        var lines = ["model: \(name)", "about: >-", "  \(about)", "", "# Which parts the lock has.", "equipment:"]
        for part in Equipment.words where settings.equipment.names.contains(part.text) {
            lines.append("  - \(part.text)".padded(to: 20) + "# \(part.meaning)")
        }
        let chemistry = Chemistry.words.first { $0.text == settings.chemistry.name }
        lines += ["", "chemistry: \(settings.chemistry.name)  # \(chemistry?.meaning ?? "")", "", "settings:"]
        for setting in Settings.fields {
            lines += ["  # \(setting.field.meaning)", "  \(setting.field.name): \(setting.text(settings))"]
        }
        lines += ["", "# What it is made of, for the simulated world; the firmware never reads this.", "construction:"]
        for figure in Construction.fields {
            let value = figure.quantity.text(Int64(construction[keyPath: figure.path]) * figure.scale)
            lines += ["  # \(figure.meaning)", "  \(figure.name): \(value)"]
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension String {
    /// The text with blanks behind it up to that length.
    func padded(to length: Int) -> String { self + String(repeating: " ", count: max(1, length - count)) }
}
