internal import CLinux

/// A text of YAML or JSON, parsed: its documents, and its bytes to which all positions refer.
public struct DocumentStream: Sendable {
    /// What the text is called in errors and headings, usually its path.
    public let name: String
    /// The text, UTF-8, as it was given (with its byte order mark, if it has one).
    public let bytes: [UInt8]
    /// The documents, at least one: an empty text is one document without a root.
    public let documents: [Document]

    /// A stream of parsed documents.
    public init(name: String, bytes: [UInt8], documents: [Document]) {
        self.name = name
        self.bytes = bytes
        self.documents = documents
    }
}

/// One document of a stream.
public struct Document: Sendable {
    /// The name of its stream.
    public let name: String
    /// Its content; nil where there is nothing but white space and comments.
    public let root: Node?
    /// Its comments, in order. A comment between two documents belongs to the one before.
    public let comments: [Comment]
    /// The offset in bytes at which it starts: of its directives or its `---`, where it has them. What stands before it
    /// belongs to the document before.
    public let start: Int
    /// Whether it has aliases.
    public let hasAliases: Bool

    /// A document.
    public init(name: String, root: Node?, comments: [Comment] = [], start: Int = 0, hasAliases: Bool = true) {
        self.start = start
        self.hasAliases = hasAliases
        self.name = name
        self.root = root
        self.comments = comments
    }
}

/// A comment of a YAML document.
public struct Comment: Hashable, Sendable {
    /// Where it stands, from its `#` to the end of its line.
    public let range: SourceRange
    /// Its text, from the `#` on, without the line break.
    public let text: String

    /// A comment.
    public init(range: SourceRange, text: String) {
        self.range = range
        self.text = text
    }
}

extension DocumentStream {
    /// Parses a text; one whose name ends in `.json` as JSON (RFC 8259), any other as YAML.
    ///
    /// YAML is read by the core schema of YAML 1.2: `on`, `no` and `yes` are strings, `0o17` and `0x1F` are integers,
    /// `<<` is a key like any other. A key that is twice in a mapping is an error.
    ///
    /// - Throws: ``DocumentError`` with the position of the first fault.
    public static func parse(
        _ bytes: [UInt8], name: String, limits: ParseLimits = .standard
    ) throws(DocumentError) -> DocumentStream {
        let text = try SourceText(checking: bytes, name: name, limits: limits)
        do throws(DocumentError) {
            return DocumentStream(name: name, bytes: bytes, documents: try documents(of: text, limits: limits))
        } catch {
            throw ConflictMarker.fault(in: text) ?? error
        }
    }

    private static func documents(of text: SourceText, limits: ParseLimits) throws(DocumentError) -> [Document] {
        guard text.name.utf8.suffix(5).elementsEqual(".json".utf8) else {
            return try TreeBuilder.documents(of: text, limits: limits)
        }
        return [Document(name: text.name, root: try JSONParser.tree(of: text, limits: limits), hasAliases: false)]
    }
}

extension Document {
    /// Parses a text that holds one document at most.
    ///
    /// - Throws: ``DocumentError``, also for a second document, at its start.
    public static func parseOne(
        _ bytes: [UInt8], name: String, limits: ParseLimits = .standard
    ) throws(DocumentError) -> Document {
        let documents = try DocumentStream.parse(bytes, name: name, limits: limits).documents
        guard let first = documents.first else { return Document(name: name, root: nil) }
        if documents.count > 1 {
            let position = documents[1].root?.range.start ?? documents[1].comments.first?.range.start ?? .start
            throw DocumentError(
                .unsupported, name: name, position: position, message: "a second document starts here",
                hint: "keep one document a file: remove the `---` before it")
        }
        return first
    }
}

extension DocumentStream {
    /// Texts shorter than this together are parsed one after the other: a thread would cost more than it saves.
    private static let worthAThread = 1 << 17

    /// Parses two texts, as ``parse(_:name:limits:)`` does each; large ones at the same time.
    ///
    /// - Parameter growsHeap: Whether the memory of large trees is got from the system at once, in huge pages: a quarter of the
    ///   time. For programs that end soon, as what is freed stays with the process.
    /// - Throws: ``DocumentError``; of two faults, that of the first text.
    public static func parseBoth(
        _ first: (bytes: [UInt8], name: String), _ second: (bytes: [UInt8], name: String),
        limits: ParseLimits = .standard, growsHeap: Bool = false
    ) throws(DocumentError) -> (DocumentStream, DocumentStream) {
        try SideBySide.both(
            isWorthwhile: first.bytes.count + second.bytes.count >= worthAThread,
            { () throws(DocumentError) in
                if growsHeap { clinux_expect_heap(first.bytes.count * bytesOfTree) }
                return try parse(first.bytes, name: first.name, limits: limits)
            },
            { () throws(DocumentError) in
                if growsHeap { clinux_expect_heap(second.bytes.count * bytesOfTree) }
                return try parse(second.bytes, name: second.name, limits: limits)
            })
    }

    /// About how many bytes of memory a byte of text takes as a tree, and once it is compared.
    private static let bytesOfTree = 40
}
