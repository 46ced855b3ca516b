public import DocumentTree

extension ChangeSet {
    /// The differences as one JSON document; `docs/diff.schema.json` describes it. Numbers that JSON doesn't have stand
    /// as strings, once the value is written with ``JSONFormat/NonFinite/string``.
    public var value: Value {
        [
            "schema": "wfrepo.diff/1",
            "old": ["name": .string(oldName)],
            "new": ["name": .string(newName)],
            "equal": .bool(isEmpty),
            "cosmetic": .bool(isCosmetic),
            "summary": .mapping(
                ValueMapping(Change.Kind.allCases.map { ($0.rawValue, .integer(count(of: $0))) })),
            "changes": .sequence(changes.map(\.value)),
            "comments": .sequence(comments.map(\.value)),
        ]
    }
}

extension Change {
    /// The change as an object of JSON.
    public var value: Value {
        var object: Value = ["kind": .string(kind.rawValue), "path": .string(path.description)]
        object["from"] = Self.side(oldPath, oldRange, old)
        object["to"] = Self.side(newPath, newRange, new)
        if count > 1 { object["count"] = .integer(count) }
        if !references.isEmpty { object["references"] = .sequence(references.map(\.value)) }
        return object
    }

    fileprivate static func side(_ path: DocumentPath?, _ range: SourceRange?, _ value: Value?) -> Value? {
        guard let path else { return nil }
        var side: Value = ["pointer": .string(path.pointer.description)]
        if let range {
            side["start"] = range.start.value
            side["end"] = range.end.value
        }
        side["value"] = value
        return side
    }
}

extension Change.Reference {
    /// The reference as an object of JSON.
    fileprivate var value: Value {
        var object: Value = ["path": .string(newPath.description)]
        object["from"] = Change.side(oldPath, oldRange, .string(old))
        object["to"] = Change.side(newPath, newRange, .string(new))
        return object
    }
}

extension CommentChange {
    /// The comment as an object of JSON.
    fileprivate var value: Value {
        [
            "kind": isAdded ? "added" : "removed", "text": .string(comment.text),
            "start": comment.range.start.value,
        ]
    }
}

extension SourcePosition {
    /// The place as an object of JSON.
    fileprivate var value: Value { ["line": .integer(line), "column": .integer(column)] }
}
