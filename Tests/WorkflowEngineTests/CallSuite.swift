import DocumentTree
import Testing

@testable import WorkflowEngine
@testable import WorkflowLanguage

/// What the suites of runs that call runs have in common.
protocol CallSuite {}

extension CallSuite {
    func parsed(_ name: String, _ text: String) throws -> Workflow {
        let name = try #require(WorkflowName(name))
        let result = Workflow.parse(Array(("workspace: worktree\n" + text).utf8), name: name)
        return try #require(result.workflow, "\(result.problems)")
    }

    func called(_ workflow: Workflow, secrets: [String: String] = [:]) throws -> CalledWorkflow {
        CalledWorkflow(
            workflow: workflow, definition: try request(for: workflow).definition, source: [], secrets: secrets)
    }

    /// A caller's run, and the engine that drives it.
    func drive(
        _ caller: Workflow, _ callees: [CalledWorkflow], variables: [String: String] = [:],
        observer: @escaping (Engine, RunID, RunProgress) -> Void = { _, _, _ in }
    ) throws -> (record: RunRecord, engine: Engine, environment: RunEnvironment, folder: TemporaryFolder) {
        let folder = try TemporaryFolder()
        var configuration = EngineConfiguration(
            folder: "\(folder.path)/state", repository: nil, host: "test", parallelism: 2)
        configuration.controlInterval = .milliseconds(20)
        configuration.grace = .milliseconds(200)
        let engine = try Engine(configuration)
        var environment = RunEnvironment(
            variables: ["PATH": "/usr/local/bin:/usr/bin:/bin"].merging(variables) { $1 }, root: folder.path)
        for callee in callees { environment.calls[callee.workflow.name] = callee }
        var request = try request(for: caller)
        request.correlationID = "order-7"
        let run = try engine.submit(request)
        let record = try engine.drive(run, in: environment) { observer(engine, run, $0) }
        return (record, engine, environment, folder)
    }
}
