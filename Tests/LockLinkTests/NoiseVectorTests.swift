import LockCrypto
import LockHAL
import LockLink
import Testing

/// Handshakes that other people's implementations made, in either role.
@Suite struct NoiseVectorTests {
    static let published = ["flynn-noise.txt", "bolthole-link.txt"]

    @Test func `the files hold both handshakes, with and without prologue and payloads`() throws {
        let flynn = try NoiseVector.all(of: "flynn-noise.txt")
        #expect(flynn.filter { $0.pattern == .ik }.count == 4)
        #expect(flynn.filter { $0.pattern == .xxpsk3 }.count == 4)
        let own = try NoiseVector.all(of: "bolthole-link.txt")
        #expect(own.map(\.pattern) == [.ik, .xxpsk3])
        for vector in own {
            #expect(vector.prologue == Array("bolthole link 1".utf8))
            #expect(vector.hash?.count == 32)
        }
        for vector in flynn + own { #expect(vector.messages.count > vector.pattern.messageCount + 1) }
    }

    @Test(arguments: published, [true, false])
    func `each message is written and read as published`(file: String, isInitiator: Bool) throws {
        for vector in try NoiseVector.all(of: file) { try replay(vector, isInitiator: isInitiator) }
    }

    /// Plays one side, and takes the other side's messages from the file.
    private func replay(_ vector: NoiseVector, isInitiator: Bool) throws {
        var side = Handshake<SwiftCrypto>.begin(
            vector.pattern, isInitiator: isInitiator, prologue: vector.prologue,
            own: vector.staticKey(ofInitiator: isInitiator), ephemeral: vector.ephemeralKey(ofInitiator: isInitiator),
            responder: vector.staticKey(ofInitiator: false), secret: vector.secret.isEmpty ? nil : vector.secret)
        let messages = vector.messages
        let handshakeCount = vector.pattern.messageCount
        for number in 0..<handshakeCount {
            let isFinished = side.isFinished
            #expect(!isFinished)
            if (number % 2 == 0) == isInitiator {
                let message = try side.write(messages[number].payload)
                #expect(message == messages[number].message)
            } else {
                let payload = try side.read(messages[number].message)
                #expect(payload == messages[number].payload)
            }
        }
        let (isFinished, remote, hash) = (side.isFinished, side.remoteStatic, array(side.hash.span))
        #expect(isFinished)
        let other = SwiftCrypto.publicKey(of: PrivateKey(vector.staticKey(ofInitiator: !isInitiator)))
        #expect(remote == other)
        if let expected = vector.hash { #expect(hash == expected) }
        var transport = side.split()
        for number in handshakeCount..<messages.count {
            // Turns begin anew: the initiator speaks first, after XXpsk3's third message as well.
            if ((number - handshakeCount) % 2 == 0) == isInitiator {
                let message = try transport.seal(messages[number].payload)
                #expect(message == messages[number].message)
            } else {
                let payload = try transport.open(messages[number].message)
                #expect(payload == messages[number].payload)
            }
        }
    }
}
