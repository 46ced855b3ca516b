import GitStore
import Testing
import WorkflowHistory
import WorkflowLanguage

@Suite struct TriggerTests {
    private func definition(_ on: String, _ word: String = "x", _ more: String = "") -> String {
        "on: \(on)\n\(more)steps:\n  - id: say\n    run: echo \(word)\n"
    }

    private func fired(_ plan: TriggerPlan) -> [String] {
        plan.triggers.map { "\($0.workflow) \($0.event.rawValue) \($0.branch ?? "-")" }
    }

    @Test func firesOnACommitOfItsOwnFile() throws {
        let scratch = try Scratch()
        try scratch.commit([
            "workflows/a.yaml": definition("{commit: {}}"),
            "workflows/b.yaml": definition("{commit: {branches: [release/*]}}"),
            "workflows/c.yaml": definition("{push: {}}"),
            "workflows/off.yaml": definition("{commit: {}}", "x", "enabled: false\n"),
            "workflows/sql.yaml": definition("{commit: {paths: [sql/**, '!sql/draft/**']}}"),
        ])
        let planner = TriggerPlanner(try scratch.workflows())
        #expect(fired(try planner.afterCommit()) == ["a commit main"])
        try scratch.commit(["readme": "1"])
        #expect(fired(try planner.afterCommit()) == [])
        try scratch.commit(["sql/draft/x.sql": "1"])
        #expect(fired(try planner.afterCommit()) == [])
        try scratch.commit(["sql/y/x.sql": "1", "workflows/a.yaml": definition("{commit: {}}", "y")])
        #expect(fired(try planner.afterCommit()) == ["a commit main", "sql commit main"])
        #expect(try planner.afterCommit().triggers.first?.commit == scratch.head())
        try scratch.git("checkout -q -b release/1")
        try scratch.commit(["workflows/b.yaml": definition("{commit: {branches: [release/*]}}", "y")])
        #expect(fired(try planner.afterCommit()) == ["b commit release/1"])
        try scratch.git("checkout -q --detach")
        try scratch.commit(["workflows/b.yaml": definition("{commit: {branches: [release/*]}}", "z")])
        #expect(fired(try planner.afterCommit()) == [])
    }

    @Test func leavesARebaseToItsEnd() throws {
        let scratch = try Scratch()
        try scratch.commit(["readme": "1"])
        try scratch.git("checkout -q -b side")
        let one = try scratch.commit(["workflows/a.yaml": definition("{commit: {}}", "1")])
        let two = try scratch.commit(["workflows/a.yaml": definition("{commit: {}}", "2")])
        try scratch.git("checkout -q main")
        try scratch.commit(["readme": "2"])
        try scratch.git("checkout -q side")
        try scratch.hook("post-rewrite", "#!/bin/sh\necho $1 > $HOME/rewrite\ncat >> $HOME/rewrite\n")
        try scratch.git("rebase -q main")
        let lines = try scratch.read("../rewrite").split(separator: "\n", maxSplits: 1).map(String.init)
        let rewritten = try RewrittenCommit.parse(lines[1])
        #expect(lines[0] == "rebase" && rewritten.map(\.old) == [one, two])
        let planner = TriggerPlanner(try scratch.workflows())
        #expect(fired(try planner.afterRewrite("rebase", rewritten)) == ["a commit side"])
        #expect(try planner.afterRewrite("rebase", rewritten).triggers.map(\.commit) == [scratch.head()])
        #expect(fired(try planner.afterRewrite("amend", rewritten)) == [])
    }

    @Test func firesNothingWhileARebaseIsUnderWay() throws {
        let scratch = try Scratch()
        try scratch.commit(["workflows/a.yaml": definition("{commit: {}}", "1")])
        try scratch.commit(["workflows/a.yaml": definition("{commit: {}}", "2")])
        try scratch.git(["-c", "sequence.editor=sed -i s/^pick/edit/", "rebase", "-q", "-i", "--root"])
        #expect(fired(try TriggerPlanner(scratch.workflows()).afterCommit()) == [])
    }

