import Foundation
import Testing

extension Sandbox {
    /// The built program, as a shell takes it.
    static let program = "'\(builtPrograms.appending(path: "wfrepo").path)'"

    /// A workflow that works.
    static let hello = "steps:\n  - id: greet\n    run: echo hello\n"

    /// A repository that `wfrepo init` made, with these workflows in one commit, `Start`.
    static func withWorkflows(_ workflows: [String: String] = [:]) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.succeed("wfrepo init --json . >/dev/null")
        try sandbox.save(workflows, "Start")
        return sandbox
    }

    /// Writes definitions and saves them.
    func save(_ workflows: [String: String], _ message: String) throws {
        guard !workflows.isEmpty else { return }
        for (name, text) in workflows { try write("workflows/\(name).yaml", text) }
        try succeed("wfrepo commit --json -m '\(message)' \(workflows.keys.sorted().joined(separator: " ")) >/dev/null")
    }

    /// Runs a line of shell that must succeed, with the built wfrepo first on PATH.
    @discardableResult
    func succeed(_ line: String, in folder: String = ".", at location: SourceLocation = #_sourceLocation) throws
        -> String
    {
        let answer = try shell("PATH='\(Self.builtPrograms.path)':$PATH\n\(line)", in: folder)
        #expect(answer.status == 0, "\(line)\n\(answer.output)\(answer.errors)", sourceLocation: location)
        return answer.output
    }

    /// Runs a line of shell that must fail.
    @discardableResult
    func fail(_ line: String, in folder: String = ".", at location: SourceLocation = #_sourceLocation) throws -> Answer
    {
        let answer = try shell("PATH='\(Self.builtPrograms.path)':$PATH\n\(line)", in: folder)
        #expect(answer.status != 0, "\(line)\n\(answer.output)\(answer.errors)", sourceLocation: location)
        return answer
    }

    /// Runs the built program and reads its JSON object.
    func object(_ arguments: String..., at location: SourceLocation = #_sourceLocation) throws -> [String: Any] {
        let answer = try wfrepo(words: arguments)
        let value = try? JSONSerialization.jsonObject(with: Data(answer.output.utf8))
        return try #require(value as? [String: Any], "\(answer.output)\(answer.errors)", sourceLocation: location)
    }

    /// Runs the built program and reads its JSON array of objects.
    func objects(_ arguments: String..., at location: SourceLocation = #_sourceLocation) throws -> [[String: Any]] {
        let answer = try wfrepo(words: arguments)
        let value = try? JSONSerialization.jsonObject(with: Data(answer.output.utf8))
        return try #require(value as? [[String: Any]], "\(answer.output)\(answer.errors)", sourceLocation: location)
    }

    /// Runs the built program with these words.
    @discardableResult
    func wfrepo(words: [String], in folder: String = ".") throws -> Answer {
        let quoted = words.map { "'\($0.replacing("'", with: "'\\''"))'" }.joined(separator: " ")
        return try shell("\(Self.program) \(quoted)", in: folder)
    }
}
