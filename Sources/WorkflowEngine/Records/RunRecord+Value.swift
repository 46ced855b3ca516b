public import DocumentTree
internal import GitStore
internal import WorkflowLanguage

/// How much of a record is written down.
public enum RecordForm: Sendable {
    /// All of it.
    case whole
    /// Without the times of steps and attempts that follow from others. In packs, where a record is stored as its difference to
    /// another one, times are half of what it takes.
    case concise
}

extension RunRecord {
    /// The whole record; see ``value(_:)``.
    public var value: Value { value(.whole) }

    /// The record as the JSON document of `wfrepo.run/1`: keys in snake case, times in RFC 3339 (UTC, milliseconds),
    /// durations in milliseconds, absent values as null.
    public func value(_ form: RecordForm) -> Value {
        var value: ValueMapping = [
            "schema": .string(Self.schema),
            "run": .string(run.description),
            "workflow": .string(definition.workflow.description),
            "title": Value(definition.title),
            "version": definition.version.map { .integer($0) } ?? .null,
            "commit": .string(definition.commit.description),
            "tree": .string(definition.tree.description),
            "branch": Value(definition.branch),
            "path": .string(definition.path),
            "blob": .string(definition.blob.description),
            "uncommitted": .bool(definition.isUncommitted),
            "definition_hash": .string(definition.hash.description),
            "status": .string(status.rawValue),
            "trigger": trigger.value,
            "actor": .mapping(["name": .string(actor.name), "email": .string(actor.email)]),
            "inputs": .mapping(inputs),
            "queued": Value(queued),
            "started": Value(started),
            "ended": Value(ended),
            "duration_ms": Value(duration),
            "correlation_id": .string(correlationID),
            "host": .string(host),
            "workspace": .string(workspace.rawValue),
            "steps": .sequence(steps.map { $0.value(form) }),
            "error": error.map { failure in
                .mapping([
                    "step": Value(failure.step?.description),
                    "class": .string(failure.error.kind),
                    "message": .string(failure.error.message),
                ])
            } ?? .null,
        ]
        if !outputs.isEmpty { value["outputs"] = .mapping(outputs) }
        if !partlyRetried.isEmpty { value["partly_retried"] = .sequence(partlyRetried.map { .string($0.description) }) }
        if !usesCache { value["no_cache"] = true }
        let left = notUndone
        if !left.isEmpty { value["left_to_do"] = .sequence(left.map { .string("undo \($0.id)") }) }
        if let retryOf { value["retry_of"] = .string(retryOf.description) }
        return .mapping(value)
    }

    /// Reads a record back. Keys that it does not know are left aside, so that later versions may add some.
    /// - Throws: `EngineError.malformed`, naming the key that is missing or of another form.
    public init(_ value: Value) throws(EngineError) {
        let reader = RecordReader(value)
        guard try reader.string("schema") == Self.schema else {
            throw EngineError(.malformed, "its schema is not \(Self.schema)", object: "run record")
        }
        let trigger = try reader.object("trigger")
        let actor = try reader.object("actor")
        var steps: [StepRecord] = []
        for step in try reader.objects("steps") { steps.append(try StepRecord(step)) }
        var failure: RunFailure?
        if let error = try reader.optionalObject("error") {
            failure = RunFailure(
                step: try error.optionalParsed("step", StepID.init),
                error: StepError(try error.string("class"), try error.string("message")))
        }
        self.init(
            run: try reader.parsed("run", RunID.init),
            definition: PinnedDefinition(
                workflow: try reader.parsed("workflow", { WorkflowName($0) }),
                title: try reader.optionalString("title"),
                version: try reader.optionalInteger("version"),
                commit: try reader.parsed("commit", CommitID.init),
                tree: try reader.parsed("tree", TreeID.init),
                branch: try reader.optionalString("branch"),
                path: try reader.string("path"),
                blob: try reader.parsed("blob", BlobID.init),
                isUncommitted: try reader.bool("uncommitted"),
                hash: DefinitionHash(hexadecimal: try reader.string("definition_hash"))),
            status: try reader.parsed("status", RunStatus.init(rawValue:)),
            trigger: RunTrigger(
                event: try trigger.string("event"), source: try trigger.optionalString("source"),
                run: try trigger.optionalParsed("run", RunID.init),
                data: trigger.has("data") ? try trigger.mapping("data") : ValueMapping()),
            actor: Actor(name: try actor.string("name"), email: try actor.string("email")),
            inputs: try reader.mapping("inputs"),
            queued: try reader.parsed("queued", Timestamp.init),
            started: try reader.optionalParsed("started", Timestamp.init),
            ended: try reader.optionalParsed("ended", Timestamp.init),
            correlationID: try reader.string("correlation_id"),
            host: try reader.string("host"),
            workspace: try reader.parsed("workspace", Workspace.init(rawValue:)),
            steps: steps,
            error: failure)
        if reader.has("partly_retried") {
            partlyRetried = try reader.strings("partly_retried").compactMap { StepID($0) }
        }
        if reader.has("no_cache") { usesCache = try !reader.bool("no_cache") }
        retryOf = try reader.optionalParsed("retry_of", RunID.init)
        if reader.has("outputs") { outputs = try reader.mapping("outputs") }
    }
}

extension RunTrigger {
    /// `data` is there only where something came with it.
    fileprivate var value: Value {
        var value: ValueMapping = [
            "event": .string(event), "source": Value(source), "run": Value(run?.description),
        ]
        if !data.isEmpty { value["data"] = .mapping(data) }
        return .mapping(value)
    }
}
