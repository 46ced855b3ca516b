public import DocumentTree

/// Operations that turn one document of JSON into another.
///
/// Source: RFC 6902.
public struct JSONPatch: Hashable, Sendable {
    /// One operation.
    public enum Operation: Hashable, Sendable {
        case add(path: JSONPointer, value: Value)
        case remove(path: JSONPointer)
        case replace(path: JSONPointer, value: Value)
        case move(from: JSONPointer, path: JSONPointer)
        case copy(from: JSONPointer, path: JSONPointer)
        case test(path: JSONPointer, value: Value)
    }

    /// The operations, in the order in which they apply.
    public var operations: [Operation]

    /// A patch of `operations`.
    public init(_ operations: [Operation] = []) { self.operations = operations }
}

extension JSONPatch {
    /// The patch as a JSON document.
    public var value: Value { .sequence(operations.map(\.value)) }

    /// Reads a patch from a JSON document.
    ///
    /// - Throws: ``JSONPatchError`` where an operation isn't one of RFC 6902.
    public init(_ value: Value) throws(JSONPatchError) {
        guard let items = value.items else {
            throw JSONPatchError(operation: 0, message: "a patch is a list of operations")
        }
        operations = []
        for (index, item) in items.enumerated() {
            guard let operation = Operation(item) else {
                throw JSONPatchError(operation: index, message: "it is not an operation of RFC 6902")
            }
            operations.append(operation)
        }
    }
}

extension JSONPatch.Operation {
    /// The operation as an object of JSON.
    public var value: Value {
        switch self {
        case .add(let path, let value): Self.object("add", path, ("value", value))
        case .remove(let path): Self.object("remove", path)
        case .replace(let path, let value): Self.object("replace", path, ("value", value))
        case .move(let from, let path): Self.object("move", path, ("from", .string(from.description)))
        case .copy(let from, let path): Self.object("copy", path, ("from", .string(from.description)))
        case .test(let path, let value): Self.object("test", path, ("value", value))
        }
    }

    private static func object(_ name: String, _ path: JSONPointer, _ more: (String, Value)...) -> Value {
        .mapping(ValueMapping([("op", .string(name)), ("path", .string(path.description))] + more))
    }

    /// Reads an operation from an object of JSON; nil where it is none.
    public init?(_ object: Value) {
        guard let name = object["op"]?.string, let path = object["path"]?.string.flatMap({ JSONPointer($0) }) else {
            return nil
        }
        let from = object["from"]?.string.flatMap { JSONPointer($0) }
        switch (name, object["value"], from) {
        case ("remove", _, _): self = .remove(path: path)
        case ("add", let value?, _): self = .add(path: path, value: value)
        case ("replace", let value?, _): self = .replace(path: path, value: value)
        case ("test", let value?, _): self = .test(path: path, value: value)
        case ("move", _, let from?): self = .move(from: from, path: path)
        case ("copy", _, let from?): self = .copy(from: from, path: path)
        default: return nil
        }
    }
}

/// Why a patch is none, or doesn't apply.
public struct JSONPatchError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The operation in question, from 0.
    public let operation: Int
    /// What is wrong with it.
    public let message: String

    /// What is wrong, for a person.
    public var description: String { "operation \(operation + 1) of the patch: \(message)" }
}
