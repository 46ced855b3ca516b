/// A parameter of a template.
public struct TemplateParameter: Sendable, Hashable {
    /// The types of a parameter.
    public enum Kind: String, Sendable, CaseIterable {
        case string, number, integer, boolean, choice
    }

    /// The name, as in `--set NAME=VALUE` and in the placeholder `<<NAME>>`.
    public var name: String
    /// The type of its value.
    public var kind: Kind
    /// What it is for.
    public var description: String?
    /// The value where none is given; nil means that one has to be given.
    public var defaultValue: String?
    /// A regular expression that the whole value must match (Swift's syntax, which has Perl's classes).
    public var pattern: String?
    /// For a `choice`: the values to choose from.
    public var choices: [String]

    /// Checks a value that a person has given.
    ///
    /// - Returns: The value as it is put into the workflow.
    /// - Throws: ``TemplateError`` that names the parameter and what it takes.
    public func check(_ text: String) throws(TemplateError) -> String {
        guard let value = normalized(text) else {
            throw TemplateError("parameter \(name): '\(text)' is not \(expectation)")
        }
        guard !value.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\t" }) else {
            throw TemplateError("parameter \(name): a value is one line without control characters")
        }
        if let pattern, !(try matches(value, pattern)) {
            throw TemplateError("parameter \(name): '\(text)' does not match \(pattern)")
        }
        return value
    }

    private func normalized(_ text: String) -> String? {
        switch kind {
        case .string: text
        case .integer: Int(text) == nil ? nil : text
        case .number: Double(text)?.isFinite == true ? text : nil
        case .boolean: ["true", "false"].contains(text) ? text : nil
        case .choice: choices.contains(text) ? text : nil
        }
    }

    private var expectation: String {
        switch kind {
        case .string: "a string"
        case .integer: "an integer"
        case .number: "a number"
        case .boolean: "true or false"
        case .choice: "one of \(choices.joined(separator: ", "))"
        }
    }

    private func matches(_ value: String, _ pattern: String) throws(TemplateError) -> Bool {
        do {
            return try Regex(pattern).wholeMatch(in: value) != nil
        } catch {
            throw TemplateError("parameter \(name): its pattern '\(pattern)' is not a regular expression: \(error)")
        }
    }
}
