import DocumentTree
import Foundation
import GitStore
import Testing

@testable import WorkflowEngine
@testable import WorkflowLanguage

/// A folder of its own, which goes away with it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/wfrepo-engine-XXXXXX".utf8CString)
        path = try #require(mkdtemp(&template).map { String(cString: $0) })
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func read(_ name: String) -> String? {
        FileBytes.read("\(path)/\(name)", limit: 1 << 30).map { String(decoding: $0, as: UTF8.self) }
    }
}

/// A step that runs a script; it waits for the step above unless `needs` says otherwise.
func step(
    _ id: String, _ script: String, shell: String = "sh", needs: [String]? = nil, if condition: String? = nil,
    env: [String: String] = [:], retry: RetryPolicy = .never, timeout: Duration? = nil, totalTimeout: Duration? = nil,
    continueOnError: Bool = false, compensate: String? = nil, compensateRetry: RetryPolicy = .never,
    onInterrupt: InterruptPolicy = .retry
) throws -> Step {
    Step(
        id: try #require(StepID(id)), title: nil, needs: try (needs ?? []).map { try #require(StepID($0)) },
        hasWrittenNeeds: needs != nil, condition: try condition.map { try Expression.parse($0) },
        work: .shell(try shellScript(script, shell: shell)),
        environment: try env.sorted { $0.key < $1.key }.map {
            EnvironmentVariable(name: $0.key, value: try Template.parse($0.value))
        },
        workingDirectory: nil, retry: retry, timeout: timeout, totalTimeout: totalTimeout,
        continueOnError: continueOnError,
        compensation: try compensate.map {
            Compensation(
                work: .shell(try shellScript($0, shell: "sh")), environment: [], retry: compensateRetry, timeout: nil)
        },
        onInterrupt: onInterrupt, hash: DefinitionHash(hexadecimal: String(repeating: "0", count: 64)),
        range: SourceRange(start: .start, end: .start))
}

func shellScript(_ text: String, shell: String) throws -> ShellScript {
    try #require(ShellScript.parse(text, shell: shell).script)
}

/// A workflow of these steps.
func workflow(
    _ steps: [Step], onFailure: FailurePolicy = .stop, timeout: Duration? = nil, env: [String: String] = [:],
    secrets: [String] = []
) throws -> Workflow {
    var steps = steps
    for position in steps.indices.dropFirst() where !steps[position].hasWrittenNeeds {
        steps[position].needs = [steps[position - 1].id]
    }
    return Workflow(
        name: try #require(WorkflowName("test")), title: nil, description: nil, isEnabled: true, triggers: [],
        inputs: [],
        environment: try env.sorted { $0.key < $1.key }.map {
            EnvironmentVariable(name: $0.key, value: try Template.parse($0.value))
        },
        secrets: secrets.map { SecretDeclaration(name: $0) }, concurrency: nil, timeout: timeout, workspace: .worktree,
        onFailure: onFailure, steps: steps, hash: DefinitionHash(hexadecimal: String(repeating: "0", count: 64)))
}

/// What a run of a workflow left behind.
struct Ran {
    let record: RunRecord
    let folder: TemporaryFolder
    let engine: Engine

    subscript(_ id: String) -> StepRecord? { record.steps.first { $0.id.description == id } }

    /// The log of an attempt of a step.
    func log(_ id: String, attempt: Int = 1, _ phase: AttemptPhase = .do) throws -> String? {
        let path = engine.logPath(record.run, try #require(StepID(id)), phase, attempt: attempt)
        return FileBytes.read(path, limit: 1 << 30).map { String(decoding: $0, as: UTF8.self) }
    }
}

/// Runs a workflow in a folder of its own; `$WFREPO_ROOT` is that folder, and steps run there.
func run(
    _ workflow: Workflow, parallelism: Int = 2, secrets: [String: String] = [:], inputs: ValueMapping = [:],
    variables: [String: String] = ["PATH": "/usr/local/bin:/usr/bin:/bin"],
    configure: (inout EngineConfiguration) -> Void = { _ in },
    observer: @escaping (Engine, RunID, RunProgress) -> Void = { _, _, _ in }
) throws -> Ran {
    let folder = try TemporaryFolder()
    var configuration = EngineConfiguration(
        folder: "\(folder.path)/state", repository: nil, host: "test", parallelism: parallelism)
    configuration.grace = .milliseconds(200)
    configuration.linger = .milliseconds(50)
    configuration.controlInterval = .milliseconds(50)
    configure(&configuration)
    let engine = try Engine(configuration)
    var request = try request(for: workflow)
    request.inputs = inputs
    let id = try engine.submit(request)
    let record = try engine.drive(
        id, in: RunEnvironment(variables: variables, secrets: secrets, root: folder.path),
        observer: { observer(engine, id, $0) })
    return Ran(record: record, folder: folder, engine: engine)
}

func request(for workflow: Workflow) throws -> RunRequest {
    RunRequest(
        workflow: workflow,
        definition: PinnedDefinition(
            workflow: workflow.name, version: 1, commit: try #require(CommitID(String(repeating: "1", count: 40))),
            tree: try #require(TreeID(String(repeating: "2", count: 40))), path: workflow.name.path,
            blob: try #require(BlobID(String(repeating: "3", count: 40))), hash: workflow.hash),
        source: [], actor: Actor(name: "Ada", email: "ada@example.test"))
}
