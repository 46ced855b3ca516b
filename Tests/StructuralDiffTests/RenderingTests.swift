import DocumentTree
import StructuralDiff
import Testing

@Suite struct RenderingTests {
    private static let old = """
        name: Nightly
        env: {HOOK: a}
        steps:
          - id: fetch
            retry: {max-attempts: 3}
            run: |
              curl example.test
              echo done
          - id: load
            needs: [fetch]
            run: ./load.sh

        """
    private static let new = """
        name: Nightly
        steps:
          - id: download
            retry: {max-attempts: 5}
            run: |
              curl --fail example.test
              echo done
          - id: load
            needs: [download]
            run: ./load.sh
          - id: tell
            uses: notify
            with: {text: "a: b"}

        """

    @Test func `Text tells what changed with the lines of both sides`() throws {
        #expect(
            try compare(Self.old, Self.new).changes.text() == """
                --- a.yaml
                +++ b.yaml
                - env  (line 2)
                    - HOOK: a
                = steps[download]: renamed from fetch, 1 reference followed  (lines 4–8 → 3–7)
                ~ steps[download].retry.max-attempts: 3 → 5  (line 5 → 4)
                ~ steps[download].run  (lines 6–8 → 5–7)
                    - curl example.test
                    + curl --fail example.test
                      echo done
                + steps[tell]  (lines 11–13)
                    + id: tell
                    + uses: notify
                    + with:
                    +   text: "a: b"

                """)
    }

    @Test func `The summary counts`() throws {
        #expect(
            try compare(Self.old, Self.new).changes.stat() == """
                 env             | 1 -
                 steps[download] | 3 =~~
                 steps[tell]     | 1 +
                 5 changes: 1 added, 1 removed, 2 changed, 1 renamed

                """)
        #expect(try compare(Self.old, Self.new).changes.nameOnly() == "env\nsteps[download]\nsteps[tell]\n")
    }

    @Test func `A document that only one side has is added or removed`() throws {
        #expect(
            try compare("", "a: 1\nb: 2\n").changes.text()
                == "--- a.yaml\n+++ b.yaml\n+ (document)  (lines 1–2)\n    + a: 1\n    + b: 2\n")
        #expect(
            try compare("# only a comment\n- x\n", "").changes.text()
                == "--- a.yaml\n+++ b.yaml\n- (document): [x]  (line 2)\n- # only a comment  (comment, line 1)\n")
        #expect(try compare("", "a: 1\n").patch.value == [["op": "replace", "path": "", "value": ["a": 1]]])
    }

    @Test func `Equal documents are no text`() throws {
        #expect(try compare(Self.old, Self.old).changes.text() == "")
        #expect(try compare(Self.old, Self.old).changes.stat() == " no changes\n")
    }

    @Test func `A file can't send escape sequences to the terminal`() throws {
        let text = try compare(
            "a: 1\n", "a: \"\\e]0;title\\a\\u202E\"\n\"k\\e[2Jx\": \"\\x9b31m\"\nl: \"one\\e[1m\\ntwo\\r\"\n"
        ).changes.text()
        #expect(!text.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control })
        #expect(!text.unicodeScalars.contains("\u{202E}"))
        #expect(text.contains(#"\u{1B}"#))
    }

    @Test func `Colours are there only where they are asked for`() throws {
        let set = try compare("a: 1\n", "a: 2\n").changes
        #expect(!set.text().contains("\u{1B}"))
        #expect(set.text(TextOptions(isColored: true)).contains("\u{1B}[33m~ a\u{1B}[0m: 1 → 2"))
    }

    @Test func `JSON has all of it`() throws {
        let json = try compare("a: [{id: x}]\n", "a: [{id: y}]\n# c\n").changes.value.json()
        #expect(
            json
                == ##"{"schema":"wfrepo.diff/1","old":{"name":"a.yaml"},"new":{"name":"b.yaml"},"equal":false,"##
                + ##""cosmetic":false,"summary":{"added":0,"removed":0,"changed":0,"type-changed":0,"moved":0,"renamed":1},"##
                + ##""changes":[{"kind":"renamed","path":"a[y]","from":{"pointer":"/a/0","start":{"line":1,"column":5},"##
                + ##""end":{"line":1,"column":12},"value":"x"},"to":{"pointer":"/a/0","start":{"line":1,"column":5},"##
                + ##""end":{"line":1,"column":12},"value":"y"}}],"comments":[{"kind":"added","text":"# c","start":{"line":2,"column":1}}]}"##
        )
    }
}

