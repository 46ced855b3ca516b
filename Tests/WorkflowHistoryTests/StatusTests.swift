import GitStore
import Testing
import WorkflowHistory
import WorkflowLanguage

@Suite struct StatusTests {
    private static let file = "workflows/deploy.yaml"

    @Test func saysWhatDiffersAndHow() throws {
        let scratch = try Scratch()
        try scratch.commit([
            Self.file: Scratch.definition("one"), "workflows/gone.yaml": Scratch.definition("gone"),
            "workflows/same.yaml": Scratch.definition("same"), "workflows/README.md": "words\n",
        ])
        try scratch.write("steps: 7\n", Self.file)
        try scratch.git("rm -q workflows/gone.yaml")
        try scratch.write(Scratch.definition("new"), "workflows/team/new.yml")
        try scratch.write("words, edited\n", "workflows/README.md")
        try scratch.write("x", "workflows/Bad Name.yaml")
        let status = try scratch.workflows().status()
        #expect(
            status.changes.map { "\($0.path) \($0.kind.rawValue) \($0.isStaged)" } == [
                "workflows/Bad Name.yaml new false", "workflows/deploy.yaml changed false",
                "workflows/gone.yaml deleted true",
                "workflows/team/new.yml new false",
            ])
        #expect(status.changes.first { $0.name == .deploy }?.problems.isEmpty == false)
        #expect(status.problems.map(\.path) == ["workflows/Bad Name.yaml"])
        #expect(status.count == 3)
        #expect(status.branch == "main" && status.state == .clean)
    }

    @Test func worksOnAnUnbornBranchAndInTheMiddleOfAMerge() throws {
        let scratch = try Scratch()
        try scratch.write(Scratch.definition("one"), Self.file)
        let unborn = try scratch.workflows().status()
        #expect(unborn.tip == nil && unborn.count == 1 && unborn.changes.map(\.kind) == [.new])
        try scratch.git("add .")
        try scratch.git("commit -qm one")
        try scratch.git("checkout -q -b side")
        try scratch.commit([Self.file: Scratch.definition("side")])
        try scratch.git("checkout -q main")
        try scratch.commit([Self.file: Scratch.definition("main")])
        try scratch.git(["merge", "side"], fails: true)
        let merging = try scratch.workflows().status()
        #expect(merging.state == .merge)
        #expect(merging.changes.map(\.kind) == [.conflicted])
    }

    @Test func namesTriggersThatNothingFires() throws {
        let scratch = try Scratch()
        try scratch.write("on: {webhook: {}, commit: {}}\n" + Scratch.definition("one"), Self.file)
        let status = try scratch.workflows().status(dormant: [.schedule, .webhook])
        #expect(status.dormantTriggers.map { "\($0.name) \($0.event.rawValue)" } == ["deploy webhook"])
    }

    /// What git takes for unchanged is not read again; what changed is.
    @Test func keepsWhatItFoundOfDefinitionsThatStayed() throws {
        let scratch = try Scratch()
        let waiting = "on: {webhook: {}}\n" + Scratch.definition("one")
        try scratch.commit([Self.file: waiting, "workflows/other.yaml": Scratch.definition("other")])
        func found() throws -> [String] {
            try scratch.workflows().status(dormant: [.schedule, .webhook]).dormantTriggers.map {
                "\($0.name) \($0.event.rawValue)"
            }
        }
        #expect(try found() == ["deploy webhook"])
        try scratch.git("update-index --assume-unchanged \(Self.file)")
        try scratch.write(Scratch.definition("one"), Self.file)
        #expect(try found() == ["deploy webhook"])
        try scratch.git("update-index --no-assume-unchanged \(Self.file)")
        try scratch.write(waiting, "workflows/other.yaml")
        #expect(try found() == ["other webhook"])
        try scratch.commit([:])
        #expect(try found() == ["other webhook"])
        #expect(try scratch.workflows().status(dormant: [.schedule]).dormantTriggers.isEmpty)
        try scratch.git("rm -q workflows/other.yaml")
        #expect(try found().isEmpty)
    }
}
