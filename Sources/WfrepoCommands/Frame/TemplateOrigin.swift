import DocumentTree
import GitStore
import WorkflowHistory
import WorkflowLanguage
import WorkflowTemplates

/// From which template a workflow was made, as the trailers of its commits say: `Template`, `Template-Version` and the values
/// of the parameters.
struct TemplateOrigin {
    static let nameKey = "Template"
    static let versionKey = "Template-Version"
    static let valuesKey = "Template-Values"

    /// The template's name.
    var template: String
    /// Its version; nil where the commit says none.
    var version: String?
    /// The values of its parameters; nil where the commit does not say them.
    var values: [String: String]?
    /// The version of the workflow whose commit says it.
    var told: WorkflowVersion
    /// The version of the workflow that was made from the template, and so holds what it said then, and no edits.
    var made: WorkflowVersion

    /// The latest that the history of a workflow tells of it; nil where it was made from none.
    init?(of name: WorkflowName, in workflows: WorkflowRepository) throws {
        let entries = try workflows.log(of: name).filter { $0.trailer(Self.nameKey) != nil }
        guard let latest = entries.first, let template = latest.trailer(Self.nameKey) else { return nil }
        self.template = template
        version = latest.trailer(Self.versionKey)
        values = latest.trailer(Self.valuesKey).flatMap(Self.values)
        // Updates have what was edited meanwhile.
        told = latest.version
        made = entries.prefix { $0.trailer(Self.nameKey) == template }.last?.version ?? latest.version
    }

    private static func values(_ text: String) -> [String: String]? {
        guard let value = try? Document.parseOne(Array(text.utf8), name: "values.json").value(),
            let mapping = value.mapping
        else { return nil }
        return Dictionary(
            mapping.entries.compactMap { entry in entry.value.string.map { (entry.key, $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// The trailers that say so.
    static func trailers(_ template: String, version: String, values: [String: String]) -> String {
        let mapping = ValueMapping(values.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
        return
            "\(nameKey): \(template)\n\(versionKey): \(version)\n\(valuesKey): \(Value.mapping(mapping).canonicalText)\n"
    }

    /// Where the text is kept that an update made of the template alone, the base of the next update's merge.
    static func baseReference(_ name: WorkflowName) -> String { "refs/wfrepo/template-base/\(name)" }
}
