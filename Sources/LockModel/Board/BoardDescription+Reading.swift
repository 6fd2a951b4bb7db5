extension BoardDescription {
    /// Reads a board from a YAML file.
    public init(readingFrom path: String) throws(BadInput) { try self.init(SourceText(readingFrom: path)) }

    /// Reads a board from YAML text.
    public init(_ source: SourceText) throws(BadInput) {
        let tree = try SourceTree.parse(source)
        var reader = FormReader(of: source.file)
        let checked = reader.read(tree, as: Self.form)
        let board = checked.map { Self(file: source.file, $0, &reader.complaints) }
        try reader.complaints.throwIfAny()
        guard let board else { preconditionFailure("a file without complaints and without a board") }
        self = board
    }

    /// The form of a board file as a JSON Schema.
    public static var jsonSchema: JSON {
        JSONSchema.document(id: "board.schema.json", title: "Bolthole board", form)
    }

    /// What a board file must look like.
    public static var form: Form {
        .mapping(
            Shape(
                "a board",
                [
                    Field("board", .text(lengthMax: 40), "What the board is called.", isRequired: true),
                    Field("about", .text(lengthMax: 2_000), "What it is and how it is wired, for people."),
                    Field(
                        "chips", .list(.text(lengthMax: 40), countMax: 8),
                        "Labels of GPIO chips on which line n is GPIOn, for systems that give it another name."),
                    Field("lines", linesForm, "Which line is what.", isRequired: true),
                    Field(
                        "columnSettle", .quantity(.duration, 0...6),
                        "How long a keypad column is driven before its rows are read; 0 s fits all but long cables."),
                    Field("converter", converterForm, "The ADS1115; left out, nothing is measured."),
                    Field("flash", flashForm, "What keeps the journal.", isRequired: true),
                    Field("clock", clockForm, "The clock chip and the thermometer."),
                    Field("watchdog", watchdogForm, "The watchdog; left out, there is none."),
                    Field(
                        "bluetooth",
                        .word(
                            [Word("none", "there is none")]
                                + (0..<4).map { Word("hci\($0)", "the kernel's controller \($0)") }),
                        "The Bluetooth controller for phones; left out, there is none."),
                    Field(
                        "shutdownVoltage", .quantity(.voltage, 500...40_000),
                        "Shut the machine down when the cells fall below it and nothing is connected outside."),
                    Field("model", .text(lengthMax: 200), "The lock model, a file beside this one."),
                ]))
    }

    private static var linesForm: Form {
        .mapping(
            Shape(
                "the lines",
                BoardLine.allCases.map { Field($0.rawValue, lineForm, $0.meaning, isRequired: true) }))
    }

    private static var lineForm: Form {
        .either([
            .text(lengthMax: 32),
            .mapping(
                Shape(
                    "a line",
                    [
                        Field("line", .text(lengthMax: 32), "Its name, such as GPIO17.", isRequired: true),
                        Field(
                            "active", .word([Word("low", "0 V means active"), Word("high", "3.3 V means active")]),
                            "Which level means active."),
                        Field(
                            "bias",
                            .word([
                                Word(LineBias.none.rawValue, "no resistor"),
                                Word(LineBias.pullUp.rawValue, "a resistor to 3.3 V"),
                                Word(LineBias.pullDown.rawValue, "a resistor to ground"),
                            ]),
                            "The resistor that the processor puts on it."),
                        Field(
                            "debounce", .quantity(.duration, 0...100),
                            "How long a level must hold, where the kernel can be asked."),
                    ])),
        ])
    }

    private static var converterForm: Form {
        let divider = Form.mapping(
            Shape(
                "a divider",
                [
                    Field(
                        "upper", .quantity(.resistance, 0...10_000_000_000), "From the source to the input.",
                        isRequired: true),
                    Field(
                        "lower", .quantity(.resistance, 1_000...10_000_000_000), "From the input to ground.",
                        isRequired: true),
                ]))
        return .mapping(
            Shape(
                "the converter",
                [
                    Field("bus", .text(lengthMax: 100), "The I2C bus, /dev/i2c-1.", isRequired: true),
                    Field(
                        "address",
                        .word([
                            Word("0x48", "ADDR to ground"), Word("0x49", "ADDR to supply"), Word("0x4A", "ADDR to SDA"),
                            Word("0x4B", "ADDR to SCL"),
                        ]),
                        "Its address, in quotes.", isRequired: true),
                    Field("cells", divider, "The divider before AIN0, the cells.", isRequired: true),
                    Field("nineVolt", divider, "The divider before AIN1, the 9 V contacts.", isRequired: true),
                    Field("usb", divider, "The divider before AIN2, the USB-C port.", isRequired: true),
                    Field(
                        "shunt", .quantity(.resistance, 1...10_000), "The motor's sense resistor at AIN3.",
                        isRequired: true),
                    Field(
                        "stallThreshold", .quantity(.current, 50_000...5_000_000),
                        "Current from which on the motor is held.", isRequired: true),
                ]))
    }

    private static var flashForm: Form {
        .mapping(
            Shape(
                "the flash",
                [
                    Field("file", .text(lengthMax: 100), "A file in the state folder."),
                    Field("mtd", .text(lengthMax: 100), "A flash chip as the kernel shows it, /dev/mtd0."),
                ]))
    }

    private static var clockForm: Form {
        .mapping(
            Shape(
                "the clock",
                [
                    Field("chip", .text(lengthMax: 100), "The clock chip, /dev/rtc0."),
                    Field(
                        "temperature", .text(lengthMax: 200),
                        "A file of the kernel's with thousandths of a degree, such as the chip's hwmon temp1_input."),
                ]))
    }

    private static var watchdogForm: Form {
        .mapping(
            Shape(
                "the watchdog",
                [
                    Field("device", .text(lengthMax: 100), "/dev/watchdog.", isRequired: true),
                    Field(
                        "timeout", .quantity(.duration, 5_000...120_000),
                        "Silence after which it resets the machine, in whole seconds.", isRequired: true),
                ]))
    }

    private init(file: String, _ checked: Checked, _ complaints: inout Complaints) {
        self.file = file
        name = checked["board"]?.text ?? ""
        chips = checked["chips"]?.elements.compactMap(\.text) ?? []
        lines = Self.lines(checked["lines"], &complaints)
        columnSettleMilliseconds = Int(checked["columnSettle"]?.quantity ?? 0)
        converter = checked["converter"].flatMap(Converter.init)
        flash = Self.flash(checked["flash"], &complaints)
        clockChip = checked["clock"]?["chip"]?.text
        temperature = checked["clock"]?["temperature"]?.text
        if let mapping = checked["watchdog"], let device = mapping["device"]?.text,
            let time = mapping["timeout"]?.quantity
        {
            watchdog = Watchdog(device: device, seconds: Int(time / 1_000))
        }
        bluetooth = checked["bluetooth"]?.text.flatMap { $0 == "none" ? nil : $0 }
        shutdownVoltage = checked["shutdownVoltage"]?.quantity
        model = checked["model"]?.text
    }

    private static func lines(_ mapping: Checked?, _ complaints: inout Complaints) -> [BoardLine: Line] {
        var lines: [BoardLine: Line] = [:]
        var users: [String: String] = [:]
        for entry in mapping?.entries ?? [] {
            guard let key = BoardLine(rawValue: entry.key), let line = Line(entry.value, for: key) else { continue }
            if let user = users[line.name] {
                complaints.add(
                    line.place, found: "\(quoted(line.name)) for \(entry.key), which is \(user) already",
                    expected: "a line of its own for each", remedy: "look at the wiring: hardware/pins.csv")
            }
            if let number = Line.number(of: line.name), !Line.header.contains(number) {
                complaints.add(
                    line.place, found: "\(quoted(line.name)), which no Raspberry Pi has on its header",
                    expected: "GPIO\(Line.header.lowerBound) to GPIO\(Line.header.upperBound)")
            }
            users[line.name] = entry.key
            lines[key] = line
        }
        return lines
    }

    private static func flash(_ mapping: Checked?, _ complaints: inout Complaints) -> Flash {
        guard let mapping else { return .file("journal.flash") }
        switch (mapping["file"]?.text, mapping["mtd"]?.text) {
        case (let name?, nil):
            if name.contains("/") {
                complaints.add(
                    mapping["file"]?.place ?? mapping.place, found: "the path \(quoted(name))",
                    expected: "the name of a file in the state folder")
            }
            return .file(name)
        case (nil, let device?): return .mtd(device)
        case (nil, nil), (_?, _?):
            complaints.add(
                mapping.place, found: mapping.entries.isEmpty ? "neither file nor mtd" : "both file and mtd",
                expected: "one of them", remedy: "write \"file: journal.flash\" unless there is a flash chip")
            return .file("")
        }
    }
}

