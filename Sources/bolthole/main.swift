import ArgumentParser
import Foundation
import LockScenario

/// Does what the command line asks for.
func perform(_ command: any ParsableCommand) async throws {
    var command = command
    if var slow = command as? any AsyncParsableCommand {
        try await slow.run()
    } else {
        try command.run()
    }
}

// Exit codes are a promise: 0 passed, 1 failed, 2 bad input or usage, 3 unsafe, 4 not live. ArgumentParser's own code
// for usage is 64, so what it throws is mapped here.
Terminal.begin()
var code: Int32 = 0
do {
    try await perform(Bolthole.parseAsRoot())
} catch let exitCode as ExitCode {
    code = exitCode.rawValue
} catch {
    let message = Bolthole.fullMessage(for: error)
    if Bolthole.exitCode(for: error) == .success {
        Terminal.say(message + "\n")
    } else {
        Terminal.complain(message)
        code = Verdict.badInput.rawValue
    }
}
exit(Terminal.tellWhatFailed() ? Verdict.badInput.rawValue : code)
