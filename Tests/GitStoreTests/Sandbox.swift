import Foundation
import GitStore

/// A temporary folder with a git repository in it, and the `git` program without anybody's configuration.
final class Sandbox {
    let folder: String
    let environment: [String: String]

    /// - Parameter setUp: arguments of the first git command in the empty folder; `nil` for none.
    init(_ setUp: [String]? = ["init", "-q", "-b", "main"]) throws {
        try Sandbox.isolateLibrary
        folder = NSTemporaryDirectory() + "gitstore-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder,
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "LC_ALL": "C", "TZ": "UTC",
            "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org", "GIT_AUTHOR_DATE": "@1700000000 +0100",
            "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.org",
            "GIT_COMMITTER_DATE": "@1700000000 +0100",
        ]
        if let setUp { try git(setUp) }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private static var isolateLibrary: Void {
        get throws { try isolation.get() }
    }

    private static let isolation = Result {
        for level in [Library.ConfigurationLevel.system, .xdg, .global] {
            try Library.setConfigurationFolder("", for: level)
        }
    }

    /// Runs git and gives what it prints, without the last newline. A failure is an error with git's message.
    @discardableResult
    func git(
        _ arguments: [String], in directory: String? = nil, input: String? = nil, extra: [String: String] = [:]
    ) throws -> String {
        let text = try run("git", arguments, in: directory, input: input, extra: extra)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    @discardableResult
    func git(_ arguments: String...) throws -> String { try git(arguments) }

    /// Runs any program and gives what it prints.
    @discardableResult
    func run(
        _ program: String, _ arguments: [String], in directory: String? = nil, input: String? = nil,
        extra: [String: String] = [:]
    ) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: directory ?? folder)
        process.environment = environment.merging(extra) { $1 }
        let output = folder + "-output-" + UUID().uuidString
        let errors = output + ".errors"
        for path in [output, errors] { try Data().write(to: URL(fileURLWithPath: path)) }
        defer { for path in [output, errors] { try? FileManager.default.removeItem(atPath: path) } }
        let outputHandle = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
        let errorHandle = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
        process.standardOutput = outputHandle
        process.standardError = errorHandle
        if let input {
            let path = output + ".input"
            try input.write(toFile: path, atomically: false, encoding: .utf8)
            process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            try FileManager.default.removeItem(atPath: path)
        } else {
            process.standardInput = FileHandle.nullDevice
        }
        try process.run()
        process.waitUntilExit()
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: output)), as: UTF8.self)
        guard process.terminationStatus == 0 else {
            let message = String(decoding: try Data(contentsOf: URL(fileURLWithPath: errors)), as: UTF8.self)
            throw ProgramFailure(status: process.terminationStatus, message: message, output: text)
        }
        return text
    }

    /// Writes a file below the folder, with the folders to it.
    func write(_ path: String, _ text: String) throws {
        let url = URL(fileURLWithPath: folder + "/" + path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: url, atomically: false, encoding: .utf8)
    }

    func read(_ path: String) throws -> String {
        try String(contentsOfFile: folder + "/" + path, encoding: .utf8)
    }

    func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: folder + "/" + path)
    }

    /// Writes files, adds and commits them with git, and gives the commit.
    @discardableResult
    func commit(_ files: [String: String], _ message: String = "change") throws -> CommitID {
        for (path, text) in files { try write(path, text) }
        try git("add", "-A")
        try git("commit", "-q", "--allow-empty", "-m", message)
        return try tip()
    }

    func tip(_ name: String = "HEAD") throws -> CommitID {
        try parsed(CommitID(git("rev-parse", name + "^{commit}")))
    }

    func tree(_ name: String = "HEAD") throws -> TreeID {
        try parsed(TreeID(git("rev-parse", name + "^{tree}")))
    }

    func object(_ name: String) throws -> ObjectID {
        try parsed(ObjectID(git("rev-parse", name)))
    }

    func repository() throws -> Repository { try Repository.open(folder) }

    private func parsed<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw ProgramFailure(status: 0, message: "git printed no id", output: "") }
        return value
    }

    static let ada = Signature(name: "Ada", email: "ada@example.org", seconds: 1_700_000_000, offsetMinutes: 60)
}

struct ProgramFailure: Error {
    var status: Int32
    var message: String
    var output: String
}
