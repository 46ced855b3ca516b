internal import DocumentTree

extension Wait {
    /// The wait as it stands in `waiting` of a step.
    var value: Value {
        switch self {
        case .time(let time): ["for": "time", "until": Value(time)]
        case .moment(let time): ["for": "moment", "until": Value(time)]
        case .signal(let signal):
            [
                "for": "signal", "name": .string(signal.name), "until": Value(signal.lapses),
                "fails": .bool(signal.failsOnLapse),
            ]
        case .approval(let approval):
            [
                "for": "approval", "message": Value(approval.message),
                "approvers": .sequence(approval.approvers.map(Value.string)), "count": .integer(approval.count),
                "own": .bool(approval.allowsOwn), "until": Value(approval.lapses),
            ]
        case .answer(let reason, let data): ["for": "answer", "reason": .string(reason), "data": data]
        case .call(let call):
            [
                "for": "call", "run": .string(call.run.description), "reason": .string(call.reason),
                "command": Value(call.command),
            ]
        case .person: ["for": "person"]
        }
    }

    init(_ reader: RecordReader) throws(EngineError) {
        let until = try reader.optionalParsed("until", Timestamp.init)
        switch try reader.string("for") {
        case "time": self = .time(try reader.parsed("until", Timestamp.init))
        case "moment": self = .moment(try reader.parsed("until", Timestamp.init))
        case "signal":
            self = .signal(
                SignalWait(name: try reader.string("name"), lapses: until, failsOnLapse: try reader.bool("fails")))
        case "approval":
            self = .approval(
                ApprovalWait(
                    message: try reader.optionalString("message"), approvers: try reader.strings("approvers"),
                    count: try reader.integer("count"), allowsOwn: try reader.bool("own"), lapses: until))
        case "answer":
            self = .answer(reason: try reader.string("reason"), data: reader.value("data"))
        case "call":
            self = .call(
                CallWait(
                    run: try reader.parsed("run", RunID.init), reason: try reader.string("reason"),
                    command: try reader.optionalString("command")))
        case "person": self = .person
        case let other:
            throw EngineError(.malformed, "a step waits for the unknown \"\(other)\"", object: "run record")
        }
    }
}

extension Actor {
    /// The person as in a record.
    var value: Value { ["name": .string(name), "email": .string(email)] }

    init(_ reader: RecordReader) throws(EngineError) {
        self.init(name: try reader.string("name"), email: try reader.string("email"))
    }
}

extension Decision {
    /// The decision as it stands in `decisions` of a step.
    var value: Value {
        [
            "verdict": .string(verdict.rawValue), "by": person.value, "comment": Value(comment), "at": Value(time),
        ]
    }

    init(_ reader: RecordReader) throws(EngineError) {
        self.init(
            try reader.parsed("verdict", Verdict.init(rawValue:)), by: try Actor(reader.object("by")),
            comment: try reader.optionalString("comment"), at: try reader.parsed("at", Timestamp.init))
    }
}

extension Intervention {
    /// What was done, as it stands in `by_hand` of a step.
    var value: Value {
        ["action": .string(kind.rawValue), "by": person?.value ?? .null, "at": Value(time)]
    }

    init(_ reader: RecordReader) throws(EngineError) {
        self.init(
            try reader.parsed("action", Kind.init(rawValue:)),
            by: try reader.optionalObject("by").map { reader throws(EngineError) in try Actor(reader) },
            at: try reader.parsed("at", Timestamp.init))
    }
}
