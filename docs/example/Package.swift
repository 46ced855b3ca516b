// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "review",
    dependencies: [.package(name: "wfrepo", path: "../..")],
    targets: [
        .executableTarget(
            name: "review",
            dependencies: ["DocumentTree", "GitStore", "StructuralDiff", "WorkflowLanguage"].map {
                .product(name: $0, package: "wfrepo")
            })
    ]
)
