import Foundation
import GitStore
import Testing
import WorkflowHistory
import WorkflowLanguage

/// A repository in a temporary folder of its own, worked on by plain git and by the library, without anybody's settings.
final class Scratch {
    let root: String
    let path: String
    /// Seconds since 1970 of the next commit; each commit takes one minute.
    private(set) var now = 1_700_000_000

    /// A definition that has no fault.
    static func definition(_ word: String) -> String { "steps:\n  - id: say\n    run: echo \(word)\n" }

    private static let isolation = Result {
        for level in [Library.ConfigurationLevel.system, .xdg, .global] {
            try Library.setConfigurationFolder("", for: level)
        }
    }

    init(bare: Bool = false) throws {
        try Scratch.isolation.get()
        root = NSTemporaryDirectory() + "wfrepo-history-\(UUID().uuidString)"
        path = root + "/repo"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try git(bare ? ["init", "-q", "--bare", "-b", "main"] : ["init", "-q", "-b", "main"])
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    var environment: [String: String] {
        [
            "HOME": root, "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "LC_ALL": "C",
        ]
    }

    var ada: Signature { Signature(name: "Ada", email: "ada@example.test", seconds: now, offsetMinutes: 60) }
    var context: SaveContext { SaveContext(author: ada, committer: ada, environment: environment) }
    var calendar: LocalCalendar { LocalCalendar(now: now) }

    /// The library's view, opened anew.
    func workflows(at path: String? = nil) throws -> WorkflowRepository {
        WorkflowRepository(try Repository.open(path ?? self.path))
    }

    /// Runs git and gives its output without the last newline; the time moves on by a minute.
    @discardableResult
    func git(_ arguments: [String], in folder: String? = nil, fails: Bool = false) throws -> String {
        now += 60
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git", "-c", "protocol.file.allow=always"] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder ?? path)
        process.environment = identified
        let output = Pipe()
        let errors = Pipe()
        (process.standardOutput, process.standardError) = (output, errors)
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect((process.terminationStatus != 0) == fails, "git \(arguments): \(complaint)")
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    /// The environment with Ada as whoever commits, now.
    private var identified: [String: String] {
        var variables = environment
        for role in ["AUTHOR", "COMMITTER"] {
            variables["GIT_\(role)_NAME"] = "Ada"
            variables["GIT_\(role)_EMAIL"] = "ada@example.test"
            variables["GIT_\(role)_DATE"] = "\(now) +0100"
        }
        return variables
    }

    /// Runs a shell line at the top of the repository.
    func run(_ line: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-ec", line]
        process.currentDirectoryURL = URL(fileURLWithPath: path)
        process.environment = identified
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(line)")
    }

    @discardableResult
    func git(_ line: String) throws -> String { try git(line.split(separator: " ").map(String.init)) }

    func write(_ content: String, _ file: String, in folder: String? = nil) throws {
        let target = (folder ?? path) + "/" + file
        try FileManager.default.createDirectory(
            atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(content.utf8).write(to: URL(fileURLWithPath: target))
    }

    func read(_ file: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: path + "/" + file)), as: UTF8.self)
    }

    /// Commits files with plain git and gives the commit.
    @discardableResult
    func commit(_ files: [String: String?], _ message: String = "a change") throws -> CommitID {
        for (file, content) in files {
            if let content {
                try write(content, file)
            } else {
                try FileManager.default.removeItem(atPath: path + "/" + file)
            }
        }
        try git(["add", "-A"])
        try git(["commit", "-q", "-m", message])
        return try head()
    }

    func head() throws -> CommitID { try #require(CommitID(git(["rev-parse", "HEAD"]))) }

    /// Puts an executable file in the hooks folder.
    func hook(_ name: String, _ script: String) throws {
        try write(script, ".git/hooks/" + name)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path + "/.git/hooks/" + name)
    }
}

extension WorkflowName {
    static let deploy = named("deploy")
    static func named(_ text: String) -> WorkflowName {
        guard let name = WorkflowName(text) else { preconditionFailure("a test's name is wrong: \(text)") }
        return name
    }
}
