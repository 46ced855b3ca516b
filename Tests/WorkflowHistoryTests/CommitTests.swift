import GitStore
import Testing
import WorkflowHistory
import WorkflowLanguage

/// What a commit holds, and what it leaves as it was.
@Suite struct CommitTests {
    @Test func savesTheFirstVersionOnAnUnbornBranch() throws {
        let scratch = try Scratch()
        try scratch.write(Scratch.definition("one"), "workflows/deploy.yaml")
        let saved = try scratch.workflows().commit(CommitRequest(.allChanged), context: scratch.context)
        #expect(try scratch.head() == saved.commit)
        #expect(saved.parent == nil)
        #expect(try scratch.git("log --format=%an|%ae|%s") == "Ada|ada@example.test|Add deploy")
        #expect(try scratch.git("status --porcelain") == "")
        #expect(try scratch.git("show HEAD:workflows/deploy.yaml") + "\n" == Scratch.definition("one"))
        try scratch.git(["fsck", "--strict"])
        #expect(try scratch.git("reflog --format=%gs") == "commit (initial): Add deploy")
    }

    @Test func keepsOtherStagedAndUnstagedFiles() throws {
        let scratch = try Scratch()
        try scratch.commit(["workflows/deploy.yaml": Scratch.definition("one"), "a.txt": "a\n", "b.txt": "b\n"])
        try scratch.write("a, staged\n", "a.txt")
        try scratch.git("add a.txt")
        try scratch.write("a, edited on\n", "a.txt")
        try scratch.write("b, edited\n", "b.txt")
        try scratch.write("new\n", "c.txt")
        try scratch.write(Scratch.definition("two"), "workflows/deploy.yaml")
        let saved = try scratch.workflows().commit(
            CommitRequest(.only([.deploy], paths: []), message: "deploy: say two"), context: scratch.context)
        #expect(try scratch.git("status --porcelain") == "MM a.txt\n M b.txt\n?? c.txt")
        #expect(try scratch.git("show :a.txt") == "a, staged")
        #expect(try scratch.git("show --name-only --format=%s HEAD") == "deploy: say two\n\nworkflows/deploy.yaml")
        #expect(saved.changes.map(\.path) == ["workflows/deploy.yaml"])
        #expect(try scratch.git("reflog -1 --format=%gs") == "commit: deploy: say two")
        try scratch.git(["fsck", "--strict"])
    }

    @Test func removesAWorkflowThatIsGoneFromTheWorkTree() throws {
        let scratch = try Scratch()
        try scratch.commit([
            "workflows/deploy.yaml": Scratch.definition("one"), "workflows/a/b.yml": Scratch.definition("b"),
        ])
        try scratch.git("rm -q workflows/deploy.yaml")
        let saved = try scratch.workflows().commit(CommitRequest(.allChanged), context: scratch.context)
        #expect(saved.subject == "Remove deploy")
        #expect(try scratch.git("ls-tree -r --name-only HEAD") == "workflows/a/b.yml")
        #expect(try scratch.git("status --porcelain") == "")
    }

    @Test func theSubjectSaysWhatCameAndWhatWent() throws {
        let scratch = try Scratch()
        try scratch.commit([
            "workflows/a.yaml": Scratch.definition("one"), "workflows/b.yaml": Scratch.definition("two"),
        ])
        try scratch.run("mv workflows/a.yaml workflows/a.yml && rm workflows/b.yaml")
        try scratch.write("steps: [{run: make}]\n", "workflows/a.yml")
        try scratch.write("steps: [{run: all}]\n", "workflows/c.yaml")
        let saved = try scratch.workflows().commit(CommitRequest(.allChanged), context: scratch.context)
        #expect(saved.subject == "Add c, change a, remove b")
    }

    @Test func savesOnADetachedHeadAndInALinkedWorktree() throws {
        let scratch = try Scratch()
        let main = try scratch.commit(["workflows/deploy.yaml": Scratch.definition("one")])
        try scratch.git("worktree add -q --detach ../other")
        let other = scratch.root + "/other"
        try scratch.write(Scratch.definition("two"), "workflows/deploy.yaml", in: other)
        let saved = try scratch.workflows(at: other).commit(CommitRequest(.allChanged), context: scratch.context)
        #expect(saved.branch == nil)
        #expect(try scratch.git(["rev-parse", "HEAD"], in: other) == saved.commit.description)
        #expect(try scratch.git(["status", "--porcelain"], in: other) == "")
        #expect(try scratch.head() == main)
    }

}