extension BoardDescription.Line {
    /// The numbers on the 40-pin header; 0 and 1 belong to the HAT's EEPROM.
    static var header: ClosedRange<Int> { 2...27 }

    /// The number in a name such as `GPIO17`; `nil` for other names.
    public static func number(of name: String) -> Int? {
        guard name.hasPrefix("GPIO"), name.count > 4, name.dropFirst(4).allSatisfy(\.isASCIIDigit) else { return nil }
        return Int(name.dropFirst(4))
    }

    fileprivate init?(_ value: Checked, for key: BoardLine) {
        guard let name = value.text ?? value["line"]?.text else { return nil }
        self.name = name
        isActiveLow = value["active"]?.text.map { $0 == "low" } ?? key.isActiveLow
        bias = value["bias"]?.text.flatMap(LineBias.init) ?? key.bias
        debounceMilliseconds = value["debounce"]?.quantity.map { Int($0) } ?? key.debounceMilliseconds
        place = value["line"]?.place ?? value.place
    }
}

extension BoardDescription.Converter {
    fileprivate init?(_ mapping: Checked) {
        guard let bus = mapping["bus"]?.text, let address = mapping["address"]?.text,
            let cells = BoardDescription.Divider(mapping["cells"]),
            let nineVolt = BoardDescription.Divider(mapping["nineVolt"]),
            let usb = BoardDescription.Divider(mapping["usb"]), let shunt = mapping["shunt"]?.quantity,
            let threshold = mapping["stallThreshold"]?.quantity
        else { return nil }
        self.bus = bus
        self.address = UInt8(address.dropFirst(2), radix: 16) ?? 0x48
        self.cells = cells
        self.nineVolt = nineVolt
        self.usb = usb
        self.shunt = shunt
        stallThreshold = threshold / 1_000
    }
}

extension BoardDescription.Divider {
    fileprivate init?(_ mapping: Checked?) {
        guard let upper = mapping?["upper"]?.quantity, let lower = mapping?["lower"]?.quantity else { return nil }
        self.upper = upper
        self.lower = lower
    }
}
