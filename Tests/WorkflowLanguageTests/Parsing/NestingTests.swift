import DocumentTree
import Testing
import WorkflowLanguage

/// Steps with items, branches and calls.
@Suite struct NestingTests {
    private func items(_ text: String) throws -> [String] {
        let result = try parse("steps:\n  - run: a\n    \(text)\n")
        let step = try #require(result.workflow?.steps.first, "\(result.problems)")
        return try #require(step.fanOut).items(in: ConstantContext()).map { try $0.json() }
    }

    @Test(arguments: [
        ("foreach: [a, 1, {b: c}]", [#""a""#, "1", #"{"b":"c"}"#]),
        ("foreach: ${{ fromJSON('[1,2]') }}", ["1", "2"]),
        (
            "matrix: {os: [a, b], n: [1, 2]}",
            [#"{"os":"a","n":1}"#, #"{"os":"a","n":2}"#, #"{"os":"b","n":1}"#, #"{"os":"b","n":2}"#]
        ), ("matrix: {os: [a, b], n: [1, 2], exclude: [{os: a}, {os: b, n: 1}]}", [#"{"os":"b","n":2}"#]),
        ("matrix: {include: [{a: 1}, {a: 2}]}", [#"{"a":1}"#, #"{"a":2}"#]),
    ])
    func itemsAreExpanded(text: String, expected: [String]) throws { #expect(try items(text) == expected) }

    /// The example of GitHub's documentation, "Expanding or adding matrix configurations".
    @Test func includeIsGitHubs() throws {
        let text = """
            matrix: {fruit: [apple, pear], animal: [cat, dog], include: [{color: green}, {color: pink, animal: cat}, \
            {fruit: apple, shape: circle}, {fruit: banana}, {fruit: banana, animal: cat}]}
            """
        #expect(
            try items(text) == [
                #"{"fruit":"apple","animal":"cat","color":"pink","shape":"circle"}"#,
                #"{"fruit":"apple","animal":"dog","color":"green","shape":"circle"}"#,
                #"{"fruit":"pear","animal":"cat","color":"pink"}"#, #"{"fruit":"pear","animal":"dog","color":"green"}"#,
                #"{"fruit":"banana"}"#, #"{"fruit":"banana","animal":"cat"}"#,
            ])
    }

    @Test(arguments: [
        ("foreach: a", "3:14: `foreach` must be a list"), ("matrix: {}", "3:13: `matrix` has no values"),
        ("foreach: [a]\n    matrix: {a: [b]}", "4:5: a step may have only one of `foreach` and `matrix`"),
        ("max-parallel: 2", "3:19: `max-parallel` makes sense only beside `foreach` or `matrix`"),
        ("matrix: {os: [a], exclude: [{so: a}]}", "3:34: `exclude` names `so`, which the matrix doesn't have"),
        ("foreach: [a]\n    name: ${{ matrix.os }}", "4:15: there is no `matrix` here"),
        ("matrix: {os: [a]}\n    name: ${{ matrix.so }}", "4:22: there is no value of the matrix `so`"),
        ("name: ${{ item }}", "3:15: `item` can't be used here"),
        ("foreach: [a]\n    if: item == 'a'", "4:9: `item` can't be used here"),
        ("foreach: [\"${{ secrets.A }}\"]", "3:20: `secrets` can't be used in the items"),
    ])
    func faults(text: String, start: String) throws {
        let problems = try parse("secrets: [A]\nsteps:\n  - run: a\n    \(text)\n").errors.map(\.description)
        let shifted = problems.first.map { $0.split(separator: ":", maxSplits: 1).last.map(String.init) ?? "" } ?? ""
        #expect(shifted.hasPrefix(Self.below(start)), "\(problems)")
    }

    /// The place a line further down: the texts above are counted from a workflow without `secrets`.
    private static func below(_ place: String) -> String {
        let parts = place.split(separator: ":", maxSplits: 1)
        return "\((Int(parts[0]) ?? 0) + 1):\(parts[1])"
    }

    @Test func branchesOrderTheirSteps() throws {
        let result = try parse(
            """
            inputs: {n: {type: integer}}
            steps:
              - id: small
                run: a
                needs: []
              - id: route
                uses: choose
                needs: []
                with:
                  branches: [{if: inputs.n > 1, name: big, then: [large]}]
                  otherwise: small
              - {id: large, run: b, needs: []}
            """)
        let steps = try #require(result.workflow, "\(result.problems)").steps
        #expect(steps[0].needs.map(\.description) == ["route"])
        #expect(steps[0].choosers.map(\.description) == ["route"])
        #expect(steps[2].choosers.map(\.description) == ["route"])
        #expect(steps[1].choosers == [])
    }

    @Test(arguments: [
        ("branches: [{if: inputs.m, then: b}]", "there is no input `m`"),
        ("branches: [{if: 1 +, then: b}]", ""), ("branches: [{if: true, then: c}]", "`then` names the step `c`"),
        ("branches: [{if: true}]", "a branch of `choose` needs the key `then`"),
        ("branches: []", "`branches` must have at least 1 item"),
        ("branches: [{if: true, then: a}]", "the step `a` needs itself"),
    ])
    func faultsOfBranches(with: String, message: String) throws {
        let errors = try parse(
            "steps:\n  - {id: a, uses: choose, with: {\(with)}, needs: [b]}\n  - {id: b, run: b, needs: []}\n"
        ).errors.map(\.message)
        #expect(errors.contains { $0.hasPrefix(message) }, "\(errors)")
    }

    // MARK: Calls

    private func problems(of name: String, among texts: [String: String]) throws -> [String] {
        func workflow(_ name: WorkflowName) -> CallCheck.Callee {
            guard let text = texts[name.description] else { return .missing }
            return Workflow.parse(Array(text.utf8), name: name).workflow.map { .workflow($0) } ?? .faulty
        }
        guard case .workflow(let caller) = workflow(try #require(WorkflowName(name))) else { return ["not a workflow"] }
        return try CallCheck(find: workflow).problems(of: caller, file: "\(name).yaml").map(\.description)
    }

    private func calling(_ name: String, _ inputs: String = "{}") -> String {
        "steps: [{uses: workflow, with: {name: \(name), inputs: \(inputs)}}]"
    }

    @Test func aCallWithinOneConcurrencyGroupIsAFault() throws {
        func check(_ caller: String, _ callee: String) throws -> [String] {
            let steps = "\nsteps: [{run: a}]"
            return try problems(of: "a", among: ["a": "\(caller)\n\(calling("b"))", "b": callee + steps])
        }
        #expect(
            try check("concurrency: deploy", "concurrency: deploy") == [
                "a.yaml:2:39: `b` would wait for ever for its caller, which has the place in their concurrency group"
                    + " — give one of them a group of its own"
            ])
        #expect(try check("concurrency: deploy", "concurrency: {group: deploy, limit: 2}") == [])
        #expect(try check("concurrency: deploy", "concurrency: \"${{ workflow.name }}\"") == [])
        #expect(try check("name: a", "concurrency: deploy") == [])
    }

    @Test func callsAreChecked() throws {
        let callee = "inputs: {day: {required: true}, n: {type: integer}}\nsteps: [{run: a}]"
        let all = ["b": callee, "broken": "steps: 1"]
        func check(_ text: String) throws -> [String] {
            try problems(of: "a", among: all.merging(["a": text]) { $1 })
        }
        #expect(try check(calling("b", "{day: x, n: 1}")) == [])
        #expect(try check(calling("b", "{day: \"${{ run.id }}\"}")) == [])
        #expect(
            try check(calling("b")) == [
                "a.yaml:1:39: `b`: input `day` is required — give it: `inputs: {day: …}`"
            ])
        #expect(
            try check(calling("b", "{day: x, m: 1}")).first?.hasPrefix("a.yaml:1:59: `b`: input `m` is not known")
                ?? false)
        #expect(try check(calling("b", "{day: x, n: x}")).count == 1)
        #expect(try check(calling("c")).first?.hasPrefix("a.yaml:1:39: there is no workflow `c`") ?? false)
        #expect(
            try check(calling("broken")).first?.hasPrefix("a.yaml:1:39: the workflow `broken` has a fault") ?? false)
    }

    @Test func circlesOfCallsAreRefused() throws {
        #expect(
            try problems(of: "a", among: ["a": calling("a")]) == [
                "a.yaml:1:39: workflows call each other in a circle: `a` → `a` — a workflow can't wait for itself: take one call out"
            ])
        let circle = ["a": calling("b"), "b": calling("c"), "c": calling("a")]
        #expect(try problems(of: "a", among: circle).first?.contains("circle: `a` → `b` → `c` → `a`") ?? false)
        #expect(try problems(of: "d", among: circle.merging(["d": calling("a")]) { $1 }) == [])
    }

    @Test func callsAreBoundedInDepth() throws {
        var chain = Dictionary(uniqueKeysWithValues: (0..<20).map { ("w\($0)", calling("w\($0 + 1)")) })
        chain["w20"] = "steps: [{run: a}]"
        #expect(try problems(of: "w0", among: chain).first?.contains("more than 16 deep") ?? false)
        #expect(try problems(of: "w10", among: chain) == [])
    }
}
