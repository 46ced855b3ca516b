import DocumentTree
import StructuralDiff
import Testing
import WorkflowLanguage

/// The comparison of two workflows without a fault.
func compareWorkflows(_ old: String, _ new: String) throws -> WorkflowComparison {
    let comparison = try Comparison(
        old: DocumentStream.parse(Array(old.utf8), name: "old.yaml"),
        new: DocumentStream.parse(Array(new.utf8), name: "new.yaml"))
    return WorkflowComparison(comparison, old: try workflow(old), new: try workflow(new))
}

/// A workflow of these top-level lines and one step.
private func header(_ lines: String) -> String { lines + "\nsteps:\n  - {id: only, run: make}\n" }

@Suite struct WorkflowComparisonTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var old: String
        var new: String
        var impact: Impact
        var reasons: [String]
        var testDescription: String { "\(old) → \(new)" }

        init(_ old: String, _ new: String, _ impact: Impact, _ reasons: String...) {
            (self.old, self.new, self.impact, self.reasons) = (old, new, impact, reasons)
        }
    }

    @Test(arguments: [
        Case("", "inputs: {day: {required: true}}", .breaking, "input day is required now"),
        Case("", "inputs: {day: {required: true, default: x}}", .compatible, "input day may be given now"),
        Case("", "inputs: {day: }", .compatible, "input day may be given now"),
        Case(
            "inputs: {day: , other: }", "inputs: {day: }", .breaking,
            "input other is gone: a caller that gives it is refused"),
        Case("inputs: {day: }", "inputs: {day: {required: true}}", .breaking, "input day is required now"),
        Case("inputs: {day: {required: true}}", "inputs: {day: }", .compatible, "input day may be left out now"),
        Case(
            "inputs: {n: {type: integer}}", "inputs: {n: {type: number}}", .compatible,
            "input n is of type number, not integer"),
        Case(
            "inputs: {n: {type: number}}", "inputs: {n: {type: integer}}", .breaking,
            "input n is of type integer, not number"),
        Case("inputs: {day: }", "inputs: {day: {pattern: ^x$}}", .breaking, "input day must match ^x$ now"),
        Case("inputs: {day: {pattern: ^x$}}", "inputs: {day: }", .compatible, "input day may be any text now"),
        Case(
            "inputs: {s: {type: choice, options: [a, b]}}", "inputs: {s: {type: choice, options: [b, c]}}", .breaking,
            "input s can't be a any more"),
        Case(
            "inputs: {s: {type: choice, options: [a]}}", "inputs: {s: {type: choice, options: [a, b]}}", .compatible,
            "input s can be b, too"),
        Case(
            "inputs: {s: {type: choice, options: [a, b]}}", "inputs: {s: {type: choice, options: [b, a]}}", .cosmetic,
            "the choices of input s are in another order"),
        Case(
            "inputs: {day: {default: a}}", "inputs: {day: {default: b}}", .compatible,
            "input day is b now where it is left out"),
        Case(
            "inputs: {day: {pattern: ^x$, description: d}}", "inputs: {date: {pattern: ^x$, description: d}}",
            .breaking,
            "input day is called date now"),
        Case("", "secrets: [TOKEN]", .breaking, "the secret TOKEN must be there now"),
        Case("secrets: [TOKEN]", "", .compatible, "the secret TOKEN is not read any more"),
        Case("", "on: push", .compatible, "a push starts it, too"),
        Case("on: push", "", .breaking, "a push doesn't start it any more"),
        Case(
            "on: push", "on: {push: {branches: [main]}}", .breaking, "a push starts it for other branches than before"),
        Case("on: {push: {branches: [main]}}", "on: push", .compatible, "a push starts it for more branches"),
        Case(
            "on: {push: {branches: [main]}}", "on: {push: {branches: [main, dev]}}", .compatible,
            "a push starts it for more branches"),
        Case(
            "on: {push: {branches: [main]}}", "on: {push: {branches: [main, '!main']}}", .breaking,
            "a push starts it for other branches than before"),
        Case("enabled: true", "enabled: false", .breaking, "it is switched off: nothing starts it"),
        Case("enabled: false", "", .compatible, "it can be started again"),
        Case("timeout: 2h", "timeout: 1h", .breaking, "a run may take no more than 1h now"),
        Case("timeout: 1h", "timeout: 90m", .compatible, "a run may take 1h30m now"),
        Case(
            "concurrency: g", "concurrency: {group: g, policy: skip}", .breaking,
            "a run is skipped while its group is full"),
        Case("workspace: none", "workspace: worktree", .breaking, "steps work on the caller's own files now"),
        Case(
            "on-failure: compensate", "", .breaking, "a failed run doesn't undo its finished steps any more"),
        Case("name: a", "name: b", .cosmetic, "it has another title"),
        Case("env: {A: x}", "env: {A: y}", .compatible, "every step has another environment"),
    ])
    func tellsWhatItMeansForCallers(_ example: Case) throws {
        let comparison = try compareWorkflows(header(example.old), header(example.new))
        #expect(comparison.impact(for: .callers) == example.impact)
        #expect(comparison.reasons(for: .callers) == example.reasons)
    }

    @Test(arguments: [
        Case("{id: a, run: x}", "{id: b, run: y}", .breaking, "step a is gone: a run in flight can't go on from it"),
        Case(
            "{id: load, run: make load, timeout: 5m}", "{id: fill, run: make load, timeout: 5m}", .breaking,
            "step load is called fill now: what a run in flight did in it is not found"),
        Case(
            "{id: a, run: x}", "{id: a, uses: log, with: {message: m}}", .breaking,
            "a is done by log: what run gave a run in flight may not fit"),
        Case(
            "{id: a, run: x}", "{id: a, run: y}", .compatible,
            "a is done again where a finished run of it is retried (run)"),
        Case(
            "{id: a, run: x, retry: {max-attempts: 3}}", "{id: a, run: x, retry: {max-attempts: 5}}", .compatible,
            "a is tried 5 times, 3 before"),
        Case(
            "{id: a, run: x, timeout: 60s}", "{id: a, run: x, timeout: 1m}", .cosmetic,
            "timeout is written differently and means the same"),
        Case(
            "{id: a, run: x, if: always()}", "{id: a, run: x, if: '${{ always() }}'}", .cosmetic,
            "if is written differently and means the same"),
        Case("{id: a, run: x}", "{id: a, run: x, if: always()}", .compatible, "a is skipped unless always()"),
        Case(
            "{id: a, run: x, continue-on-error: true}", "{id: a, run: x}", .breaking, "a failure of a fails the run now"
        ),
        Case(
            "{id: a, run: x, on-interrupt: fail}", "{id: a, run: x, on-interrupt: ask}", .compatible,
            "an interrupted attempt of a waits for a person"),
    ])
    func tellsWhatItMeansForRunsInFlight(_ example: Case) throws {
        let comparison = try compareWorkflows("steps: [\(example.old)]", "steps: [\(example.new)]")
        #expect(comparison.impact(for: .runs) == example.impact)
        #expect(comparison.reasons(for: .runs) == example.reasons)
    }

    @Test func tellsThatCompensationsAreLostWhereRunsUndo() throws {
        let step = "steps: [{id: a, run: x, compensate: {run: y}}]"
        let without = "steps: [{id: a, run: x}]"
        #expect(try compareWorkflows(step, without).impact(for: .callers) == .compatible)
        let undoing = "on-failure: compensate\n"
        #expect(
            try compareWorkflows(undoing + step, undoing + without).reasons(for: .callers)
                == ["a isn't undone any more when a run fails"])
    }

    private func edges(_ comparison: WorkflowComparison) -> [String] {
        comparison.dependencies.compactMap { difference in
            guard case .dependency(let edge) = difference.subject else { return nil }
            return "\(difference.kind.rawValue) \(edge.needs) → \(edge.step)\(edge.isWritten ? "" : " (order)")"
        }
    }

    @Test func findsTheEdgesThatFollowFromOrder() throws {
        let comparison = try compareWorkflows(
            "steps: [{id: a, run: x}, {id: b, run: y}]",
            "steps: [{id: a, run: x}, {id: new, run: z}, {id: b, run: y}]")
        #expect(
            edges(comparison) == ["added a → new (order)", "added new → b (order)", "removed a → b (order)"])
    }

    @Test func findsNoEdgeChangedWhereOnlyTheSpellingOfOrderDid() throws {
        let comparison = try compareWorkflows(
            "steps: [{id: a, run: x}, {id: b, run: y}]", "steps: [{id: a, run: x}, {id: b, run: y, needs: [a]}]")
        #expect(edges(comparison) == [])
        #expect(comparison.impact(for: .callers) == .cosmetic)
    }

    @Test func followsRenamesInEdges() throws {
        let comparison = try compareWorkflows(
            "steps: [{id: a, run: make it all}, {id: b, run: y, needs: [a]}]",
            "steps: [{id: first, run: make it all}, {id: b, run: y, needs: [first]}]")
        #expect(edges(comparison) == [])
        #expect(comparison.phrases == ["rename a to first"])
    }

    @Test func findsNothingWhereOnlyTheLayoutDiffers() throws {
        let comparison = try compareWorkflows("steps: [{id: a, run: x}]", "# c\nsteps:\n  - id: a\n    run: 'x'\n")
        #expect(comparison.differences.isEmpty)
        #expect(comparison.isLayoutOnly)
        #expect(comparison.text() == "")
    }

    @Test func tellsAPersonInAFewLines() throws {
        let comparison = try compareWorkflows(
            "steps:\n  - {id: load, run: x}\n",
            "inputs: {day: {required: true}}\nsteps:\n  - {id: load, run: x}\n  - {id: notify, run: y}\n")
        #expect(
            comparison.text() == """
                Order: + load → notify
                For callers: breaking — input day is required now
                             compatible — it does notify, too
                For runs in flight: breaking — a run in flight has no value for input day
                                    compatible — a run in flight does notify, too

                """)
    }

    /// Steps, dependencies, triggers, inputs, secrets, retries, timeouts, kinds: each has its impact and its reason.
    @Test func saysOfEachDifferenceWhatItMeans() throws {
        let comparison = try compareWorkflows(
            """
            on: push
            steps:
              - {id: a, run: x, timeout: 1m}
              - {id: b, run: y, retry: {max-attempts: 2}}
              - {id: gone, run: z}
            """,
            """
            inputs: {day: {required: true}}
            secrets: [TOKEN]
            steps:
              - {id: a, run: x, timeout: 2m}
              - {id: b, uses: log, with: {message: y}, retry: {max-attempts: 3}, needs: []}
              - {id: new, run: something else}
            """)
        let rows = try #require(comparison.table?.rows).map { row in
            "\(row[0].text): \(row[1].verdict?.word ?? "–"), \(row[2].verdict?.word ?? "–")"
        }
        #expect(
            rows == [
                "input day added: breaking, breaking", "secret TOKEN added: breaking, breaking",
                "trigger push removed: breaking, –", "a: timeout 1m → 2m: compatible, compatible",
                "b: uses run → log: compatible, breaking", "b: needs a → []: cosmetic, cosmetic",
                "b: retry 2 → 3: compatible, compatible", "new added: compatible, compatible",
                "gone removed: compatible, breaking", "b → new added: cosmetic, cosmetic",
                "a → b removed: compatible, compatible", "b → gone removed: cosmetic, cosmetic",
            ])
        #expect(comparison.differences.allSatisfy { $0.callers?.reason.isEmpty == false })
    }

    @Test func neverWritesAnEscapeSequenceOfADefinition() throws {
        let comparison = try compareWorkflows(
            header("inputs: {day: {default: a}}"), header(#"inputs: {day: {default: "\e[31mred"}}"#))
        #expect(!comparison.text().unicodeScalars.contains("\u{1B}"))
        #expect(!comparison.phrases.joined().unicodeScalars.contains("\u{1B}"))
    }

    @Test func hasAFormForPrograms() throws {
        let comparison = try compareWorkflows(
            "steps: [{id: a, run: x}]", header("secrets: [T]").replacing("only", with: "a"))
        let value = comparison.value
        #expect(value["impact"]?["callers"] == "breaking")
        #expect(
            value["differences"]?.items?.first == [
                "subject": "secret", "name": "T", "kind": "added",
                "callers": ["impact": "breaking", "reason": "the secret T must be there now"],
                "runs": ["impact": "breaking", "reason": "the secret T must be there now"],
            ])
    }

    @Test func drawsTheStepsAndTheirOrder() throws {
        let graph = try compareWorkflows(
            "steps: [{id: a, run: x}, {id: b, run: y}]",
            "steps: [{id: a, run: x2}, {id: c, run: make something else, needs: [a]}]"
        ).graph
        #expect(
            graph.nodes.map { "\($0.label) \($0.status.rawValue)" } == ["a changed", "c added", "b removed"])
        #expect(graph.edges.map(\.status) == [.added, .removed])
    }
}
