#if RaspberryPi
    import Foundation

    /// What the person in front of the program sees.
    enum Terminal {
        /// Writes to standard output.
        static func say(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

        /// Writes a line to standard error.
        static func complain(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
    }
#endif
