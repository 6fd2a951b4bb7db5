import LockCore
import LockModel
import LockSim

/// Writes what the judges hear as JSON lines, for judges who share no code with them.
///
/// A run is one object, then one array an event, then one object:
///
/// - `{"kind":"begin"}`: `format` (`bolthole-traces-2`), `scenario`, `seed`, `replay`, `bolt` (thousandths of its throw),
///   `door` and `doorSwitch` (1 = closed), `uplink` (1 = up), `hasUplink` (1 = the lock can use it), `starts` (seconds since
///   1970), `codes` (`digits`, `opens`, `user` or `null`), `rights` (`user`, `enabled`, `valid`: `always`; `between` and two
///   times in seconds since 1970; `weekly` and the bits of its days from Sunday, minutes from and until; `once`; `expiring`
///   and its minutes, since when or `null`), `phoneUsers` (phone and user), `phones` that may open.
/// - `[t,"kind",value...]`: milliseconds since the beginning, and what was seen; 1 = yes. The kinds:
///   `key` index down, `insideButton` down, `lines` retract extend, `power` way (`extend`, `retract`, `null`), `current`
///   high, `bolt` thousandths, `switches` retracted extended, `hand` way percent key, `door` closed, `doorSwitch` closed,
///   `nineVolt`, `usb` and `cells` millivolts, `start` cause, `brownOut`, `cut` gone, `died`, `flash` what (`entry` kind key,
///   `structure`, `unseen`), `flashFailed`, `flashTorn`, `erase`, `derive` digits, `derived`, `uplink` up, `alert` entry,
///   `request` operation user, `time` seconds proved, `drift` millionths begins, `phone` number operation, `phoneMay` number may, `light` indication, `fault` and `mended` name
///   keys, `code` digits opens.
/// - `{"kind":"end"}`: `t`, `scenario`, `seed`, `verdict`, `violations` (`rule`, `t`, `text`) of the run itself, without
///   what power cuts everywhere found.
///
/// Keys are numbered row by row, 0 to 11. Digits of codes appear: the people of the simulator are invented.
public enum TraceReport {
    /// The lines of one run, the last one ended.
    public static func text(of report: RunReport) -> String {
        var writer = Writer(beginning(of: report).line + "\n")
        writer.text.reserveCapacity(report.trace.count * 24)
        var notices = report.codeNotices[...]
        for (index, event) in report.trace.enumerated() {
            while let notice = notices.first, notice.index <= index {
                writer.write(notice)
                notices.removeFirst()
            }
            writer.write(event)
        }
        for notice in notices { writer.write(notice) }
        return writer.text + end(of: report).line + "\n"
    }

    private static func beginning(of report: RunReport) -> JSON {
        let beginning = report.beginning
        let codes = beginning.codes.map { known in
            JSON.object([
                ("digits", .string(digits(of: known.code))), ("opens", bit(known.isOpening)),
                ("user", known.user.map { .number(Int64($0)) } ?? .null),
            ])
        }
        let rights = beginning.people.map { person in
            JSON.object([
                ("user", .number(Int64(person.user))), ("enabled", bit(person.isEnabled)),
                ("valid", .array(words(for: person.validity))),
            ])
        }
        let phoneUsers = beginning.phoneUsers.map { JSON.array([.number(Int64($0.phone)), .number(Int64($0.user))]) }
        return .object([
            ("kind", .string("begin")), ("format", .string("bolthole-traces-2")), ("scenario", .string(report.name)),
            ("seed", .string(String(report.seed))), ("replay", .string(report.replayLine)),
            ("bolt", .number(Int64(beginning.permille))), ("door", bit(beginning.isDoorClosed)),
            ("doorSwitch", bit(beginning.isDoorClosedAtSwitch)), ("uplink", bit(beginning.isUplinkUp)),
            ("hasUplink", bit(beginning.hasUplink)), ("starts", .number(Int64(beginning.starts.seconds))),
            ("codes", .array(codes)), ("rights", .array(rights)),
            ("phoneUsers", .array(phoneUsers)), ("phones", .array(beginning.phones.map { .number(Int64($0)) })),
        ])
    }

