internal import DocumentTree
internal import WorkflowLanguage

extension Execution {
    /// Fails an attempt whose outputs would make those of the run more than its record may hold, and leaves them out: a record
    /// must be read and kept for ever, and many steps that print much would make one that no machine can hold.
    mutating func boundOutputs(of position: Int, _ result: inout AttemptResult) {
        noteOutputs(of: position, result.outputs)
        guard outputSize > outputLimit else { return }
        let error = StepError(
            "outputs",
            "with this step the outputs of the run have more than \(outputLimit >> 20) MiB: let it print less, "
                + "or write to a file")
        result.error = result.error ?? error
        result.outputs = ValueMapping(result.outputs.entries.filter { $0.key == "exit" || $0.key == "count" })
        noteOutputs(of: position, result.outputs)
    }

    /// Counts what a step hands on, in place of what its last attempt did.
    mutating func noteOutputs(of position: Int, _ outputs: ValueMapping) {
        let size = Value.mapping(outputs).sizeInJSON
        outputSize += size - steps[position].outputSize
        steps[position].outputSize = size
    }
}

extension Value {
    /// How many bytes it takes in JSON, about: what stands between values is not counted.
    fileprivate var sizeInJSON: Int {
        switch self {
        case .string(let text): Self.size(of: text)
        case .sequence(let items): items.reduce(0) { $0 + $1.sizeInJSON }
        case .mapping(let mapping): mapping.entries.reduce(0) { $0 + Self.size(of: $1.key) + $1.value.sizeInJSON }
        case .null, .bool, .integer, .bigInteger, .double: 8
        }
    }

    private static func size(of text: String) -> Int {
        // A control character is written as six.
        text.utf8.reduce(0) { $0 + ($1 < 0x20 ? 6 : 1) }
    }
}
