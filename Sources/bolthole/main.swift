import ArgumentParser
import Foundation
import LockScenario

// Exit codes are a promise: 0 passed, 1 failed, 2 bad input or usage, 3 unsafe, 4 not live. ArgumentParser's own code
// for usage is 64, so what it throws is mapped here.
do {
    var command = try Bolthole.parseAsRoot()
    try command.run()
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
