import Foundation
import LockHAL
import LockLink
import LockModel

/// A phone's keys for one lock, in a file that its owner alone can read.
struct PhoneKeys: Codable, CustomStringConvertible, CustomReflectable {
    /// The phone's private key.
    var key: Data
    /// The lock's public key.
    var lock: Data
    /// What the lock's advertisements are recognized by.
    var advertising: Data?
    /// In whose name the phone speaks.
    var user: UInt16
    /// Handles of inbox, outbox and its configuration, from the last visit.
    var handles: [UInt16]

    /// Never what is in it.
    var description: String { "PhoneKeys(redacted)" }
    /// Nothing to see.
    var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }

    init(reading path: String) throws(PhoneFailure) {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        } catch is DecodingError {
            throw PhoneFailure("\(path): these are no keys of bolthole phone; enrol again", code: 2)
        } catch {
            throw PhoneFailure(
                "\(path): cannot be read; enrol first: bolthole phone enrol LINK --keys \(path)", code: 2)
        }
        guard key.count == 32, lock.count == 32, advertising.map({ $0.count == 32 }) ?? true,
            handles.isEmpty || handles.count == 3
        else {
            throw PhoneFailure("\(path): these keys are damaged; enrol again", code: 2)
        }
    }

    init(key: Data, lock: Data, advertising: Data?, user: UInt16, handles: [UInt16]) {
        self.key = key
        self.lock = lock
        self.advertising = advertising
        self.user = user
        self.handles = handles
    }

    /// Looks whether keys can be written there: nothing is, and something may be.
    static func makeSure(ofRoomAt path: String) throws(PhoneFailure) {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw PhoneFailure("\(path): is there already; keep these keys, and name another file with --keys", code: 2)
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw PhoneFailure("\(path): cannot be written; name another file with --keys", code: 2)
        }
    }

    /// Writes them; the file is its owner's alone from the first byte on.
    func write(to path: String) throws(PhoneFailure) {
        do {
            let data = try JSONEncoder().encode(self)
            let draft = path + ".new"
            let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
            guard FileManager.default.createFile(atPath: draft, contents: data, attributes: attributes) else {
                throw PhoneFailure("\(path): cannot be written", code: 2)
            }
            guard unsafe rename(draft, path) == 0 else { throw PhoneFailure("\(path): cannot be written", code: 2) }
        } catch let failure as PhoneFailure {
            throw failure
        } catch {
            throw PhoneFailure("\(path): cannot be written (\(error.localizedDescription))", code: 2)
        }
    }
}

extension InlineArray where Element == UInt8 {
    /// The bytes of data that has as many.
    init(_ data: Data) {
        let bytes = [UInt8](data)
        precondition(bytes.count == count, "data of another length")
        self.init { bytes[$0] }
    }

    /// The bytes as data.
    var data: Data {
        var data = Data()
        for index in indices { data.append(self[index]) }
        return data
    }
}

/// Why a phone did not do what it should, and with which exit code it says so.
struct PhoneFailure: Error {
    /// For a person.
    let words: String
    /// 1 refused by the lock, 2 bad input, 3 no connection.
    let code: Int32

    init(_ words: String, code: Int32) {
        self.words = words
        self.code = code
    }
}
