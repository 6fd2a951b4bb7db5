#if RaspberryPi
    import Foundation
    import LockPi
    import Testing

    /// M5 (A03): what the lock keeps in its state folder is nobody else's to read or to put there.
    @Suite struct PrivateFileTests {
        @Test(arguments: [0o700, 0o500, 0o750, 0o755])
        func `a folder that nobody else may write is a place for secrets`(mode: Int) throws {
            try inFolder(mode) { try PrivateFile.judge(folder: $0, Kernel()) }
        }

        @Test(arguments: [0o770, 0o707, 0o777, 0o720, 0o1777])
        func `M5, A03: a folder that others may write is refused, for they could put another key there`(mode: Int)
            throws
        {
            try inFolder(mode) { folder in
                #expect(throws: PrivateFile.Objection.mode(UInt32(mode))) {
                    try PrivateFile.judge(folder: folder, Kernel())
                }
            }
        }

        @Test(.enabled(if: geteuid() == 0, "only root can give a folder away"))
        func `M5, A03: a folder that belongs to somebody else is refused`() throws {
            try inFolder(0o700) { folder in
                #expect(unsafe chown(folder, 4_242, 4_242) == 0)
                #expect(throws: PrivateFile.Objection.owner(4_242)) {
                    try PrivateFile.judge(folder: folder, Kernel())
                }
            }
        }

        @Test func `M5, A03: a folder behind a link is judged by itself and not by its link`() throws {
            try inFolder(0o777) { folder in
                let link = folder + "-link"
                try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder)
                defer { _ = unsafe unlink(link) }
                #expect(throws: PrivateFile.Objection.mode(0o777)) { try PrivateFile.judge(folder: link, Kernel()) }
            }
        }

        @Test func `M5, A03: a new key is closed to others from its first byte on, whatever the mask`() throws {
            try inFolder(0o700) { folder in
                let mask = umask(0)
                defer { umask(mask) }
                let bytes = [UInt8](repeating: 7, count: 32)
                try PrivateFile.replace(folder + "/device.key", bytes.span, Kernel())
                var status = stat()
                #expect(unsafe lstat(folder + "/device.key", &status) == 0)
                #expect(status.st_mode & 0o7777 == 0o600 && status.st_size == 32)
            }
        }

        @Test func `M5, A03: a new key follows no link, neither at its own place nor at the draft's`() throws {
            try inFolder(0o700) { folder in
                for name in ["device.key", "device.key.new"] {
                    #expect(unsafe symlink(folder + "/other", folder + "/" + name) == 0)
                }
                let bytes = [UInt8](repeating: 7, count: 32)
                try PrivateFile.replace(folder + "/device.key", bytes.span, Kernel())
                #expect(!FileManager.default.fileExists(atPath: folder + "/other"))
                var status = stat()
                #expect(unsafe lstat(folder + "/device.key", &status) == 0)
                #expect(status.st_mode & S_IFMT == S_IFREG)
            }
        }

        @Test func `M5, A03: a backup is a new file, never one that lies there, and never behind a link`() throws {
            try inFolder(0o700) { folder in
                let bytes = [UInt8](repeating: 7, count: 32)
                try Data().write(to: URL(fileURLWithPath: folder + "/there"))
                #expect(unsafe symlink(folder + "/nowhere", folder + "/link") == 0)
                for name in ["there", "link"] {
                    #expect(throws: KernelFault(call: .open, code: EEXIST, subject: folder + "/" + name)) {
                        try PrivateFile.create(folder + "/" + name, bytes.span, Kernel())
                    }
                }
                #expect(!FileManager.default.fileExists(atPath: folder + "/nowhere"))
            }
        }

        private func inFolder(_ mode: Int, _ body: (String) throws -> Void) throws {
            let folder = NSTemporaryDirectory() + "/" + UUID().uuidString
            #expect(unsafe mkdir(folder, 0o700) == 0 && chmod(folder, mode_t(mode)) == 0)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try body(folder)
        }
    }
#endif
