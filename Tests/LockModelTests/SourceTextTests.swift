import Foundation
import Testing

@testable import LockModel

@Suite struct SourceTextTests {
    @Test func `a file of one gigabyte is refused by its size without being read`() throws {
        try withTemporaryFile { path in
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try handle.truncate(atOffset: 1 << 30)
            try handle.close()
            let complaint = try #require(
                complaints { () throws(BadInput) in _ = try SourceText(readingFrom: path) }.first)
            #expect(
                complaint.description == "\(path): the file has 1073741824 bytes; expected at most 1048576; split it")
        }
    }

    @Test func `a file of exactly the largest size is read and one byte more is not`() throws {
        let largest = [UInt8](repeating: 0x20, count: SourceText.sizeMax)
        #expect(throws: Never.self) { try SourceText(bytes: largest, named: "x") }
        #expect(throws: BadInput.self) { try SourceText(bytes: largest + [0x20], named: "x") }
    }

    @Test(arguments: ["/dev/zero", "/dev/null", "/", "/no/such/file"])
    func `what is no regular file is refused at once`(path: String) {
        #expect(throws: BadInput.self) { try SourceText(readingFrom: path) }
    }

    @Test func `a byte that is not UTF-8 is named with its offset, line and column`() {
        let bytes = Array("a: ä\nb: ".utf8) + [0xFF, 0x0A]
        let found = complaints { () throws(BadInput) in _ = try SourceText(bytes: bytes, named: "x.yaml") }
        #expect(
            found.map(\.description) == [
                "x.yaml:2:4: the byte 0xFF at offset 9 is not UTF-8; expected UTF-8; save the file as UTF-8"
            ])
    }

    @Test func `UTF-16 is called by its name`() {
        let found = complaints { () throws(BadInput) in
            _ = try SourceText(bytes: [0xFF, 0xFE, 0x61, 0x00], named: "x.yaml")
        }
        #expect(found.first?.found == "UTF-16")
    }

    @Test func `a byte order mark is not part of the text`() throws {
        #expect(try SourceText(bytes: [0xEF, 0xBB, 0xBF, 0x61], named: "x").text == "a")
    }

    @Test func `a text cut off in the middle of a character is refused`() {
        #expect(throws: BadInput.self) { try SourceText(bytes: [0x61, 0xC3], named: "x") }
    }
}

/// The complaints that something throws; none if it throws nothing.
func complaints(_ body: () throws(BadInput) -> Void) -> [Complaint] {
    do throws(BadInput) {
        try body()
        return []
    } catch {
        return error.complaints
    }
}

/// Runs `body` with the path of an empty file that is deleted afterwards.
func withTemporaryFile(_ body: (String) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try Foundation.Data().write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    try body(url.path)
}
