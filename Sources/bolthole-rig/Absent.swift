#if !RaspberryPi
    import Foundation

    /// What stands here without the trait.
    @main
    enum Absent {
        static func main() {
            let words = """
                bolthole-rig: built without the Raspberry Pi board.
                Build it with: swift build --traits RaspberryPi --product bolthole-rig
                It needs libgpiod and libbluetooth (Debian: libgpiod-dev, libbluetooth-dev), and runs in the virtual machine of scripts/kernel-vm.

                """
            FileHandle.standardError.write(Data(words.utf8))
            exit(2)
        }
    }
#endif