    private static func words(for validity: Validity) -> [JSON] {
        switch validity {
        case .always: [.string("always")]
        case .between(let first, let end):
            [.string("between"), .number(Int64(first.seconds)), .number(Int64(end.seconds))]
        case .weekly(let days, let from, let until):
            [.string("weekly"), .number(Int64(days)), .number(Int64(from)), .number(Int64(until))]
        case .once: [.string("once")]
        case .expiring(let minutes, let since):
            [.string("expiring"), .number(Int64(minutes)), since.map { .number(Int64($0.seconds)) } ?? .null]
        }
    }

    private static func end(of report: RunReport) -> JSON {
        let violations = report.findings.map { violation in
            JSON.object([
                ("rule", .string(violation.rule)), ("t", .number(Int64(clamping: violation.time.milliseconds))),
                ("text", .string(violation.text)),
            ])
        }
        return .object([
            ("kind", .string("end")), ("t", .number(Int64(clamping: report.duration.milliseconds))),
            ("scenario", .string(report.name)), ("seed", .string(String(report.seed))),
            ("verdict", .string(report.verdict.word)), ("violations", .array(violations)),
        ])
    }

    private static func bit(_ isSet: Bool) -> JSON { .number(isSet ? 1 : 0) }

    private static func digits(of code: Code) -> String {
        (0..<code.count).map { String(code.digit(at: $0)) }.joined()
    }

    // MARK: Events

    private static let indications = Indication.allCases.map { "\($0)" }
    private static let alarms = Dictionary(uniqueKeysWithValues: Alarm.allCases.map { ($0.rawValue, "\($0)") })
    private static let causes = ResetCause.allCases.map { "\($0)" }

    /// Writes one line behind the other.
    private struct Writer {
        var text: String
        private var time: UInt64 = 0

        init(_ text: String) { self.text = text }

        mutating func write(_ notice: CodeNotice) {
            time = notice.time.milliseconds
            add("code", word(digits(of: notice.code)), bit(notice.isAllowed))
        }

        mutating func write(_ event: TraceEvent) {
            time = event.time.milliseconds
            switch event.kind {
            case .keyContact(let key, let isDown): add("key", number(key.index), bit(isDown))
            case .insideButton(let isPressed): add("insideButton", bit(isPressed))
            case .motorLines(let retract, let extend): add("lines", bit(retract), bit(extend))
            case .motorPower(let direction): add("power", way(direction))
            case .motorCurrentHigh(let isHigh): add("current", bit(isHigh))
            case .boltPosition(let permille): add("bolt", number(permille))
            case .boltSwitches(let levels): add("switches", bit(levels.isRetracted), bit(levels.isExtended))
            case .handTurns(let direction, let share, let isKey):
                add("hand", way(direction), number(share.value), bit(isKey))
            case .door(let isClosed): add("door", bit(isClosed))
            case .doorSwitch(let isClosed): add("doorSwitch", bit(isClosed))
            case .indicated(let indication): add("light", word(indications[Int(indication.rawValue)]))
            case .cells(let voltage): add("cells", number(voltage.value))
            case .nineVolt(let voltage): add("nineVolt", number(voltage.value))
            case .usb(let voltage): add("usb", number(voltage.value))
            case .coldStarted(let cause): add("start", word(causes[Int(cause.rawValue)]))
            case .brownedOut: add("brownOut")
            case .power(let isCut): add("cut", bit(isCut))
            case .firmwareDied: add("died")
            case .flashProgrammed(_, _, let content): write(content)
            case .flashFailed: add("flashFailed")
            case .flashTorn: add("flashTorn")
            case .eraseBegan: add("erase")
            case .derivationBegan(let digits): add("derive", number(digits))
            case .derivationEnded: add("derived")
            case .uplink(let isUp): add("uplink", bit(isUp))
            case .alertSent(let record): add("alert", word(TraceReport.kind(of: record.entry)))
            case .requestArrived(let request, let user):
                add("request", operation(request.operation), number(user.value))
            case .timeOffered(let time, let isAuthenticated): add("time", number(time.seconds), bit(isAuthenticated))
            case .phone(let phone, .asked(let wish)): add("phone", number(phone), operation(wish))
            case .phoneAllowed(let phone, let isAllowed): add("phoneMay", number(phone), bit(isAllowed))
            case .faultStarted(let fault):
                add("fault", word(fault.name), keys(of: fault))
                if case .clockDrifting(let millionths) = fault { add("drift", number(millionths), bit(true)) }
            case .faultStopped(let fault):
                add("mended", word(fault.name), keys(of: fault))
                if case .clockDrifting(let millionths) = fault { add("drift", number(millionths), bit(false)) }
            case .columnRead, .columnsWatched, .motorCurrent, .cover, .rail, .logic, .testLoad, .sampled, .eraseEnded,
                .bluetooth, .alertArrived, .alertRepeated, .requestLost, .phone, .person, .refused:
                // No rule that is judged twice needs it.
                break
            }
        }

