import DocumentTree
import WorkflowTemplates

/// The templates that are at hand: those that the program carries.
struct TemplateCatalog {
    /// The templates, by name.
    let templates: [WorkflowTemplate]

    /// The templates that the program carries.
    static func embedded() throws -> TemplateCatalog {
        var folders: [String: [String: [UInt8]]] = [:]
        for (path, text) in EmbeddedFiles.textByPath where path.hasPrefix("templates/") {
            let parts = path.split(separator: "/", maxSplits: 2)
            guard parts.count == 3 else { continue }
            folders[String(parts[1]), default: [:]][String(parts[2])] = Array(text.utf8)
        }
        let templates = try folders.sorted { $0.key < $1.key }
            .map { name, folder in try WorkflowTemplate(name: name, folder: folder) }
        return TemplateCatalog(templates: templates)
    }

    /// The template called `name`.
    func template(named name: String) throws(CommandFailure) -> WorkflowTemplate {
        if let template = templates.first(where: { $0.name == name }) { return template }
        let nearest = NearestName.nearest(to: name, among: templates.map(\.name))
        let suggestion = nearest.map { "Did you mean '\($0)'? " } ?? ""
        throw CommandFailure(
            "there is no template '\(name)'", hint: suggestion + "'wfrepo template list' shows them all.")
    }
}
