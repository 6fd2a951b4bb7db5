#if RaspberryPi
    import ArgumentParser
    import Foundation
    import LockPi

    /// Saves the credentials.
    struct Backup: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "backup",
            abstract: "Saves credentials and counters, sealed under the device key.",
            discussion: """
                Nobody can read it without the device key, and it can be restored only beside the same key. Keep a copy
                of device.key in another place. The access log is not in it.

                EXAMPLE:
                  boltholed backup lock-2026-11.bolthole
                """)

        @OptionGroup var place: SocketOption

        @Argument(help: "The file to write; it must not exist.", completion: .file())
        var file: String

        func run() throws {
            try ending { () throws(Failure) in
                let image = try Client.ask(Request(ask: .backup), at: place.socket).image ?? Data()
                let bytes = [UInt8](image)
                do throws(KernelFault) {
                    try PrivateFile.create(file, bytes.span, Kernel())
                } catch {
                    throw Failure(
                        "\(error.description); a backup must be a new file in a folder that you may write, and no link")
                }
                print("\(image.count) bytes in \(file)")
            }
        }
    }

    /// Brings credentials back.
    struct Restore: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "restore",
            abstract: "Brings back what a backup has and the lock has not.",
            discussion: """
                Adds, and takes nothing back: who was removed since stays removed, a used recovery code stays used, no
                counter goes down. A user who has a credential here keeps it.

                EXAMPLE:
                  boltholed restore lock-2026-11.bolthole
                """)

        /// Parts of a restore; each writes some records, and between two the lock works.
        static var partsMax: Int { 200 }

        @OptionGroup var place: SocketOption

        @Argument(help: "The backup.", completion: .file())
        var file: String

        func run() throws {
            try ending { () throws(Failure) in
                let image: Data
                do {
                    image = try Data(contentsOf: URL(fileURLWithPath: file))
                } catch {
                    throw Failure("\(file): cannot be read; expected a file that boltholed backup wrote")
                }
                for _ in 0..<Self.partsMax {
                    let answer = try Client.insist(Request(ask: .restore, image: image), at: place.socket)
                    print(answer.done ?? "")
                    guard answer.isComplete == false else { return }
                    usleep(500_000)
                }
                throw Failure("the journal has no room at this time; try again in a minute", code: 1)
            }
        }
    }
#endif
