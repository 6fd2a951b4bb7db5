#if !RaspberryPi
    import Foundation

    /// What stands here without the trait.
    @main
    enum Absent {
        static func main() {
            let words = """
                boltholed: built without the Raspberry Pi board.
                Build it with: swift build --configuration release --traits RaspberryPi --product boltholed
                It needs libgpiod and libbluetooth (Debian: libgpiod-dev, libbluetooth-dev).

                """
            FileHandle.standardError.write(Data(words.utf8))
            exit(2)
        }
    }
#endif
