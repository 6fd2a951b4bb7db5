print("bolthole")
