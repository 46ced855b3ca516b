import DocumentTree
import StructuralDiff
import Testing

@Suite struct ComparisonTests {
    private static let steps = """
        steps:
          - id: fetch
            uses: http
            with: {url: "https://example.test/orders"}
          - id: load
            needs: [fetch]
            run: ./load.sh "${{ steps.fetch.outputs.body }}"
          - id: tell
            needs: [load]
            uses: notify
            with: {text: done}

        """

    @Test func `A step inserted at the top is one change`() throws {
        let new = Self.steps.replacing("steps:\n", with: "steps:\n  - id: first\n    run: echo hi\n")
        #expect(try changes(Self.steps, new) == ["added steps[first]"])
    }

    @Test func `A renamed step is one change, its references with it`() throws {
        let new = Self.steps.replacing("fetch", with: "download")
        let set = try compare(Self.steps, new).changes
        #expect(set.changes.count == 1)
        #expect(set.changes.first?.kind == .renamed)
        #expect(set.changes.first?.old == "fetch")
        #expect(set.changes.first?.new == "download")
        #expect(
            set.changes.first?.references.map(\.newPath.description) == ["steps[load].needs[0]", "steps[load].run"])
    }

    @Test func `A renamed step that is edited as well is two changes`() throws {
        let new = Self.steps.replacing("fetch", with: "download").replacing("uses: http", with: "uses: ftp")
        #expect(try changes(Self.steps, new) == ["renamed steps[download]", "changed steps[download].uses"])
    }

    @Test func `A reference that did not follow is a change of its own`() throws {
        let new = Self.steps.replacing("id: fetch", with: "id: download").replacing(
            "needs: [fetch]", with: "needs: [other]")
        #expect(try changes(Self.steps, new) == ["renamed steps[download]", "changed steps[load].needs[0]"])
    }

    @Test func `A block that moved is one move`() throws {
        let old = "steps: [{id: a}, {id: b}, {id: c}, {id: d}, {id: e}, {id: f}]\n"
        let new = "steps: [{id: c}, {id: d}, {id: e}, {id: f}, {id: a}, {id: b}]\n"
        let set = try compare(old, new).changes
        #expect(set.changes.map(\.kind) == [.moved])
        #expect(set.changes.first?.count == 2)
        #expect(set.changes.first?.oldPath?.pointer.description == "/steps/0")
        #expect(set.changes.first?.newPath?.pointer.description == "/steps/4")
    }

    @Test func `A moved and edited step is a move and an edit`() throws {
        #expect(
            try changes(
                "steps: [{id: a, run: x}, {id: b}, {id: c}]\n", "steps: [{id: b}, {id: c}, {id: a, run: y}]\n")
                == ["moved steps[a]", "changed steps[a].run"])
    }

    @Test func `A step without a name is found by its content and by its likeness`() throws {
        let old = "steps:\n- uses: actions/checkout@v3\n- run: make test\n- run: make install\n"
        let new = "steps:\n- run: make lint\n- uses: actions/checkout@v4\n- run: make test\n- run: make install\n"
        #expect(try changes(old, new) == ["added steps[0]", "changed steps[1].uses"])
    }

    @Test(arguments: [
        ("a: 1\n", "a: 2\n", "changed a"), ("a: 1\n", "a: one\n", "type-changed a"),
        ("a: 1\n", "a: '1'\n", "type-changed a"), ("a: x\n", "a: [x]\n", "type-changed a"),
        ("a: 1\n", "a: 1\nb: 2\n", "added b"), ("a: 1\nb: 2\n", "b: 2\n", "removed a"),
        ("", "a: 1\n", "added (document)"), ("a: [1, 2, 3]\n", "a: [1, 3]\n", "removed a[1]"),
        ("a: [1, 2, 3]\n", "a: [1, 5, 3]\n", "changed a[1]"), ("a: [1, 2, 3]\n", "a: [3, 1, 2]\n", "moved a[0]"),
        ("a: {text: a longer one}\n", "b: {text: a longer one}\n", "renamed b"),
        ("version: 1.8\n", "java-version: 1.8\n", "renamed java-version"),
        ("a: {x: [1, 2]}\nb: {}\n", "a: {}\nb: {y: [1, 2]}\n", "moved b.y"),
    ])
    func `Each kind of change`(old: String, new: String, expected: String) throws {
        #expect(try changes(old, new) == [expected])
    }

    @Test(arguments: [
        ("a: 1\nb: 2\n", "b: 2\na: 1\n"), ("a: [1, 2]\n", "a:\n  - 1\n  - 2\n"), ("a: 'x'\n", "a: x\n"),
        ("a: 0x10\n", "a: 16\n"), ("a: 1\n", "a: 1.0\n"), ("a: &x 1\nb: *x\n", "a: 1\nb: 1\n"),
        ("a: |\n  x\n", "a: \"x\\n\"\n"),
    ])
    func `Layout, spelling and the order of keys are cosmetic`(old: String, new: String) throws {
        let set = try compare(old, new).changes
        #expect(set.isEmpty)
        #expect(set.isCosmetic)
    }

    @Test func `Equal texts aren't cosmetic changes`() throws {
        #expect(try !compare("a: 1\n", "a: 1\n").changes.isCosmetic)
    }

    @Test func `Comments that differ are told`() throws {
        let set = try compare("a: 1 # one\nb: 2 # two\n", "# new\na: 1 # one\nb: 2\n").changes
        #expect(set.isCosmetic)
        #expect(set.comments.map(\.comment.text) == ["# two", "# new"])
        #expect(set.comments.map(\.isAdded) == [false, true])
    }

    @Test func `Both places of a change are known`() throws {
        let change = try #require(
            compare("a: 1\nb:\n  c: 1\n", "x: 1\na: 1\nb:\n  c: 22\n").changes.changes.first { $0.kind == .changed })
        #expect(change.oldRange?.start.description == "3:3")
        #expect(change.newRange?.start.description == "4:3")
        #expect(change.newRange?.end.description == "4:8")
    }

    @Test func `Documents of one text are matched with each other`() throws {
        let one = "kind: Service\nmetadata: {name: web}\nspec: {port: 80}\n"
        let two = "kind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2, image: web}\n"
        let edited = two.replacing("replicas: 2", with: "replicas: 3")
        #expect(
            try changes("---\n\(one)---\n\(two)", "---\n\(edited)---\n\(one)")
                == ["changed [Deployment].spec.replicas", "moved [Service]"])
    }

    @Test func `A key that isn't a text is compared by its meaning`() throws {
        #expect(try changes("? {b: 1, a: 2}\n: x\n", "? {a: 2, b: 1}\n: y\n").count == 1)
    }

    @Test func `An alias bomb is refused`() throws {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...20 {
            text +=
                "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
        }
        #expect(throws: DocumentError.self) { try compare(text, "a: 1\n") }
    }
}
