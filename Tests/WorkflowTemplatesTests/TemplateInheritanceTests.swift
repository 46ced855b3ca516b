import Testing
import WorkflowTemplates

/// Templates that extend others.
@Suite struct TemplateInheritanceTests {
    private static let base: [String: String] = [
        "template.yaml":
            "title: Base\ncategory: data\nparameters: {table: {default: orders}, keep: {type: integer, default: 7}}\n",
        "workflow.yaml": """
        # what every load does
        name: Load
        env:
          TABLE: <<table>>   # which table
          MODE: full

        steps:
          - id: fetch
            run: ./fetch.sh
          # block: checks
          - id: check
            run: ./check.sh
          # end block

          # the load itself
          - id: load
            run: |
              ./load.sh "$TABLE"
            retry: {max-attempts: 2}

        """,
        "files/a.txt": "base a", "files/b.txt": "base b",
    ]

    private func template(_ child: [String: String], _ others: [String: [String: String]] = [:]) throws
        -> WorkflowTemplate
    {
        var all = others.merging(["base": Self.base, "child": child]) { $1 }
        all = all.filter { !$0.value.isEmpty }
        return try TemplateInheritance(all.mapValues { $0.mapValues { Array($0.utf8) } }).template(named: "child")
    }

    private func text(_ template: WorkflowTemplate) throws -> String {
        String(decoding: try template.instantiate([:]).workflow, as: UTF8.self)
    }

    @Test func whatItSaysNothingOfIsInherited() throws {
        let child = try template([
            "template.yaml": "title: Child\nextends: base\nparameters: {table: {default: bills}}\n",
            "files/b.txt": "own b",
        ])
        #expect(child.title == "Child")
        #expect(child.category == "data")
        #expect(child.parameters.map(\.name) == ["table", "keep"])
        #expect(child.files["a.txt"] == Array("base a".utf8))
        #expect(child.files["b.txt"] == Array("own b".utf8))
        #expect(try text(child) == (Self.base["workflow.yaml"] ?? "").replacing("<<table>>", with: "bills"))
    }

    @Test func keysStepsAndBlocksAreReplacedAndTheRestStays() throws {
        let child = try template([
            "template.yaml": "extends: base\n",
            "workflow.yaml": """
            timeout: 1h
            name: Nightly load
            env:
                MODE: delta
                EXTRA: "1"
            blocks:
              checks:
                - id: check
                  run: ./strict.sh
                - {id: again, run: ./again.sh}
            steps:
            - id: fetch
              run: |
                ./fetch.sh --all

                echo done
            - id: tell
              run: ./tell.sh

            """,
        ])
        #expect(
            try text(child) == """
                # what every load does
                name: Nightly load
                env:
                  TABLE: orders   # which table
                  MODE: delta
                  EXTRA: "1"

                timeout: 1h
                steps:
                  - id: fetch
                    run: |
                      ./fetch.sh --all

                      echo done
                  # block: checks
                  - id: check
                    run: ./strict.sh
                  - {id: again, run: ./again.sh}
                  # end block

                  # the load itself
                  - id: load
                    run: |
                      ./load.sh "$TABLE"
                    retry: {max-attempts: 2}
                  - id: tell
                    run: ./tell.sh

                """)
    }

    @Test func circlesAndWhatIsMissingAreRefused() throws {
        #expect(
            throws: TemplateError(
                "template child extends 'none', which is not there", hint: "see them all: wfrepo template list")
        ) {
            try template(["template.yaml": "extends: none\n"])
        }
        let circle = #expect(throws: TemplateError.self) {
            try template(
                ["template.yaml": "extends: middle\n"],
                ["middle": ["template.yaml": "extends: child\n"]])
        }
        #expect(circle?.message == "templates extend each other in a circle: child → middle → child")
        let block = #expect(throws: TemplateError.self) {
            try template(["template.yaml": "extends: base\n", "workflow.yaml": "blocks: {none: []}\n"])
        }
        #expect(block?.message.contains("there is no block 'none'") == true)
    }

    @Test func aBlockMayBeEmptied() throws {
        let child = try template(["template.yaml": "extends: base\n", "workflow.yaml": "blocks: {checks: []}\n"])
        #expect(try text(child).contains("  # block: checks\n  # end block\n"))
    }
}
