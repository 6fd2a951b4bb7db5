#if RaspberryPi
    import CLinux
    import Foundation
    import Glibc
    import LockCore
    import LockCrypto
    import LockHAL
    import LockModel
    import LockSim
    import LockStore

    /// The folder of one run: the daemon's state, its board and model file, its socket, and what it said.
    final class BenchFolder {
        /// Where it is.
        let path: String
        private var key = InlineArray<32, UInt8>(repeating: 0)
        private let clockChip: String?

        /// The daemon's state folder.
        var state: String { path + "/state" }
        /// Its board file.
        var board: String { path + "/board.yaml" }
        /// Its model file.
        var model: String { path + "/model.yaml" }
        /// Its control socket.
        var socket: String { path + "/run/control" }
        /// Its journal.
        var journal: String { state + "/journal.flash" }
        /// What the next start learns of the last life; a folder that a reboot empties.
        var life: String { path + "/run/life" }
        /// The thermometer: thousandths of a degree.
        var temperature: String { path + "/temperature" }

        /// Makes the folder with a key, and everything that the daemon reads.
        init(_ board: BoardDescription, model: LockModel) throws(Trouble) {
            clockChip = board.clockChip
            var template = Array("/tmp/bolthole-rig.XXXXXX".utf8CString)
            guard unsafe mkdtemp(&template) != nil else { throw .refused("/tmp", "a folder could not be made there") }
            path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            for folder in [state, path + "/run"] {
                guard unsafe mkdir(folder, 0o700) == 0 else {
                    throw .refused(folder, "a folder could not be made there")
                }
            }
            var bytes = [UInt8](repeating: 0, count: 32)
            guard unsafe getrandom(&bytes, 32, 0) == 32 else {
                throw .refused("getrandom", "the kernel gives no randomness")
            }
            for index in 0..<32 { key[index] = bytes[index] }
            try write(bytes, to: state + "/device.key")
            try write(Array(board.rigYAML(temperature: temperature).utf8), to: self.board)
            try write(Array(model.yaml(about: "The model of a scenario.").utf8), to: self.model)
            try write(Array("20000\n".utf8), to: temperature)
        }

        private func write(_ bytes: [UInt8], to path: String) throws(Trouble) {
            let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
            guard file >= 0, unsafe Glibc.write(file, bytes, bytes.count) == bytes.count else {
                throw .refused(path, "it could not be written")
            }
            close(file)
        }

        /// Shows a temperature at the thermometer.
        func setTemperature(_ degrees: Decidegrees) {
            do throws(Trouble) {
                try write(Array("\(Int(degrees.value) * 100)\n".utf8), to: temperature)
            } catch {
                preconditionFailure("the folder of the run is gone")
            }
        }

        /// Removes everything.
        func remove() {
            do { try FileManager.default.removeItem(atPath: path) } catch {
                // A folder that stays behind in a machine that ends anyway.
                return
            }
        }

        // MARK: Lives of the processor

        /// The machine lost its power: what a reboot empties is empty.
        func forgetLife() { _ = unsafe unlink(life) }

        /// Tells the next start that the watchdog ended the last life.
        func noteWatchdog() {
            do throws(Trouble) { try write(Array("watchdog\n".utf8), to: life) } catch {
                preconditionFailure("the folder of the run is gone")
            }
        }

        // MARK: The journal

        /// Enrols everybody in a new journal, as the owner would have done at the keypad.
        func install(
            _ enrolments: [Enrolment], recoveryCodes: [Code], knowingTime time: WallTime?
        ) throws(EnrolmentRefusal) {
            var image = JournalCopy()
            var store = store(of: image.geometry)
            var entropy = InlineArray<32, UInt8>(repeating: 0)
            var generator = SystemRandomNumberGenerator()
            for index in 0..<32 { entropy[index] = UInt8(truncatingIfNeeded: generator.next()) }
            _ = store.mount(on: &image, entropy: entropy)
            for enrolment in enrolments {
                guard let code = enrolment.code else {
                    try store.enrolWithoutPIN(enrolment.credential, to: &image)
                    continue
                }
                let key = Derivation.scrypt.key(of: code, salt: store.salt)
                try store.enrol(
                    enrolment.credential, digits: code.count, key: key,
                    isRiskAllowed: enrolment.isRiskAllowed, to: &image)
            }
            do throws(StoreFault) {
                for (number, code) in recoveryCodes.prefix(RecoveryCodeNumber.count).enumerated() {
                    let key = Derivation.scrypt.key(of: code, salt: store.salt)
                    try store.enrolRecoveryCode(RecoveryCodeNumber(UInt8(number)), key: key, to: &image)
                }
                if let time, let chip = chipSeconds() {
                    let record = ClockRecord(
                        floor: time, offset: Int64(time.seconds) - chip, trust: .authenticated, epoch: 0)
                    try store.commit(.clock(record), to: &image)
                }
            } catch {
                throw .storeFailed
            }
            do throws(Trouble) { try write(image.bytes, to: journal) } catch { throw .storeFailed }
        }

        private func store(of geometry: FlashGeometry) -> Store<SwiftCrypto> {
            Store<SwiftCrypto>(key: DeviceKey(key), geometry: geometry, derivation: Derivation.scrypt.rawValue)
        }

        private func chipSeconds() -> Int64? {
            guard let clockChip else { return nil }
            let chip = unsafe open(clockChip, O_RDONLY | O_CLOEXEC)
            guard chip >= 0 else { return nil }
            defer { close(chip) }
            var calendar = rtc_time()
            guard unsafe clinux_rtc_read(chip, &calendar) == 0 else { return nil }
            var time = unsafe tm()
            unsafe time.tm_year = calendar.tm_year
            unsafe time.tm_mon = calendar.tm_mon
            unsafe time.tm_mday = calendar.tm_mday
            unsafe time.tm_hour = calendar.tm_hour
            unsafe time.tm_min = calendar.tm_min
            unsafe time.tm_sec = calendar.tm_sec
            return Int64(unsafe timegm(&time))
        }

        /// When the journal was last written, in nanoseconds; 0 if there is none.
        func journalTime() -> Int {
            var status = stat()
            guard unsafe stat(journal, &status) == 0 else { return 0 }
            return status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
        }

        /// The newest records of the journal as it is on the medium now, oldest first.
        ///
        /// Reads a copy; takes a while.
        func accessLog(newest count: Int) -> [LogRecord] {
            guard var image = JournalCopy(of: journal) else { return [] }
            var store = store(of: image.geometry)
            _ = store.mount(on: &image, entropy: InlineArray(repeating: 0))
            var records: [LogRecord] = []
            guard store.newestSequence > 0, count > 0 else { return records }
            let newest = store.newestSequence
            let first = UInt64(newest) >= UInt64(count) ? newest - UInt32(count) + 1 : 1
            for sequence in max(first, store.oldestSequence)...newest {
                if let record = store.logRecord(sequence, from: &image) { records.append(record) }
            }
            return records
        }
    }
#endif
