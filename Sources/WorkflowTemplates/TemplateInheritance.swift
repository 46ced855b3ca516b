/// Reads templates that extend others (`extends: NAME` in `template.yaml`).
///
/// A template inherits the parameters, the files and the text of the workflow that it extends. Its own `workflow.yaml`, which may
/// be left out, says what is different (``WorkflowOverlay``).
public struct TemplateInheritance {
    /// The files of each template's folder, by the template's name.
    private let folders: [String: [String: [UInt8]]]

    /// How many templates may extend one another.
    private static let deepest = 16

    /// Templates, by name; each is the files of its folder by their path there.
    public init(_ folders: [String: [String: [UInt8]]]) { self.folders = folders }

    /// A template with all that it inherits.
    /// - Throws: ``TemplateError`` where it, or one that it extends, has a fault, is not there, or comes back to itself.
    public func template(named name: String) throws(TemplateError) -> WorkflowTemplate {
        let chain = try chain(of: name)
        guard let root = chain.last, let folder = folders[root] else { throw Self.missing(name, for: nil) }
        var template = try WorkflowTemplate(name: root, folder: folder)
        for name in chain.dropLast().reversed() {
            template = try extending(template, name: name, folder: folders[name] ?? [:])
        }
        return template
    }

    /// The template and those that it extends, the nearest first.
    public func chain(of name: String) throws(TemplateError) -> [String] {
        var chain = [name]
        while let last = chain.last, let folder = folders[last], let manifest = folder["template.yaml"] {
            guard let written = try ManifestReader.parse(manifest, of: last).peek("extends") else { break }
            let parent = neighbour(written, of: last)
            guard !chain.contains(parent) else {
                throw TemplateError(
                    "templates extend each other in a circle: \((chain + [parent]).joined(separator: " → "))",
                    hint: "take one 'extends' out")
            }
            guard folders[parent] != nil else { throw Self.missing(parent, for: last) }
            chain.append(parent)
            guard chain.count <= Self.deepest else {
                throw TemplateError("template \(name): more than \(Self.deepest) templates extend one another")
            }
        }
        return chain
    }

    /// A template of another repository, `team/load`, means its own neighbours first.
    private func neighbour(_ name: String, of template: String) -> String {
        guard let slash = template.lastIndex(of: "/") else { return name }
        let near = "\(template[...slash])\(name)"
        return folders[near] == nil ? name : near
    }

    private func extending(
        _ parent: WorkflowTemplate, name: String, folder: [String: [UInt8]]
    ) throws(TemplateError) -> WorkflowTemplate {
        var child = try WorkflowTemplate(
            name: name, folder: folder.merging(["workflow.yaml": folder["workflow.yaml"] ?? []]) { $1 },
            standard: (parent.description, parent.category))
        for (path, bytes) in parent.files where child.files[path] == nil { child.files[path] = bytes }
        var parameters = parent.parameters
        for parameter in child.parameters {
            if let place = parameters.firstIndex(where: { $0.name == parameter.name }) {
                parameters[place] = parameter
            } else {
                parameters.append(parameter)
            }
        }
        child.parameters = parameters
        child.workflow =
            child.workflow.isEmpty
            ? parent.workflow : try WorkflowOverlay(template: name).applied(child.workflow, to: parent.workflow)
        return child
    }

    private static func missing(_ name: String, for child: String?) -> TemplateError {
        TemplateError(
            child.map { "template \($0) extends '\(name)', which is not there" } ?? "there is no template '\(name)'",
            hint: "see them all: wfrepo template list")
    }
}
