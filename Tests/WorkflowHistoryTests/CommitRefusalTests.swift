import GitStore
import Testing
import WorkflowHistory
import WorkflowLanguage

/// What no commit is made of, and what is said then.
@Suite struct CommitRefusalTests {
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
}
