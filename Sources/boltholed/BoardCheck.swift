#if RaspberryPi
    import Foundation
    import LockCore
    import LockHAL
    import LockPi

    /// One bring-up: a board, a person, and what came of it.
    struct BoardCheck {
        private enum Verdict: String {
            case good, bad, skipped
        }

        /// What was tried and found, a line each.
        private(set) var report: String
        private var hardware: PiBoard
        private let patience: Interval
        private var isGood = true
        private var number = DriveNumber(0)

        init(_ hardware: PiBoard, name: String, patience: Interval) {
            self.hardware = hardware
            self.patience = patience
            report = "Board check of \(name), \(ISO8601DateFormatter().string(from: Date()))\n"
            _ = self.hardware.startUp()
            for trouble in self.hardware.notices.openTroubles { note(.bad, "lines", trouble) }
        }

        /// Ends it: everything off.
        ///
        /// Answers whether all that was tried is good.
        mutating func finish() -> Bool {
            hardware.close()
            print(isGood ? "All that was tried is good." : "Not everything is good: see above.")
            return isGood
        }

        mutating func perform(_ part: CheckBoard.Part) {
            print("\n== \(part.rawValue)")
            switch part {
            case .lights: lights()
            case .keypad: keypad()
            case .switches: switches()
            case .inputs: inputs()
            case .converter: converter()
            case .clock: clock()
            case .motor: motor()
            }
        }

        // MARK: Parts

        private mutating func lights() {
            show(.locked)
            ask("Did the light shine green for a moment, with a short sound?", "green light, sounder")
            show(.refused)
            ask("Did it blink red three times, with a sound each?", "red light")
        }

        private mutating func keypad() {
            for key in (UInt8(0)..<12).map({ Key(index: $0) }) {
                print("Press \(name(key)) ...")
                guard watch(0b111), let seen = pressed() else {
                    note(.bad, "key \(name(key))", "nothing was read within \(patience.milliseconds / 1_000) s")
                    continue
                }
                let names = seen.map { name($0) }.joined(separator: ", ")
                note(seen == [key] ? .good : .bad, "key \(name(key))", "read: \(names)")
                waitForRelease()
            }
        }

        private mutating func switches() {
            expect("Open the door (or take the magnet away)", "door opens", .doorChanged(isClosed: false))
            expect("Close it again", "door closes", .doorChanged(isClosed: true))
            expect("Take the front cover off (or let its switch go)", "cover off", .coverChanged(isFitted: false))
            expect("Put it back", "cover on", .coverChanged(isFitted: true))
            expect("Press the button inside", "button down", .insideButtonChanged(isPressed: true))
            expect("Let it go", "button up", .insideButtonChanged(isPressed: false))
            expect("Turn the bolt fully out by hand", "bolt out", .boltSwitchesChanged(.extended))
            expect("Turn it fully in", "bolt in", .boltSwitchesChanged(.retracted))
        }

        private mutating func inputs() {
            expect(
                "Hold a 9 V block to the contacts outside", "9 V there", .powerInputChanged(.nineVolt, isPresent: true))
            measure(.nineVolt, "9 V input")
            expect("Take it away", "9 V gone", .powerInputChanged(.nineVolt, isPresent: false))
            expect("Plug a power bank into the USB-C port", "USB there", .powerInputChanged(.usb, isPresent: true))
            measure(.usb, "USB input")
            expect("Pull it out", "USB gone", .powerInputChanged(.usb, isPresent: false))
        }

        private mutating func converter() {
            measure(.cells, "cells")
            ask("Does a voltmeter at the cells show that, within a tenth of a volt?", "cells by voltmeter")
            measure(.rail, "rail, open")
            measure(.testLoad, "rail, under the test load")
            measure(.motor, "motor current at rest")
        }

        private mutating func clock() {
            guard let time = hardware.chipTime() else { return note(.bad, "clock chip", "does not answer") }
            let shown = ISO8601DateFormatter().string(from: Date(timeIntervalSince1970: Double(time.seconds)))
            note(time.isContinuous ? .good : .bad, "clock chip", "\(shown)\(time.isContinuous ? "" : ", was stopped")")
        }

        private mutating func motor() {
            print("The motor will run for a tenth of a second. Fingers off, bolt about half way.")
            guard isWished("Ready?") else { return note(.skipped, "motor", "") }
            pulse(.retract)
            ask("Did the bolt move in?", "motor retracts (if not, swap motorRetract and motorExtend in the board file)")
            for (direction, words) in [(Direction.extend, "out"), (.retract, "in")] {
                guard isWished("Now a whole travel \(words), at most 1.6 s. Door open?") else {
                    note(.skipped, "travel \(words)", "")
                    continue
                }
                travel(direction, words)
            }
        }

        private mutating func pulse(_ direction: Direction) {
            guard start(direction) else { return }
            _ = listen(.milliseconds(100)) { _ in false }
            stop()
        }

        private mutating func travel(_ direction: Direction, _ words: String) {
            let goal: BoltSwitches = direction == .extend ? .extended : .retracted
            let begin = hardware.now()
            guard start(direction) else { return }
            let hasArrived = listen(.milliseconds(1_600)) { $0 == .boltSwitchesChanged(goal) }
            let time = hardware.now().since(begin).milliseconds
            stop()
            note(
                hasArrived ? .good : .bad, "travel \(words)",
                hasArrived ? "\(time) ms" : "its end switch was not reached within 1600 ms")
        }

        private mutating func start(_ direction: Direction) -> Bool {
            number = number.next
            do throws(BoardFault) {
                try hardware.drive(direction, number)
                return true
            } catch {
                note(.bad, "motor", "\(error)")
                return false
            }
        }

        private mutating func stop() {
            do throws(BoardFault) { try hardware.stopMotor() } catch {
                note(.bad, "motor", "cannot be stopped: \(error)")
            }
            _ = listen(.milliseconds(200)) { _ in false }
        }

        // MARK: Doing and listening

        /// Lets the board work until it says that; answers whether it did.
        private mutating func listen(_ limit: Interval, until isIt: (Event) -> Bool) -> Bool {
            let end = hardware.now() + limit
            while hardware.now() < end {
                if case .event(let event) = hardware.nextCompletion(before: end), isIt(event) { return true }
            }
            return false
        }

        private mutating func show(_ indication: Indication) {
            do throws(BoardFault) { try hardware.indicate(indication) } catch { note(.bad, "lights", "\(error)") }
            _ = listen(indication.pattern.length + .milliseconds(300)) { _ in false }
        }

        private mutating func expect(_ words: String, _ what: String, _ event: Event) {
            print("\(words) ...")
            let came = listen(patience) { $0 == event }
            note(came ? .good : .bad, what, came ? "" : "not seen within \(patience.milliseconds / 1_000) s")
        }

        private mutating func measure(_ channel: Channel, _ what: String) {
            var found: LockCore.Measurement?
            do throws(BoardFault) { try hardware.sample(channel) } catch { return note(.bad, what, "\(error)") }
            _ = listen(.milliseconds(200)) { event in
                if case .sampled(let measurement) = event { found = measurement }
                return found != nil
            }
            switch found {
            case .cells(let volts)?, .nineVolt(let volts)?, .usb(let volts)?, .rail(let volts)?, .testLoad(let volts)?:
                note(.good, what, "\(volts.value) mV")
            case .motor(let current)?: note(.good, what, "\(current.value) mA")
            case .temperature?, .clock?, nil: note(.bad, what, "no answer")
            }
        }

        private mutating func watch(_ columns: UInt8) -> Bool {
            do throws(BoardFault) {
                try hardware.watchRows(columns: columns)
                return listen(patience) { $0 == .rowsChanged }
            } catch {
                note(.bad, "keypad", "\(error)")
                return false
            }
        }

        /// The keys that are down, after contacts have come to rest.
        private mutating func pressed() -> [Key]? {
            _ = listen(.milliseconds(30)) { _ in false }
            var keys: [Key] = []
            for column in UInt8(0)..<3 {
                do throws(BoardFault) { try hardware.readColumn(column) } catch { return nil }
                _ = listen(.milliseconds(50)) { event in
                    guard case .columnRead(column, let rows) = event else { return false }
                    for row in UInt8(0)..<4 where rows.bits & (1 << row) != 0 {
                        keys.append(Key(index: row * Key.columnCount + column))
                    }
                    return true
                }
            }
            return keys
        }

        private mutating func waitForRelease() {
            for _ in 0..<100 {
                guard let keys = pressed(), !keys.isEmpty else { return }
                _ = listen(.milliseconds(50)) { _ in false }
            }
        }

        private func name(_ key: Key) -> String { key.digit.map { "\($0)" } ?? (key == .pound ? "#" : "*") }

        // MARK: The person

        private func isWished(_ question: String) -> Bool { answer(question) == "y" }

        private func answer(_ question: String) -> String {
            print("\(question) [y/n/s] ", terminator: "")
            fflush(nil)
            return String((readLine() ?? "s").lowercased().prefix(1))
        }

        private mutating func ask(_ question: String, _ what: String) {
            switch answer(question) {
            case "y": note(.good, what, "as the person saw")
            case "n": note(.bad, what, "as the person saw")
            default: note(.skipped, what, "")
            }
        }

        private mutating func note(_ verdict: Verdict, _ what: String, _ found: String) {
            if verdict == .bad { isGood = false }
            let line = "\(verdict.rawValue.uppercased())  \(what)\(found.isEmpty ? "" : ": \(found)")"
            print(line)
            report += line + "\n"
        }
    }
#endif