extension CommitTests {
    @Test func savesWhatWasStagedAndThenEditedOn() throws {
        let scratch = try Scratch()
        try scratch.commit(["workflows/deploy.yaml": Scratch.definition("one")])
        try scratch.commit(["workflows/deploy.yaml": Scratch.definition("two")])
        try scratch.write(Scratch.definition("staged"), "workflows/deploy.yaml")
        try scratch.git("add .")
        try scratch.write(Scratch.definition("edited on"), "workflows/deploy.yaml")
        try scratch.workflows().commit(CommitRequest(.allChanged), context: scratch.context)
        #expect(try scratch.git("show HEAD:workflows/deploy.yaml") + "\n" == Scratch.definition("edited on"))
        #expect(try scratch.git("status --porcelain") == "")
    }

    @Test func storesLineEndingsAsGitDoes() throws {
        let scratch = try Scratch()
        try scratch.commit([".gitattributes": "*.yaml text eol=crlf\n"])
        let definition = Scratch.definition("one")
        let windows = definition.split(separator: "\n").map { $0 + "\r\n" }.joined()
        try scratch.write(windows, "workflows/deploy.yaml")
        try scratch.workflows().commit(CommitRequest(.allChanged), context: scratch.context)
        #expect(try scratch.git("show HEAD:workflows/deploy.yaml") + "\n" == definition)
        #expect(try scratch.git("status --porcelain") == "")
        // On the way out they are converted, too.
        try scratch.workflows().move(.deploy, to: .named("moved"), context: scratch.context)
        #expect(try scratch.read("workflows/moved.yaml") == windows)
        #expect(try scratch.git("status --porcelain") == "")
    }

    @Test func keepsTheModeWhereTheFileSystemHasNone() throws {
        let scratch = try Scratch()
        try scratch.commit(["workflows/deploy.yaml": Scratch.definition("one")])
        try scratch.git("config core.fileMode false")
        try scratch.write(Scratch.definition("two"), "workflows/deploy.yaml")
        try scratch.run("chmod +x workflows/deploy.yaml")
        try scratch.workflows().commit(CommitRequest(.allChanged), context: scratch.context)
        #expect(try scratch.git("ls-tree HEAD workflows/").hasPrefix("100644 blob"))
    }

    @Test func savesTheSettingsFileAndOthersByPath() throws {
        let scratch = try Scratch()
        try scratch.commit(["readme": "1\n"])
        try scratch.write("kinds: {}\n", "wfrepo.yaml")
        try scratch.write("2\n", "readme")
        try scratch.workflows().commit(CommitRequest(.allChanged), context: scratch.context)
        #expect(try scratch.git("status --porcelain") == " M readme")
        try scratch.workflows().commit(CommitRequest(.only([], paths: ["readme"])), context: scratch.context)
        #expect(try scratch.git("log -1 --format=%s") == "Change readme")
        #expect(try scratch.git("status --porcelain") == "")
    }

    /// Of many saves at once, each of another workflow, none is lost: each is in history, or was refused.
    @Test func losesNothingWhenManySaveAtOnce() async throws {
        let scratch = try Scratch()
        try scratch.commit(["readme": "1\n"])
        let names = (0..<8).map { "w\($0)" }
        for name in names { try scratch.write(Scratch.definition(name), "workflows/\(name).yaml") }
        let (path, ada, environment) = (scratch.path, scratch.ada, scratch.environment)
        let saved = await withTaskGroup(of: String?.self) { group in
            for name in names {
                group.addTask {
                    do {
                        let workflows = WorkflowRepository(try Repository.open(path))
                        let context = SaveContext(author: ada, committer: ada, environment: environment)
                        try workflows.commit(CommitRequest(.only([.named(name)], paths: [])), context: context)
                        return name
                    } catch {
                        let isMoved = (error as? HistoryError)?.code == .branchMoved
                        let isLocked = (error as? GitError)?.code == .locked
                        #expect(isMoved || isLocked, "\(error)")
                        return nil
                    }
                }
            }
            var saved: [String] = []
            for await name in group { if let name { saved.append(name) } }
            return saved
        }
        #expect(!saved.isEmpty)
        let subjects = try scratch.git("log --format=%s").split(separator: "\n").dropLast().map(String.init)
        #expect(subjects.sorted() == saved.sorted().map { "Add \($0)" })
        let refused = Set(names).subtracting(saved).sorted().map { "?? workflows/\($0).yaml" }
        #expect(try scratch.git("status --porcelain -uall").split(separator: "\n").map(String.init) == refused)
        try scratch.git(["fsck", "--strict"])
    }
}
