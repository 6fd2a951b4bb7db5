// swift-tools-version: 6.3
import PackageDescription

/// What every target is held to.
let everywhere: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    // A runtime that is generic over its board is three times slower without it.
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

/// What the firmware is held to besides: nothing that Embedded Swift could not compile.
let firmware: [SwiftSetting] = everywhere + [.treatWarning("EmbeddedRestrictions", as: .error)]

/// No names of fields and cases in the binary (R8): what keeps a secret cannot be taken apart by a mirror either.
///
/// Not everywhere. LockCore and LockHAL have the words of bolts, roles and faults, which programs tell by their cases' names;
/// the parser of command lines finds the fields of boltholed and bolthole by their names. There a secret is kept by its
/// own type instead: it cannot be copied into a mirror, or shows an empty one.
let nameless: [SwiftSetting] = [.unsafeFlags(["-Xfrontend", "-disable-reflection-metadata"])]

/// The same for what tests look into while it is built for debugging.
let namelessInRelease: [SwiftSetting] = [
    .unsafeFlags(["-Xfrontend", "-disable-reflection-metadata"], .when(configuration: .release))
]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let flyingFox: [Target.Dependency] = [
    .product(name: "FlyingFox", package: "FlyingFox"), .product(name: "FlyingSocks", package: "FlyingFox"),
]
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "bolthole",
    platforms: [.macOS(.v26)],
    products: [
        .executable(name: "bolthole", targets: ["bolthole"]),
        .library(name: "LockCore", targets: ["LockCore"]),
        .executable(name: "boltholed", targets: ["boltholed"]),
        .executable(name: "bolthole-rig", targets: ["bolthole-rig"]),
    ],
    traits: [
        .trait(
            name: "RaspberryPi", description: "The Raspberry Pi board and its daemon; needs libgpiod and libbluetooth.")
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swhitty/FlyingFox", exact: "0.27.1"),
    ],
    targets: [
        .target(name: "LockCore", swiftSettings: firmware),
        .target(name: "LockHAL", dependencies: ["LockCore"], swiftSettings: firmware),
        .target(
            name: "LockStore", dependencies: ["LockHAL", "LockCore"], swiftSettings: firmware + namelessInRelease),
        .target(
            name: "LockLink", dependencies: ["LockHAL", "LockCore"], swiftSettings: firmware + namelessInRelease),
        .target(
            name: "LockRuntime", dependencies: ["LockStore", "LockLink", "LockHAL", "LockCore"],
            swiftSettings: firmware + namelessInRelease),
        .target(
            name: "LockCrypto", dependencies: ["LockHAL", "LockCore", crypto, cryptoExtras],
            swiftSettings: everywhere + namelessInRelease),
        .target(
            name: "LockSim", dependencies: ["LockRuntime", "LockStore", "LockLink", "LockHAL", "LockCore"],
            swiftSettings: everywhere),
        .target(name: "LockModel", dependencies: ["LockCore", yams], swiftSettings: everywhere),
        .target(
            name: "LockScenario",
            dependencies: [
                "LockSim", "LockModel", "LockCrypto", "LockRuntime", "LockStore", "LockLink", "LockHAL", "LockCore",
                yams,
            ],
            swiftSettings: everywhere),
        // For scripts/bench; no product, so that nobody installs it.
        .executableTarget(
            name: "bolthole-bench",
            dependencies: [
                "LockScenario", "LockModel", "LockSim", "LockCrypto", "LockStore", "LockLink", "LockHAL", "LockCore",
            ],
            swiftSettings: everywhere),
        // The kernel's structures, libgpiod and Bluetooth's sockets, as Swift can call them.
        .target(name: "CLinux"),
        .target(
            name: "CGpiod",
            cSettings: [.define("BOLTHOLE_RASPBERRY_PI", .when(traits: ["RaspberryPi"]))],
            linkerSettings: [.linkedLibrary("gpiod", .when(traits: ["RaspberryPi"]))]),
        .target(
            name: "CBlueZ",
            cSettings: [.define("BOLTHOLE_RASPBERRY_PI", .when(traits: ["RaspberryPi"]))],
            linkerSettings: [.linkedLibrary("bluetooth", .when(traits: ["RaspberryPi"]))]),
        .target(
            name: "LockPi",
            dependencies: ["LockRuntime", "LockStore", "LockHAL", "LockCore", "CLinux", "CGpiod", "CBlueZ"],
            swiftSettings: everywhere + nameless),
        .executableTarget(
            name: "boltholed",
            dependencies: [
                "LockPi", "LockModel", "LockCrypto", "LockRuntime", "LockLink", "LockStore", "LockHAL", "LockCore",
                argumentParser,
            ],
            swiftSettings: everywhere),
        // The world of a scenario, in real time, around a real boltholed.
        .executableTarget(
            name: "bolthole-rig",
            dependencies: [
                "LockScenario", "LockSim", "LockModel", "LockCrypto", "LockStore", "LockHAL", "LockCore", "CLinux",
                argumentParser,
            ],
            swiftSettings: everywhere),
        .executableTarget(
            name: "bolthole",
            dependencies: [
                "LockScenario", "LockSim", "LockModel", "LockCrypto", "LockRuntime", "LockLink", "LockHAL", "LockCore",
                argumentParser,
                // For `bolthole phone --radio`.
                .target(name: "CBlueZ", condition: .when(traits: ["RaspberryPi"])),
            ] + flyingFox,
            swiftSettings: everywhere),

        .testTarget(
            name: "BoardContractTests",
            dependencies: ["LockPi", "LockSim", "LockCrypto", "LockHAL", "LockCore", "CLinux"],
            swiftSettings: everywhere),
        .testTarget(
            name: "LockPiTests", dependencies: ["LockPi", "LockHAL", "LockCore", "CGpiod", "CLinux"],
            swiftSettings: everywhere),
        .testTarget(name: "LockCoreTests", dependencies: ["LockCore"], swiftSettings: everywhere),
        .testTarget(name: "LockModelTests", dependencies: ["LockModel", "LockCore"], swiftSettings: everywhere),
        .testTarget(
            name: "LockRuntimeTests",
            dependencies: ["LockRuntime", "LockLink", "LockStore", "LockCrypto", "LockHAL", "LockCore"],
            swiftSettings: everywhere),
        .testTarget(
            name: "LockStoreTests", dependencies: ["LockStore", "LockCrypto", "LockHAL", "LockCore"],
            swiftSettings: everywhere),
        .testTarget(
            name: "LockLinkTests", dependencies: ["LockLink", "LockCrypto", "LockHAL", "LockCore"],
            exclude: ["Vectors"], swiftSettings: everywhere),
        .testTarget(
            name: "LockCryptoTests", dependencies: ["LockCrypto", "LockHAL", "LockCore", crypto],
            swiftSettings: everywhere),
        .testTarget(
            name: "LockScenarioTests",
            dependencies: ["LockScenario", "LockModel", "LockSim", "LockCore"], swiftSettings: everywhere),
        .testTarget(
            name: "ScenarioTests", dependencies: ["LockScenario", "LockModel"], exclude: ["Golden"],
            swiftSettings: everywhere),
        .testTarget(name: "boltholeTests", dependencies: ["bolthole"], swiftSettings: everywhere),
        .testTarget(name: "RepositoryTests", dependencies: ["LockScenario", "LockModel"], swiftSettings: everywhere),
        .testTarget(
            name: "LockSimTests",
            dependencies: ["LockSim", "LockCrypto", "LockRuntime", "LockStore", "LockHAL", "LockCore"],
            swiftSettings: everywhere),
    ]
)

// A fuzz target takes its `main` from libFuzzer, so that no other build could link it: scripts/fuzz asks for it.
if Context.environment["BOLTHOLE_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "bolthole-fuzz",
            dependencies: ["LockScenario", "LockModel", "LockStore", "LockLink", "LockHAL", "LockCore"],
            path: "Tests/Fuzz", exclude: ["Corpus"], swiftSettings: everywhere))
}

// Lives through seeds by the thousand and shows one: `BOLTHOLE_SWARM=1 swift run -c release bolthole-swarm swarm 0 1000`.
if Context.environment["BOLTHOLE_SWARM"] != nil {
    package.targets.append(
        .executableTarget(
            name: "bolthole-swarm", dependencies: ["LockSim", "LockCrypto", "LockCore"], path: "Tests/Swarm",
            swiftSettings: everywhere))
}
