import DocumentTree
import Foundation
import Testing
import WorkflowEngine

/// A run that another process drives, which a test can kill.
final class DriverProcess {
    let run: RunID
    private let folder: TemporaryFolder
    private let process = Process()
    private let output = Pipe()

    /// Starts `engine-driver` on a new run of the workflow.
    init(_ folder: TemporaryFolder, yaml: String) throws {
        self.folder = folder
        try Data(yaml.utf8).write(to: URL(fileURLWithPath: "\(folder.path)/test.yaml"))
        let submit = try Self.execute(folder, "submit", "\(folder.path)/test.yaml")
        run = try #require(RunID(String(submit.prefix(26))), "\(submit)")
        try start()
    }

    var pid: Int32 { process.processIdentifier }

    private func start() throws {
        process.executableURL = Self.program
        process.arguments = [folder.path, "drive", run.description]
        process.standardOutput = output
        try process.run()
    }

    /// An engine on the same files.
    func engine() throws -> Engine { try Self.engine(folder) }

    /// An engine on the files of a folder.
    static func engine(_ folder: TemporaryFolder) throws -> Engine {
        try Engine(EngineConfiguration(folder: "\(folder.path)/state", repository: nil, host: "test", parallelism: 2))
    }

    /// Waits until a step has made a file; there is nothing else that another process could wait for.
    func waitForFile(_ name: String) throws {
        for _ in 0..<20_000 {
            if folder.read(name) != nil { return }
            usleep(1000)
        }
        Issue.record("\(name) did not appear")
    }

    /// Waits until something holds that only the journal tells.
    func waitFor(_ condition: () throws -> Bool) throws {
        for _ in 0..<20_000 {
            if try condition() { return }
            usleep(1000)
        }
        Issue.record("it did not come to pass")
    }

    /// Kills the driver, and nothing else.
    func kill() {
        Foundation.kill(pid, SIGKILL)
        process.waitUntilExit()
    }

    /// The status that the driver printed at its end.
    func waitForEnd() throws -> String {
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Takes the run up in a new process; returns the status at its end.
    func drive() throws -> String { try Self.execute(folder, "drive", run.description) }

    /// Resumes the run, as a person does, in a new process; returns the status at its end.
    func resume() throws -> String { try Self.execute(folder, "resume", run.description) }

    static let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("engine-driver")

    private static func execute(_ folder: TemporaryFolder, _ verb: String, _ operand: String) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = program
        process.arguments = [folder.path, verb, operand]
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

extension Engine {
    /// Resumes a run, as a person does.
    func resumeForTest(_ run: RunID, root: String, answer: Value = .null) throws -> RunRecord {
        try send(.resume(answer: answer), to: run)
        return try driveForTest(run, root: root)
    }

    /// Drives a run again.
    func driveForTest(_ run: RunID, root: String) throws -> RunRecord {
        try drive(run, in: RunEnvironment(variables: ["PATH": "/usr/bin:/bin"], root: root))
    }
}
