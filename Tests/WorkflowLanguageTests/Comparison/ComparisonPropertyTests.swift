import DocumentTree
import StructuralDiff
import Testing
import WorkflowLanguage

/// Random workflows, compared: what must hold whatever they are.
@Suite struct ComparisonPropertyTests {
    /// A generator of random numbers that starts the same each time.
    ///
    /// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014 (SplitMix64).
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    /// Up to eight steps of a few names, in any order, some with `needs` of steps above.
    private func definition(_ random: inout Generator) -> String {
        let ids = ["a", "b", "c", "d", "e", "f", "g", "h"].shuffled(using: &random)
            .prefix(Int.random(in: 1...8, using: &random))
        var text = "steps:\n"
        for (place, id) in ids.enumerated() {
            text += "  - {id: \(id), run: make \(["x", "y", "all of it"].randomElement(using: &random) ?? "")"
            if place > 0, Bool.random(using: &random) {
                let needs = ids.prefix(place).filter { _ in Bool.random(using: &random) }
                text += ", needs: [\(needs.joined(separator: ", "))]"
            }
            text += "}\n"
        }
        return text
    }

    private func edges(_ workflow: Workflow) -> Set<String> {
        Set(workflow.steps.flatMap { step in step.needs.map { "\($0) → \(step.id)" } })
    }

    @Test func edgesThatCameAndWentTurnOneGraphIntoTheOther() throws {
        var random = Generator(state: 7)
        for _ in 0..<1000 {
            let (old, new) = (definition(&random), definition(&random))
            let comparison = try compareWorkflows(old, new)
            var renames: [String: String] = [:]
            var (added, removed): (Set<String>, Set<String>) = ([], [])
            for difference in comparison.differences {
                if case .step(let id) = difference.subject, difference.kind == .renamed, let old = difference.old {
                    renames[old] = id.description
                }
                guard case .dependency(let edge) = difference.subject else { continue }
                let text = "\(edge.needs) → \(edge.step)"
                if difference.kind == .added { added.insert(text) } else { removed.insert(text) }
            }
            let kept = edges(try workflow(old)).subtracting(removed).map { edge in
                edge.split(separator: " ").map { renames[String($0)] ?? String($0) }.joined(separator: " ")
            }
            #expect(added.union(kept) == edges(try workflow(new)), "\(old)\n\(new)")
        }
    }

    @Test func nothingDiffersBetweenEqualWorkflows() throws {
        var random = Generator(state: 8)
        for _ in 0..<200 {
            let text = definition(&random)
            #expect(try compareWorkflows(text, text + "# a comment\n").differences.isEmpty)
        }
    }
}
