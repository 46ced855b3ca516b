// swift-tools-version: 6.2
import Foundation
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// libgit2 and what it stands on, as static archives, where Debian's libgit2-dev 1.5 is installed; else the shared library.
/// Static it starts in half the time: see Sources/CGitOffline/offline.c.
let gitArchives = ["git2", "pcre2-8", "mbedcrypto", "http_parser", "z"].map { "lib\($0).a" }
let archiveFolder = ["x86_64", "aarch64"].map { "/usr/lib/\($0)-linux-gnu/" }.first { folder in
    gitArchives.allSatisfy { FileManager.default.fileExists(atPath: folder + $0) }
}
let linksStatically = archiveFolder != nil && Context.environment["WFREPO_SHARED_LIBGIT2"] == nil
let gitLibraries: [LinkerSetting] =
    // By its file's name: SwiftPM names a library once, and others name `z` before the archives that need it.
    (linksStatically ? gitArchives.map { ":\($0)" } : ["git2", "z"]).map { .linkedLibrary($0) }

/// Linked to a fixed address, the program starts without relocating 126,000 pointers of Swift's metadata (1.5 ms). The folder
/// is made by scripts/setup.sh and holds static archives of libraries that others name, such as libstdc++.
/// A debug build names the shared libraries of Swift, which must not be linked so.
let programLinking = [
    "-Xclang-linker", "-no-pie", "-Xclang-linker", "-static-libgcc", "-L\(Context.packageDirectory)/.build/archives",
    "-Xlinker", "--version-script=\(Context.packageDirectory)/scripts/program.map",
]

/// One layer of the product. Layers stand in order: a layer may import only those above it in this list.
struct Layer {
    var name: String
    var dependencies: [Target.Dependency]
    var testDependencies: [Target.Dependency] = []
    var plugins: [Target.PluginUsage] = []
    var linkerSettings: [LinkerSetting] = []
}

let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let database: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let http: [Target.Dependency] = [
    .product(name: "AsyncHTTPClient", package: "async-http-client"), .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOSSL", package: "swift-nio-ssl"),
]

let layers: [Layer] = [
    Layer(name: "GitStore", dependencies: ["CLibgit2", "CGitOffline", "CLinux", crypto], linkerSettings: gitLibraries),
    Layer(name: "DocumentTree", dependencies: ["CLinux", yams]),
    Layer(name: "WorkflowSecrets", dependencies: ["GitStore", "DocumentTree", crypto, cryptoExtras]),
    Layer(name: "StructuralDiff", dependencies: ["DocumentTree"]),
    Layer(name: "WorkflowLanguage", dependencies: ["DocumentTree", "StructuralDiff", crypto]),
    Layer(name: "WorkflowTemplates", dependencies: ["DocumentTree"]),
    Layer(
        name: "WorkflowHistory",
        dependencies: ["GitStore", "DocumentTree", "StructuralDiff", "WorkflowLanguage"]),
    Layer(
        name: "WorkflowEngine",
        dependencies: [
            "CLinux", "CKinds", "GitStore", "DocumentTree", "WorkflowLanguage", database, sqlite, logging, crypto,
        ] + http,
        testDependencies: ["engine-driver"]),
    Layer(
        name: "WorkflowRecords",
        dependencies: [
            "GitStore", "DocumentTree", "WorkflowLanguage", "WorkflowHistory", "WorkflowEngine", database, crypto,
        ]),
    Layer(
        name: "WfrepoCommands",
        dependencies: [
            "CLinux", "GitStore", "DocumentTree", "StructuralDiff", "WorkflowLanguage", "WorkflowTemplates",
            "WorkflowHistory", "WorkflowEngine", "WorkflowRecords", "WorkflowSecrets", crypto, argumentParser, logging,
        ],
        testDependencies: ["wfrepo"],
        plugins: ["EmbedFiles"]),
]

let package = Package(
    name: "wfrepo",
    products: [.executable(name: "wfrepo", targets: ["wfrepo"])]
        + layers.map { .library(name: $0.name, targets: [$0.name]) },
    dependencies: [
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CLibgit2", pkgConfig: linksStatically ? nil : "libgit2", providers: [.apt(["libgit2-dev"])]),
        .target(name: "CGitOffline"),
        .target(name: "CLinux"),
        // libarchive and libjq, loaded when a step needs them.
        .target(name: "CKinds", linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "CStartup"),
        .executableTarget(
            name: "wfrepo", dependencies: ["WfrepoCommands", "CStartup"], swiftSettings: settings,
            linkerSettings: [.unsafeFlags(programLinking, .when(platforms: [.linux], configuration: .release))]),
        .executableTarget(name: "embed-files", swiftSettings: settings),
        // A process of its own that tests of the engine can kill.
        .executableTarget(
            name: "engine-driver", dependencies: ["WorkflowEngine", "WorkflowLanguage", "GitStore"],
            path: "Tests/engine-driver", swiftSettings: settings),
        // Measures the recorder without the program around it.
        .executableTarget(
            name: "record-bench",
            dependencies: ["WorkflowRecords", "WorkflowHistory", "WorkflowEngine", "WorkflowLanguage", "GitStore"],
            path: "bench/recording", swiftSettings: settings),
        .plugin(name: "EmbedFiles", capability: .buildTool(), dependencies: ["embed-files"]),
    ]
        + layers.map {
            .target(
                name: $0.name, dependencies: $0.dependencies, swiftSettings: settings,
                linkerSettings: $0.linkerSettings, plugins: $0.plugins)
        }
        + layers.map {
            .testTarget(
                name: "\($0.name)Tests",
                dependencies: [.target(name: $0.name)] + $0.dependencies + $0.testDependencies,
                swiftSettings: settings)
        }
)
