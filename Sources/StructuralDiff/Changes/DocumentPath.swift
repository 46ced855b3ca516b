/// The way from a document's root to a node.
public struct DocumentPath: Hashable, Sendable {
    /// One step of the way.
    public enum Element: Hashable, Sendable {
        /// Into a mapping, to the value of a key.
        case key(String)
        /// Into a sequence, to an item: its place from 0, and its name where the items have names.
        case item(Int, name: String?)
    }

    /// The steps, the root's first.
    public var elements: [Element]

    /// The way of `elements`; none is the root itself.
    public init(_ elements: [Element] = []) { self.elements = elements }

    /// The way one step further.
    public func appending(_ element: Element) -> DocumentPath { DocumentPath(elements + [element]) }

    /// The way to the collection that holds the node.
    public var parent: DocumentPath { DocumentPath(Array(elements.dropLast())) }

    /// The way as a JSON Pointer.
    public var pointer: JSONPointer {
        JSONPointer(
            elements.map { element in
                switch element {
                case .key(let key): key
                case .item(let index, _): String(index)
                }
            })
    }
}

extension DocumentPath: CustomStringConvertible {
    /// The way as a person writes it: `steps[load].retry.delay`, `on.push.branches[0]`; the root is `(document)`.
    public var description: String {
        if elements.isEmpty { return "(document)" }
        var text = ""
        for element in elements {
            switch element {
            case .key(let key):
                if Self.isPlain(key) {
                    text += text.isEmpty ? key : ".\(key)"
                } else {
                    text += "[\"\(key)\"]"
                }
            case .item(let index, let name): text += "[\(name ?? String(index))]"
            }
        }
        return text
    }

    private static func isPlain(_ key: String) -> Bool {
        !key.isEmpty
            && key.unicodeScalars.allSatisfy { scalar in
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "-" || scalar == "_"
            }
    }
}
