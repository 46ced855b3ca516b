import GitStore
import Testing
import WorkflowHistory
import WorkflowLanguage

@Suite struct VersionTests {
    private static let file = "workflows/deploy.yaml"

    /// One line a version, oldest first: label, name and what happened.
    private func lines(_ versions: [WorkflowVersion]) -> [String] {
        versions.map { version in
            let change =
                switch version.change {
                case .created: "created"
                case .changed: "changed"
                case .renamed(let old): "renamed from \(old)"
                case .deleted(let target): "deleted" + (target.map { ", moved to \($0)" } ?? "")
                }
            return "\(version.number.map { "v\($0)" } ?? "-") \(version.name) \(change)"
        }
    }

    @Test func countsTheCommitsThatGitLogsForTheFile() throws {
        let scratch = try Scratch()
        try scratch.commit(["readme": "1"])
        try scratch.commit([Self.file: Scratch.definition("one")])
        try scratch.commit(["readme": "2"])
        try scratch.commit(["workflows/other.yaml": Scratch.definition("other")])
        try scratch.commit([Self.file: Scratch.definition("two")])
        try scratch.run("chmod +x \(Self.file)")
        try scratch.git("commit -qam mode")
        let versions = try scratch.workflows().versions(of: .deploy, from: scratch.head())
        #expect(lines(versions) == ["v1 deploy created", "v2 deploy changed", "v3 deploy changed"])
        let logged = try scratch.git("log --first-parent --reverse --format=%H -- \(Self.file)").split(separator: "\n")
        #expect(versions.map(\.commit.description) == logged.map(String.init))
    }

