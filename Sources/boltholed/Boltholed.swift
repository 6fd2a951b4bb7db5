#if RaspberryPi
    @main enum Boltholed { static func main() {} }
#endif
