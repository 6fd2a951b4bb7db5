import LockCore
import LockHAL
import LockStore

/// One thing that is done to a store.
enum Step: Equatable, Sendable {
    case enrol(user: UInt16, code: Int)
    case recoveryCode(UInt8, code: Int)
    case record(Record)
    case log(LogEntry)
    case prepare
}

/// What a store must remember: the oracle of the sweeps.
///
/// Knows nothing of journals.
struct Household: Equatable {
    var codes = [Int?](repeating: nil, count: 8)
    var recovery = [Int?](repeating: nil, count: 3)
    var disabled = [Bool](repeating: false, count: 8)
    var lockout: LockoutRecord?
    var clock: ClockRecord?
    var mode = OperatingMode.normal
    var remoteSequence: UInt32 = 0
    var lines: [LogRecord] = []

    static func lockout(_ streak: UInt8) -> LockoutRecord {
        LockoutRecord(
            streak: streak, budget: 100 - streak, refillServed: UInt32(streak) * 77, penaltyLeft: 30, chipSeconds: nil)
    }

    /// Draws a step that makes sense now.
    func step(_ random: inout NORFlash) -> Step {
        let draw = random.random() >> 8
        let user = UInt16(draw >> 8 & 7)
        switch draw % 20 {
        case 0, 1: return .enrol(user: user, code: 100_000 + Int(draw >> 16 & 0xFFFF))
        case 2 where codes[Int(user)] != nil && user > 0: return .record(.deletion(UserIndex(user)))
        case 3 where codes[Int(user)] != nil:
            var credential = credential(user)
            credential.status = disabled[Int(user)] ? .enabled : .disabled
            return .record(.credential(credential))
        case 4: return .recoveryCode(UInt8(user % 3), code: 200_000 + Int(draw >> 16 & 0xFFFF))
        case 5 where recovery[Int(user % 3)] != nil: return .record(.recoveryUsed(RecoveryCodeNumber(UInt8(user % 3))))
        case 6: return .record(.mode(draw >> 20 & 1 == 0 ? .normal : .privacy))
        case 7: return .record(.remoteSequence(remoteSequence + 1))
        case 8:
            return .record(
                .clock(
                    ClockRecord(
                        floor: WallTime(seconds: UInt32(truncatingIfNeeded: draw)), offset: 3, trust: .kept, epoch: 1)))
        case 9 where draw >> 30 % 12 == 0: return .record(.factoryReset)
        case 10, 11, 12: return .record(.lockout(Self.lockout(UInt8(draw >> 20 & 63))))
        case 13, 14: return .log(.alarm(.doorAjar))
        default: return .log(.operation(.unlock, .keypad, user: UserIndex(user), .done))
        }
    }

    func credential(_ user: UInt16) -> Credential {
        var credential = Credential(user: UserIndex(user), role: user == 0 ? .owner : .resident)
        if disabled[Int(user)] { credential.status = .disabled }
        return credential
    }

    /// What must be remembered after a step.
    mutating func apply(_ step: Step) {
        switch step {
        case .enrol(let user, let code):
            guard !codes.contains(code) || codes[Int(user)] == code else { return }
            codes[Int(user)] = code
            disabled[Int(user)] = false
        case .recoveryCode(let number, let code): recovery[Int(number)] = code
        case .log(let entry): lines.append(line(entry))
        case .prepare: break
        case .record(.deletion(let user)): codes[Int(user.value)] = nil
        case .record(.credential(let credential)): disabled[Int(credential.user.value)] = credential.status == .disabled
        case .record(.recoveryUsed(let number)): recovery[Int(number.value)] = nil
        case .record(.mode(let new)): mode = new
        case .record(.remoteSequence(let new)): remoteSequence = new
        case .record(.clock(let new)): clock = new
        case .record(.lockout(let new)): lockout = new
        case .record(.factoryReset):
            for user in codes.indices { codes[user] = nil }
            for number in recovery.indices { recovery[number] = nil }
        case .record: break
        }
    }