        private mutating func write(_ content: FlashContent) {
            switch content {
            case .unseen: add("flash", "\"unseen\"")
            case .structure: add("flash", "\"structure\"")
            case .entry(let kind, let key): add("flash", "\"entry\"", number(kind), number(key))
            }
        }

        private mutating func add(_ kind: StaticString, _ values: String...) {
            text += "["
            text += String(time)
            text += ",\""
            text += kind.description
            text += "\""
            for value in values {
                text += ","
                text += value
            }
            text += "]\n"
        }

        private func bit(_ isSet: Bool) -> String { isSet ? "1" : "0" }
        private func number(_ value: some BinaryInteger) -> String { String(value) }
        private func word(_ word: String) -> String { "\"\(word)\"" }

        private func way(_ direction: Direction?) -> String {
            switch direction {
            case .extend: "\"extend\""
            case .retract: "\"retract\""
            case nil: "null"
            }
        }

        private func operation(_ operation: LockOperation) -> String {
            operation == .unlock ? "\"unlock\"" : "\"lock\""
        }

        /// The keys whose contacts it closes.
        private func keys(of fault: Fault) -> String {
            switch fault {
            case .keyStuck(let key): "[\(key.index)]"
            case .keyGhost: "[0,1,3]"
            default: "[]"
            }
        }
    }

    /// The kind of an entry; of an alarm, which one.
    private static func kind(of entry: LogEntry) -> String {
        switch entry {
        case .operation: "operation"
        case .refusal: "refusal"
        case .alarm(let alarm): alarms[alarm.rawValue] ?? "alarm"
        case .silenced: "silenced"
        case .lockoutBegan: "lockoutBegan"
        case .lockoutEnded: "lockoutEnded"
        case .recoveryUsed: "recoveryUsed"
        case .credential: "credential"
        case .coldStarted: "coldStarted"
        case .power: "power"
        case .timeSet: "timeSet"
        case .timeRefused: "timeRefused"
        case .mode: "mode"
        case .fault: "fault"
        case .factoryReset: "factoryReset"
        case .storeDamaged: "storeDamaged"
        case .logDegraded: "logDegraded"
        case .phone: "phone"
        case .phoneChanged: "phoneChanged"
        case .invitationChanged: "invitation"
        case .duplicatePIN: "duplicatePIN"
        case .settingChanged: "settingChanged"
        case .duress: "duress"
        }
    }
}

extension Fault {
    /// Its kind in one word; those that no rule asks for share one.
    fileprivate var name: String {
        switch self {
        case .cellsDead, .cellsAt, .cellsSagging, .cellsMixed, .temperature, .nineVoltAt, .nineVoltAbsent, .usbWeak,
            .dirtyContacts, .powerCut, .powerCutAtFlashWrite, .powerCutInThrow, .inrushBrownOut:
            "power"
        case .motorStalled: "motorStalled"
        case .jam: "jam"
        case .motorSlow: "motorSlow"
        case .endSwitchStuck: "endSwitchStuck"
        case .keyJammed: "keyJammed"
        case .doorMisaligned: "doorMisaligned"
        case .doorAjar: "doorAjar"
        case .doorForced: "doorForced"
        case .doorSwitchStuck: "doorSwitchStuck"
        case .keypadDead: "keypadDead"
        case .keyStuck: "keyStuck"
        case .keyBounce: "keyBounce"
        case .keyGhost: "keyGhost"
        case .clockLost, .clockDrifting, .clockWoundBack, .clockWoundForward, .clockSetWhileOff, .clockPoisoned,
            .clockSilent:
            "clock"
        case .flashSectorFailing: "flashSectorFailing"
        case .flashDead: "flashDead"
        case .bitRot: "bitRot"
        case .firmwareKilled, .firmwareKilledInThrow: "firmwareKilled"
        case .wifiDown, .brokerDown: "network"
        case .bluetoothDown, .radioLossy, .radioSlow, .radioRepeats, .radioSwaps, .radioSplits, .radioDrops,
            .radioJammed:
            "radio"
        }
    }
}
