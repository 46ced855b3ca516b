public import DocumentTree

/// A fault in a definition that is about to be saved or that was pushed.
public struct DefinitionProblem: Hashable, Sendable, CustomStringConvertible {
    /// The path of the file in the tree.
    public let path: String
    /// Where it is, where that is known.
    public let position: SourcePosition?
    /// What is wrong.
    public let message: String
    /// How it may be mended.
    public let hint: String?

    /// A fault.
    public init(path: String, position: SourcePosition? = nil, message: String, hint: String? = nil) {
        self.path = path
        self.position = position
        self.message = message
        self.hint = hint
    }

    /// The fault of a definition whose path differs from another's in the case of letters only.
    public static func collision(_ path: String, with other: String) -> DefinitionProblem {
        DefinitionProblem(
            path: path,
            message: "\(other) differs from it only in case; "
                + "file systems that do not tell case apart (macOS, Windows) have room for one of them",
            hint: "rename one: wfrepo mv NAME OTHER")
    }

    /// The faults of new definitions among paths that are alike but for case.
    static func collisions(of new: [String], in groups: [[String]]) -> [DefinitionProblem] {
        groups.flatMap { group in
            group.filter(new.contains).compactMap { path in
                group.first { $0 != path }.map { collision(path, with: $0) }
            }
        }
    }

    /// `file:line:column: what — hint`.
    public var description: String {
        let place = position.map { "\(path):\($0.line):\($0.column)" } ?? path
        return "\(place): \(message)" + (hint.map { " — \($0)" } ?? "")
    }
}
