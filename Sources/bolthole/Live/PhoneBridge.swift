import FlyingSocks
import Foundation
import LockHAL
import LockLink

/// A browser's way to the lock: each binary message of a WebSocket is one value of the inbox or of the outbox.
///
/// The bridge is what Bluetooth is for a page: it subscribes, and it tells the page the link parameters first. It knows no
/// key and understands no message.
struct PhoneBridge: Sendable {
    /// Messages that wait for a page that does not read; one more, and it is cut.
    ///
    /// *Chosen*: as many as packets wait for a phone, see `LiveLock.wordsMax`.
    private static var outgoingMax: Int { LiveLock.wordsMax }
    /// How long a page may take to answer a close, in seconds.
    private static var closePatience: TimeInterval { 2 }

    let lock: LiveLock
    let page: AsyncSocket

    /// Serves the page until one of both sides ends the WebSocket, or the page does not read what it is sent.
    func run() async {
        guard let (connection, words) = await lock.connect() else {
            try? await page.writePatiently(WebFrame.bytes(closing: 1_013, "four phones are connected"))
            return
        }
        let (messages, outgoing) = AsyncStream.makeStream(
            of: Data.self, bufferingPolicy: .bufferingOldest(Self.outgoingMax))
        let attributes = Attributes()
        let writer = Task { await write(messages) }
        let hearer = Task {
            await lock.receive(attributes.start(), on: connection)
            for await word in words {
                switch word {
                case .ended:
                    outgoing.yield(WebFrame.bytes(closing: 1_000))
                    return outgoing.finish()
                case .packet(let packet):
                    for step in await attributes.take(packet) {
                        switch step {
                        case .toLock(let packet): await lock.receive(packet, on: connection)
                        case .toPage(let value): put(WebFrame.bytes(binary: value), outgoing)
                        }
                    }
                }
            }
            // The lock was told to forget a page that does not read.
            outgoing.finish()
        }
        await read(for: connection, attributes, outgoing)
        hearer.cancel()
        await lock.hangUp(connection)
        outgoing.finish()
        await hearer.value
        // It may still be about to wake the reader, by a number that is another client's once the socket is closed.
        await writer.value
    }

    private func put(_ message: Data, _ outgoing: AsyncStream<Data>.Continuation) {
        if case .dropped = outgoing.yield(message) { page.hangUp() }
    }

    private func write(_ messages: AsyncStream<Data>) async {
        for await message in messages {
            do { try await page.writePatiently(message) } catch { return page.hangUp() }
        }
        // The close is out; the page answers with its own, or is given up.
        shutdown(page.socket.file.rawValue, Int32(SHUT_WR))
        try? await Task.sleep(for: .seconds(Self.closePatience))
        page.hangUp()
    }

    private func read(
        for connection: PhoneLine, _ attributes: Attributes, _ outgoing: AsyncStream<Data>.Continuation
    ) async {
        do {
            while true {
                switch try await WebFrame.read(from: page) {
                case .binary(let value):
                    guard let packet = await attributes.write(value) else { continue }
                    await lock.receive(packet, on: connection)
                case .ping(let value): put(WebFrame.bytes(pong: value), outgoing)
                case .text, .pong: continue
                case .close: return put(WebFrame.bytes(closing: 1_000), outgoing)
                }
            }
        } catch let fault as WebFrame.Fault {
            put(WebFrame.bytes(closing: fault.code, fault.words), outgoing)
        } catch {
            // It has hung up.
            page.hangUp()
        }
    }

    /// The attribute client of one page.
    private actor Attributes {
        enum Step: Sendable {
            case toLock([UInt8])
            case toPage([UInt8])
        }

        private var client = AttributeClient()

        func start() -> [UInt8] {
            var packet = [UInt8](repeating: 0, count: LinkLimits.mtuMin)
            var room = packet.mutableSpan
            let count = client.start(in: &room)
            return Array(packet[0..<count])
        }

        func take(_ packet: [UInt8]) -> [Step] {
            var answer = [UInt8](repeating: 0, count: LinkLimits.mtuMin)
            var room = answer.mutableSpan
            switch client.receive(packet.span, answer: &room) {
            case .send(let count): return [.toLock(Array(answer[0..<count]))]
            // Version and MTU, as the characteristic of the link parameters has them.
            case .ready: return [.toPage([1, UInt8(client.mtu & 0xFF), UInt8(client.mtu >> 8)])]
            case .notified(let range): return [.toPage(Array(packet[range]))]
            case .nothing, .read, .written, .refused, .failed: return []
            }
        }

        func write(_ value: [UInt8]) -> [UInt8]? {
            guard client.isReady, value.count <= client.valueMax else { return nil }
            var packet = [UInt8](repeating: 0, count: AttributeClient.writeHeaderSize)
            var room = packet.mutableSpan
            client.putCommandHeader(in: &room)
            return packet + value
        }
    }
}