    @Test func countsAMergeOnceAndDoesNotCountWhatItBrought() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Scratch.definition("one")])
        try scratch.git("checkout -q -b side")
        try scratch.commit([Self.file: Scratch.definition("two")])
        try scratch.commit([Self.file: Scratch.definition("three")])
        try scratch.git("checkout -q main")
        try scratch.commit(["readme": "1"])
        try scratch.git("merge -q --no-edit side")
        let versions = try scratch.workflows().versions(of: .deploy, from: scratch.head())
        #expect(versions.map(\.commit).last == (try scratch.head()))
        #expect(lines(versions) == ["v1 deploy created", "v2 deploy changed"])
    }

    @Test func continuesTheNumbersAfterDeletion() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Scratch.definition("one"), "readme": "1"])
        try scratch.commit([Self.file: nil])
        try scratch.commit(["readme": "2"])
        try scratch.commit([Self.file: Scratch.definition("quite another")])
        let versions = try scratch.workflows().versions(of: .deploy, from: scratch.head())
        #expect(lines(versions) == ["v1 deploy created", "v2 deploy deleted", "v3 deploy created"])
    }

    @Test func followsMovesAndLeavesTheNumbersOfTheOldName() throws {
        let scratch = try Scratch()
        let text = "name: a long definition\ndescription: of several lines\n" + Scratch.definition("one")
        try scratch.commit([Self.file: text, "workflows/x.yaml": Scratch.definition("x")])
        try scratch.run("git mv workflows/deploy.yaml workflows/release.yaml")
        try scratch.git("commit -qm moved")
        try scratch.run("mkdir workflows/team && git mv workflows/release.yaml workflows/team/ship.yml")
        try scratch.write(text + "    timeout: 5m\n", "workflows/team/ship.yml")
        try scratch.git("commit -qam moved-and-edited")
        try scratch.commit([Self.file: Scratch.definition("new under the old name")])
        let head = try scratch.head()
        let workflows = try scratch.workflows()
        #expect(
            lines(try workflows.versions(of: .named("team/ship"), from: head)) == [
                "v1 deploy created", "v2 release renamed from deploy", "v3 team/ship renamed from release",
            ])
        #expect(
            lines(try workflows.versions(of: .deploy, from: head)) == [
                "v1 deploy created", "v2 deploy deleted, moved to release", "v3 deploy created",
            ])
    }

    /// The commits of a merged branch say what they renamed, also where nothing else tells.
    @Test func followsMovesOfAMergedBranch() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Scratch.definition("one"), "workflows/x.yaml": Scratch.definition("x")])
        try scratch.git("checkout -qb side")
        for (old, new) in [("deploy", "ship"), ("ship", "release")] {
            try scratch.run("git mv workflows/\(old).yaml workflows/\(new).yaml")
            try scratch.git(["commit", "-qm", "Rename \(old)", "-m", "Renamed-From: \(old)"])
            try scratch.write("env: {A: 1, B: 2}\nsteps:\n  - {run: make \(new)}\n", "workflows/\(new).yaml")
            try scratch.git("commit -qam edited")
        }
        try scratch.git("checkout -q main")
        try scratch.commit(["workflows/x.yaml": nil, "workflows/y.yaml": "steps: [{run: quite another}]\n"])
        try scratch.git("merge -q --no-ff -m merged side")
        let workflows = try scratch.workflows()
        #expect(
            lines(try workflows.versions(of: .named("release"), from: scratch.head())) == [
                "v1 deploy created", "v2 release renamed from deploy",
            ])
        #expect(
            lines(try workflows.versions(of: .deploy, from: scratch.head())) == [
                "v1 deploy created", "v2 deploy deleted, moved to release",
            ])
        #expect(try workflows.log().first?.version.name.description == "release")
    }

    @Test func countsTheSameInOneWalkOverAllWorkflows() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Scratch.definition("one"), "workflows/b.yaml": Scratch.definition("b")])
        try scratch.commit([Self.file: Scratch.definition("two")])
        try scratch.run("git mv workflows/b.yaml workflows/c.yaml")
        try scratch.git("commit -qm moved")
        try scratch.commit([Self.file: nil, "workflows/c.yaml": Scratch.definition("c")])
        try scratch.commit([Self.file: Scratch.definition("three"), "workflows/b.yaml": Scratch.definition("new b")])
        let workflows = try scratch.workflows()
        let all = try workflows.log()
        for name in ["deploy", "b", "c"] {
            let own = try workflows.versions(of: .named(name), from: scratch.head()).filter {
                $0.name.description == name
            }
            #expect(all.map(\.version).filter { $0.name.description == name }.reversed() == own)
        }
        #expect(all.first?.version.name.description == "deploy" && all.first?.version.number == 4)
    }

    @Test func saysNoNumbersInAShallowClone() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Scratch.definition("one")])
        try scratch.commit([Self.file: Scratch.definition("two")])
        try scratch.commit([Self.file: Scratch.definition("three")])
        let clone = scratch.root + "/clone"
        try scratch.git(["clone", "-q", "--depth", "2", "file://\(scratch.path)", clone])
        let workflows = try scratch.workflows(at: clone)
        #expect(
            lines(try workflows.versions(of: .deploy, from: scratch.head())) == [
                "- deploy changed", "- deploy changed",
            ])
        #expect(try workflows.log().map(\.version.number) == [nil, nil])
        #expect {
            try workflows.resolve(RevisionSpec.parse("deploy@v1", calendar: scratch.calendar))
        } throws: {
            ($0 as? HistoryError)?.hint?.contains("git fetch --unshallow") == true
        }
    }

    @Test func walksThroughAnOctopusMerge() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Scratch.definition("one")])
        for branch in ["a", "b", "c"] {
            try scratch.git("checkout -q -b \(branch) main")
            try scratch.commit(["workflows/\(branch).yaml": Scratch.definition(branch)])
        }
        try scratch.git("checkout -q main")
        try scratch.git("merge -q --no-ff --no-edit a b c")
        let head = try scratch.head()
        let workflows = try scratch.workflows()
        #expect(try workflows.versions(of: .named("b"), from: head).map(\.commit) == [head])
        #expect(try workflows.versions(of: .deploy, from: head).count == 1)
    }
}
