/// The name of a workflow: its file's path below `workflows/`, without the extension (`deploy`, `billing/invoice`).
///
/// Each part between slashes is made of ASCII letters, digits, `-`, `_` and `.`, and starts with a letter or digit; so
/// `..`, an absolute path or an empty part is not a name. `./kinds/load` names a kind of step of the repository's own, which
/// is run as a workflow is.
public struct WorkflowName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The name as people write it.
    public let description: String

    /// The name, or nil where `text` is not one.
    public init?(_ text: String) {
        let isKind = text.hasPrefix(Self.kindPrefix)
        let parts = text.dropFirst(isKind ? Self.kindPrefix.count : 0)
            .split(separator: "/", omittingEmptySubsequences: false)
        guard text.utf8.count <= 200, parts.allSatisfy(Self.isPart), !isKind || parts.count == 1 else { return nil }
        description = text
    }

    /// The name of the workflow in the file at `path` of a tree, or nil where that is no workflow's place.
    public init?(path: String) {
        guard path.hasPrefix("workflows/") else { return nil }
        guard let suffix = [".yaml", ".yml"].first(where: path.hasSuffix) else { return nil }
        self.init(String(path.dropFirst("workflows/".count).dropLast(suffix.count)))
    }

    /// The path of the workflow's file in a tree, with the preferred extension.
    public var path: String { isKind ? kindDefinitionPath : "workflows/\(description).yaml" }

    /// The path of the workflow's file with the other extension that it may have.
    public var shortPath: String { isKind ? "\(kindFolderPath)/kind.yml" : "workflows/\(description).yml" }

    /// The first folder of the name, where it has one: kinds of step are allowed by namespace.
    public var namespace: String? {
        guard !isKind else { return nil }
        let parts = description.split(separator: "/")
        return parts.count > 1 ? parts.first.map(String.init) : nil
    }

    /// The order of the names' texts.
    public static func < (left: WorkflowName, right: WorkflowName) -> Bool { left.description < right.description }

    private static func isPart(_ part: Substring) -> Bool {
        guard let first = part.utf8.first, isLetterOrDigit(first) else { return false }
        return part.utf8.allSatisfy { isLetterOrDigit($0) || "-_.".utf8.contains($0) } && !part.hasSuffix(".lock")
    }
}

/// The identifier of a step within its workflow: a letter or `_`, then letters, digits, `-` and `_` (what GitHub Actions
/// allows, so that `steps.<id>` can be written in an expression).
public struct StepID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The identifier as written.
    public let description: String

    /// The identifier, or nil where `text` is not one.
    public init?(_ text: String) {
        let name = Self.withoutItem(text)
        guard let first = name.utf8.first, name.utf8.count <= 100, isLetter(first) || first == UInt8(ascii: "_"),
            name.utf8.allSatisfy({ isLetterOrDigit($0) || "-_".utf8.contains($0) })
        else { return nil }
        description = text
    }

    private static func withoutItem(_ text: String) -> Substring {
        guard text.hasSuffix("]"), let bracket = text.lastIndex(of: "[") else { return text[...] }
        let index = text[text.index(after: bracket)...].dropLast()
        guard (1...9).contains(index.utf8.count), index.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return text[...]
        }
        return text[..<bracket]
    }

    /// The identifier of an item of a step, which no author can write: `build[2]`; items count from 0.
    public init(item index: Int, of step: StepID) { description = "\(step)[\(index)]" }

    /// The identifier as a word of a shell, which would take the brackets of an item for a pattern.
    public var shellWord: String { description.hasSuffix("]") ? "'\(description)'" : description }

    /// The step whose item this is, or the step itself.
    public var withoutItem: StepID { StepID(String(Self.withoutItem(description))) ?? self }

    /// The identifier of a step without a written one: its place, from 0, counts from 1 here.
    init(place: Int) { description = "step-\(place + 1)" }

    /// The order of the identifiers' texts.
    public static func < (left: StepID, right: StepID) -> Bool { left.description < right.description }
}

private func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
}

private func isLetterOrDigit(_ byte: UInt8) -> Bool {
    isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}
