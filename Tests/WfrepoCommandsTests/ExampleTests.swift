import Foundation
import Testing

/// The example in `docs/example` is checked against the libraries as they were just built. That takes a second;
/// `make check` also builds it as a package of its own.
@Suite struct ExampleTests {
    static let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        .standardizedFileURL

    /// The maps of the C modules that the libraries' own modules refer to.
    private func moduleMaps() throws -> [String] {
        let scratch = Sandbox.builtPrograms.deletingLastPathComponent().deletingLastPathComponent()
        let places = [Self.package.appending(path: "Sources"), scratch.appending(path: "checkouts")]
        let answer = try Sandbox().shell(
            "find \(places.map { "'\($0.path)'" }.joined(separator: " ")) -maxdepth 5 -path '*/Sources/*' -name module.modulemap"
        )
        let written = answer.output.split(separator: "\n").map(String.init).filter { !$0.contains("SQLCipher") }
        let generated = ["CLinux", "CGitOffline"].map { Sandbox.builtPrograms.path + "/\($0).build/module.modulemap" }
        return written + generated
    }

    @Test func exampleUsesTheLibrariesAsTheyAre() throws {
        let maps = try moduleMaps().map { "-Xcc -fmodule-map-file='\($0)'" }.joined(separator: " ")
        let sources = Self.package.appending(path: "docs/example/Sources/review").path
        let answer = try Sandbox().shell(
            """
            swiftc -typecheck -swift-version 6 -I '\(Sandbox.builtPrograms.path)/Modules' \(maps) '\(sources)'/*.swift
            """)
        #expect(answer.status == 0, "\(answer.errors)")
    }
}
