import LockCore
import LockHAL

/// Stands here until LockRuntime has the real loop; then this file goes.
struct Runtime<Hardware: Board, C: Crypto>: ~Copyable {
    var board: Hardware
    init(board: consuming Hardware, settings: Settings) {
        self.board = board
        _ = self.board.startUp()
    }
    mutating func turn() { _ = board.nextCompletion(before: nil) }
}
