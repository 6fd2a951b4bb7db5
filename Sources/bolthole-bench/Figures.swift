import Foundation

/// The figures of a run.
enum Figures {
    /// Prints one.
    static func tell(_ name: String, _ value: some CustomStringConvertible) { print(name, value) }

    /// Seconds of processor time that something took: what else the machine is doing hardly matters to it.
    static func seconds(_ work: () throws -> Void) rethrows -> Double {
        let began = clock()
        try work()
        return Double(clock() - began) / Double(CLOCKS_PER_SEC)
    }

    /// Ends with the words on standard error.
    static func failed(_ words: String) -> Never {
        FileHandle.standardError.write(Data("error: \(words)\n".utf8))
        exit(1)
    }

    /// Ends with what there is.
    static func misused() -> Never {
        failed("one of: scheduler EVENTS, year, journal, scenarios, sizes, link, phones. scripts/bench calls them.")
    }
}
