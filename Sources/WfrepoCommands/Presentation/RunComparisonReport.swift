import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowLanguage
import WorkflowRecords

/// What differs between two runs, for a person and for scripts.
struct RunComparisonReport {
    let comparison: RunComparison
    let repository: Repository

    /// Writes what differs; `showsDefinition` decides whether the definitions are compared in full.
    func write(to output: TextOutput, showsDefinition: Bool, indent: String = "") throws {
        var table = Table()
        for field in comparison.surroundings { table.add(row(field.name, field)) }
        for field in comparison.inputs { table.add(row("input \(field.name)", field)) }
        for field in comparison.secrets {
            table.add(.init("secret \(field.name)", .dim), .init(field.old == nil ? "is new" : "is gone"))
        }
        for step in comparison.steps {
            table.add(.init("step \(step.id)", .dim), .init("\(words(step.old)) → \(words(step.new))"))
        }
        if !showsDefinition {
            table.add(
                .init("definition", .dim), .init(comparison.definitionDiffers ? "changed" : "means the same"))
        }
        table.write(to: output, indent: indent)
        guard showsDefinition else { return }
        guard let pair, pair.differs else { return output.writeLine("\(indent)The same definition ran.") }
        output.writeLine()
        output.write(try DefinitionComparison(pair).text(isColored: output.isColored))
    }

    /// For scripts.
    func value() throws -> Value {
        func fields(_ fields: [RunComparison.Field]) -> Value {
            .sequence(
                fields.map { ["name": .string($0.name), "old": $0.old ?? .null, "new": $0.new ?? .null] })
        }
        var value: Value = [
            "old": .string(comparison.old.run.description), "new": .string(comparison.new.run.description),
            "definition_differs": .bool(comparison.definitionDiffers), "inputs": fields(comparison.inputs),
            "secrets": fields(comparison.secrets), "surroundings": fields(comparison.surroundings),
            "steps": .sequence(
                comparison.steps.map { step in
                    ["step": .string(step.id.description), "old": side(step.old), "new": side(step.new)]
                }),
        ]
        if let pair, pair.differs { value["definition"] = try? DefinitionComparison(pair).value() }
        return value
    }

    private var pair: ComparedPair? {
        guard let (old, new) = try? comparison.definitions(in: repository) else { return nil }
        return ComparedPair(
            old: .init(label: comparison.old.versionLabel, bytes: old),
            new: .init(label: comparison.new.versionLabel, bytes: new))
    }

    private func row(_ name: String, _ field: RunComparison.Field) -> [Table.Cell] {
        func text(_ value: Value?) -> String { value.map { String($0.inline.prefix(200)) } ?? "not given" }
        return [.init(name, .dim), .init("\(text(field.old)) → \(text(field.new))")]
    }

    private func words(_ step: StepRecord?) -> String {
        guard let step else { return "not there" }
        return [step.status.rawValue, step.duration.map { "in \($0.shortText)" }].compactMap { $0 }.joined(
            separator: " ")
    }

    private func side(_ step: StepRecord?) -> Value {
        guard let step else { return .null }
        return [
            "status": .string(step.status.rawValue),
            "duration_ms": StatisticsReport.Cell.duration(step.duration?.wholeMilliseconds).value,
            "attempts": .integer(step.attempts.count),
        ]
    }
}
