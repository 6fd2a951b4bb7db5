import LockCore
import LockCrypto
import LockHAL
import LockRuntime
import LockStore
import Testing

@testable import LockLink

/// A05 and B18: the PIN that goes with a phone.
@Suite struct AttackTestsPIN {
    /// The PIN of the user with that number, as `Encounter` enrols it.
    private static func pin(_ number: UInt8) -> [UInt8] { [1, 1, number, 0, 5, 9] }

    private func unlock(
        _ scene: inout Encounter, _ phone: inout Encounter.Phone, _ pin: [UInt8], on number: UInt8 = 0
    ) -> RequestResult? {
        scene.lock.board.time = scene.lock.board.time + .seconds(1)
        _ = scene.ask(.challenge, &phone, on: number)
        _ = phone.begin(.unlock)
        phone.request.put(.pin, pin.span)
        return scene.send(&phone, on: number)
    }

    /// A resident's phone that wants the PIN, and the administrator's, which wanted it so.
    private func enrol(_ scene: inout Encounter) throws -> (Encounter.Key, Encounter.Key) {
        let resident = try scene.enrolledKey(of: Encounter.resident)
        let administrator = try scene.enrolledKey(of: Encounter.administrator)
        var phone = scene.phone(administrator)
        scene.connect(&phone)
        _ = phone.begin(.changePhone)
        phone.request.put(.phone, UInt16(0))
        phone.request.put(.phoneFlags, UInt8(1))
        #expect(scene.send(&phone) == .done)
        try scene.hangUp()
        return (resident, administrator)
    }

