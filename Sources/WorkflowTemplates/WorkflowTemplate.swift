import DocumentTree

/// A workflow to start from: its text with placeholders, the parameters that fill them, and files that go with it.
///
/// A template is a folder with `template.yaml` (title, description, category, tags, parameters), `workflow.yaml` (the
/// workflow with placeholders `<<NAME>>`) and, below `files/`, what is copied into the work tree.
public struct WorkflowTemplate: Sendable {
    /// The folder's name.
    public var name: String
    /// A title for people.
    public var title: String
    /// The template that it extends.
    public var parent: String?
    /// What it does and what it needs.
    public var description: String
    /// The shelf that it stands on (`data`, `deploy` …).
    public var category: String
    /// Words to find it by.
    public var tags: [String]
    /// What can be set, in written order.
    public var parameters: [TemplateParameter]
    /// The workflow's text, with placeholders.
    public var workflow: [UInt8]
    /// The files that go with it, by their path in the work tree.
    public var files: [String: [UInt8]]
}

extension WorkflowTemplate {
    /// Reads a template from its files, by their path below the template's folder.
    ///
    /// - Throws: ``TemplateError`` that names the file and the line of a fault.
    public init(name: String, folder: [String: [UInt8]]) throws(TemplateError) {
        try self.init(name: name, folder: folder, standard: ("", "other"))
    }

    /// - Parameter standard: The description and the category where the manifest says none.
    init(
        name: String, folder: [String: [UInt8]], standard: (description: String, category: String)
    ) throws(TemplateError) {
        guard let manifest = folder["template.yaml"], let workflow = folder["workflow.yaml"] else {
            throw TemplateError(
                "template \(name): template.yaml and workflow.yaml are not both there",
                hint: "docs/templates.md shows the folder of a template")
        }
        var reader = try ManifestReader.parse(manifest, of: name)
        self.name = name
        title = try reader.text("title") ?? name
        parent = try reader.text("extends")
        description = try reader.text("description") ?? standard.description
        category = try reader.text("category") ?? standard.category
        tags = try reader.texts("tags")
        parameters = try reader.parameters()
        try reader.refuseTheRest()
        self.workflow = workflow
        files = [:]
        for (path, bytes) in folder where path.hasPrefix("files/") { files[String(path.dropFirst(6))] = bytes }
    }
}
