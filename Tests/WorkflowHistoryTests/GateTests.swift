import GitStore
import Testing
import WorkflowHistory
import WorkflowLanguage

@Suite struct GateTests {
    private static let file = "workflows/deploy.yaml"

    private func code(_ body: () throws -> Void) -> HistoryError.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? HistoryError)?.code
        }
    }

    private func update(_ scratch: Scratch, _ reference: String, _ old: String, _ new: String) throws -> RefUpdate {
        RefUpdate(
            reference: reference, old: ObjectID(try scratch.git("rev-parse \(old)")),
            new: ObjectID(try scratch.git("rev-parse \(new)")))
    }

    @Test func looksAtTheIndexAndNotAtTheWorkTree() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Scratch.definition("one"), "workflows/old.yaml": "steps: wrong since ever\n"])
        try scratch.write("steps: 7\n", Self.file)
        #expect(code { try CommitGate(scratch.workflows()).checkIndex() } == nil)
        try scratch.git("add \(Self.file)")
        try scratch.write(Scratch.definition("fine again"), Self.file)
        #expect(code { try CommitGate(scratch.workflows()).checkIndex() } == .invalidDefinition)
    }

    @Test func honoursTheIndexFileThatGitNames() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Scratch.definition("one")])
        try scratch.run("cp .git/index .git/other-index")
        try scratch.write("steps: 7\n", Self.file)
        try scratch.git("add \(Self.file)")
        let clean = try Repository.open(
            gitDirectory: scratch.path + "/.git", workTree: scratch.path, indexFile: scratch.path + "/.git/other-index")
        #expect(code { try CommitGate(WorkflowRepository(clean)).checkIndex() } == nil)
    }

    @Test func refusesLinksAndTwoFilesOfOneName() throws {
        let scratch = try Scratch()
        try scratch.commit(["workflows/a.yaml": Scratch.definition("a")])
        try scratch.run("ln -s /etc/passwd \(Self.file) && git add \(Self.file)")
        #expect(code { try CommitGate(scratch.workflows()).checkIndex() } == .notAFile)
        try scratch.run("git rm -qf --cached \(Self.file) && rm \(Self.file)")
        try scratch.write(Scratch.definition("a"), "workflows/a.yml")
        try scratch.git("add workflows/a.yml")
        #expect(code { try CommitGate(scratch.workflows()).checkIndex() } == .invalidDefinition)
    }

    @Test func checksTheFirstCommit() throws {
        let scratch = try Scratch()
        try scratch.write("steps: 7\n", Self.file)
        try scratch.git("add .")
        #expect(code { try CommitGate(scratch.workflows()).checkIndex() } == .invalidDefinition)
    }

    @Test func refusesAFoxtrotMergeThatRenumbers() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Scratch.definition("one"), "readme": "1"])
        try scratch.git("checkout -q -b mine")
        try scratch.commit(["workflows/mine.yaml": Scratch.definition("mine")])
        try scratch.git("checkout -q main")
        try scratch.commit([Self.file: Scratch.definition("theirs")])
        // My branch takes theirs in: theirs is the second parent.
        try scratch.git("checkout -q mine")
        try scratch.git("merge -q --no-edit main")
        let gate = ReceiveGate(try scratch.workflows())
        let refusals = try gate.refusals([update(scratch, "refs/heads/main", "main", "mine")])
        #expect(refusals.map(\.code) == [.renumbering])
        // The other way round is how a merge should be, and so is a commit on top.
        try scratch.git("checkout -q -b good main")
        try scratch.git("merge -q --no-edit mine~1")
        #expect(try gate.refusals([update(scratch, "refs/heads/main", "main", "good")]).isEmpty)
    }

    @Test func letsAFoxtrotMergePassThatRenumbersNothing() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Scratch.definition("one"), "readme": "1"])
        try scratch.git("checkout -q -b mine")
        try scratch.commit(["workflows/mine.yaml": Scratch.definition("mine")])
        try scratch.git("checkout -q main")
        try scratch.commit(["readme": "2"])
        try scratch.git("checkout -q mine")
        try scratch.git("merge -q --no-edit main")
        #expect(
            try ReceiveGate(scratch.workflows()).refusals([update(scratch, "refs/heads/main", "main", "mine")]).isEmpty)
    }

    @Test func refusesWhatIsPushedInvalidAndOnlyThat() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Scratch.definition("one"), "workflows/old.yaml": "steps: wrong since ever\n"])
        try scratch.commit(["readme": "1"])
        let gate = ReceiveGate(try scratch.workflows())
        #expect(try gate.refusals([update(scratch, "refs/heads/main", "HEAD~1", "HEAD")]).isEmpty)
        try scratch.commit([Self.file: "steps: 7\n"])
        let refusals = try gate.refusals([update(scratch, "refs/heads/main", "HEAD~1", "HEAD")])
        #expect(refusals.map(\.code) == [.invalidDefinition])
        #expect(refusals.first?.problems.map(\.path) == [Self.file])
        let tag = RefUpdate(reference: "refs/tags/x", old: nil, new: try scratch.head().object)
        #expect(try gate.refusals([tag]).isEmpty)
        let removal = RefUpdate(reference: "refs/heads/main", old: try scratch.head().object, new: nil)
        #expect(try gate.refusals([removal]).isEmpty)
    }

    /// What looks like a credential is refused once, by everybody; said to be none, it passes, and is not asked for again.
    @Test func letsAFalseAlarmThroughThatACommitNames() throws {
        let scratch = try Scratch()
        let text = "env: {KEY: AKIAIOSFODNN7EXAMPLE}\n" + Scratch.definition("one")
        try scratch.commit(["readme": "1"])
        try scratch.write(text, Self.file)
        try scratch.git("add .")
        #expect(code { try CommitGate(scratch.workflows()).checkIndex() } == .clearTextSecret)
        try scratch.git("commit -qm by-hand")
        let byHand = try update(scratch, "refs/heads/main", "HEAD~1", "HEAD")
        #expect(try ReceiveGate(scratch.workflows()).refusals([byHand]).map(\.code) == [.clearTextSecret])
        try scratch.git("reset -q HEAD~1")
        try scratch.workflows().commit(
            CommitRequest(.allChanged, message: "said so", allowsSecrets: true), context: scratch.context)
        #expect(try scratch.git("log -1 --format=%B") == "said so\n\nAllowed-Secret: deploy\n")
        let said = try update(scratch, "refs/heads/main", "HEAD~1", "HEAD")
        #expect(try ReceiveGate(scratch.workflows()).refusals([said]).isEmpty)
        // Another edit of the file, and a branch that starts there, say nothing of it again.
        try scratch.write(text + "# more\n", Self.file)
        try scratch.workflows().commit(CommitRequest(.allChanged), context: scratch.context)
        try scratch.git("checkout -q -b topic")
        let topic = RefUpdate(reference: "refs/heads/topic", old: nil, new: try scratch.head().object)
        #expect(try ReceiveGate(scratch.workflows()).refusals([topic]).isEmpty)
    }

    @Test func letsRecordsOnlyGrow() throws {
        let scratch = try Scratch()
        try scratch.commit(["readme": "1"])
        try scratch.commit(["readme": "2"])
        let notes = "refs/notes/wfrepo/runs/0123456789abcdef/2026-11"
        let gate = ReceiveGate(try scratch.workflows())
        #expect(try gate.refusals([update(scratch, notes, "HEAD~1", "HEAD")]).isEmpty)
        #expect(try gate.refusals([update(scratch, notes, "HEAD", "HEAD~1")]).map(\.code) == [.protectedReference])
        let removal = RefUpdate(reference: notes, old: try scratch.head().object, new: nil)
        #expect(try gate.refusals([removal]).map(\.code) == [.protectedReference])
        let other = RefUpdate(reference: "refs/notes/commits", old: try scratch.head().object, new: nil)
        #expect(try gate.refusals([other]).isEmpty)
    }

    @Test func readsTheLinesThatGitGives() throws {
        let zero = String(repeating: "0", count: 40)
        let one = String(repeating: "1", count: 40)
        let updates = try RefUpdate.parse("\(zero) \(one) refs/heads/a\n\(one) \(zero) refs/heads/b\n")
        #expect(updates.map(\.branch) == ["a", "b"])
        #expect(updates.map { $0.old == nil } == [true, false])
        #expect(updates.map { $0.new == nil } == [false, true])
        #expect(throws: HistoryError.self) { try RefUpdate.parse("nonsense") }
        #expect(try RewrittenCommit.parse("\(one) \(one) extra\n").count == 1)
    }
}
