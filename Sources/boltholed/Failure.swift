#if RaspberryPi
    import ArgumentParser
    import Foundation
    import LockModel
    import LockPi

    /// Why a command ends early: what was found, where, what to do.
    struct Failure: Error {
        /// 1: ran and failed; 2: bad input or environment.
        let code: Int32
        let text: String

        init(_ text: String, code: Int32 = 2) {
            self.text = text
            self.code = code
        }

        init(_ input: BadInput) { self.init(input.description) }
    }

    extension ParsableCommand {
        /// Does something, and ends the program with the right code if it fails.
        func ending(_ body: () throws(Failure) -> Void) throws {
            do throws(Failure) {
                try body()
            } catch {
                FileHandle.standardError.write(Data("\(error.text)\n".utf8))
                throw ExitCode(error.code)
            }
        }
    }
#endif
