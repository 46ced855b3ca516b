public import DocumentTree

extension JSONPatch {
    /// The document that `document` becomes.
    ///
    /// - Throws: ``JSONPatchError`` for the first operation that doesn't apply.
    public func applied(to document: Value) throws(JSONPatchError) -> Value {
        var document = document
        for (index, operation) in operations.enumerated() {
            if let fault = operation.apply(to: &document) { throw JSONPatchError(operation: index, message: fault) }
        }
        return document
    }
}

extension JSONPatch.Operation {
    /// Applies the operation; says why where it can't.
    fileprivate func apply(to document: inout Value) -> String? {
        switch self {
        case .add(let path, let value): return document.edit(path.tokens[...]) { $0.insert(value, at: $1) }
        case .remove(let path): return document.edit(path.tokens[...]) { $0.remove(at: $1) == nil ? .missing : nil }
        case .replace(let path, let value):
            if path.tokens.isEmpty {
                document = value
                return nil
            }
            return document.edit(path.tokens[...]) { parent, token in
                parent.remove(at: token) == nil ? .missing : parent.insert(value, at: token)
            }
        case .move(let from, let path):
            guard let value = document.value(at: from) else { return .missing }
            if path.tokens.starts(with: from.tokens), path.tokens.count > from.tokens.count {
                return "a value can't move into itself"
            }
            return document.edit(from.tokens[...]) { $0.remove(at: $1) == nil ? .missing : nil }
                ?? document.edit(path.tokens[...]) { $0.insert(value, at: $1) }
        case .copy(let from, let path):
            guard let value = document.value(at: from) else { return .missing }
            return document.edit(path.tokens[...]) { $0.insert(value, at: $1) }
        case .test(let path, let value):
            return document.value(at: path) == value ? nil : "the value at `\(path)` is another"
        }
    }
}

extension String {
    fileprivate static let missing = "there is no such value"
}

extension Value {
    /// The value that a pointer points to; nil where there is none.
    public func value(at pointer: JSONPointer) -> Value? {
        var value = self
        for token in pointer.tokens {
            switch value {
            case .mapping(let mapping):
                guard let next = mapping[token] else { return nil }
                value = next
            case .sequence(let items):
                guard let index = Self.index(token), index < items.count else { return nil }
                value = items[index]
            default: return nil
            }
        }
        return value
    }

    /// Runs `body` on the parent of what `path` points to, with the last token; on the document itself with nil.
    fileprivate mutating func edit(
        _ path: ArraySlice<String>, _ body: (inout Value, String?) -> String?
    ) -> String? {
        guard let token = path.first, path.count > 1 else { return body(&self, path.first) }
        switch self {
        case .mapping(var mapping):
            // Emptied first, so that the change happens in place.
            self = .null
            defer { self = .mapping(mapping) }
            guard let fault = mapping.update(token, { $0.edit(path.dropFirst(), body) }) else { return .missing }
            return fault
        case .sequence(var items):
            guard let index = Self.index(token), index < items.count else { return .missing }
            self = .null
            defer { self = .sequence(items) }
            return items[index].edit(path.dropFirst(), body)
        default: return .missing
        }
    }

    fileprivate mutating func insert(_ value: Value, at token: String?) -> String? {
        guard let token else {
            self = value
            return nil
        }
        switch self {
        case .mapping(var mapping):
            self = .null
            mapping[token] = value
            self = .mapping(mapping)
            return nil
        case .sequence(var items):
            guard let index = token == "-" ? items.count : Self.index(token), index <= items.count else {
                return "there is no place `\(token)` in the list"
            }
            self = .null
            items.insert(value, at: index)
            self = .sequence(items)
            return nil
        default: return .missing
        }
    }

    fileprivate mutating func remove(at token: String?) -> Value? {
        guard let token else { return nil }
        switch self {
        case .mapping(var mapping):
            guard let value = mapping[token] else { return nil }
            self = .null
            mapping[token] = nil
            self = .mapping(mapping)
            return value
        case .sequence(var items):
            guard let index = Self.index(token), index < items.count else { return nil }
            self = .null
            let value = items.remove(at: index)
            self = .sequence(items)
            return value
        default: return nil
        }
    }

    /// The place that a token names in a list: digits, without leading zeros.
    private static func index(_ token: String) -> Int? {
        guard let first = token.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-"),
            first != UInt8(ascii: "0") || token.utf8.count == 1
        else { return nil }
        return Int(token)
    }
}
