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
do {
    try await perform(Bolthole.parseAsRoot())
} catch let code as ExitCode {
    exit(code.rawValue)
} catch {
    let message = Bolthole.fullMessage(for: error)
    if Bolthole.exitCode(for: error) == .success {
        print(message)
        exit(0)
    }
    Terminal.complain(message)
    exit(Verdict.badInput.rawValue)
}
