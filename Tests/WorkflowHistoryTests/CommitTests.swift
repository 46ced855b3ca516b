import GitStore
import Testing
import WorkflowHistory
import WorkflowLanguage

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

    @Test func refusesWhenTheBranchMovedUnderTheWorkTree() throws {
        let scratch = try Scratch()
        try scratch.commit(["workflows/deploy.yaml": Scratch.definition("one")])
        // Somebody else's save arrives without the work tree being told, as a push into this repository would do.
        try scratch.git("worktree add -q --detach ../other")
        let other = scratch.root + "/other"
        try scratch.write(Scratch.definition("theirs"), "workflows/deploy.yaml", in: other)
        try scratch.git(["commit", "-qam", "theirs"], in: other)
        try scratch.git(["update-ref", "refs/heads/main", "HEAD"], in: other)
        let theirs = try scratch.git("rev-parse main")
        try scratch.write(Scratch.definition("mine"), "workflows/deploy.yaml")
        #expect {
            try scratch.workflows().commit(CommitRequest(.only([.deploy], paths: [])), context: scratch.context)
        } throws: {
            ($0 as? HistoryError)?.code == .branchMoved
        }
        #expect(try scratch.git("rev-parse main") == theirs)
        #expect(try scratch.read("workflows/deploy.yaml") == Scratch.definition("mine"))
    }

    @Test func refusesAParentThatTheCallerDidNotRead() throws {
        let scratch = try Scratch()
        let first = try scratch.commit(["workflows/deploy.yaml": Scratch.definition("one")])
        let second = try scratch.commit(["workflows/deploy.yaml": Scratch.definition("two")])
        try scratch.write(Scratch.definition("three"), "workflows/deploy.yaml")
        #expect {
            try scratch.workflows().commit(
                CommitRequest(.allChanged, expectedTip: .exactly(first)), context: scratch.context)
        } throws: {
            ($0 as? HistoryError)?.code == .branchMoved
        }
        #expect(try scratch.head() == second)
        let saved = try scratch.workflows().commit(
            CommitRequest(.allChanged, expectedTip: .exactly(second)), context: scratch.context)
        #expect(saved.parent == second)
    }

    @Test func refusesInTheMiddleOfAMerge() throws {
        let scratch = try Scratch()
        try scratch.commit(["workflows/deploy.yaml": Scratch.definition("one")])
        try scratch.git("checkout -q -b side")
        try scratch.commit(["workflows/deploy.yaml": Scratch.definition("side")])
        try scratch.git("checkout -q main")
        try scratch.commit(["workflows/deploy.yaml": Scratch.definition("main")])
        try scratch.git(["merge", "side"], fails: true)
        let before = try scratch.head()
        try scratch.write(Scratch.definition("both"), "workflows/deploy.yaml")
        #expect {
            try scratch.workflows().commit(CommitRequest(.allChanged), context: scratch.context)
        } throws: {
            ($0 as? HistoryError)?.code == .operationInProgress
        }
        #expect(try scratch.head() == before)
    }

    @Test func refusesWhereNothingDiffers() throws {
        let scratch = try Scratch()
        try scratch.commit(["workflows/deploy.yaml": Scratch.definition("one")])
        for selection in [CommitRequest.Selection.allChanged, .only([.deploy], paths: [])] {
            #expect {
                try scratch.workflows().commit(CommitRequest(selection), context: scratch.context)
            } throws: {
                ($0 as? HistoryError)?.code == .nothingToDo
            }
        }
    }

    @Test func namesTheNearestWorkflow() throws {
        let scratch = try Scratch()
        try scratch.commit(["workflows/deploy.yaml": Scratch.definition("one")])
        #expect {
            try scratch.workflows().commit(
                CommitRequest(.only([.named("depoly")], paths: [])), context: scratch.context)
        } throws: {
            let error = $0 as? HistoryError
            return error?.code == .unknownWorkflow && error?.hint == "did you mean deploy?"
        }
    }

    @Test(arguments: ["link", "fifo", "folder link"])
    func refusesWhatIsNoPlainFile(_ kind: String) throws {
        let scratch = try Scratch()
        try scratch.commit(["a.txt": "a\n"])
        try scratch.write(Scratch.definition("elsewhere"), "elsewhere/deploy.yaml")
        try scratch.write("", "workflows/.keep")
        let path = scratch.path + "/workflows/deploy.yaml"
        switch kind {
        case "link": try scratch.run("ln -s ../elsewhere/deploy.yaml \(path)")
        case "fifo": try scratch.run("mkfifo \(path)")
        default: try scratch.run("rm -r \(scratch.path)/workflows && ln -s elsewhere \(scratch.path)/workflows")
        }
        #expect {
            try scratch.workflows().commit(CommitRequest(.only([.deploy], paths: [])), context: scratch.context)
        } throws: {
            ($0 as? HistoryError)?.code == .notAFile
        }
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
    @Test func refusesACredentialInClearTextUnlessItIsAllowed() throws {
        let scratch = try Scratch()
        // The documented example of a key's shape; it opens nothing.
        let text = "env: {KEY: AKIAIOSFODNN7EXAMPLE}\n" + Scratch.definition("one")
        try scratch.write(text, "workflows/deploy.yaml")
        do {
            try scratch.workflows().commit(CommitRequest(.allChanged), context: scratch.context)
            Issue.record("it was saved")
        } catch let error as HistoryError {
            #expect(error.code == .clearTextSecret)
            #expect(error.problems.first?.description.hasPrefix("workflows/deploy.yaml:1:") == true)
        }
        // Nothing of it is in the object store.
        #expect(try scratch.git("count-objects") == "0 objects, 0 kilobytes")
        try scratch.workflows().commit(CommitRequest(.allChanged, allowsSecrets: true), context: scratch.context)
        #expect(try scratch.git("status --porcelain") == "")
    }

    @Test func reportsEveryFaultWithItsPlace() throws {
        let scratch = try Scratch()
        try scratch.write("steps:\n  - id: a\n    rum: echo\n", "workflows/a.yaml")
        try scratch.write("steps: [\n", "workflows/b.yaml")
        try scratch.write(Scratch.definition("fine"), "workflows/c.yaml")
        do {
            try scratch.workflows().commit(CommitRequest(.allChanged), context: scratch.context)
            Issue.record("it was saved")
        } catch let error as HistoryError {
            #expect(error.code == .invalidDefinition)
            #expect(Set(error.problems.map(\.path)) == ["workflows/a.yaml", "workflows/b.yaml"])
            #expect(error.problems.allSatisfy { $0.position != nil })
        }
        try scratch.workflows().commit(CommitRequest(.only([.named("c")], paths: [])), context: scratch.context)
        #expect(try scratch.git("ls-files") == "workflows/c.yaml")
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

    @Test func waitsForNoStaleLock() throws {
        let scratch = try Scratch()
        let head = try scratch.commit(["workflows/deploy.yaml": Scratch.definition("one")])
        try scratch.write(Scratch.definition("two"), "workflows/deploy.yaml")
        try scratch.write("", ".git/index.lock")
        #expect {
            try scratch.workflows().commit(CommitRequest(.allChanged), context: scratch.context)
        } throws: {
            ($0 as? GitError)?.code == .locked && ($0 as? GitError)?.hint?.contains("rm ") == true
        }
        #expect(try scratch.head() == head)
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
