public import DocumentTree
public import WorkflowLanguage

/// A kind of step whose work is to wait: for a time, a signal, people. What it waits for is a value in the journal, so
/// that no process is needed meanwhile.
public protocol WaitingKind: Sendable {
    /// The name by which `uses:` refers to it.
    var name: KindName { get }

    /// What a step with these parameters waits for, from `now` on. It does nothing else, and may be asked again after a
    /// crash.
    /// - Throws: A `StepError` of the class `parameters` where they make no sense.
    func wait(_ parameters: Value, from now: Timestamp) throws(StepError) -> Wait
}

/// Reads the parameters of a kind, which may come from expressions and so may be anything.
struct KindParameters {
    let kind: KindName
    let values: Value

    func text(_ name: String) throws(StepError) -> String? {
        guard let value = values[name], value != .null else { return nil }
        guard let text = value.string ?? value.scalarText else { throw wrong(name, "a text") }
        return text
    }

    func duration(_ name: String) throws(StepError) -> Duration? {
        guard let text = try text(name) else { return nil }
        guard let duration = DurationText.parse(text) else { throw wrong(name, "a duration such as 90s or 2h") }
        return duration
    }

    func bool(_ name: String) throws(StepError) -> Bool? {
        guard let value = values[name], value != .null else { return nil }
        switch value.bool?.description ?? value.string {
        case "true": return true
        case "false": return false
        default: throw wrong(name, "true or false")
        }
    }

    func count(_ name: String) throws(StepError) -> Int? {
        guard let text = try text(name) else { return nil }
        guard let count = Int(text), (1...1000).contains(count) else {
            throw wrong(name, "a whole number from 1 to 1000")
        }
        return count
    }

    func wrong(_ name: String, _ form: String) -> StepError {
        StepError("parameters", "\(kind): with.\(name) must be \(form)")
    }
}

extension Value {
    /// A number or a boolean as it is written; nil for anything else.
    fileprivate var scalarText: String? {
        switch self {
        case .integer(let integer): String(integer)
        case .double, .bigInteger: canonicalText
        case .bool(let bool): String(bool)
        default: nil
        }
    }
}
