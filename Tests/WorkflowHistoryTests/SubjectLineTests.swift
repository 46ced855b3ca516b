import GitStore
import Testing
import WorkflowHistory

@Suite struct SubjectLineTests {
    private func change(_ old: String?, _ new: String?, _ name: String = "deploy") -> ContentChange {
        func content(_ text: String?) -> ContentChange.Content? {
            text.map { ContentChange.Content(mode: .blob, bytes: Array($0.utf8)) }
        }
        return ContentChange(path: "workflows/\(name).yaml", old: content(old), new: content(new))
    }

    private static let start = "steps:\n  - {id: load, run: x, retry: {max-attempts: 3}}\n"

    @Test func saysWhatChanged() {
        let new = "steps:\n  - {id: load, run: x, retry: {max-attempts: 5}}\n  - {id: notify, run: y}\n"
        #expect(SubjectLine.describing([change(Self.start, new)]) == "deploy: add notify; load: retry 3 → 5")
    }

    @Test func saysThatOnlyTheLayoutOrCommentsChanged() {
        #expect(
            SubjectLine.describing([change(Self.start, Self.start.replacing("steps:", with: "steps:\n"))])
                == "deploy: layout only")
        #expect(SubjectLine.describing([change(Self.start, "# why\n" + Self.start)]) == "deploy: comments only")
    }

    @Test func summarisesSeveralWorkflows() {
        let new = Self.start.replacing("3", with: "5")
        #expect(
            SubjectLine.describing([change(Self.start, new), change(Self.start, "# c\n" + Self.start, "report")])
                == "deploy (load: retry 3 → 5), report (comments only)")
        let many = ["a", "b", "c", "d", "e"].map { change(Self.start, "# c\n" + Self.start, $0) }
        #expect(SubjectLine.describing(many) == "a, b and 3 more: comments only")
    }

    @Test func staysWithinALine() throws {
        let steps = (1...9).map { "  - {id: step-number-\($0), run: make it \($0)}\n" }.joined()
        let new = "timeout: 1h\nenv: {SOME_LONG_NAME: x, ANOTHER_LONG_NAME: y}\n" + Self.start + steps
        let subject = try #require(SubjectLine.describing([change(Self.start, new)]))
        #expect(subject == "deploy: add step-number-1, step-number-2, step-number-3 and 6 m…; 1 more")
        #expect(subject.count <= 72)
    }

    @Test func namesARename() {
        #expect(
            SubjectLine.describing([change(Self.start, nil, "a"), change(nil, Self.start, "b")]) == "Rename a to b")
        let other = ContentChange(path: "workflows/a.yml", old: nil, new: change(nil, Self.start).new)
        #expect(
            SubjectLine.describing([change(Self.start, nil, "a"), other])
                == "Rename workflows/a.yaml to workflows/a.yml")
    }

    @Test func leavesWhatCameWentOrIsNoWorkflowToAList() {
        #expect(SubjectLine.describing([change(nil, Self.start)]) == nil)
        #expect(SubjectLine.describing([change(Self.start, nil)]) == nil)
        #expect(SubjectLine.describing([change(Self.start, "steps: [")]) == nil)
        #expect(SubjectLine.describing([]) == nil)
    }
}
