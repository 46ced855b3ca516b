import DocumentTree
import Foundation
import Testing
import WorkflowLanguage
import WorkflowTemplates

/// The files of `templates/`, as `docs/templates.md` promises them.
@Suite struct TemplateFileTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../templates").standardizedFileURL
    static let names = [
        "backup", "batch", "build-test-release", "cleanup", "data-load", "folder-sync", "git-mirror",
        "health-check", "hello", "intake", "report", "watch-disk",
    ]

    private func document(_ path: String) throws -> Document {
        let bytes = try Data(contentsOf: Self.folder.appending(path: path))
        return try Document.parseOne(Array(bytes), name: path)
    }

    @Test func areTheOnesThatTheDocumentationLists() throws {
        let found = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(found.sorted() == Self.names)
        let page = try String(contentsOf: Self.folder.appending(path: "../docs/templates.md"), encoding: .utf8)
        for name in found { #expect(page.contains("\n| `\(name)` |")) }
    }

    @Test(arguments: names)
    func describeEachParameter(name: String) throws {
        let root = try #require(document("\(name)/template.yaml").root)
        for key in ["title", "description", "category"] { #expect(root[key]?.scalar != nil, "\(key)") }
        for entry in root["parameters"]?.entries ?? [] {
            let parameter = entry.key.scalar?.text ?? ""
            #expect(entry.value["type"] != nil, "\(parameter)")
            #expect(entry.value["description"] != nil, "\(parameter)")
            #expect(entry.value["default"] != nil || entry.value["required"] != nil, "\(parameter)")
        }
    }

    @Test(arguments: names)
    func useEachParameterAsAWholePlainScalar(name: String) throws {
        let parameters = try #require(document("\(name)/template.yaml").root?["parameters"]?.entries)
            .compactMap { $0.key.scalar?.text }
        let scalars = try #require(document("\(name)/workflow.yaml").root).scalars
        for parameter in parameters {
            let holders = scalars.filter { $0.text.contains("<<\(parameter)>>") }
            #expect(!holders.isEmpty, "\(parameter) is used nowhere")
            for holder in holders { #expect(holder.text == "<<\(parameter)>>" && holder.style == .plain) }
        }
        let placeholders = scalars.filter { $0.text.hasPrefix("<<") }.map(\.text)
        #expect(Set(placeholders).isSubset(of: parameters.map { "<<\($0)>>" }))
    }

    @Test(arguments: names)
    func makeAWorkflowWithoutAnyProblem(name: String) throws {
        let template = try WorkflowTemplate(
            name: name,
            folder: Dictionary(
                uniqueKeysWithValues: ["template.yaml", "workflow.yaml"].map {
                    ($0, Array(try Data(contentsOf: Self.folder.appending(path: "\(name)/\($0)"))))
                }))
        let required = template.parameters.filter { $0.defaultValue == nil }
        let given = Dictionary(uniqueKeysWithValues: required.map { ($0.name, "https://example.test/") })
        let instance = try template.instantiate(given)
        let parsed = Workflow.parse(instance.workflow, name: try #require(WorkflowName("job")))
        #expect(parsed.problems.map(\.description) == [])
        #expect(parsed.workflow != nil)
    }
}

extension Node {
    /// Every scalar of the tree, keys included.
    fileprivate var scalars: [Scalar] {
        switch content {
        case .scalar(let scalar): [scalar]
        case .sequence(let items): items.flatMap(\.scalars)
        case .mapping(let entries): entries.flatMap { $0.key.scalars + $0.value.scalars }
        case .alias: []
        }
    }
}