    func line(_ entry: LogEntry) -> LogRecord {
        let sequence = UInt32(lines.count + 1)
        return LogRecord(
            sequence: sequence, time: WallTime(seconds: 1_700_000_000 + sequence), trust: .kept, entry: entry)
    }

    /// The first thing that a store remembers otherwise; `nil` if it remembers everything.
    func difference(from bench: Bench) -> String? {
        for user in codes.indices {
            if let difference = differenceInFinding(user, from: bench) { return difference }
        }
        return differenceInState(from: bench) ?? differenceInLog(from: bench)
    }

    /// The same for one user's code.
    func differenceInFinding(_ user: Int, from bench: Bench) -> String? {
        guard let code = codes[user], bench.find(code) != .credential(credential(UInt16(user))) else { return nil }
        return "the code of user \(user) is not found"
    }

    /// The same for everything but the log's lines and the codes themselves.
    func differenceInState(from bench: Bench) -> String? {
        for user in codes.indices {
            let found = bench.store.credential(of: UserIndex(UInt16(user)))
            let expected = codes[user].map { _ in credential(UInt16(user)) }
            if found != expected { return "user \(user) is \(String(describing: found))" }
        }
        for number in recovery.indices {
            guard let code = recovery[number] else { continue }
            let match = bench.find(code, among: .recoveryCode)
            if match != .recoveryCode(RecoveryCodeNumber(UInt8(number))) {
                return "recovery code \(number) is \(match)"
            }
        }
        if bench.store.recoveryCodeCount != recovery.count(where: { $0 != nil }) { return "other recovery codes" }
        let state = bench.state
        if state.lockout != lockout { return "lockout is \(String(describing: state.lockout))" }
        if state.clock != clock { return "clock is \(String(describing: state.clock))" }
        if state.mode != mode { return "mode is \(state.mode)" }
        if state.remoteSequence != remoteSequence { return "remote sequence is \(state.remoteSequence)" }
        if state.isCommissioned != (codes[0] != nil) { return "commissioned: \(state.isCommissioned)" }
        if state.lostRecords != 0 { return "\(state.lostRecords) records lost" }
        if state.nextSequence != UInt32(lines.count + 1) { return "next sequence is \(state.nextSequence)" }
        return nil
    }

    /// The same for the log's lines.
    func differenceInLog(from bench: Bench) -> String? {
        let kept = min(lines.count, bench.store.limits.logRecordsMax)
        for line in lines.suffix(kept) {
            let found = bench.line(line.sequence)
            if found != line { return "log line \(line.sequence) is \(String(describing: found))" }
        }
        let verdict = bench.verifyLog()
        if verdict.checked != kept || verdict.firstBreak != nil { return "the chain says \(verdict)" }
        return nil
    }
}

extension Bench {
    /// Does a step.
    ///
    /// Whether the store took it; `false` if the power was cut.
    func perform(_ step: Step, for household: Household) -> Bool {
        do {
            switch step {
            case .enrol(let user, let code):
                let key = key(code)
                do throws(EnrolmentRefusal) {
                    let credential = Credential(user: UserIndex(user), role: user == 0 ? .owner : .resident)
                    try store.enrol(credential, digits: 6, key: key, isRiskAllowed: true, to: &flash)
                } catch {
                    return error == .duplicate
                }
            case .recoveryCode(let number, let code):
                let key = key(code)
                try store.enrolRecoveryCode(RecoveryCodeNumber(number), key: key, to: &flash)
            case .record(let record): try store.commit(record, to: &flash)
            case .log(let entry): try store.commit(.log(household.line(entry)), to: &flash)
            case .prepare:
                let sector = try store.beginPreparation(on: &flash)
                let isErased = flash.erase(sector)
                store.finishPreparation(of: sector, isErased: isErased, on: &flash)
                return isErased
            }
            return true
        } catch {
            return false
        }
    }
}
