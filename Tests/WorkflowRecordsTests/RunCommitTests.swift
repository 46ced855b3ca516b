import GitStore
import Testing
import WorkflowEngine

@testable import WorkflowRecords

@Suite struct RunCommitTests {
    @Test func theCommitIsWhatRan() throws {
        let repository = try TestRepository()
        let record = try repository.run(1, trigger: "commit")
        let id = try RunCommit(record).write(to: repository.open())
        let expected = """
            tree \(try repository.git("rev-parse", "HEAD^{tree}"))
            parent \(try repository.git("rev-parse", "HEAD"))
            author Ada Lovelace <ada@example.org> 1795238404 +0000
            committer Ada Lovelace <ada@example.org> 1795238404 +0000

            run deploy v2 succeeded

            Run: \(record.run)
            Workflow: deploy
            Trigger: commit
            """
        #expect(try repository.git("cat-file", "-p", id.description) == expected)
        #expect(
            try repository.git("show", "\(id):workflows/deploy.yaml") == "steps: [{run: make install}]")
        try repository.expectSound()
    }

    @Test func theSameRunAlwaysMakesTheSameCommit() throws {
        let repository = try TestRepository()
        let record = try repository.run(1)
        let first = try RunCommit(record).write(to: repository.open())
        let second = try RunCommit(record).write(to: repository.open())
        #expect(first == second)
        #expect(try RunCommit(record).id() == first)
    }

    @Test func anUncommittedDefinitionSaysSo() throws {
        let repository = try TestRepository()
        let blob = try repository.git("hash-object", "-w", "--stdin", input: "steps: [{run: make try}]\n")
        let workflows = try repository.git("mktree", input: "100644 blob \(blob)\tdeploy.yaml\n")
        let tree = try repository.git("mktree", input: "040000 tree \(workflows)\tworkflows\n")
        var record = try repository.run(1)
        record.definition.isUncommitted = true
        record.definition.version = nil
        record.definition.tree = try #require(TreeID(tree))
        record.definition.blob = try #require(BlobID(blob))
        let id = try RunCommit(record).write(to: repository.open())
        #expect(try repository.git("show", "\(id):workflows/deploy.yaml") == "steps: [{run: make try}]")
        #expect(
            try repository.git("log", "-1", "--format=%s / %(trailers:key=Uncommitted)", id.description)
                == "run deploy worktree succeeded / Uncommitted: true\n")
        #expect(try repository.git("diff", "--name-only", "\(id)^", "\(id)") == "workflows/deploy.yaml")
    }

    /// Expected: `git commit-tree` itself, given the same name and address.
    @Test(arguments: [
        ("  Ada <Lovelace>. ", "<ada@example.org>"), ("\"Ada, Countess\"", "ada@example.org;"),
        ("Ada\\", "ada @example.org"), ("J. R. Hacker.", "'jr'@example.org'"),
    ])
    func namesAreCleanedAsGitCleansThem(name: String, email: String) throws {
        let repository = try TestRepository()
        let actor = Actor(name: name, email: email)
        let id = try RunCommit(repository.run(1, actor: actor)).write(to: repository.open())
        let ours = try repository.git("log", "-1", "--format=%an|%ae", id.description)
        let gits = try repository.git(
            "commit-tree", "-m", "x", "HEAD^{tree}",
            environment: ["GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": email])
        #expect(ours == (try repository.git("log", "-1", "--format=%an|%ae", gits)))
        try repository.expectSound()
    }

    @Test func controlCharactersAreWrittenOut() throws {
        let repository = try TestRepository()
        let actor = Actor(name: "A\u{1B}[31mda\u{9B}1m\u{7}\u{0}", email: "a\nb@example.org")
        let record = try repository.run(1, actor: actor, trigger: "man\u{1B}ual\nRun: forged")
        let id = try RunCommit(record).write(to: repository.open())
        #expect(
            try repository.git("log", "-1", "--format=%an|%ae", id.description)
                == "A\\u{1B}[31mda\\u{9B}1m|a b@example.org")
        #expect(
            try repository.git("log", "-1", "--format=%(trailers:key=Run,valueonly)", id.description)
                == "\(record.run)\n")
        try repository.expectSound()
    }

    @Test func aNamelessActorIsCalledByTheAddress() throws {
        let repository = try TestRepository()
        for (actor, expected) in [
            (Actor(name: " <> ", email: "ada@example.org"), "ada@example.org <ada@example.org>"),
            (Actor(name: "", email: ""), "unknown <>"),
        ] {
            let id = try RunCommit(repository.run(1, actor: actor)).write(to: repository.open())
            #expect(try repository.git("log", "-1", "--format=%an <%ae>", id.description) == expected)
        }
        try repository.expectSound()
    }
}
