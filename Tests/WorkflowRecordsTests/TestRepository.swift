import Foundation
import GitStore
import Testing

/// A repository in a folder of its own, with one workflow in two versions, and git itself to look at it. Nothing of the
/// machine's or the user's configuration is read.
final class TestRepository: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/wfrepo-records-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try git("init", "-q", "-b", "main")
        try commit("workflows/deploy.yaml", "steps: [{run: make deploy}]\n", "Add deploy")
        try commit("workflows/deploy.yaml", "steps: [{run: make install}]\n", "Install instead")
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func open() throws -> Repository {
        try Self.isolation.get()
        return try Repository.open(path)
    }

    private static let isolation = Result {
        for level in [Library.ConfigurationLevel.system, .xdg, .global] {
            try Library.setConfigurationFolder("", for: level)
        }
    }

    /// Commits a file by git itself.
    func commit(_ file: String, _ text: String, _ subject: String) throws {
        let url = URL(fileURLWithPath: path).appendingPathComponent(file)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
        try git("add", file)
        try git("commit", "-q", "-m", subject)
    }

    /// What git prints, without the last line break.
    @discardableResult
    func git(
        _ arguments: String..., input: String? = nil, environment: [String: String] = [:]
    ) throws -> String {
        let (status, output, errors) = try run(arguments, input: input, environment: environment)
        #expect(status == 0, "git \(arguments.joined(separator: " ")): \(errors)")
        return output
    }

    /// Runs git, whatever comes of it.
    func run(
        _ arguments: [String], input: String? = nil, environment: [String: String] = [:]
    ) throws -> (status: Int32, output: String, errors: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/git")
        process.arguments = ["-C", path] + arguments
        process.environment = [
            "PATH": "/usr/bin:/bin", "HOME": path, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org", "GIT_COMMITTER_NAME": "Ada",
            "GIT_COMMITTER_EMAIL": "ada@example.org", "GIT_AUTHOR_DATE": "1795237200 +0000",
            "GIT_COMMITTER_DATE": "1795237200 +0000", "TZ": "UTC", "LC_ALL": "C",
        ].merging(environment) { _, given in given }
        let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = stderr
        try process.run()
        stdin.fileHandleForWriting.write(Data((input ?? "").utf8))
        try stdin.fileHandleForWriting.close()
        let output = stdout.fileHandleForReading.readDataToEndOfFile()
        // git says little on standard error: it fits the pipe.
        let errors = stderr.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        var text = String(decoding: output, as: UTF8.self)
        if text.hasSuffix("\n") { text.removeLast() }
        return (process.terminationStatus, text, String(decoding: errors, as: UTF8.self))
    }

    func exists(_ file: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + file) }
}
