import DocumentTree
import GitStore
import StructuralDiff
import WorkflowLanguage

/// What a reviewer wants to know of one changed workflow.
struct Review: CustomStringConvertible {
    /// The workflow's file.
    var path: String
    /// What changed, compared by meaning.
    var changes: ChangeSet
    /// The secrets that only the new version reads.
    var newSecrets: [String]
    /// What is wrong with the new version.
    var problems: [Problem]

    var description: String {
        let secrets = newSecrets.isEmpty ? "" : "now reads the secrets: \(newSecrets.joined(separator: ", "))\n"
        let problems = problems.map { "\($0)\n" }.joined()
        return "\(path): \(changes.summary.line)\n\(changes.text())\(secrets)\(problems)"
    }
}

/// Reviews each workflow that differs between two commits.
func reviews(in repository: Repository, from old: String, to new: String) throws -> [Review] {
    let trees = try [old, new].map { try repository.commit(repository.commit(named: $0)).tree }
    return try repository.changedPaths(from: trees[0], to: trees[1], under: "workflows").map { change in
        let old = try document(change.old, at: change.path, in: repository)
        let new = try document(change.new, at: change.path, in: repository)
        return Review(
            path: change.path, changes: try Comparison(old: old, new: new).changes,
            newSecrets: try secrets(in: new.root).subtracting(secrets(in: old.root)).sorted(),
            problems: try problems(of: change.new, at: change.path, in: repository))
    }
}

/// The file that a tree has there; without content where it has none.
private func document(_ entry: TreeEntry?, at path: String, in repository: Repository) throws -> Document {
    guard let entry else { return Document(name: path, root: nil) }
    return try Document.parseOne(repository.blob(BlobID(entry.id)), name: path)
}

/// What `wfrepo check` would say of the file.
private func problems(of entry: TreeEntry?, at path: String, in repository: Repository) throws -> [Problem] {
    guard let entry, let name = WorkflowName(path: path) else { return [] }
    return Workflow.parse(try repository.blob(BlobID(entry.id)), name: name).problems
}

/// The names behind `secrets.` in every expression below a node.
private func secrets(in node: Node?) throws -> Set<String> {
    switch node?.content {
    case .scalar(let scalar):
        let references = try Template.parse(scalar.text).expressions.flatMap(\.references)
        return Set(references.filter { $0.context == "secrets" }.compactMap(\.path.first))
    case .sequence(let items): return try items.reduce(into: []) { $0.formUnion(try secrets(in: $1)) }
    case .mapping(let entries): return try entries.reduce(into: []) { $0.formUnion(try secrets(in: $1.value)) }
    case .alias, nil: return []
    }
}
