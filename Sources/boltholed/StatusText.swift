#if RaspberryPi
    import Foundation
    import LockCore
    import LockCrypto
    import LockModel
    import LockPi
    import LockRuntime
    import LockStore

    /// What the lock says of itself, in words.
    enum StatusText {
        /// One line a fact, in the order in which they are shown.
        static func facts(_ board: LockIdentity, _ runtime: inout Runtime<PiBoard, SwiftCrypto>) -> [Fact] {
            let status = runtime.status()
            var facts: [Fact] = []
            func add(_ name: String, _ value: String) { facts.append(Fact(name: name, value: value)) }
            add("version", Version.current)
            add("board", board.name)
            add("up", Quantity.duration.text(Int64(runtime.board.now().milliseconds / 1_000 * 1_000)))
            add("set up", status.isCommissioned ? "yes" : "no: press the button inside with the door open")
            add("bolt", bolt(status))
            add("door", status.isDoorClosed ? "closed" : "open")
            add("cover", status.isCoverFitted ? "fitted" : "off")
            add("power", power(status))
            add("battery", battery(status))
            add("mode", status.mode.word)
            add("codes", codes(status))
            add("alarms", alarms(status))
            add("time", "\(Log.time(status.time.seconds)), \(status.trust.word)")
            add("users", "\(runtime.credentialCount), recovery codes left: \(runtime.recoveryCodeCount)")
            add("log", log(&runtime, status))
            for trouble in runtime.board.notices.openTroubles { add("trouble", trouble) }
            return facts
        }

        private static func bolt(_ status: LockStatus) -> String {
            let place =
                switch status.position {
                case .extended: "out"
                case .retracted: "in"
                case .between: "between its ends"
                case .impossible: "unknown: both end switches at once"
                }
            return status.operation.map { "\(place), to \($0.word)" } ?? place
        }

        private static func power(_ status: LockStatus) -> String {
            var text =
                switch status.power {
                case .notMeasured: "not measured yet"
                case .cells: "cells"
                case .settling: "a source outside, settling"
                case .emergency(isStrong: true): "a source outside"
                case .emergency(isStrong: false): "a weak source outside"
                }
            if status.isNineVoltPresent { text += ", 9 V connected" }
            if status.isUSBPresent { text += ", USB connected" }
            return text
        }

        private static func battery(_ status: LockStatus) -> String {
            guard let charge = status.charge else { return "not measured yet" }
            let throwsLeft = status.throwsLeft.map { ", \($0) throws left" } ?? ""
            return "\(charge.value) %\(throwsLeft), \(String(describing: status.level))"
        }

        private static func codes(_ status: LockStatus) -> String {
            guard status.isKeypadLive else { return "not taken yet" }
            if let left = status.penaltyLeft {
                return "not judged for \(Quantity.duration.text(Int64(left.milliseconds / 1_000 * 1_000)))"
            }
            return "judged, \(status.guessesLeft) guesses in hand"
        }

        private static func alarms(_ status: LockStatus) -> String {
            let names = Alarm.allCases.filter(status.alarms.contains).map(\.word)
            return names.isEmpty ? "none" : names.joined(separator: ", ")
        }

        private static func log(
            _ runtime: inout Runtime<PiBoard, SwiftCrypto>, _ status: LockStatus
        ) -> String {
            let head = runtime.logHead
            var chain = ""
            for index in 0..<16 {
                let byte = String(head.chain[index], radix: 16)
                chain += byte.count == 1 ? "0" + byte : byte
            }
            // Without its number: it would count what is for the owner alone (R10).
            var text = "head \(chain)"
            if status.recordsWaiting > 0 { text += ", \(status.recordsWaiting) not written yet" }
            if !status.isWritable { text += ", the journal takes no records" }
            return text
        }
    }
#endif
