import DocumentTree
import GitStore
import Testing
import WorkflowHistory
import WorkflowLanguage

/// Going back to what looks like a credential in clear text.
@Suite struct RestoredSecretTests {
    private static let file = "workflows/deploy.yaml"
    // The documented example of a key's shape; it opens nothing.
    private static let secret = "env: {KEY: AKIAIOSFODNN7EXAMPLE}\n" + Scratch.definition("one")

    private func refusal(_ body: () throws -> Void) -> HistoryError? {
        do {
            try body()
            return nil
        } catch {
            return error as? HistoryError
        }
    }

    @Test func isRefusedWhereNobodySaidThatItIsNone() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Self.secret])
        let head = try scratch.commit([Self.file: Scratch.definition("two")])
        let workflows = try scratch.workflows()
        let rollback = try workflows.planRollback([.deploy], to: .version(1), reason: "r")
        #expect(rollback.secrets.map(\.position?.line) == [1])
        let error = refusal { try workflows.apply(rollback, context: scratch.context) }
        #expect(error?.code == .clearTextSecret)
        #expect(error?.hint?.contains("--allow-secret") == true)
        let revert = try workflows.planRevert(RevisionSpec(name: .deploy, selector: .version(2)), reason: "r")
        #expect(refusal { try workflows.apply(revert, context: scratch.context) }?.code == .clearTextSecret)
        #expect(try scratch.head() == head)
        #expect(try scratch.read(Self.file) == Scratch.definition("two"))
    }

    @Test func isSaidInTheCommitWhereItIsAllowed() throws {
        let scratch = try Scratch()
        let start = try scratch.commit(["readme": "1"])
        try scratch.commit([Self.file: Self.secret])
        try scratch.commit([Self.file: Scratch.definition("two")])
        let workflows = try scratch.workflows()
        let plan = try workflows.planRollback([.deploy], to: .version(1), reason: "r", allowsSecrets: true)
        try workflows.apply(plan, context: scratch.context)
        #expect(try scratch.read(Self.file) == Self.secret)
        #expect(try scratch.git("log -1 --format=%(trailers:key=Allowed-Secret)") == "Allowed-Secret: deploy\n")
        let push = RefUpdate(reference: "refs/heads/main", old: start.object, new: try scratch.head().object)
        #expect(try ReceiveGate(scratch.workflows()).refusals([push]).isEmpty)
    }

    @Test func isNotAskedAboutAgain() throws {
        let scratch = try Scratch()
        try scratch.write(Self.secret, Self.file)
        try scratch.workflows().commit(CommitRequest(.allChanged, allowsSecrets: true), context: scratch.context)
        try scratch.commit([Self.file: Scratch.definition("two")])
        let workflows = try scratch.workflows()
        let plan = try workflows.planRollback([.deploy], to: .version(1), reason: "r")
        #expect(plan.secrets == [])
        try workflows.apply(plan, context: scratch.context)
        #expect(try scratch.git("log -1 --format=%(trailers:key=Allowed-Secret)") == "Allowed-Secret: deploy\n")
        // What was said of one line says nothing of another.
        try scratch.commit([Self.file: Self.secret.replacing("AKIAIOSFODNN7EXAMPLE", with: "AKIAIOSFODNN7EXAMPLF")])
        try scratch.commit([Self.file: Scratch.definition("three")])
        #expect(try workflows.planRollback([.deploy], to: .version(4), reason: "r").secrets.count == 1)
    }

    @Test func movesWithItsWorkflow() throws {
        let scratch = try Scratch()
        let start = try scratch.commit(["readme": "1"])
        try scratch.write(Self.secret, Self.file)
        try scratch.workflows().commit(CommitRequest(.allChanged, allowsSecrets: true), context: scratch.context)
        let told = try scratch.head()
        let new = try #require(WorkflowName("ship"))
        try scratch.workflows().move(.deploy, to: new, context: scratch.context)
        for old in [start, told] {
            let push = RefUpdate(reference: "refs/heads/main", old: old.object, new: try scratch.head().object)
            #expect(try ReceiveGate(scratch.workflows()).refusals([push]).isEmpty)
        }
        // The same by hand.
        try scratch.git("mv workflows/ship.yaml workflows/deploy.yaml")
        try CommitGate(scratch.workflows()).checkIndex()
    }
}
