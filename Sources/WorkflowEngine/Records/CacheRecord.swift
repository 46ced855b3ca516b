internal import DocumentTree
internal import WorkflowLanguage

/// What a step with `cache:` had to do with the cache.
public struct CacheRecord: Hashable, Sendable {
    /// What became of it.
    public enum Use: Hashable, Sendable {
        /// The step's result came from the cache: a run had made it.
        case taken(from: RunID)
        /// The step ran, and its result was kept.
        case kept
        /// The step ran, and its result was not kept, for this reason.
        case notKept(String)
    }

    /// The hash of all that the result depends on.
    public var key: String
    /// What became of it.
    public var use: Use

    /// The use of a key.
    public init(key: String, _ use: Use) {
        self.key = key
        self.use = use
    }

    /// The run that had made the step's result; nil where the step ran itself.
    public var origin: RunID? {
        guard case .taken(let run) = use else { return nil }
        return run
    }

    /// As it stands in `steps[].cache` of `wfrepo.run/1`.
    var json: Value {
        switch use {
        case .taken(let run): ["key": .string(key), "result": "taken", "run": .string(run.description)]
        case .kept: ["key": .string(key), "result": "kept"]
        case .notKept(let reason): ["key": .string(key), "result": "not-kept", "reason": .string(reason)]
        }
    }

    init(_ reader: RecordReader) throws(EngineError) {
        key = try reader.string("key")
        switch try reader.string("result") {
        case "taken": use = .taken(from: try reader.parsed("run", RunID.init))
        case "kept": use = .kept
        default: use = .notKept(try reader.optionalString("reason") ?? "")
        }
    }
}
