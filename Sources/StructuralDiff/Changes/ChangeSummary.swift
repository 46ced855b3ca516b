internal import DocumentTree

/// What changed, counted.
public struct ChangeSummary: Hashable, Sendable {
    /// A part of the document that a person would name: a top-level key, or an item of a list below one.
    public struct Part: Hashable, Sendable {
        /// The way to the part.
        public let path: DocumentPath
        /// The kinds of the changes in it, in order.
        public internal(set) var kinds: [Change.Kind]
    }

    /// The parts with changes, in the order of their first change.
    public let parts: [Part]
    private let set: ChangeSet

    /// Counts the changes of `set`.
    public init(_ set: ChangeSet) {
        self.set = set
        var parts: [Part] = []
        var places: [DocumentPath: Int] = [:]
        for change in set.changes {
            let path = Self.part(of: change.path)
            if let place = places[path] {
                parts[place].kinds.append(change.kind)
            } else {
                places[path] = parts.count
                parts.append(Part(path: path, kinds: [change.kind]))
            }
        }
        self.parts = parts
    }

    /// Up to the first item of a list, or else the first key.
    static func part(of path: DocumentPath) -> DocumentPath {
        let elements = path.elements
        guard elements.count > 1 else { return path }
        if case .item = elements[1] { return DocumentPath(Array(elements.prefix(2))) }
        return DocumentPath(Array(elements.prefix(1)))
    }

    /// All in one line: `4 changes: 1 added, 2 changed, 1 moved`.
    public var line: String {
        let total = set.changes.count
        if total == 0 {
            if !set.textDiffers { return "no changes" }
            return set.comments.isEmpty
                ? "no changes of meaning; layout differs" : "no changes of meaning; comments differ"
        }
        let counts = Change.Kind.allCases.compactMap { kind -> String? in
            let count = set.count(of: kind)
            return count == 0 ? nil : "\(count) \(kind == .typeChanged ? "of another type" : kind.rawValue)"
        }
        return "\(total) \(total == 1 ? "change" : "changes"): " + counts.joined(separator: ", ")
    }
}

extension ChangeSet {
    /// What changed, counted.
    public var summary: ChangeSummary { ChangeSummary(self) }

    /// A line for each part with its number of changes and a mark for each, then the total, in the manner of
    /// `git diff --stat`.
    public func stat(isColored: Bool = false) -> String {
        let summary = summary
        let style = TerminalStyle(isColored: isColored)
        let names = summary.parts.map { PrintableText.escape($0.path.description) }
        let width = names.map { DisplayWidth.of($0) }.max() ?? 0
        let digits = summary.parts.map { String($0.kinds.count).count }.max() ?? 0
        var text = ""
        for (part, name) in zip(summary.parts, names) {
            let count = String(part.kinds.count)
            let marks = part.kinds.prefix(Self.maximumMarks).map { kind in
                style.apply(TerminalStyle.Tone(kind), kind.mark)
            }
            text += " \(name)\(String(repeating: " ", count: width - DisplayWidth.of(name))) | "
            text += "\(String(repeating: " ", count: digits - count.count))\(count) \(marks.joined())\n"
        }
        return text + " \(summary.line)\n"
    }

    private static let maximumMarks = 40

    /// The parts that changed, a line each.
    ///
    /// - Parameter front: what stands in front of each, where the changes are some among others.
    public func nameOnly(inFront front: String = "") -> String {
        summary.parts.map { PrintableText.escape(front + $0.path.description) + "\n" }.joined()
    }
}

extension Change.Kind {
    /// The mark in front of a change of the kind.
    public var mark: String {
        switch self {
        case .added: "+"
        case .removed: "-"
        case .changed, .typeChanged: "~"
        case .moved: ">"
        case .renamed: "="
        }
    }
}
