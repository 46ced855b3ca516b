import GitStore
import Testing
import WorkflowHistory
import WorkflowLanguage

@Suite struct ChangeTests {
    private static let file = "workflows/deploy.yaml"

    private func code(_ body: () throws -> Void) -> HistoryError.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? HistoryError)?.code
        }
    }

    @Test func makesAWorkflow() throws {
        let scratch = try Scratch()
        let workflows = try scratch.workflows()
        let bytes = Array(Scratch.definition("one").utf8)
        try workflows.create(.named("billing/invoice"), bytes: bytes, context: scratch.context)
        #expect(try scratch.read("workflows/billing/invoice.yaml") == Scratch.definition("one"))
        #expect(try scratch.git("log --format=%s") == "Add billing/invoice")
        #expect(try scratch.git("status --porcelain") == "")
        #expect(
            code { try workflows.create(.named("billing/invoice"), bytes: bytes, context: scratch.context) } == .exists)
        try scratch.write("not committed", "workflows/mine.yml")
        #expect(code { try workflows.create(.named("mine"), bytes: bytes, context: scratch.context) } == .exists)
        #expect(
            code { try workflows.create(.named("bad"), bytes: Array("steps: 7".utf8), context: scratch.context) }
                == .invalidDefinition)
        #expect(try scratch.git("status --porcelain") == "?? workflows/mine.yml")
    }

    @Test func movesAWorkflowWithItsHistory() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Scratch.definition("one"), "readme": "1"])
        let workflows = try scratch.workflows()
        try workflows.move(.deploy, to: .named("team/ship"), context: scratch.context)
        #expect(try scratch.git("log -1 --format=%B") == "Rename deploy to team/ship\n\nRenamed-From: deploy\n")
        #expect(try scratch.git("ls-files") == "readme\nworkflows/team/ship.yaml")
        #expect(try scratch.git("status --porcelain") == "")
        #expect(try workflows.versions(of: .named("team/ship"), from: scratch.head()).map(\.number) == [1, 2])
        #expect(code { try workflows.move(.deploy, to: .named("x"), context: scratch.context) } == .unknownWorkflow)
        try scratch.write(Scratch.definition("edited"), "workflows/team/ship.yaml")
        #expect(
            code { try workflows.move(.named("team/ship"), to: .named("x"), context: scratch.context) }
                == .uncommittedEdits)
    }

    @Test func removesWorkflowsInOneCommit() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Scratch.definition("one"), "workflows/a/b.yaml": Scratch.definition("b")])
        try scratch.workflows().remove([.deploy, .named("a/b")], context: scratch.context)
        #expect(try scratch.git("log --format=%s") == "Remove deploy and a/b\na change")
        #expect(try scratch.git("status --porcelain") == "")
        #expect(try scratch.git("ls-tree -r HEAD") == "")
    }

    @Test(arguments: [
        ("steps:\r\n  - run: echo   # keep\r\n", "enabled: false\r\nsteps:\r\n  - run: echo   # keep\r\n"),
        (
            "# top\nname: x\n\non: {commit: {}}\nsteps:\n- run: a",
            "# top\nname: x\n\nenabled: false\non: {commit: {}}\nsteps:\n- run: a"
        ),
        ("enabled:   true   # why\nsteps:\n- run: a\n", "enabled:   false   # why\nsteps:\n- run: a\n"),
        ("\u{FEFF}  name: x\n  steps: [{run: a}]\n", "\u{FEFF}  name: x\n  enabled: false\n  steps: [{run: a}]\n"),
        ("name: x\rsteps: [{run: a}]\r", "name: x\renabled: false\rsteps: [{run: a}]\r"),
        ("{name: x, steps: [{run: a}]} # all\n", "{name: x, enabled: false, steps: [{run: a}]} # all\n"),
        ("{ \"steps\": [{\"run\": \"a\"}] }\n", "{ \"enabled\": false, \"steps\": [{\"run\": \"a\"}] }\n"),
        ("--- {\n  steps: [{run: a}], enabled: True\n}\n", "--- {\n  steps: [{run: a}], enabled: false\n}\n"),
        ("? enabled\n: true\n? steps\n: - run: a\n", "? enabled\n: false\n? steps\n: - run: a\n"),
        (
            "description: \"a\nenabled: true\"\nsteps: [{run: a}]\n",
            "description: \"a\nenabled: true\"\nenabled: false\nsteps: [{run: a}]\n"
        ),
    ])
    func switchesOffAndKeepsEveryOtherByte(_ before: String, _ after: String) throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: before])
        let workflows = try scratch.workflows()
        try workflows.setEnabled(false, [.deploy], reason: "too loud", context: scratch.context)
        #expect(try scratch.read(Self.file) == after)
        #expect(try scratch.git("log -1 --format=%B") == "Disable deploy\n\nReason: too loud\n")
        #expect(try scratch.git("status --porcelain") == "")
        #expect(code { try workflows.setEnabled(false, [.deploy], context: scratch.context) } == .nothingToDo)
        try workflows.setEnabled(true, [.deploy], context: scratch.context)
        #expect(try scratch.read(Self.file).contains("true"))
    }

    @Test(arguments: ["enabled: !!bool true\nsteps: [{run: a}]\n", "? name\n: x\n? steps\n: - run: a\n", "name: x\n?"])
    func leavesToPeopleWhatIsNoWord(_ text: String) throws {
        let scratch = try Scratch()
        let head = try scratch.commit([Self.file: text])
        let workflows = try scratch.workflows()
        #expect(code { try workflows.setEnabled(false, [.deploy], context: scratch.context) } == .invalidDefinition)
        #expect(try scratch.head() == head)
        #expect(try scratch.read(Self.file) == text)
    }

    @Test func putsTheWorkTreeBackWhenASaveFails() throws {
        let scratch = try Scratch()
        let head = try scratch.commit([Self.file: Scratch.definition("one")])
        try scratch.hook("pre-commit", "#!/bin/sh\nexit 1\n")
        let workflows = try scratch.workflows()
        #expect(code { try workflows.remove([.deploy], context: scratch.context) } == .hookRefused)
        #expect(code { try workflows.move(.deploy, to: .named("x/y"), context: scratch.context) } == .hookRefused)
        #expect(try scratch.git("status --porcelain") == "")
        #expect(try scratch.head() == head)
    }
}
