public import GitStore
public import WorkflowLanguage

/// A file that a save changes, with its content before and after.
public struct ContentChange: Hashable, Sendable {
    /// A file's content and mode.
    public struct Content: Hashable, Sendable {
        /// A file or an executable file.
        public var mode: FileMode
        /// The bytes as they are stored.
        public var bytes: [UInt8]

        /// A content.
        public init(mode: FileMode, bytes: [UInt8]) {
            self.mode = mode
            self.bytes = bytes
        }
    }

    /// The path from the top of the tree.
    public let path: String
    /// The content at the tip; nil where there was no file.
    public let old: Content?
    /// The content to save; nil where the file goes.
    public let new: Content?

    /// A change.
    public init(path: String, old: Content?, new: Content?) {
        self.path = path
        self.old = old
        self.new = new
    }

    /// The workflow that the file defines, where it is one's place.
    public var workflow: WorkflowName? { WorkflowName(path: path) }
}

extension ContentChange {
    /// What people call the file: the workflow's name, or the path.
    var label: String { workflow?.description ?? path }

    /// The sentence of a subject for this change alone.
    var summary: String { Self.summary(of: [self]) }

    /// A subject that tells which files came, went and were changed: `Add deploy`, `Change deploy, load and 3 more`, `Add deploy,
    /// remove load`. Where one file goes and another of the same workflow comes, the workflow was changed.
    static func summary(of changes: [ContentChange]) -> String {
        let labels = changes.reduce(into: [String]()) { labels, change in
            if !labels.contains(change.label) { labels.append(change.label) }
        }
        let had = Set(changes.filter { $0.old != nil }.map(\.label))
        let has = Set(changes.filter { $0.new != nil }.map(\.label))
        let added = labels.filter { !had.contains($0) }
        let changed = labels.filter { had.contains($0) && has.contains($0) }
        let removed = labels.filter { !has.contains($0) }
        let parts = [("add", added), ("change", changed), ("remove", removed)].filter { !$0.1.isEmpty }
            .map { "\($0) \(list($1))" }.joined(separator: ", ")
        return parts.isEmpty ? "Change nothing" : parts.prefix(1).uppercased() + parts.dropFirst()
    }

    /// `a`, `a and b`, `a, b and c`, `a, b and 3 more`.
    static func list(_ names: [String]) -> String {
        guard names.count > 1, let last = names.last else { return names.first ?? "" }
        guard names.count > 3 else { return names.dropLast().joined(separator: ", ") + " and " + last }
        return names.prefix(2).joined(separator: ", ") + " and \(names.count - 2) more"
    }
}
