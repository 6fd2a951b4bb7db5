import Foundation
import LockCore
import LockCrypto
import LockHAL
import LockLink

/// One visit of a phone at a lock, from the handshake to the last answer.
final class PhoneVisit {
    typealias End = PhoneLink<SwiftCrypto>

    /// How long the lock may say nothing, in seconds.
    ///
    /// *Chosen*: longer than any answer takes, a movement of the bolt included.
    private static var patience: TimeInterval { 10 }

    var phone: End
    private let socket: PacketSocket

    /// A visit over a connection that stands.
    init(_ phone: consuming End, on socket: PacketSocket) {
        self.socket = socket
        self.phone = phone
    }

    /// Lets the handshake run to its end.
    func begin() async throws {
        phone.connected()
        guard try await next() == .welcomed else { throw PhoneFailure("the lock makes no sense", code: 3) }
    }

    /// Asks for something and waits for the answer, with a fresh challenge if the lock wants one.
    func ask(_ kind: RequestKind, _ fill: (inout MessageWriter) -> Void = { _ in }) async throws -> RequestResult {
        for _ in 0..<3 {
            _ = phone.begin(kind)
            fill(&phone.request)
            guard phone.send() else { throw PhoneFailure("the request is too long", code: 2) }
            while true {
                guard case .answered(_, _, let result) = try await next() else { continue }
                // Chosen: a derivation, or a step of the bolt, is over by then.
                if result == .busy { try await Task.sleep(for: .milliseconds(300)) }
                if result == .staleChallenge || result == .tooSlow || result == .busy { break }
                return result
            }
        }
        return .busy
    }

    /// Waits until the bolt has done what was asked for.
    func awaitEnd() async throws -> Bool {
        while true {
            guard case .operated(_, let outcome) = try await next() else { continue }
            switch outcome {
            case .started: continue
            case .done, .unnecessary: return true
            case .jammed, .failed, .overridden: return false
            }
        }
    }

    /// Lets packets go to and fro until something concerns the phone.
    private func next() async throws -> End.Event {
        while true {
            while let packet = packetToSend() { try await socket.send(packet) }
            switch take(try await socket.receive(patience: Self.patience)) {
            case .nothing: continue
            case .refused(let reason): throw PhoneFailure(words(reason), code: 1)
            case .failed(.notAuthentic): throw PhoneFailure("this is not the lock that these keys are for", code: 1)
            case .failed: throw PhoneFailure("the other side is no lock, or makes no sense", code: 3)
            case let event: return event
            }
        }
    }

    private func packetToSend() -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: LinkLimits.mtuMax)
        var room = bytes.mutableSpan
        let count = phone.nextPacket(into: &room)
        guard count > 0 else { return nil }
        phone.packetSent()
        return Array(bytes[0..<count])
    }

    private func take(_ packet: [UInt8]) -> End.Event { phone.receive(packet.span) }

    private func words(_ reason: ClearRefusal) -> String {
        switch reason {
        case .malformed: "the lock does not understand this phone"
        case .handshakeFailed: "the lock does not know this phone, or not any more"
        case .tooMany: "too many phones have tried; wait some seconds"
        case .invitationClosed: "this invitation is spent, expired, or another lock's"
        case .notReady: "the lock is not ready; try again in a moment"
        }
    }
}
