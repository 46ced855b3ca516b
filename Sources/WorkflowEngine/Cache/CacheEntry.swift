internal import Crypto
internal import DocumentTree
internal import GitStore
internal import WorkflowLanguage

/// The head of a kept result: what the step handed on, and which files follow it.
///
/// A kept result is one file: the SHA-256 of the head, a line break, the head as one line of JSON
/// (`wfrepo.cache/1`), a line break, and the bytes of all files, in order. So it appears, is read and goes away as one,
/// and nothing that a crash tore is ever taken for a result.
struct CacheEntry {
    static let schema = "wfrepo.cache/1"

    /// A file that the step made.
    struct File {
        enum Content {
            /// So many bytes, of this SHA-256.
            case bytes(Int, sha256: String)
            /// A symbolic link.
            case link(String)
        }

        /// Relative to the workspace.
        var path: String
        var mode: Int
        var content: Content
    }

    var key: String
    var workflow: WorkflowName
    var step: StepID
    /// The run that made it.
    var run: RunID
    var kept: Timestamp
    var outputs: ValueMapping
    var files: [File]

    /// The head, with its sum.
    var head: [UInt8] {
        let json = Array(Value.mapping(value).canonicalText.utf8)
        return Array("\(Self.sum(json))\n".utf8) + json + [0x0A]
    }

    private static func sum(_ json: [UInt8]) -> String { SHA256.hash(data: json).hexadecimal }

    private var value: ValueMapping {
        [
            "schema": .string(Self.schema), "key": .string(key), "workflow": .string(workflow.description),
            "step": .string(step.description), "run": .string(run.description), "kept": Value(kept),
            "outputs": .mapping(outputs), "files": .sequence(files.map(\.value)),
        ]
    }

    /// Reads a head back; nil where it is torn or of another form.
    init?(head: [UInt8]) {
        let lines = head.split(separator: 0x0A, omittingEmptySubsequences: false)
        guard lines.count == 3, lines[0].elementsEqual(Self.sum(Array(lines[1])).utf8),
            let value = try? Value(json: String(decoding: lines[1], as: UTF8.self), name: "cache")
        else { return nil }
        let reader = RecordReader(value)
        do throws(EngineError) {
            guard try reader.string("schema") == Self.schema else { return nil }
            key = try reader.string("key")
            workflow = try reader.parsed("workflow") { WorkflowName($0) }
            step = try reader.parsed("step", StepID.init)
            run = try reader.parsed("run", RunID.init)
            kept = try reader.parsed("kept", Timestamp.init)
            outputs = try reader.mapping("outputs")
            files = []
            for file in try reader.objects("files") { files.append(try File(file)) }
        } catch {
            return nil
        }
    }

    init(
        key: String, workflow: WorkflowName, step: StepID, run: RunID, kept: Timestamp, outputs: ValueMapping,
        files: [File]
    ) {
        self.key = key
        self.workflow = workflow
        self.step = step
        self.run = run
        self.kept = kept
        self.outputs = outputs
        self.files = files
    }
}

extension CacheEntry.File {
    fileprivate var value: Value {
        switch content {
        case .bytes(let count, let sum):
            ["path": .string(path), "mode": .integer(mode), "bytes": .integer(count), "sha256": .string(sum)]
        case .link(let target): ["path": .string(path), "mode": .integer(mode), "link": .string(target)]
        }
    }

    fileprivate init(_ reader: RecordReader) throws(EngineError) {
        path = try reader.string("path")
        mode = try reader.integer("mode")
        if let target = try reader.optionalString("link") {
            content = .link(target)
        } else {
            content = .bytes(try reader.integer("bytes"), sha256: try reader.string("sha256"))
        }
    }
}