    @Test func firesOncePerWorkflowAndCommitOfAPush() throws {
        let scratch = try Scratch()
        let old = try scratch.commit(["workflows/a.yaml": definition("{push: {}}", "1"), "sql/x": "1"])
        try scratch.commit(["workflows/a.yaml": definition("{push: {}}", "2")])
        let new = try scratch.commit(["workflows/main.yaml": definition("{push: {branches: [main]}}", "2")])
        let planner = TriggerPlanner(try scratch.workflows())
        func update(_ name: String, _ old: CommitID?, _ new: CommitID?) -> RefUpdate {
            RefUpdate(reference: name, old: old?.object, new: new?.object)
        }
        let main = update("refs/heads/main", old, new)
        #expect(fired(try planner.afterReceive([main])) == ["a push main", "main push main"])
        #expect(
            fired(try planner.afterReceive([update("refs/heads/also", old, new), main])) == [
                "a push also", "main push main",
            ])
        #expect(fired(try planner.afterReceive([update("refs/tags/t", nil, new)])) == [])
        #expect(fired(try planner.afterReceive([update("refs/heads/main", new, nil)])) == [])
        // A first push brings everything; a new branch what it adds to HEAD's.
        #expect(
            fired(try planner.afterReceive([update("refs/heads/main", nil, new)])) == ["a push main", "main push main"])
        #expect(fired(try planner.afterReceive([update("refs/heads/topic", nil, new)])) == [])
        try scratch.git("checkout -q -b topic")
        let topic = try scratch.commit(["workflows/a.yaml": definition("{push: {}}", "3")])
        try scratch.git("checkout -q main")
        #expect(fired(try planner.afterReceive([update("refs/heads/topic", nil, topic)])) == ["a push topic"])
    }

    @Test func knowsWatchersOfPathsWhateverHappenedBefore() throws {
        let scratch = try Scratch()
        let watcher = definition("{commit: {paths: [src/**]}}")
        func fires(_ file: String) throws -> [String] {
            try scratch.commit([file: "\(scratch.now)"])
            return fired(try TriggerPlanner(scratch.workflows()).afterCommit())
        }
        try scratch.commit(["workflows/a.yaml": watcher, "workflows/b/c.yml": watcher])
        #expect(try fires("src/x") == ["a commit main", "b/c commit main"])
        try scratch.commit(["workflows/a.yaml": definition("{commit: {}}")])
        #expect(try fires("src/x") == ["b/c commit main"])
        try scratch.run("git mv workflows/b/c.yml workflows/d.yaml && git commit -qm moved")
        #expect(try fires("src/x") == ["d commit main"])
        // The branch from before has other ones; and what is kept may be damaged or gone.
        try scratch.git("checkout -q -b back HEAD~4")
        #expect(try fires("src/y") == ["a commit back", "b/c commit back"])
        try scratch.write("nonsense\n", ".git/wfrepo/path-watchers")
        #expect(try fires("src/z") == ["a commit back", "b/c commit back"])
        #expect(try fires("other") == [])
        // A power failure may leave zeros in the place of a name, and a failing disk another letter.
        let kept = try scratch.read(".git/wfrepo/path-watchers")
        for damage in ["\0\0\0", "b/d"] {
            try scratch.write(kept.replacing("b/c", with: damage), ".git/wfrepo/path-watchers")
            #expect(try fires("src/z") == ["a commit back", "b/c commit back"])
        }
    }

    @Test func saysWhichDefinitionsHaveFaults() throws {
        let scratch = try Scratch()
        try scratch.commit(["workflows/a.yaml": "on: {commit: {}}\nsteps: 7\n"])
        let plan = try TriggerPlanner(scratch.workflows()).afterCommit()
        #expect(plan.triggers.isEmpty)
        #expect(plan.problems.map(\.path) == ["workflows/a.yaml"])
    }
}