@Suite struct PageRenderingTests {
    private static let old = "name: A\nsteps:\n- id: a\n  run: |\n    one `x`\n    two\n- id: b\n- id: c\n"
    private static let new = "name: B <b>&\nsteps:\n- id: a\n  run: |\n    one `y`\n    two\n- id: c\n- id: d\n"

    private static let meaning = MeaningTable(
        title: "What it means", columns: ["what", "for <us>"],
        rows: [
            [.init("a | b\u{1B}"), .init("breaking", .high, "*gone*")], [.init("c"), .init("cosmetic", .low, "&")],
        ])

    @Test func `What differences mean is a table below them`() throws {
        let changes = try compare("a: 1\n", "a: 2\n").changes
        #expect(
            changes.markdown(meaning: Self.meaning).hasSuffix(
                """

                #### What it means

                | what | for \\<us\\> |
                | --- | --- |
                | a \\| b\\\\u\\{1B\\} | **breaking** — \\*gone\\* |
                | c | cosmetic — \\& |

                """))
        let page = changes.html(meaning: Self.meaning)
        #expect(page.contains("<th scope=\"col\">for &lt;us&gt;</th>"))
        #expect(page.contains("<td><span class=\"verdict high\">breaking</span> *gone*</td>"))
        #expect(!page.unicodeScalars.contains("\u{1B}"))
        #expect(!changes.html().contains("<table>"))
    }

    @Test func `Markdown is a list with fenced differences`() throws {
        #expect(
            try compare(Self.old, Self.new).changes.markdown() == """
                ### `a.yaml → b.yaml`

                4 changes: 1 added, 1 removed, 2 changed

                - **changed** `name`: `A → B <b>&` (line 1)
                - **changed** `steps[a].run` (lines 4–6)
                  ```diff
                  - one `x`
                  + one `y`
                    two
                  ```
                - **removed** `steps[b]` (line 7)
                  ```diff
                  - id: b
                  ```
                - **added** `steps[d]` (line 8)
                  ```diff
                  + id: d
                  ```

                """)
    }

    @Test func `Markdown can't be broken out of`() throws {
        let text = try compare("a: x\n", "a: \"``` `x` <script>\"\n").changes.markdown()
        #expect(text.contains("````x → \"``` `x` <script>\"````"))
    }

    @Test func `Two columns stand side by side`() throws {
        #expect(
            try compare(Self.old, Self.new).changes.sideBySide(width: 43) == """
                a.yaml               │ b.yaml
                ~ name  (line 1)
                A                    | B <b>&
                ~ steps[a].run  (lines 4–6)
                one `x`              | one `y`
                two                  │ two
                - steps[b]  (line 7)
                id: b                <\u{20}
                + steps[d]  (line 8)
                                     > id: d

                """)
    }

    @Test func `A page refers to nothing outside and runs nothing`() throws {
        let page = try compare(Self.old, "name: \"<script>alert(1)</script>\"\n").changes.html()
        #expect(!page.contains("<script"))
        #expect(!page.contains("http"))
        #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(page.contains("prefers-color-scheme: dark"))
    }

    @Test func `Mermaid draws the parts and their changes`() throws {
        let text = try compare("a: {x: 1}\n", "a: {x: \"2\\\"]\"}\n").changes.mermaid()
        #expect(text.hasPrefix("flowchart LR\n  n0[\"b.yaml\"]:::changed\n  n1[\"a\"]:::changed\n"))
        #expect(text.contains("n2[\"~ x<br/>1 → 2#34;#93;\"]:::changed\n"))
        #expect(text.contains("  n0 --> n1\n  n1 --> n2\n"))
    }
}
