import GitStore
import Testing
import WorkflowHistory
import WorkflowLanguage

@Suite struct RevertTests {
    private static let file = "workflows/deploy.yaml"

    private static func definition(retry: Int, timeout: String = "1m", more: String = "") -> String {
        """
        # how we deploy
        steps:
          - id: load
            run: make load
            retry: {max-attempts: \(retry)}
            timeout: \(timeout)  # long enough
        \(more)
        """
    }

    private static let notify = "  - id: notify\n    run: make notify\n"

    private func revision(_ text: String, _ scratch: Scratch) throws -> RevisionSpec {
        try RevisionSpec.parse(text, calendar: scratch.calendar)
    }

    @Test func undoesOneVersionAndKeepsLaterOnes() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Self.definition(retry: 3)])
        let two = try scratch.commit([Self.file: Self.definition(retry: 5)], "deploy: load: retry 3 → 5")
        try scratch.commit([Self.file: Self.definition(retry: 5, timeout: "2m", more: Self.notify)])
        let workflows = try scratch.workflows()
        let plan = try workflows.planRevert(try revision("deploy@v2", scratch), reason: "it doubled\norders")
        #expect(plan.conflicts.isEmpty)
        #expect(plan.version.commit == two)
        let saved = try workflows.apply(plan, context: scratch.context)
        #expect(try scratch.read(Self.file) == Self.definition(retry: 3, timeout: "2m", more: Self.notify))
        #expect(
            try scratch.git("log -1 --format=%B") == """
                Revert deploy v2: load: retry 3 → 5

                This reverts commit \(two).

                Reverts: deploy@v2 \(two)
                Reason: it doubled
                 orders

                """)
        #expect(try scratch.git("status --porcelain") == "")
        #expect(try workflows.log(of: .deploy).first?.kind == .reverted)
        #expect(saved.commit == (try scratch.head()))
        // It can be reverted itself.
        try workflows.apply(
            workflows.planRevert(try revision("deploy", scratch), reason: "r"), context: scratch.context)
        #expect(try scratch.read(Self.file) == Self.definition(retry: 5, timeout: "2m", more: Self.notify))
    }

    @Test func explainsAConflictByFieldAndChangesNothing() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Self.definition(retry: 3)])
        try scratch.commit([Self.file: Self.definition(retry: 5)])
        try scratch.commit([Self.file: Self.definition(retry: 7)])
        let head = try scratch.commit([Self.file: Self.definition(retry: 7, timeout: "2m")])
        let workflows = try scratch.workflows()
        let plan = try workflows.planRevert(try revision("deploy@v2", scratch), reason: "r")
        #expect(
            plan.conflicts.map(\.description)
                == ["steps[load].retry.max-attempts: v2 made it 5 (3 before), and v3 made it 7"])
        #expect {
            try workflows.apply(plan, context: scratch.context)
        } throws: {
            ($0 as? HistoryError)?.code == .conflict
        }
        #expect(try scratch.head() == head)
        #expect(try scratch.git("status --porcelain") == "")
        #expect(try scratch.read(Self.file) == Self.definition(retry: 7, timeout: "2m"))
    }

    @Test func followsRenamesOfStepsWhenItMergesAndWhenItExplains() throws {
        let scratch = try Scratch()
        func renamed(_ text: String) -> String { text.replacing("id: load", with: "id: fill") }
        try scratch.commit([Self.file: Self.definition(retry: 3)])
        try scratch.commit([Self.file: Self.definition(retry: 5)])
        try scratch.commit([Self.file: renamed(Self.definition(retry: 5))])
        let workflows = try scratch.workflows()
        let plan = try workflows.planRevert(try revision("deploy@v2", scratch), reason: "r")
        #expect(plan.changes.first?.new?.bytes == Array(renamed(Self.definition(retry: 3)).utf8))
        try scratch.commit([Self.file: renamed(Self.definition(retry: 7))])
        #expect(
            try workflows.planRevert(try revision("deploy@v2", scratch), reason: "r").conflicts.map(\.description)
                == ["steps[fill].retry.max-attempts: v2 made it 5 (3 before), and v4 made it 7"])
    }

    @Test func namesTheVersionThatRemovedWhatWasChanged() throws {
        let scratch = try Scratch()
        let edited = Self.notify.replacing("make notify", with: "make notify -j")
        try scratch.commit([Self.file: Self.definition(retry: 3, more: Self.notify)])
        try scratch.commit([Self.file: Self.definition(retry: 3, more: edited)])
        try scratch.commit([Self.file: Self.definition(retry: 3)])
        let plan = try scratch.workflows().planRevert(try revision("deploy@v2", scratch), reason: "r")
        #expect(plan.conflicts.map(\.description) == ["steps[notify]: v2 changed it, and v3 removed it"])
    }

    @Test func refusesAResultThatLaterVersionsCannotDoWithout() throws {
        let scratch = try Scratch()
        let last = "  - id: last\n    needs: [notify]\n    run: make last\n"
        try scratch.commit([Self.file: Self.definition(retry: 3)])
        try scratch.commit([Self.file: Self.definition(retry: 3, more: Self.notify)])
        try scratch.commit([Self.file: Self.definition(retry: 3, more: Self.notify + last)])
        let plan = try scratch.workflows().planRevert(try revision("deploy@v2", scratch), reason: "r")
        #expect(plan.conflicts.count == 1)
        #expect(
            plan.conflicts.first?.reason
                == "without v2 the definition has a fault: `needs` names the step `notify`, which is not there")
        #expect(plan.changes.isEmpty)
    }

    @Test func saysSoWhereTheVersionIsUndoneAlready() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Self.definition(retry: 3)])
        try scratch.commit([Self.file: Self.definition(retry: 5)])
        try scratch.commit([Self.file: Self.definition(retry: 3, timeout: "2m")])
        #expect {
            try scratch.workflows().planRevert(try revision("deploy@v2", scratch), reason: "r")
        } throws: {
            ($0 as? HistoryError)?.code == .nothingToDo
        }
    }

    @Test func removesWhatAVersionMadeAndBringsBackWhatOneRemoved() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Self.definition(retry: 3), "readme": "1"])
        try scratch.commit([Self.file: nil])
        let workflows = try scratch.workflows()
        try workflows.apply(
            workflows.planRevert(try revision("deploy@v2", scratch), reason: "r"), context: scratch.context)
        #expect(try scratch.read(Self.file) == Self.definition(retry: 3))
        #expect {
            try workflows.planRevert(try revision("deploy@v2", scratch), reason: "r")
        } throws: {
            ($0 as? HistoryError)?.code == .nothingToDo
        }
        try workflows.apply(
            workflows.planRevert(try revision("deploy@v1", scratch), reason: "r"), context: scratch.context)
        #expect(try scratch.git("ls-tree -r --name-only HEAD") == "readme")
    }

    @Test func keepsAWorkflowThatLaterVersionsChanged() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Self.definition(retry: 3)])
        try scratch.commit([Self.file: Self.definition(retry: 5)])
        let plan = try scratch.workflows().planRevert(try revision("deploy@v1", scratch), reason: "r")
        #expect(plan.conflicts.map(\.reason) == ["v1 made the workflow, and v2 changed it since"])
    }

    @Test func givesTheOldNameBackAndKeepsLaterEdits() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Self.definition(retry: 3)])
        try scratch.run("git mv workflows/deploy.yaml workflows/release.yaml")
        try scratch.git("commit -qm renamed")
        try scratch.commit(["workflows/release.yaml": Self.definition(retry: 5)])
        let workflows = try scratch.workflows()
        try workflows.apply(
            workflows.planRevert(try revision("release@v2", scratch), reason: "r"), context: scratch.context)
        #expect(try scratch.git("ls-tree -r --name-only HEAD") == Self.file)
        #expect(try scratch.read(Self.file) == Self.definition(retry: 5))
        #expect(try workflows.versions(of: .deploy, from: scratch.head()).map(\.number) == [1, 2, 3, 4])
    }

    @Test func refusesWhereTheOldNameIsTaken() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Self.definition(retry: 3)])
        try scratch.run("git mv workflows/deploy.yaml workflows/release.yaml")
        try scratch.git("commit -qm renamed")
        try scratch.commit([Self.file: Scratch.definition("another")])
        let plan = try scratch.workflows().planRevert(try revision("release@v2", scratch), reason: "r")
        #expect(
            plan.conflicts.map(\.description)
                == ["name: v2 made it release, and another workflow is called deploy now"])
    }

    @Test func refusesToLoseEditsAnEmptyReasonAndWhatIsNoVersion() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Self.definition(retry: 3)])
        try scratch.commit([Self.file: Self.definition(retry: 5)])
        let other = try scratch.commit(["readme": "1"])
        let workflows = try scratch.workflows()
        func code(_ text: String, reason: String = "r") throws -> HistoryError.Code? {
            do {
                _ = try workflows.planRevert(try revision(text, scratch), reason: reason)
                return nil
            } catch let error as HistoryError {
                return error.code
            }
        }
        #expect(try code("deploy@v2", reason: " ") == .invalidMessage)
        #expect(try code("deploy@\(other)") == .unknownRevision)
        #expect(try code("deploy@v9") == .unknownRevision)
        #expect(try code("deploy@worktree") == .unknownRevision)
        #expect(try code("other") == .unknownWorkflow)
        try scratch.write(Self.definition(retry: 9), Self.file)
        #expect(try code("deploy@v2") == .uncommittedEdits)
        #expect(try scratch.read(Self.file) == Self.definition(retry: 9))
    }
}
