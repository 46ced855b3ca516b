import DocumentTree

/// Reads `secrets`.
struct SecretReader {
    /// The secrets that a workflow declares, each name once.
    func secrets(_ node: Node?, _ reader: inout NodeReader) -> [SecretDeclaration] {
        var found: [SecretDeclaration] = []
        for item in node?.items ?? [] {
            guard let secret = secret(item, reader) else { continue }
            if item.entries != nil, found.contains(where: { $0.name == secret.name }) {
                reader.report(.value, at: item, "the secret `\(secret.name)` is declared twice")
            }
            found.append(secret)
        }
        return found
    }

    private func secret(_ node: Node, _ reader: NodeReader) -> SecretDeclaration? {
        guard node.entries != nil else { return reader.text(node).map { SecretDeclaration(name: $0) } }
        guard let name = reader.text(node["name"]) else { return nil }
        if let entry = reader.text(node["store"]) { return SecretDeclaration(name: name, provider: .store(entry)) }
        if let variable = reader.text(node["environment"]) {
            return SecretDeclaration(name: name, provider: .environment(variable))
        }
        if let file = reader.text(node["file"]) {
            let key = reader.text(node["key"]) ?? name
            return SecretDeclaration(name: name, provider: .file(file, key: key))
        }
        return reader.text(node["command"]).map { SecretDeclaration(name: name, provider: .command($0)) }
    }
}
