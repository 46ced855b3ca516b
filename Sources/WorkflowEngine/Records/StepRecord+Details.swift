internal import DocumentTree
internal import WorkflowLanguage

/// What few steps have: in a record, and in one column of the journal, it is there only where it applies.
extension StepRecord {
    /// The keys that apply, with their values.
    var details: ValueMapping {
        var details = ValueMapping()
        if let waiting { details["waiting"] = waiting.value }
        if !decisions.isEmpty { details["decisions"] = .sequence(decisions.map(\.value)) }
        if let answer { details["answer"] = answer }
        if let intervention { details["by_hand"] = intervention.value }
        if let reusedFrom { details["reused_from"] = .string(reusedFrom.description) }
        if let inputsHash { details["inputs_hash"] = .string(inputsHash.description) }
        if let cache { details["cache"] = cache.json }
        if let item { details["item"] = item.json }
        if let kindTree { details["kind_tree"] = .string(kindTree) }
        return details
    }

    /// Takes the keys over that are there.
    mutating func takeDetails(_ reader: RecordReader) throws(EngineError) {
        waiting = try reader.optionalObject("waiting").map { reader throws(EngineError) in try Wait(reader) }
        if reader.has("decisions") {
            for decision in try reader.objects("decisions") { decisions.append(try Decision(decision)) }
        }
        if reader.has("answer") { answer = reader.value("answer") }
        intervention = try reader.optionalObject("by_hand").map { reader throws(EngineError) in
            try Intervention(reader)
        }
        item = try reader.optionalObject("item").map { reader throws(EngineError) in try ItemRecord(reader) }
        cache = try reader.optionalObject("cache").map { reader throws(EngineError) in try CacheRecord(reader) }
        kindTree = try reader.optionalString("kind_tree")
        reusedFrom = try reader.optionalParsed("reused_from", RunID.init)
        inputsHash = try reader.optionalString("inputs_hash").map(DefinitionHash.init(hexadecimal:))
    }
}
