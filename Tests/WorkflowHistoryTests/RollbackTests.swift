import GitStore
import Testing
import WorkflowHistory
import WorkflowLanguage

@Suite struct RollbackTests {
    private static let file = "workflows/deploy.yaml"

    @Test func restoresAVersionByteForByteAndSaysWhatItUndoes() throws {
        let scratch = try Scratch()
        // Odd bytes on purpose: CR LF, trailing blanks, no newline at the end.
        let original = "# first\r\nsteps:  \r\n  - id: say\r\n    run: echo one"
        try scratch.commit([Self.file: original])
        let two = try scratch.commit([Self.file: Scratch.definition("two")])
        try scratch.commit(["readme": "1"])
        let three = try scratch.commit([Self.file: Scratch.definition("three")])
        let workflows = try scratch.workflows()
        let plan = try workflows.planRollback([.deploy], to: .version(1), reason: "two broke the\nnight run")
        #expect(plan.undone == [three, two])
        #expect(try scratch.head() == three)
        let saved = try workflows.apply(plan, context: scratch.context)
        #expect(
            try scratch.git("log -1 --format=%B") == """
                Revert deploy to v1

                This reverts commit \(three).
                This reverts commit \(two).

                Rollback-To: deploy@v1 \(try scratch.git("rev-parse HEAD~4"))
                Reason: two broke the
                 night run

                """)
        #expect(try scratch.git("rev-parse HEAD:\(Self.file)") == scratch.git("rev-parse HEAD~4:\(Self.file)"))
        #expect(try scratch.read(Self.file) == original)
        #expect(try scratch.git("status --porcelain") == "")
        #expect(saved.parent == three)
        #expect(
            try workflows.log(of: .deploy).map(\.kind.rawValue) == ["rolled back", "changed", "changed", "created"])
        #expect(try workflows.log(of: .deploy).first?.trailer("Reason") == "two broke the night run")
        try scratch.git(["fsck", "--strict"])
    }

    @Test func canBeRolledBackItself() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Scratch.definition("one")])
        try scratch.commit([Self.file: Scratch.definition("two")])
        let workflows = try scratch.workflows()
        try workflows.apply(workflows.planRollback([.deploy], to: .version(1), reason: "r"), context: scratch.context)
        try workflows.apply(workflows.planRollback([.deploy], to: .version(2), reason: "r"), context: scratch.context)
        #expect(try scratch.read(Self.file) == Scratch.definition("two"))
        #expect(try workflows.versions(of: .deploy, from: scratch.head()).count == 4)
    }

    @Test func takesSeveralWorkflowsInOneCommit() throws {
        let scratch = try Scratch()
        let start = try scratch.commit([
            Self.file: Scratch.definition("one"), "workflows/b.yaml": Scratch.definition("b"),
        ])
        try scratch.commit([Self.file: Scratch.definition("two"), "readme": "kept"])
        try scratch.commit(["workflows/b.yaml": Scratch.definition("b2"), "workflows/c.yaml": Scratch.definition("c")])
        let before = try scratch.head()
        let workflows = try scratch.workflows()
        let plan = try workflows.planRollback(
            [.deploy, .named("b"), .named("c")], to: .commit(start.description), reason: "r")
        #expect(plan.items.map { $0.to?.label } == ["v1", nil, "v1"])
        try workflows.apply(plan, context: scratch.context)
        #expect(try scratch.git("rev-list --count \(before)..HEAD") == "1")
        #expect(try scratch.git("ls-tree -r --name-only HEAD") == "readme\nworkflows/b.yaml\nworkflows/deploy.yaml")
        #expect(try scratch.git("diff --name-only \(start) HEAD -- workflows") == "")
        #expect(try scratch.git("status --porcelain") == "")
    }

    @Test func takesTheWholeFolder() throws {
        let scratch = try Scratch()
        let start = try scratch.commit([
            Self.file: Scratch.definition("one"), "workflows/b.yaml": Scratch.definition("b"),
        ])
        try scratch.run("git mv workflows/b.yaml workflows/moved.yaml")
        try scratch.git("commit -qm moved")
        try scratch.commit([Self.file: Scratch.definition("two"), "readme": "kept"])
        let workflows = try scratch.workflows()
        let plan = try workflows.planRollbackOfAll(to: .commit("HEAD~2"), reason: "r")
        #expect(plan.undone.count == 2)
        try workflows.apply(plan, context: scratch.context)
        #expect(try scratch.git("diff --name-only \(start) HEAD") == "readme")
        #expect(throws: HistoryError.self) { try workflows.planRollbackOfAll(to: .version(1), reason: "r") }
    }

    @Test func bringsADeletedWorkflowBack() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Scratch.definition("one"), "readme": "1"])
        let deletion = try scratch.commit([Self.file: nil])
        let workflows = try scratch.workflows()
        let plan = try workflows.planRollback([.deploy], to: .version(1), reason: "still needed")
        #expect(plan.undone == [deletion])
        try workflows.apply(plan, context: scratch.context)
        #expect(try scratch.read(Self.file) == Scratch.definition("one"))
        #expect(try scratch.git("status --porcelain") == "")
        // Back to the deletion removes it again.
        try workflows.apply(workflows.planRollback([.deploy], to: .version(2), reason: "r"), context: scratch.context)
        #expect(try scratch.git("ls-tree -r --name-only HEAD") == "readme")
    }

    @Test func refusesToLoseEdits() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Scratch.definition("one")])
        try scratch.commit([Self.file: Scratch.definition("two")])
        try scratch.write(Scratch.definition("edited"), Self.file)
        #expect {
            try scratch.workflows().planRollback([.deploy], to: .version(1), reason: "r")
        } throws: {
            ($0 as? HistoryError)?.code == .uncommittedEdits
        }
        #expect(try scratch.read(Self.file) == Scratch.definition("edited"))
    }

    @Test func refusesWhereNothingWouldChangeOrNoReasonIsGiven() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Scratch.definition("one")])
        try scratch.commit([Self.file: Scratch.definition("two")])
        let workflows = try scratch.workflows()
        #expect {
            try workflows.planRollback([.deploy], to: .version(2), reason: "r")
        } throws: {
            ($0 as? HistoryError)?.code == .nothingToDo
        }
        #expect {
            try workflows.planRollback([.deploy], to: .version(1), reason: " ")
        } throws: {
            ($0 as? HistoryError)?.code == .invalidMessage
        }
    }

    @Test func refusesAPlanThatIsOutOfDate() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Scratch.definition("one")])
        try scratch.commit([Self.file: Scratch.definition("two")])
        let workflows = try scratch.workflows()
        let plan = try workflows.planRollback([.deploy], to: .version(1), reason: "r")
        let theirs = try scratch.commit([Self.file: Scratch.definition("three")])
        #expect {
            try workflows.apply(plan, context: scratch.context)
        } throws: {
            ($0 as? HistoryError)?.code == .branchMoved
        }
        #expect(try scratch.head() == theirs)
        #expect(try scratch.git("status --porcelain") == "")
    }

    @Test func worksInABareRepository() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Scratch.definition("one")])
        try scratch.commit([Self.file: Scratch.definition("two")])
        let bare = scratch.root + "/bare.git"
        try scratch.git(["clone", "-q", "--bare", scratch.path, bare])
        let workflows = try scratch.workflows(at: bare)
        try workflows.apply(workflows.planRollback([.deploy], to: .version(1), reason: "r"), context: scratch.context)
        #expect(try scratch.git(["show", "HEAD:\(Self.file)"], in: bare) + "\n" == Scratch.definition("one"))
        try scratch.git(["fsck", "--strict"], in: bare)
    }
}
