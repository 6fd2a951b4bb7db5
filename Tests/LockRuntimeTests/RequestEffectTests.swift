import LockCore
import LockHAL
import LockRuntime
import Testing

@testable import LockLink

/// What a request of a phone changes at the lock, and what the lock tells of it afterwards.
@Suite struct RequestEffectTests {
    /// A number as the link protocol writes it, the lowest byte first.
    private static func bytes(_ number: UInt32) -> [UInt8] {
        (UInt32(0)..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    // MARK: Time

    private func setTime(
        _ seconds: UInt32, _ scene: inout Encounter, _ phone: inout Encounter.Phone
    ) -> RequestResult? {
        _ = phone.begin(.setTime)
        phone.request.put(.time, seconds, UInt8(0))
        return scene.send(&phone)
    }

    @Test(arguments: [(UserIndex.owner, 34_560_000), (UserIndex(1), 172_800)] as [(UserIndex, UInt32)])
    func `the time that a phone sets is the lock's, is trusted, and the log says who set it`(
        user: UserIndex, ahead: UInt32
    ) throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: user)
        var phone = scene.phone(key)
        scene.connect(&phone)
        let before = scene.lock.status()
        #expect(before.trust != .authenticated)
        let wanted = before.time.seconds + ahead
        #expect(setTime(wanted, &scene, &phone) == .done)
        #expect(scene.lock.status().time.seconds == wanted)
        #expect(scene.lock.status().trust == .authenticated)
        #expect(scene.ask(.status, &phone) == .done)
        #expect(scene.value(.time, phone) == Self.bytes(wanted) + [TimeTrust.authenticated.rawValue])
        scene.pass(.seconds(20))
        #expect(scene.lock.status().time.seconds == wanted + 20)
        #expect(scene.logged().contains(.timeSet(.authenticated, by: user)) == true)
    }

    @Test func `L2, R7: an administrator moves the time by 48 h at most, in one step or in several`() throws {
        var scene = try Encounter()
        let administrator = try scene.enrolledKey(of: Encounter.administrator)
        let owner = try scene.enrolledKey(of: .owner)
        var phone = scene.phone(administrator)
        scene.connect(&phone)
        let start = scene.lock.status()
        // The year 2106.
        #expect(setTime(.max, &scene, &phone) == .refused)
        #expect(scene.value(.count, phone) == [OperationError.restricted.rawValue])
        #expect(setTime(start.time.seconds + 48 * 3_600 + 60, &scene, &phone) == .refused)
        #expect(scene.lock.status().time.seconds < start.time.seconds + 60)
        #expect(scene.lock.status().trust == start.trust)
        #expect(setTime(start.time.seconds + 30 * 3_600, &scene, &phone) == .done)
        #expect(setTime(start.time.seconds + 60 * 3_600, &scene, &phone) == .refused)
        #expect(setTime(start.time.seconds + 47 * 3_600, &scene, &phone) == .done)
        var mine = scene.phone(owner)
        scene.connect(&mine, on: 1)
        _ = mine.begin(.setTime)
        mine.request.put(.time, start.time.seconds + 90 * 3_600, UInt8(0))
        #expect(scene.send(&mine, on: 1) == .done)
        let log = scene.logged()
        #expect(log.contains(.timeRefused))
        #expect(log.contains(.timeSet(.authenticated, by: Encounter.administrator)))
        #expect(log.contains(.timeSet(.authenticated, by: .owner)))
    }

