import Foundation

/// The text of a file that somebody wrote, known to be small and UTF-8.
public struct SourceText: Sendable {
    /// The largest file that is read. *Chosen*: a hundred times the longest scenario that we ship.
    public static var sizeMax: Int { 1 << 20 }

    /// The file, as complaints name it.
    public let file: String
    /// What it says.
    public let text: String

    /// Takes text that did not come from a file, such as a test's.
    public init(_ text: String, named file: String) throws(BadInput) {
        try self.init(bytes: Array(text.utf8), named: file)
    }

    /// Reads a file. Looks at its kind and size first: a device, a pipe or a large file is refused unread.
    public init(readingFrom path: String) throws(BadInput) {
        func refuse(_ found: String, _ expected: String, _ remedy: String? = nil) -> BadInput {
            BadInput([Complaint(file: path, place: .wholeFile, found: found, expected: expected, remedy: remedy)])
        }
        let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let attributes: [FileAttributeKey: Any]
        do {
            attributes = try FileManager.default.attributesOfItem(atPath: resolved)
        } catch {
            throw refuse("there is no such file, or it may not be read", "a YAML file", "check the path")
        }
        guard attributes[.type] as? FileAttributeType == .typeRegular else {
            let isDirectory = attributes[.type] as? FileAttributeType == .typeDirectory
            throw refuse(isDirectory ? "a directory" : "not a regular file", "a YAML file", "name a regular file")
        }
        let size = (attributes[.size] as? NSNumber)?.intValue ?? .max
        guard size <= Self.sizeMax else {
            throw refuse("the file has \(size) bytes", "at most \(Self.sizeMax)", "split it")
        }
        let bytes: Foundation.Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: resolved))
            // One byte beyond the limit shows a file that grew since it was measured.
            bytes = try handle.read(upToCount: Self.sizeMax + 1) ?? Foundation.Data()
        } catch {
            throw refuse("the file cannot be read", "a YAML file", "check its permissions")
        }
        try self.init(bytes: Array(bytes), named: path)
    }

    /// Checks size and encoding.
    public init(bytes: [UInt8], named file: String) throws(BadInput) {
        self.file = file
        guard bytes.count <= Self.sizeMax else {
            throw BadInput([
                Complaint(
                    file: file, place: .wholeFile, found: "the text has \(bytes.count) bytes or more",
                    expected: "at most \(Self.sizeMax)", remedy: "split it")
            ])
        }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let body = bytes.starts(with: mark) ? Array(bytes.dropFirst(mark.count)) : bytes
        guard let text = String(validating: body, as: UTF8.self) else {
            throw BadInput([Self.encodingComplaint(bytes, file)])
        }
        self.text = text
    }

    private static func encodingComplaint(_ bytes: [UInt8], _ file: String) -> Complaint {
        let remedy = "save the file as UTF-8"
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            return Complaint(
                file: file, place: Place(line: 1, column: 1), found: "UTF-16", expected: "UTF-8", remedy: remedy)
        }
        var offset = 0
        var place = Place(line: 1, column: 1)
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        scan: while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let encoded):
                offset += encoded.count
                let isNewLine = encoded.count == 1 && encoded.first == 0x0A
                place = isNewLine ? Place(line: place.line + 1, column: 1) : Place(line: place.line, column: place.column + 1)
            case .error, .emptyInput:
                break scan
            }
        }
        let byte = offset < bytes.count ? "0x" + String(bytes[offset], radix: 16, uppercase: true) : "a cut-off character"
        return Complaint(
            file: file, place: place, found: "the byte \(byte) at offset \(offset) is not UTF-8", expected: "UTF-8",
            remedy: remedy)
    }
}
