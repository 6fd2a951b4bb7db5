/// A place in a file, as editors count: lines and columns from 1, columns in Unicode scalars.
public struct Place: Equatable, Sendable {
    /// The line, from 1; 0 where the complaint is about the file as a whole.
    public let line: Int
    /// The column, from 1.
    public let column: Int

    /// A place.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// The file as a whole.
    public static var wholeFile: Self { Self(line: 0, column: 0) }
}

/// One thing that is wrong with a file, told so that its author can mend it.
///
/// Reads as `file:line:column: what was found; what was expected; nearest right word; what to do`.
public struct Complaint: Equatable, Sendable {
    /// The file, as its reader named it.
    public let file: String
    /// Where in the file.
    public let place: Place
    /// What stands there.
    public let found: String
    /// What should stand there.
    public let expected: String
    /// The right word that looks most like what was found; `nil` if none is near.
    public let nearest: String?
    /// What to do about it; `nil` if `expected` says it all.
    public let remedy: String?

    /// A complaint.
    public init(
        file: String, place: Place, found: String, expected: String, nearest: String? = nil, remedy: String? = nil
    ) {
        self.file = file
        self.place = place
        self.found = found
        self.expected = expected
        self.nearest = nearest
        self.remedy = remedy
    }
}

extension Complaint: CustomStringConvertible {
    /// The whole complaint on one line.
    public var description: String {
        var line = file
        if place != .wholeFile { line += ":\(place.line):\(place.column)" }
        line += ": \(found); expected \(expected)"
        if let nearest { line += "; did you mean \"\(nearest)\"?" }
        if let remedy { line += "; \(remedy)" }
        return line
    }
}

/// Why a file cannot be used: all that was found wrong with it, at most `complaintsMax`.
public struct BadInput: Error, Equatable, Sendable, CustomStringConvertible {
    /// Complaints about one file before the reader gives up.
    ///
    /// *Chosen*: a screenful.
    public static var complaintsMax: Int { 20 }

    /// At least one, in the order of the file.
    public let complaints: [Complaint]

    /// A refusal with its reasons.
    public init(_ complaints: [Complaint]) { self.complaints = complaints }

    /// One complaint a line.
    public var description: String { complaints.map(\.description).joined(separator: "\n") }
}

/// Collects complaints about one file.
public struct Complaints: Sendable {
    /// The file that they are about.
    public let file: String
    /// What was found so far, at most `BadInput.complaintsMax`.
    public private(set) var list: [Complaint] = []

    /// No complaints yet.
    public init(about file: String) { self.file = file }

    /// Whether the file is good so far.
    public var isEmpty: Bool { list.isEmpty }

    /// Whether it is no use to look for more.
    public var isFull: Bool { list.count >= BadInput.complaintsMax }

    /// Adds one, if there is room.
    public mutating func add(
        _ place: Place, found: String, expected: String, nearest: String? = nil, remedy: String? = nil
    ) {
        guard !isFull else { return }
        list.append(
            Complaint(file: file, place: place, found: found, expected: expected, nearest: nearest, remedy: remedy))
    }

    /// Throws all of them, in the order of the file, if there are any.
    public func throwIfAny() throws(BadInput) {
        guard !list.isEmpty else { return }
        throw BadInput(
            list.enumerated().sorted { one, other in
                let (first, second) = (one.element.place, other.element.place)
                if first.line != second.line { return first.line < second.line }
                if first.column != second.column { return first.column < second.column }
                return one.offset < other.offset
            }.map(\.element))
    }
}

/// What was found, quoted and cut to a length that fits a line.
public func quoted(_ text: String) -> String {
    let limit = 40
    var shown = ""
    for scalar in text.unicodeScalars.prefix(limit) {
        // A terminal must not be steered by a file's content.
        shown += ShownText.visible(scalar)
    }
    return "\"\(shown)\(text.unicodeScalars.count > limit ? "..." : "")\""
}