    @Test func `B18: a phone that wants a PIN opens with its user's, and not with none, a wrong one or another user's`()
        throws
    {
        var scene = try Encounter()
        let (key, _) = try enrol(&scene)
        var phone = scene.phone(key)
        scene.connect(&phone)
        #expect(scene.ask(.unlock, &phone) == .pinWanted)
        for number: UInt8 in [0, 1, 3] { #expect(unlock(&scene, &phone, Self.pin(number)) == .wrongPIN) }
        #expect(unlock(&scene, &phone, [1, 2, 3, 4]) == .wrongPIN)
        #expect(scene.openings == 0)
        #expect(unlock(&scene, &phone, Self.pin(2)) == .done)
        #expect(scene.openings == 1)
        #expect(scene.lock.phone(at: PhoneIndex(0))?.wrongPINs == 0)
        scene.boltArrives(.retracted)
        #expect(scene.logged().contains(.phone(.wrongPIN(Encounter.resident))) == true)
    }

    @Test func `R2: a code typed while a phone's PIN is derived is judged next, and opens`() throws {
        var scene = try Encounter()
        let (key, _) = try enrol(&scene)
        var phone = scene.phone(key)
        scene.connect(&phone)
        scene.lock.board.isDerivingSlowly = true
        #expect(unlock(&scene, &phone, Self.pin(1)) == nil, "the lock is thinking")
        scene.type(Self.pin(3))
        #expect(scene.openings == 0)
        scene.lock.board.isDerivingSlowly = false
        scene.talk(&phone)
        #expect(scene.heardAll.contains(.answered(.unlock, number: 2, .wrongPIN)))
        #expect(scene.openings == 1)
        #expect(scene.logged().contains(.operation(.unlock, .keypad, user: UserIndex(3), .started)) == true)
    }

    @Test func `R2: a code typed while a phone's PIN is derived for ever is given up, and the next one opens`() throws {
        var scene = try Encounter()
        let (key, _) = try enrol(&scene)
        var phone = scene.phone(key)
        scene.connect(&phone)
        scene.lock.board.isDerivingSlowly = true
        #expect(unlock(&scene, &phone, Self.pin(1)) == nil)
        scene.type(Self.pin(3))
        scene.pass(.seconds(3))
        scene.lock.board.isDerivingSlowly = false
        scene.pass(.seconds(1))
        #expect(scene.openings == 0, "nobody waits for it any more")
        scene.type(Self.pin(3))
        #expect(scene.openings == 1)
    }

    @Test func `B18: a phone that wants a PIN keeps that, and the guesses it has spent, when it is enrolled again`()
        throws
    {
        var scene = try Encounter()
        let (key, _) = try enrol(&scene)
        var phone = scene.phone(key)
        scene.connect(&phone)
        for _ in 0..<3 { #expect(unlock(&scene, &phone, Self.pin(1)) == .wrongPIN) }
        try scene.hangUp()
        let invitation = try scene.lock.invite(Encounter.resident, hours: 1)
        var again = PhoneLink<BenchCrypto>(
            .init(key: PrivateKey(key), invitation: invitation, label: Encounter.label()), ephemeral: scene.random())
        #expect(scene.connect(&again) == .welcomed)
        #expect(scene.ask(.unlock, &again) == .pinWanted)
        let kept = scene.lock.phone(at: PhoneIndex(0))
        #expect(kept?.isPINWanted == true && kept?.wrongPINs == 3)
    }

    @Test func `B18: nothing is written for a right PIN while the motor runs; the phone asks again`() throws {
        var scene = try Encounter()
        let (key, _) = try enrol(&scene)
        var phone = scene.phone(key)
        scene.connect(&phone)
        scene.lock.board.isDerivingSlowly = true
        #expect(unlock(&scene, &phone, Self.pin(2)) == nil)
        scene.lock.board.waiting.append(.insideButtonChanged(isPressed: true))
        scene.pass(.milliseconds(200))
        scene.lock.board.waiting.append(.insideButtonChanged(isPressed: false))
        scene.run()
        #expect(scene.lock.status().isMotorPowered)
        let programs = scene.lock.board.flash.programCount
        scene.lock.board.isDerivingSlowly = false
        scene.talk(&phone)
        #expect(scene.heardAll.contains(.answered(.unlock, number: 2, .busy)))
        #expect(scene.lock.status().isMotorPowered && scene.lock.board.flash.programCount == programs)
        scene.boltArrives(.retracted)
        #expect(
            scene.lock.phone(at: PhoneIndex(0))?.wrongPINs == 1, "the guess stays counted until a right one is judged")
    }

    @Test func `B18: a phone that wants no PIN still has a wrong one refused`() throws {
        var scene = try Encounter()
        let key = try scene.enrolledKey(of: Encounter.guest)
        var phone = scene.phone(key)
        scene.connect(&phone)
        #expect(unlock(&scene, &phone, Self.pin(2)) == .wrongPIN)
        #expect(scene.openings == 0)
    }

    @Test
    func `A05: ten wrong PINs by radio and no more is judged, not after a restart, until an administrator says so`()
        throws
    {
        var scene = try Encounter()
        let (key, administrator) = try enrol(&scene)
        let guesses = scene.lock.status().guessesLeft
        var phone = scene.phone(key)
        scene.connect(&phone)
        for guess: UInt8 in 0..<10 { #expect(unlock(&scene, &phone, [9, 8, 7, guess]) == .wrongPIN) }
        #expect(unlock(&scene, &phone, [9, 8, 7, 6]) == .pinsExhausted)
        #expect(unlock(&scene, &phone, Self.pin(2)) == .pinsExhausted, "the right one is not judged either")
        #expect(scene.openings == 0)
        #expect(scene.lock.status().guessesLeft == guesses, "the keypad's numbers are its own (R2)")
        #expect(scene.lock.status().penaltyLeft == nil)

        scene.restart()
        phone = scene.phone(key)
        #expect(scene.connect(&phone) == .welcomed)
        #expect(unlock(&scene, &phone, Self.pin(2)) == .pinsExhausted)
        for flags: UInt8 in 0...1 {
            _ = phone.begin(.changePhone)
            phone.request.put(.phone, UInt16(0))
            phone.request.put(.phoneFlags, flags)
            #expect(scene.send(&phone) == .notAllowed)
        }
        #expect(unlock(&scene, &phone, Self.pin(2)) == .pinsExhausted)

        var other = scene.phone(administrator)
        scene.connect(&other, on: 1)
        _ = other.begin(.changePhone)
        other.request.put(.phone, UInt16(0))
        other.request.put(.phoneFlags, UInt8(1))
        #expect(scene.send(&other, on: 1) == .done)
        #expect(unlock(&scene, &phone, Self.pin(2)) == .done)
        #expect(scene.openings == 1)
    }

    @Test func `M4, A05: ten guesses are a user's, however many phones they have themselves invited`() throws {
        var scene = try Encounter()
        let (key, _) = try enrol(&scene)
        let early = try scene.enrolledKey(of: Encounter.resident)
        var phone = scene.phone(key)
        scene.connect(&phone)
        for guess: UInt8 in 0..<6 { #expect(unlock(&scene, &phone, [9, 8, 7, guess]) == .wrongPIN) }
        var other = scene.phone(early)
        scene.connect(&other, on: 1)
        for guess: UInt8 in 6..<9 { #expect(unlock(&scene, &other, [9, 8, 7, guess], on: 1) == .wrongPIN) }
        // A phone that comes later has the same guesses left, and so has the first.
        try scene.hangUp(on: 1)
        let late = try scene.enrolledKey(of: Encounter.resident)
        other = scene.phone(late)
        scene.connect(&other, on: 1)
        #expect(unlock(&scene, &other, [9, 8, 6, 1], on: 1) == .wrongPIN)
        #expect(unlock(&scene, &other, Self.pin(2), on: 1) == .pinsExhausted)
        #expect(unlock(&scene, &phone, Self.pin(2)) == .pinsExhausted)
        #expect(scene.openings == 0)
        // Nor does it help that the phone goes which has guessed last.
        try scene.lock.removePhone(PhoneIndex(3))
        scene.run()
        #expect(unlock(&scene, &phone, Self.pin(2)) == .pinsExhausted)
        #expect(scene.lock.store.wrongPINs(of: Encounter.resident) == 10)
    }

    @Test func `M4, A05: a right PIN gives all phones of the user their guesses back, and so does a new PIN`() throws {
        var scene = try Encounter()
        let (key, _) = try enrol(&scene)
        let second = try scene.enrolledKey(of: Encounter.resident)
        var phone = scene.phone(key)
        scene.connect(&phone)
        for _ in 0..<9 { #expect(unlock(&scene, &phone, Self.pin(1)) == .wrongPIN) }
        var other = scene.phone(second)
        scene.connect(&other, on: 1)
        #expect(unlock(&scene, &other, Self.pin(2), on: 1) == .done)
        #expect(scene.lock.store.wrongPINs(of: Encounter.resident) == 0)
        scene.boltArrives(.retracted)
        for _ in 0..<2 { #expect(unlock(&scene, &phone, Self.pin(1)) == .wrongPIN) }
        let credential = Credential(user: Encounter.resident, role: .resident)
        try scene.lock.enrol(credential, digits: 6, key: Encounter.derived([5, 8, 2, 9, 4, 7]))
        scene.run()
        #expect(scene.lock.store.wrongPINs(of: Encounter.resident) == 0)
    }

    @Test func `M4, A05: nobody gives themselves new guesses by another phone of theirs`() throws {
        var scene = try Encounter()
        let one = try scene.enrolledKey(of: Encounter.administrator)
        let two = try scene.enrolledKey(of: Encounter.administrator)
        var phone = scene.phone(one)
        scene.connect(&phone)
        for _ in 0..<3 { #expect(unlock(&scene, &phone, [9, 8, 7, 6]) == .wrongPIN) }
        var other = scene.phone(two)
        scene.connect(&other, on: 1)
        _ = other.begin(.changePhone)
        other.request.put(.phone, UInt16(0))
        other.request.put(.phoneFlags, UInt8(0))
        #expect(scene.send(&other, on: 1) == .done)
        #expect(scene.lock.store.wrongPINs(of: Encounter.administrator) == 3)
    }

    @Test func `A05: a guess is on record before it is judged`() throws {
        var scene = try Encounter()
        let (key, _) = try enrol(&scene)
        var phone = scene.phone(key)
        scene.connect(&phone)
        _ = phone.begin(.unlock)
        phone.request.put(.pin, [9, 8, 7, 6].span)
        #expect(phone.send() == true)
        var bytes = [UInt8](repeating: 0, count: LinkLimits.mtuMax)
        var room = bytes.mutableSpan
        let count = phone.nextPacket(into: &room)
        scene.lock.board.radio.arrive(Array(bytes[0..<count]), on: ConnectionNumber(0))
        scene.lock.turn()
        // The power goes while the PIN is derived.
        #expect(scene.lock.board.derived != nil)
        scene.restart()
        #expect(scene.lock.phone(at: PhoneIndex(0))?.wrongPINs == 1)
    }

    @Test func `B18: the PIN of a phone that is gone opens nothing, and answers nobody else`() throws {
        var scene = try Encounter()
        let (key, administrator) = try enrol(&scene)
        var other = scene.phone(administrator)
        scene.connect(&other, on: 1)
        var phone = scene.phone(key)
        scene.connect(&phone)
        _ = phone.begin(.unlock)
        phone.request.put(.pin, Self.pin(2).span)
        #expect(phone.send() == true)
        var bytes = [UInt8](repeating: 0, count: LinkLimits.mtuMax)
        var room = bytes.mutableSpan
        let count = phone.nextPacket(into: &room)
        scene.lock.board.radio.arrive(Array(bytes[0..<count]), on: ConnectionNumber(0))
        scene.lock.turn()
        let derived = scene.lock.board.derived
        scene.lock.board.derived = nil
        try scene.hangUp()
        // Somebody else locks meanwhile, and waits for the test load.
        #expect(scene.ask(.lock, &other, on: 1) != .wrongPIN)
        scene.lock.board.derived = derived
        scene.run()
        #expect(scene.openings == 0)
    }

    @Test func `a user who is disabled while a PIN is derived for them stays disabled`() throws {
        var scene = try Encounter()
        let administrator = try scene.enrolledKey(of: Encounter.administrator)
        let owner = try scene.enrolledKey(of: .owner)
        var other = scene.phone(owner)
        scene.connect(&other, on: 1)
        var phone = scene.phone(administrator)
        scene.connect(&phone)
        _ = phone.begin(.setPIN)
        phone.request.put(.user, Encounter.resident.value)
        phone.request.put(.pin, [5, 8, 2, 9, 4, 7].span)
        #expect(phone.send() == true)
        var bytes = [UInt8](repeating: 0, count: LinkLimits.mtuMax)
        var room = bytes.mutableSpan
        let count = phone.nextPacket(into: &room)
        scene.lock.board.radio.arrive(Array(bytes[0..<count]), on: ConnectionNumber(0))
        scene.lock.turn()
        let derived = try #require(scene.lock.board.derived)
        scene.lock.board.derived = nil
        _ = scene.ask(.challenge, &other, on: 1)
        _ = other.begin(.changeUser)
        other.request.put(.user, Encounter.resident.value)
        other.request.put(.userStatus, UserStatus.disabled.rawValue)
        #expect(scene.send(&other, on: 1) == .done)
        #expect(scene.lock.credential(of: Encounter.resident)?.status == .disabled)
        scene.lock.board.derived = derived
        scene.run()
        #expect(scene.lock.credential(of: Encounter.resident)?.status == .disabled)
    }
}
