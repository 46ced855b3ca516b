public import DocumentTree

/// A document as lines of `path: value`, so that a tool that compares lines compares parts.
///
/// Mappings are sorted by key; an item of a sequence is named by its identity (`id`, `name`, `key`) where it has one, by its
/// place otherwise. A text of several lines is a line each, behind its path and `|`.
public struct FlatText: Sendable {
    /// The keys that name an item, in the order in which they are looked for.
    private static let identityKeys = ["id", "name", "key"]

    /// The lines.
    public private(set) var lines: [String] = []

    /// The lines of `value`.
    public init(_ value: Value) { append(value, at: "") }

    private mutating func append(_ value: Value, at path: String) {
        switch value {
        case .mapping(let mapping) where !mapping.isEmpty:
            for entry in mapping.entries.sorted(by: { $0.key < $1.key }) {
                let key = PrintableText.escape(entry.key)
                append(entry.value, at: path.isEmpty ? key : "\(path).\(key)")
            }
        case .sequence(let items) where !items.isEmpty:
            for (index, item) in items.enumerated() {
                append(item, at: "\(path)[\(PrintableText.escape(Self.identity(of: item) ?? String(index)))]")
            }
        case .string(let text) where text.contains("\n"):
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                lines.append("\(path) | \(PrintableText.escape(String(line)))")
            }
        case .string(let text): lines.append("\(path): \(PrintableText.escape(text))")
        default: lines.append("\(path): \((try? value.json(JSONFormat(sortsKeys: true, nonFinite: .bare))) ?? "")")
        }
    }

    private static func identity(of item: Value) -> String? {
        identityKeys.lazy.compactMap { item[$0]?.string }.first
    }
}