    @Test func `a time that the lock does not believe is not answered as done`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: .owner)
        var phone = scene.phone(key)
        scene.connect(&phone)
        let start = scene.lock.status().time.seconds
        #expect(setTime(start + 400 * 86_400, &scene, &phone) == .done)
        // The floor follows within the hour.
        try scene.hangUp()
        scene.pass(.hours(2))
        phone = scene.phone(key)
        scene.connect(&phone)
        #expect(setTime(start + 300 * 86_400, &scene, &phone) == .refused)
        #expect(scene.lock.status().time.seconds >= start + 400 * 86_400)
        #expect(scene.logged().contains(.timeRefused) == true)
    }

    // MARK: Settings

    private func change(
        _ number: UInt8, to value: UInt32, _ scene: inout Encounter, _ phone: inout Encounter.Phone
    ) -> RequestResult? {
        _ = phone.begin(.changeSetting)
        phone.request.put(.setting, number, value)
        return scene.send(&phone)
    }

    /// The settings that the lock tells, in its order.
    private func settings(_ scene: inout Encounter, _ phone: inout Encounter.Phone) throws -> [[UInt8]] {
        #expect(scene.ask(.settings, &phone) == .done)
        var told: [[UInt8]] = []
        var reader = phone.fields
        while let field = try reader.next(in: phone.text.span) {
            if field.tag == .setting { told.append(Array(phone.text[field.range])) }
        }
        return told
    }

    @Test func `the settings are told, and those that are changed are told anew, also after a restart`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: .owner)
        var phone = scene.phone(key)
        scene.connect(&phone)
        let lengths = [
            [2] + Self.bytes(UInt32(Settings().pinLengthMin)), [3] + Self.bytes(UInt32(Settings().pinLengthMax)),
        ]
        #expect(try settings(&scene, &phone) == [[1] + Self.bytes(30)] + lengths)
        #expect(change(1, to: 45, &scene, &phone) == .done)
        #expect(try settings(&scene, &phone) == [[1] + Self.bytes(45)] + lengths)
        #expect(scene.logged().contains(.settingChanged(number: 1, by: .owner)) == true)
        scene.restart()
        phone = scene.phone(key)
        #expect(scene.connect(&phone) == .welcomed)
        #expect(try settings(&scene, &phone) == [[1] + Self.bytes(45)] + lengths)
    }

    @Test func `the time to auto relock is never, or 10 s to an hour, and nothing else can be set`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: .owner)
        var phone = scene.phone(key)
        scene.connect(&phone)
        for (value, isTaken): (UInt32, Bool) in [
            (10, true), (9, false), (3_600, true), (3_601, false), (0, true), (1, false), (.max, false),
        ] {
            let before = try settings(&scene, &phone)
            #expect(change(1, to: value, &scene, &phone) == (isTaken ? .done : .malformed), "\(value) s")
            let told = try settings(&scene, &phone)
            #expect(told.first == (isTaken ? [1] + Self.bytes(value) : before.first), "\(value) s")
        }
        let before = try settings(&scene, &phone)
        for number: UInt8 in [0, 2, 3, 4, 255] { #expect(change(number, to: 20, &scene, &phone) == .notFound) }
        #expect(try settings(&scene, &phone) == before)
    }

    /// Unlocks by phone, until the bolt has come to rest.
    private func unlock(_ scene: inout Encounter, _ phone: inout Encounter.Phone) throws {
        #expect(scene.ask(.challenge, &phone) == .done)
        #expect(scene.ask(.unlock, &phone) == .done)
        scene.pass(.milliseconds(300))
        scene.lock.board.waiting.append(.boltSwitchesChanged(.retracted))
        scene.run()
        for _ in 0..<3_000 where scene.lock.status().operation != nil { scene.pass(.milliseconds(1)) }
        let status = scene.lock.status()
        try #require(status.operation == nil && status.position == .retracted)
    }

    /// How often the lock began to lock: it measures first whether the cells can pay for it.
    private func lockings(_ scene: borrowing Encounter) -> Int {
        scene.lock.board.orders.count { $0 == .sample(.rail) }
    }

    @Test(arguments: [UInt32(10), 31], [false, true])
    func `the door locks again after the time that was set, not a millisecond before`(
        seconds: UInt32, isRestarted: Bool
    ) throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: .owner)
        var phone = scene.phone(key)
        scene.connect(&phone)
        #expect(change(1, to: seconds, &scene, &phone) == .done)
        if isRestarted {
            scene.restart()
            phone = scene.phone(key)
            #expect(scene.connect(&phone) == .welcomed)
        }
        try unlock(&scene, &phone)
        let before = lockings(scene)
        scene.pass(.milliseconds(UInt64(seconds) * 1_000 - 1))
        #expect(lockings(scene) == before)
        scene.pass(.milliseconds(1))
        #expect(lockings(scene) == before + 1)
    }

    @Test func `a lock that is told never to lock by itself does not`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: .owner)
        var phone = scene.phone(key)
        scene.connect(&phone)
        #expect(change(1, to: 0, &scene, &phone) == .done)
        try unlock(&scene, &phone)
        let before = lockings(scene)
        scene.pass(.hours(2))
        #expect(lockings(scene) == before)
    }

    // MARK: Firmware and status

    @Test func `the firmware's version is the one that can be read without a session`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.guest)
        var phone = scene.phone(key)
        scene.connect(&phone)
        let firmware = scene.lock.link.facts.firmware
        let expected = (0..<firmware.count).map { firmware.bytes[$0] }
        #expect(!expected.isEmpty)
        #expect(scene.ask(.firmware, &phone) == .done)
        #expect(scene.value(.version, phone) == expected)
        #expect(scene.ask(.status, &phone) == .done)
        #expect(scene.value(.version, phone) == expected)
    }

    @Test func `the status tells of bolt and door as they are`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        var phone = scene.phone(key)
        scene.connect(&phone)
        #expect(scene.ask(.status, &phone) == .done)
        #expect(scene.value(.bolt, phone) == [1])
        #expect(scene.value(.door, phone) == [1])
        #expect(scene.value(.alarms, phone) == [0, 0])
        #expect(scene.value(.user, phone) == [2, 0])
        #expect(scene.value(.role, phone) == [2])
        try unlock(&scene, &phone)
        scene.lock.board.waiting.append(.doorChanged(isClosed: false))
        scene.pass(.seconds(1))
        #expect(scene.ask(.status, &phone) == .done)
        #expect(scene.value(.bolt, phone) == [0])
        #expect(scene.value(.door, phone) == [0])
        scene.lock.board.waiting.append(.boltSwitchesChanged(.between))
        scene.pass(.seconds(6))
        #expect(scene.ask(.status, &phone) == .done)
        #expect(scene.value(.bolt, phone) == [2])
        #expect(scene.value(.alarms, phone) == [1 << 6, 0], "not fully locked")
    }

    @Test func `the status tells of alarms by their bits`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        var phone = scene.phone(key)
        scene.connect(&phone)
        scene.lock.board.waiting.append(.coverChanged(isFitted: false))
        scene.pass(.seconds(1))
        #expect(scene.ask(.status, &phone) == .done)
        #expect(scene.value(.alarms, phone) == [1 << 3, 0], "the cover is off")
        scene.lock.board.waiting.append(.doorChanged(isClosed: false))
        scene.pass(.seconds(1))
        #expect(scene.ask(.status, &phone) == .done)
        #expect(scene.value(.alarms, phone) == [1 << 3 | 1 << 4, 0], "and the door was forced")
    }

    @Test func `the status tells of the battery and of privacy`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.resident)
        var phone = scene.phone(key)
        scene.connect(&phone)
        #expect(scene.ask(.status, &phone) == .done)
        let full = scene.value(.battery, phone)
        #expect(full == [3, scene.lock.status().charge?.value ?? 255])
        #expect(scene.value(.mode, phone) == [OperatingMode.normal.rawValue])
        scene.lock.board.waiting.append(.sampled(.cells(Millivolts(4_000))))
        scene.lock.board.waiting.append(.insideButtonChanged(isPressed: true))
        scene.pass(.seconds(4))
        let status = scene.lock.status()
        #expect(status.mode == .privacy && status.level < .ok)
        #expect(scene.ask(.status, &phone) == .done)
        #expect(scene.value(.battery, phone) == [status.level.rawValue, status.charge?.value ?? 255])
        #expect(scene.value(.battery, phone) != full)
        #expect(scene.value(.mode, phone) == [OperatingMode.privacy.rawValue])
    }

    @Test(arguments: [UserIndex.owner, Encounter.administrator, Encounter.guest])
    func `R10: the status of a lock that was opened under duress tells nobody`(user: UserIndex) throws {
        /// The alarms that this user's phone is told after somebody has opened.
        func told(isDuress: Bool) throws -> [UInt8]? {
            var scene = try Encounter()
            let forced = Credential(user: UserIndex(5), role: .resident, isDuress: isDuress)
            try scene.lock.enrol(forced, digits: 6, key: Encounter.derived([2, 9, 4, 7, 1, 8]))
            scene.run()
            let key = try scene.enrolledKey(of: user)
            let other = try scene.enrolledKey(of: UserIndex(5))
            var phone = scene.phone(other)
            scene.connect(&phone, on: 1)
            #expect(scene.ask(.unlock, &phone, on: 1) == .done)
            scene.boltArrives(.retracted)
            var mine = scene.phone(key)
            scene.connect(&mine)
            #expect(scene.ask(.status, &mine) == .done)
            #expect(scene.logged().contains(.duress(UserIndex(5))) == isDuress)
            return scene.value(.alarms, mine)
        }
        #expect(try told(isDuress: true) == told(isDuress: false))
    }

    // MARK: Nothing moves by itself

    @Test func `R1: a welcome and a session without a wish move nothing`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: .owner)
        var phone = scene.phone(key)
        #expect(scene.connect(&phone) == .welcomed)
        scene.pass(.seconds(60))
        #expect(scene.isConnected() == false)
        #expect(scene.openings == 0)
        #expect(scene.lock.board.orders.contains { if case .drive = $0 { true } else { false } } == false)
    }
}
