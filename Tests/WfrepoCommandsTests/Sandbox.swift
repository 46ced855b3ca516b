import Foundation
import Testing

/// A temporary folder with a home of its own, in which the built program and git run as a new user would run them:
/// nothing of the developer's environment, a fixed identity and fixed dates.
final class Sandbox {
    /// What a program answered.
    struct Answer {
        var status: Int32
        var output: String
        var errors: String
    }

    /// The folder that commands run in.
    let root: URL
    /// The environment of every command.
    var environment: [String: String]
    private let base: URL

    init() throws {
        base = FileManager.default.temporaryDirectory.appending(path: "wfrepo-\(UUID().uuidString)")
        root = base.appending(path: "project")
        let home = base.appending(path: "home")
        for folder in [root, home] {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }
        environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": home.path,
            "XDG_STATE_HOME": home.appending(path: "state").path, "LC_ALL": "C.UTF-8", "TZ": "UTC",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.test",
            "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.test",
            "GIT_AUTHOR_DATE": "2026-11-01T10:00:00+0000", "GIT_COMMITTER_DATE": "2026-11-01T10:00:00+0000",
        ]
    }

    deinit { try? FileManager.default.removeItem(at: base) }

    /// The folder with the built programs: where this test program is.
    static let builtPrograms = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    /// Runs the built program.
    @discardableResult
    func wfrepo(_ arguments: String..., input: String? = nil, in folder: String = ".") throws -> Answer {
        try run(Self.builtPrograms.appending(path: "wfrepo").path, arguments, input: input, in: folder)
    }

    /// Runs git.
    @discardableResult
    func git(_ arguments: String..., input: String? = nil, in folder: String = ".") throws -> Answer {
        try run("/usr/bin/env", ["git"] + arguments, input: input, in: folder)
    }

    /// Runs a line of shell.
    @discardableResult
    func shell(_ line: String, in folder: String = ".") throws -> Answer {
        try run("/bin/sh", ["-c", line], input: nil, in: folder)
    }

    /// Writes a file below the root, with the folders to it.
    func write(_ path: String, _ text: String) throws {
        let file = root.appending(path: path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    /// The text of a file below the root.
    func read(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: root.appending(path: path)), as: UTF8.self)
    }

    private func run(_ program: String, _ arguments: [String], input: String?, in folder: String) throws -> Answer {
        let scratch = base.appending(path: "io-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        // Files, not pipes: a background run may keep its parent's descriptors longer than the parent lives.
        let (output, errors) = (scratch.appending(path: "out"), scratch.appending(path: "err"))
        for file in [output, errors] { try Data().write(to: file) }
        try Data((input ?? "").utf8).write(to: scratch.appending(path: "in"))
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = root.appending(path: folder)
        process.standardInput = try FileHandle(forReadingFrom: scratch.appending(path: "in"))
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        return Answer(
            status: process.terminationStatus, output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }
}
