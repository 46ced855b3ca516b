import Testing

/// `wfrepo graph` as a person sees it.
@Suite struct GraphTranscriptTests {
    static let first = """
        on-failure: compensate
        steps:
          - id: fetch
            run: echo fetch
            compensate: {run: echo unfetch}
          - {id: lint, needs: [fetch], run: echo lint}
          - {id: unit, needs: [fetch], run: echo unit}
          - {id: ship, needs: [lint, unit], run: exit 3}
          - {id: tell, uses: log, with: {message: shipped}}

        """

    @Test func theOrderIsDrawn() throws {
        let sandbox = try Sandbox.withWorkflows(["deploy": Self.first])
        #expect(
            try sandbox.wfrepo("graph", "deploy").output == """
                deploy@v1
                ●    fetch  sh · ↶ sh
                ├─╮
                │ ●  lint  sh
                ● │  unit  sh
                ├─╯
                ●    ship  sh
                ●    tell  log

                """)
    }

    @Test func aRunIsDrawnOnWhatItRan() throws {
        let sandbox = try Sandbox.withWorkflows(["deploy": Self.first])
        #expect(try sandbox.wfrepo("run", "deploy", "-q").status == 4)
        try sandbox.save(["deploy": Sandbox.hello], "Other")
        let drawn = try sandbox.wfrepo("graph", "deploy", "--run", "latest").output
        #expect(drawn.contains("compensated in"))
        for line in ["↶    fetch", "✓  lint", "✗    ship  sh · ", "-    tell  log · skipped: step ship failed"] {
            #expect(drawn.contains(line), "\(line)")
        }
        #expect(try sandbox.wfrepo("graph", "nosuch", "--run", "latest").status == 2)
    }

    @Test func twoRevisionsShowWhatChanged() throws {
        let sandbox = try Sandbox.withWorkflows(["deploy": Self.first])
        let second =
            Self.first.replacing("echo unit", with: "echo more").replacing("id: tell", with: "id: announce")
            + "  - {id: extra, needs: [fetch], run: echo extra}\n"
        try sandbox.save(["deploy": second], "Second")
        #expect(
            try sandbox.wfrepo("graph", "deploy@v1", "deploy@v2").output == """
                deploy@v1 → deploy@v2
                ●      fetch  sh · ↶ sh
                ├─╮
                │ ●    lint  sh
                ├─│─╮
                │ │ ~  unit  sh
                │ ├─╯
                │ ●    ship  sh
                │ →    announce  log · was tell
                +      extra  sh

                """)
        #expect(try sandbox.wfrepo("graph", "deploy@v1", "deploy@v2", "deploy").status == 64)
    }

    @Test func narrowTerminalsAreNotOverrun() throws {
        let steps = (1...60).map { "  - {id: step-number-\($0), needs: [], run: echo \($0)}\n" }.joined()
        let needs = (1...60).map { "step-number-\($0)" }.joined(separator: ", ")
        let sandbox = try Sandbox.withWorkflows([
            "wide": "steps:\n\(steps)  - {id: last, needs: [\(needs)], run: echo}\n"
        ])
        sandbox.environment["COLUMNS"] = "60"
        let drawn = try sandbox.wfrepo("graph", "wide").output
        #expect(drawn.split(separator: "\n").allSatisfy { $0.count <= 60 })
        #expect(drawn.contains("step-number-60") && drawn.hasSuffix("2. last\n"))
    }
}
