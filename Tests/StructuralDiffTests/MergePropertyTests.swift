import DocumentTree
import StructuralDiff
import Testing

@Suite struct MergePropertyTests {
    private func merge(_ base: [UInt8], _ ours: [UInt8], _ theirs: [UInt8]) throws -> ThreeWayMerge {
        func parse(_ bytes: [UInt8]) throws -> DocumentStream { try .parse(bytes, name: "m.yaml") }
        return try ThreeWayMerge(base: parse(base), ours: parse(ours), theirs: parse(theirs))
    }

    /// One side edits one step, the other another, and both add one at different places: the data must be that of both
    /// edits, whatever the layout.
    @Test func `Edits of different steps merge to the data of both`() throws {
        var generator = SeededGenerator(seed: 6_902)
        for round in 0..<randomCases(10_000) {
            let base = RandomWorkflow(using: &generator)
            let places = Array(base.steps.indices).shuffled(using: &generator)
            var (ours, theirs, both) = (base, base, base)
            let (mine, other) = (places[0], places[1])
            let edit = RandomWorkflow.Edit.random(using: &generator)
            let otherEdit = RandomWorkflow.Edit.random(using: &generator)
            ours.apply(edit, at: mine)
            theirs.apply(otherEdit, at: other)
            // The later place first, so that the earlier one stays where it is.
            for (place, edit) in [(mine, edit), (other, otherEdit)].sorted(by: { $0.0 > $1.0 }) {
                both.apply(edit, at: place)
            }
            let result = try merge(base.bytes, ours.bytes, theirs.bytes)
            #expect(result.isClean, "round \(round): \(edit) \(otherEdit)")
            let data = try Document.parseOne(result.bytes, name: "r").value()
            #expect(
                data == both.value,
                "round \(round): \(edit) \(otherEdit)\n\(String(decoding: result.bytes, as: UTF8.self))")
            if data != both.value { break }
        }
    }

    /// Whatever the two sides do, a clean result has the data of a merge, and never invents anything.
    @Test func `Any edits give a merge or a conflict, never a broken file`() throws {
        var generator = SeededGenerator(seed: 31)
        for round in 0..<randomCases(2_000) {
            let base = RandomWorkflow(using: &generator)
            var (ours, theirs) = (base, base)
            for _ in 0..<3 {
                ours.apply(.random(using: &generator), at: Int.random(in: ours.steps.indices, using: &generator))
                theirs.apply(.random(using: &generator), at: Int.random(in: theirs.steps.indices, using: &generator))
            }
            let result = try merge(base.bytes, ours.bytes, theirs.bytes)
            if result.isClean {
                #expect(throws: Never.self, "round \(round)") {
                    try Document.parseOne(result.bytes, name: "r").value()
                }
            } else {
                #expect(String(decoding: result.bytes, as: UTF8.self).contains("<<<<<<< ours\n"), "round \(round)")
            }
        }
    }

    /// Two scalars of a real file are edited, one on each side: the result is the file with both edits, byte for byte.
    @Test(.enabled(if: CorpusTests.isPresent)) func `Edits of real files merge byte for byte`() throws {
        var generator = SeededGenerator(seed: 97)
        for (name, stream, _) in try CorpusTests.pairs() {
            let ranges = stream.documents.flatMap { $0.root.map(Self.scalars) ?? [] }
            guard ranges.count >= 2 else { continue }
            for _ in 0..<2 {
                let chosen = ranges.shuffled(using: &generator).prefix(2).sorted { $0.lowerBound < $1.lowerBound }
                var (ours, theirs, both) = (stream.bytes, stream.bytes, stream.bytes)
                ours.replaceSubrange(chosen[0], with: "ours-0".utf8)
                theirs.replaceSubrange(chosen[1], with: "theirs-1".utf8)
                both.replaceSubrange(chosen[1], with: "theirs-1".utf8)
                both.replaceSubrange(chosen[0], with: "ours-0".utf8)
                let result = try merge(stream.bytes, ours, theirs)
                #expect(result.isClean, "\(name) \(chosen)")
                #expect(result.bytes == both, "\(name) \(chosen)")
            }
        }
    }

    /// The ranges of the plain and quoted values in a tree that aren't anchored.
    private static func scalars(_ node: Node) -> [Range<Int>] {
        switch node.content {
        case .scalar(let scalar):
            let isBlock = scalar.style == .literal || scalar.style == .folded
            return node.anchor == nil && !isBlock && !node.range.bytes.isEmpty ? [node.range.bytes] : []
        case .sequence(let items): return items.flatMap(scalars)
        case .mapping(let entries): return entries.flatMap { scalars($0.value) }
        case .alias: return []
        }
    }
}

/// A workflow with steps that are written in different ways.
struct RandomWorkflow {
    struct Step {
        var id: Int
        var timeout: Int
        var needs: [Int]
        var script: [String]
        var isFlow: Bool
    }

    enum Edit: CaseIterable {
        case timeout, script, needs, remove, insert, layout

        static func random(using generator: inout SeededGenerator) -> Edit {
            allCases.randomElement(using: &generator) ?? .timeout
        }
    }

    var steps: [Step] = []
    private var next = 100

    init(using generator: inout SeededGenerator) {
        for id in 0..<Int.random(in: 3...7, using: &generator) {
            steps.append(
                Step(
                    id: id, timeout: Int.random(in: 1...3, using: &generator), needs: id > 0 ? [id - 1] : [],
                    script: ["one", "two"].map { "echo \($0) \(Int.random(in: 0...2, using: &generator))" },
                    isFlow: Int.random(in: 0...3, using: &generator) == 0))
        }
    }

    mutating func apply(_ edit: Edit, at place: Int) {
        next += 1
        switch edit {
        case .timeout: steps[place].timeout += 10
        case .script: steps[place].script.append("echo more")
        case .needs: steps[place].needs.append(77)
        case .remove where steps.count > 1: steps.remove(at: place)
        case .remove: break
        case .insert:
            steps.insert(
                Step(id: 200 + steps[place].id, timeout: 9, needs: [], script: ["true"], isFlow: false), at: place + 1)
        case .layout: steps[place].isFlow.toggle()
        }
    }

    var value: Value {
        [
            "name": "random",
            "steps": .sequence(
                steps.map { step in
                    [
                        "id": .string("s\(step.id)"), "timeout": .integer(step.timeout),
                        "needs": .sequence(step.needs.map { .string("s\($0)") }),
                        "run": .string(step.script.map { $0 + "\n" }.joined()),
                    ]
                }),
        ]
    }

    var bytes: [UInt8] {
        var text = "# A workflow\nname: random\n\nsteps:\n"
        for step in steps {
            let needs = "[" + step.needs.map { "s\($0)" }.joined(separator: ", ") + "]"
            if step.isFlow {
                let script = step.script.map { $0 + "\\n" }.joined()
                text += "  - {id: s\(step.id), timeout: \(step.timeout), needs: \(needs), run: \"\(script)\"}  # flow\n"
            } else {
                text += "\n  # Step \(step.id)\n  - id: s\(step.id)\n    timeout: \(step.timeout)  # seconds\n"
                text += "    needs: \(needs)\n    run: |\n" + step.script.map { "      \($0)\n" }.joined()
            }
        }
        return Array(text.utf8)
    }
}
