#if RaspberryPi
    import Glibc

    /// Why the rig cannot go on.
    struct Trouble: Error {
        /// The exit code: 2 for input and surroundings, 1 for what went wrong later.
        let code: Int32
        /// What, and what to do about it.
        let text: String

        init(_ text: String, code: Int32 = 2) {
            self.code = code
            self.text = text
        }

        /// What the operating system refused just now.
        static func refused(_ path: String, _ remedy: String) -> Trouble {
            Trouble("\(path): \(unsafe String(cString: strerror(errno))); \(remedy)")
        }
    }
#endif
