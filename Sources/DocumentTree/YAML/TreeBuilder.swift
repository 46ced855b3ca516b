import CYaml

/// Builds trees of nodes from a text's events.
struct TreeBuilder: ~Copyable {
    /// A collection whose end has not come yet.
    private struct OpenCollection {
        var isMapping: Bool
        var isFlow: Bool
        var start: SourcePosition
        var anchor: String?
        var tag: String?
        var items: [Node] = []
        var entries: [Node.Entry] = []
        var key: Node?
        /// How many of ``TreeBuilder/keys`` are of collections around this one.
        var outerKeys: Int

        mutating func append(_ node: Node) {
            if !isMapping {
                items.append(node)
            } else if let key = key.take() {
                // Most mappings of a workflow have three to six.
                if entries.isEmpty { entries.reserveCapacity(4) }
                entries.append(Node.Entry(key: key, value: node))
            } else {
                key = node
            }
        }
    }

    /// A key that is a scalar, and the entry of its mapping that it belongs to.
    private struct Key {
        var text: String
        var entry: Int
    }

    private var events: EventParser
    private let text: SourceText
    private let limits: ParseLimits
    private var open: [OpenCollection] = []
    /// The keys of the open mappings, of the outermost one first: one array for all, since mappings are many and small.
    private var keys: [Key] = []
    private var root: Node?
    private var anchors: Set<String> = []
    private var nodeCount = 0
    /// The scalars' ranges in bytes, in order: where a `#` isn't a comment.
    private var scalars: [CommentScanner.Scalar] = []
    private let hasHashes: Bool
    private var finished: [(root: Node?, start: Int, hasAliases: Bool)] = []
    private let standIns: SeparatorStandIns?

    private init(
        _ text: SourceText, buffer: UnsafeBufferPointer<UInt8>, standIns: SeparatorStandIns?, limits: ParseLimits
    ) throws(DocumentError) {
        events = try EventParser(text, buffer: buffer)
        self.standIns = standIns
        self.text = text
        self.limits = limits
        hasHashes = text.bytes.contains(UInt8(ascii: "#"))
    }

    /// The documents of a text of YAML.
    static func documents(of text: SourceText, limits: ParseLimits) throws(DocumentError) -> [Document] {
        let standIns = try SeparatorStandIns(text)
        return try (standIns?.bytes ?? text.bytes).withUnsafeBufferPointer { (buffer) throws(DocumentError) in
            var builder = try TreeBuilder(text, buffer: buffer, standIns: standIns, limits: limits)
            return try builder.build()
        }
    }

    private mutating func build() throws(DocumentError) -> [Document] {
        while try step() {}
        let comments = hasHashes ? CommentScanner.comments(of: text, scalars: scalars) : []
        if finished.isEmpty { return [Document(name: text.name, root: nil, comments: comments)] }
        var rest = comments[...]
        return finished.indices.map { index in
            let next = index + 1 < finished.count ? finished[index + 1].start : Int.max
            let own = rest.prefix { $0.range.start.offset < next }
            rest = rest.dropFirst(own.count)
            return Document(
                name: text.name, root: finished[index].root, comments: Array(own), start: finished[index].start,
                hasAliases: finished[index].hasAliases)
        }
    }

    /// Takes one event; false at the end of the text.
    private mutating func step() throws(DocumentError) -> Bool {
        let event = try events.next()
        switch event.type {
        case YAML_STREAM_END_EVENT:
            return false
        case YAML_DOCUMENT_START_EVENT:
            root = nil
            anchors = []
            finished.append((nil, events.position(event.start_mark).offset, false))
        case YAML_DOCUMENT_END_EVENT:
            finished[finished.count - 1].root = root
        case YAML_SCALAR_EVENT:
            add(try scalar(event))
        case YAML_ALIAS_EVENT:
            let range = SourceRange(
                start: events.position(event.start_mark), end: events.position(event.end_mark))
            let name = String(event.data.alias.anchor)
            guard anchors.contains(name) else {
                throw fault(.alias, range.start, "no `&\(name)` stands before this alias", hint: "is the name right?")
            }
            try count(at: range.start)
            finished[finished.count - 1].hasAliases = true
            add(Node(.alias(name), range: range))
        case YAML_SEQUENCE_START_EVENT:
            let data = event.data.sequence_start
            try begin(
                isMapping: false, isFlow: data.style == YAML_FLOW_SEQUENCE_STYLE, event, data.anchor, data.tag)
        case YAML_MAPPING_START_EVENT:
            let data = event.data.mapping_start
            try begin(isMapping: true, isFlow: data.style == YAML_FLOW_MAPPING_STYLE, event, data.anchor, data.tag)
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
            try end(event)
        default:
            break
        }
        return true
    }

