import DocumentTree

/// Finds what looks like a credential in clear text: history keeps everything for good, also what was removed later.
///
/// Two things count: tokens of a well-known shape anywhere in the file, and in `env` and `with` also texts that look random.
/// Found texts are never part of a message beyond the shape's own prefix.
public enum SecretScanner {
    /// Everything in a file that looks like a credential, in the order of the file.
    ///
    /// - Parameters:
    ///   - bytes: The file. One that can't be parsed is searched for well-known shapes only.
    ///   - file: What the file is called in problems.
    public static func findings(in bytes: [UInt8], file: String) -> [Problem] {
        var problems = ProblemList(file: file)
        let tokens = TokenShape.tokens(in: bytes)
        var lines = LineCounter(bytes)
        for token in tokens {
            problems.report(
                .secret, at: lines.position(of: token.bytes.lowerBound),
                "what looks like \(token.shape.name) (`\(token.shape.prefix)…`) stands here in clear text", hint: hint)
        }
        guard
            let root = try? Document.parseOne(bytes, name: file, limits: Workflow.limits)
                .expanded(maximumNodes: Workflow.limits.maximumNodes)
        else { return problems.sorted }
        let alignment = TextAlignment(bytes: bytes)
        var seen: Set<SourcePosition> = []
        for value in SecretPlaces.values(in: root) {
            guard let text = value.node.scalar?.text,
                let found = RandomText.first(in: text, underName: value.name)
            else { continue }
            let position = alignment.position(of: found, in: value.node)
            let range = value.node.range.bytes
            guard !tokens.contains(where: { $0.bytes.overlaps(range) }), seen.insert(position).inserted else {
                continue
            }
            problems.report(
                .secret, at: position, "the value of `\(value.name.clipped)` looks like a credential in clear text",
                hint: hint)
        }
        return problems.sorted
    }

    private static let hint = "name it under `secrets:` and use `${{ secrets.NAME }}`"
}

/// The scalars of a workflow in which a text that looks random counts.
private enum SecretPlaces {
    struct Place {
        /// The nearest key above the scalar.
        var name: String
        var node: Node
    }

    /// All scalars below a key `env` or `with`.
    static func values(in node: Node) -> [Place] {
        var found: [Place] = []
        collect(node, name: "", isInside: false, into: &found)
        return found
    }

    private static func collect(_ node: Node, name: String, isInside: Bool, into found: inout [Place]) {
        switch node.content {
        case .scalar: if isInside { found.append(Place(name: name, node: node)) }
        case .sequence(let items):
            for item in items { collect(item, name: name, isInside: isInside, into: &found) }
        case .mapping(let entries):
            for entry in entries {
                let key = entry.key.scalar?.text ?? ""
                collect(entry.value, name: key, isInside: isInside || key == "env" || key == "with", into: &found)
            }
        case .alias: break
        }
    }
}
