public import DocumentTree
internal import WorkflowLanguage

extension StepRecord {
    /// The step as it stands in `steps` of `wfrepo.run/1`.
    public func value(_ form: RecordForm) -> Value {
        var value: ValueMapping = [
            "id": .string(id.description),
            "title": Value(title),
            "status": .string(status.rawValue),
            "outcome": Value(outcome?.rawValue),
            "conclusion": Value(conclusion?.rawValue),
            "started": Value(started),
            "ended": Value(ended),
            "duration_ms": Value(duration),
            "attempts": .sequence(attempts.map { form == .whole ? $0.value : $0.value(within: self) }),
            "outputs": .mapping(outputs),
            "log": log?.value ?? .null,
            "skipped": Value(skipped),
            "compensation": compensation?.value ?? .null,
        ]
        for (key, detail) in details.entries { value[key] = detail }
        // Its duration says it.
        if form == .concise, started != nil, ended != nil { value["ended"] = nil }
        return .mapping(value)
    }

    init(_ reader: RecordReader) throws(EngineError) {
        self.init(id: try reader.parsed("id", StepID.init))
        title = try reader.optionalString("title")
        status = try reader.parsed("status", StepStatus.init(rawValue:))
        outcome = try reader.optionalParsed("outcome", StepResult.init(rawValue:))
        conclusion = try reader.optionalParsed("conclusion", StepResult.init(rawValue:))
        started = try reader.optionalParsed("started", Timestamp.init)
        ended =
            if reader.has("ended") {
                try reader.optionalParsed("ended", Timestamp.init)
            } else if let started, let duration = try reader.optionalDuration("duration_ms") {
                started.advanced(by: duration)
            } else {
                nil
            }
        for attempt in try reader.objects("attempts") { attempts.append(try AttemptRecord(attempt, of: self)) }
        outputs = try reader.mapping("outputs")
        log = try reader.optionalObject("log").map { reader throws(EngineError) in try LogRecord(reader) }
        skipped = try reader.optionalString("skipped")
        compensation = try reader.optionalObject("compensation").map { reader throws(EngineError) in
            try CompensationRecord(reader)
        }
        try takeDetails(reader)
    }
}

extension AttemptRecord {
    /// The attempt as it stands in `attempts` of a step.
    public var value: Value {
        .mapping([
            "number": .integer(number),
            "started": Value(started),
            "ended": Value(ended),
            "exit": exit.map { .integer($0) } ?? .null,
            "signal": signal.map { .integer($0) } ?? .null,
            "error": error.map { .mapping(["class": .string($0.kind), "message": .string($0.message)]) } ?? .null,
        ])
    }

    /// The same without the times that are the step's: when the first attempt began, and when the last one was over.
    fileprivate func value(within step: StepRecord) -> Value {
        guard var value = value.mapping else { return value }
        if number == 1, started == step.started { value["started"] = nil }
        if let ended, ended == step.ended { value["ended"] = nil }
        return .mapping(value)
    }

    /// - Parameter step: what has the times that the attempt lacks; nil where it has them all.
    init(_ reader: RecordReader, of step: StepRecord? = nil) throws(EngineError) {
        let started: Timestamp =
            if let began = step?.started, !reader.has("started") {
                began
            } else {
                try reader.parsed("started", Timestamp.init)
            }
        self.init(
            number: try reader.integer("number"),
            started: started,
            ended: try reader.has("ended") ? reader.optionalParsed("ended", Timestamp.init) : step?.ended,
            exit: try reader.optionalInteger("exit"),
            signal: try reader.optionalInteger("signal"))
        if let error = try reader.optionalObject("error") {
            self.error = StepError(try error.string("class"), try error.string("message"))
        }
    }
}

extension LogRecord {
    /// The log as it stands in a step.
    public var value: Value {
        .mapping([
            "bytes": .integer(bytes), "omitted": .integer(omitted), "sha256": .string(sha256), "tail": .string(tail),
        ])
    }

    init(_ reader: RecordReader) throws(EngineError) {
        self.init(
            bytes: try reader.byteCount("bytes"), omitted: reader.has("omitted") ? try reader.byteCount("omitted") : 0,
            sha256: try reader.string("sha256"), tail: try reader.string("tail"))
    }
}

extension CompensationRecord {
    /// The compensation as it stands in a step.
    public var value: Value {
        .mapping([
            "status": .string(status.rawValue),
            "started": Value(started),
            "ended": Value(ended),
            "attempts": .sequence(attempts.map(\.value)),
            "log": log?.value ?? .null,
        ])
    }

    init(_ reader: RecordReader) throws(EngineError) {
        self.init(status: try reader.parsed("status", Status.init(rawValue:)))
        started = try reader.optionalParsed("started", Timestamp.init)
        ended = try reader.optionalParsed("ended", Timestamp.init)
        for attempt in try reader.objects("attempts") { attempts.append(try AttemptRecord(attempt)) }
        log = try reader.optionalObject("log").map { reader throws(EngineError) in try LogRecord(reader) }
    }
}
