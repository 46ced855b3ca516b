import DocumentTree
import Foundation
import GRDB
import Testing
import WorkflowLanguage

@testable import WorkflowEngine

/// What the suites of steps that wait have in common.
protocol WaitingSuite {}

extension WaitingSuite {
    var ada: Actor { Actor(name: "Ada", email: "ada@example.test") }
    var bob: Actor { Actor(name: "Bob", email: "bob@example.test") }

    /// A run of these steps (YAML), as its first driver left it.
    func run(_ steps: String, patience: Duration = .zero) throws -> Ran {
        try WorkflowEngineTests.run(try parsed("workspace: worktree\nsteps:\n" + steps)) { $0.patience = patience }
    }

    func parsed(_ yaml: String) throws -> Workflow {
        let parsed = Workflow.parse(Array(yaml.utf8), name: try #require(WorkflowName("test")))
        return try #require(parsed.workflow, "\(parsed.errors)")
    }

    func step(_ id: String) throws -> StepID { try #require(StepID(id)) }

    func drive(_ ran: Ran) throws -> RunRecord {
        try ran.engine.driveForTest(ran.record.run, root: ran.folder.path)
    }
}