    private mutating func scalar(_ event: yaml_event_t) throws(DocumentError) -> Node {
        let data = event.data.scalar
        let start = events.position(event.start_mark)
        var end = events.position(event.end_mark)
        try count(at: start)
        var string = String(
            decoding: UnsafeBufferPointer(start: data.value, count: Int(data.length)), as: UTF8.self)
        if let standIns { string = standIns.restore(string) }
        let style: Scalar.Style =
            switch data.style {
            case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
            case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
            case YAML_LITERAL_SCALAR_STYLE: .literal
            case YAML_FOLDED_SCALAR_STYLE: .folded
            default: .plain
            }
        if hasHashes {
            scalars.append(
                CommentScanner.Scalar(
                    bytes: start.offset..<end.offset, style: style,
                    hasProperties: data.anchor != nil || data.tag != nil))
        }
        if style == .literal || style == .folded { end = text.endOfBlockScalar(start: start, end: end) }
        let tag = Self.shorthand(data.tag)
        guard let value = Self.value(of: string, style: style, tag: tag) else {
            throw fault(.syntax, start, "`\(string.prefix(40))` is not what its tag `\(tag ?? "")` says")
        }
        return Node(
            .scalar(Scalar(text: string, style: style, value: value)), range: SourceRange(start: start, end: end),
            anchor: register(data.anchor), tag: tag)
    }

    private static func value(of string: String, style: Scalar.Style, tag: String?) -> Value? {
        if let tag { return CoreSchema.value(of: string, tag: tag) }
        return style == .plain ? CoreSchema.value(ofPlain: string) : .string(string)
    }

    private mutating func begin(
        isMapping: Bool, isFlow: Bool, _ event: yaml_event_t, _ anchor: UnsafePointer<yaml_char_t>?,
        _ tag: UnsafePointer<yaml_char_t>?
    ) throws(DocumentError) {
        let start = events.position(event.start_mark)
        try count(at: start)
        guard open.count < limits.maximumDepth else {
            throw fault(.limit, start, "collections are nested more than \(limits.maximumDepth) deep")
        }
        open.append(
            OpenCollection(
                isMapping: isMapping, isFlow: isFlow, start: start, anchor: register(anchor),
                tag: Self.shorthand(tag), outerKeys: keys.count))
    }

    private mutating func end(_ event: yaml_event_t) throws(DocumentError) {
        guard let collection = open.popLast() else { return }
        var end = collection.start
        if collection.isFlow {
            end = events.position(event.end_mark)
        } else if let last = collection.entries.indices.last {
            end = max(collection.entries[last].value.range.end, collection.entries[last].key.range.end)
        } else if let last = collection.items.indices.last {
            end = collection.items[last].range.end
        }
        if collection.isMapping { try checkKeys(collection) }
        add(
            Node(
                collection.isMapping ? .mapping(collection.entries) : .sequence(collection.items),
                range: SourceRange(start: collection.start, end: end), anchor: collection.anchor,
                tag: collection.tag, isFlow: collection.isFlow))
    }

    private mutating func add(_ node: Node) {
        guard let innermost = open.indices.last else {
            root = node
            return
        }
        if open[innermost].isMapping, open[innermost].key == nil, let scalar = node.scalar {
            keys.append(Key(text: scalar.text, entry: open[innermost].entries.count))
        }
        open[innermost].append(node)
    }

    private mutating func register(_ anchor: UnsafePointer<yaml_char_t>?) -> String? {
        guard let anchor else { return nil }
        let name = String(anchor)
        anchors.insert(name)
        return name
    }

    /// `!!str` of `tag:yaml.org,2002:str`; any other tag as it is.
    private static func shorthand(_ tag: UnsafePointer<yaml_char_t>?) -> String? {
        guard let tag else { return nil }
        let name = String(tag)
        let prefix = "tag:yaml.org,2002:"
        return name.hasPrefix(prefix) ? "!!" + name.dropFirst(prefix.count) : name
    }

    /// Takes the keys of a mapping off the list; throws where one is there twice.
    private mutating func checkKeys(_ collection: OpenCollection) throws(DocumentError) {
        let own = collection.outerKeys..<keys.count
        defer { keys.removeLast(own.count) }
        var known: [ExactString: Int] = [:]
        for index in own {
            let earlier: Int? =
                if own.count > 12 {
                    known.updateValue(keys[index].entry, forKey: ExactString(keys[index].text))
                } else {
                    keys[own.lowerBound..<index].first { ExactString($0.text) == ExactString(keys[index].text) }?.entry
                }
            guard let earlier else { continue }
            let line = collection.entries[earlier].key.range.start.line
            throw fault(
                .duplicateKey, collection.entries[keys[index].entry].key.range.start,
                "the key `\(keys[index].text)` stands in line \(line) already", hint: "remove one of the two")
        }
    }

    private mutating func count(at position: SourcePosition) throws(DocumentError) {
        nodeCount += 1
        if nodeCount > limits.maximumNodes {
            throw fault(.limit, position, "the document has more than \(limits.maximumNodes) nodes")
        }
    }

    private func fault(
        _ code: DocumentError.Code, _ position: SourcePosition, _ message: String, hint: String? = nil
    ) -> DocumentError {
        DocumentError(code, name: text.name, position: position, message: message, hint: hint)
    }
}

extension String {
    /// The text of one of libyaml's strings.
    fileprivate init(_ bytes: UnsafePointer<yaml_char_t>) { self.init(cString: bytes) }

    fileprivate init(_ bytes: UnsafeMutablePointer<yaml_char_t>) { self.init(cString: UnsafePointer(bytes)) }
}
