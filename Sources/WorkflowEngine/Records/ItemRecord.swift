public import DocumentTree
public import WorkflowLanguage

/// What an item of a step is (`foreach`, `matrix`).
public struct ItemRecord: Hashable, Sendable {
    /// The step whose item it is.
    public var step: StepID
    /// Its place, from 0.
    public var index: Int
    /// Its value, secrets masked.
    public var value: Value

    /// An item.
    public init(step: StepID, index: Int, value: Value) {
        self.step = step
        self.index = index
        self.value = value
    }

    /// The item as it stands in `steps[].item` of `wfrepo.run/1`.
    var json: Value {
        ["step": .string(step.description), "index": .integer(index), "value": value]
    }

    init(_ reader: RecordReader) throws(EngineError) {
        step = try reader.parsed("step", StepID.init)
        index = try reader.integer("index")
        value = reader.value("value")
    }
}
