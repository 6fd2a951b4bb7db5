import Foundation
import LockModel
import LockScenario
import Synchronization

/// Where the traces of many runs go, each in one piece, in the order in which they end.
final class TraceFile: Sendable {
    /// Whether standard output belongs to the traces.
    let isStandardOutput: Bool

    private let path: String
    private let handle: Mutex<FileHandle?>
    private let complaint = Mutex<BadInput?>(nil)

    /// Opens a file anew, making the folders on its way; `-` is standard output.
    init(_ path: String) throws(BadInput) {
        self.path = path
        isStandardOutput = path == "-"
        guard !isStandardOutput else {
            handle = Mutex(nil)
            return
        }
        try Files.write("", to: path)
        handle = Mutex(FileHandle(forWritingAtPath: path))
    }

    /// Writes a run.
    func write(_ report: RunReport) {
        let text = TraceReport.text(of: report)
        guard !isStandardOutput else { return Terminal.say(text) }
        handle.withLock { handle in
            do {
                try handle?.write(contentsOf: Data(text.utf8))
            } catch {
                handle = nil
                complaint.withLock { $0 = Files.unwritable(path) }
            }
        }
    }

    /// To be called when all is written: fails if something could not be.
    func close() throws(BadInput) {
        if let complaint = complaint.withLock({ $0 }) { throw complaint }
    }
}
