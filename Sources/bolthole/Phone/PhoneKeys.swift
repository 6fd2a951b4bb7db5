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
                "\(path): cannot be read; enrol first: bolthole phone enrol - --keys \(path)", code: 2)
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

    /// Writes them; the file is its owner's alone from the first byte on, and nothing is written over.
    func write(to path: String) throws(PhoneFailure) {
        let text: [UInt8]
        do { text = [UInt8](try JSONEncoder().encode(self)) } catch {
            throw PhoneFailure("\(path): the keys cannot be put into words", code: 2)
        }
        let draft = path + ".new"
        // What lies there is left from a try that was cut off, or somebody's trap: a link, or a file that they hold open.
        _ = unsafe unlink(draft)
        // Not by Foundation, which makes a file for everybody first and closes it to them later.
        let file = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.failure(path) }
        let isWritten = Self.write(text, to: file) && fsync(file) == 0
        let code = errno
        close(file)
        guard isWritten else {
            _ = unsafe unlink(draft)
            throw Self.failure(path, code)
        }
        // A link refuses to replace what has come to lie at the path meanwhile; a rename would not.
        if unsafe link(draft, path) == 0 {
            _ = unsafe unlink(draft)
        } else if errno == EEXIST {
            // The invitation is spent by now: these keys must not be lost.
            throw PhoneFailure(
                "\(path): something has come to lie there meanwhile; the keys are in \(draft), use --keys \(draft)",
                code: 2)
        } else {
            // This file system knows no links.
            guard unsafe rename(draft, path) == 0 else { throw Self.failure(path) }
        }
    }

    private static func write(_ bytes: [UInt8], to file: Int32) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Foundation.write(file, buffer.baseAddress! + done, buffer.count - done)
            }
            if count > 0 { done += count } else if errno != EINTR { return false }
        }
        return true
    }

    private static func failure(_ path: String, _ code: Int32 = errno) -> PhoneFailure {
        let reason = unsafe String(cString: strerror(code))
        return PhoneFailure("\(path): cannot be written (\(reason)); name another file with --keys", code: 2)
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
