import DocumentTree

extension WorkflowComparison {
    /// What was done, in the words of a commit's subject: `add notify`, `load: retry 3 → 5`. What came stands first, then
    /// what went, what has another name, what changed, and what only moved.
    public var phrases: [String] {
        let whole = differences.filter { $0.key == nil }
        var phrases: [String] = []
        for (verb, kind) in [("add", WorkflowDifference.Kind.added), ("remove", .removed)] {
            let names = whole.filter { $0.kind == kind }.compactMap(\.subject.noun)
            if !names.isEmpty { phrases.append("\(verb) \(Self.list(names))") }
        }
        for difference in whole where difference.kind == .renamed {
            phrases.append("rename \(difference.subject.prefix)\(difference.old ?? "") to \(difference.new ?? "")")
        }
        phrases += changed
        let moved = whole.filter { $0.kind == .moved }.compactMap(\.subject.noun)
        if !moved.isEmpty { phrases.append("move \(Self.list(moved))") }
        return phrases.map { PrintableText.escape($0) }
    }

    /// The keys that changed, those of one subject together.
    private var changed: [String] {
        var subjects: [WorkflowDifference.Subject] = []
        var details: [WorkflowDifference.Subject: [String]] = [:]
        for difference in differences {
            guard let detail = difference.detail else { continue }
            if details[difference.subject] == nil { subjects.append(difference.subject) }
            details[difference.subject, default: []].append(detail)
        }
        return subjects.map { subject in
            let detail = (details[subject] ?? []).joined(separator: ", ")
            return subject.noun.map { "\($0): \(detail)" } ?? detail
        }
    }

    private static func list(_ names: [String]) -> String {
        guard names.count > 1, let last = names.last else { return names.first ?? "" }
        guard names.count > 4 else { return names.dropLast().joined(separator: ", ") + " and " + last }
        return names.prefix(3).joined(separator: ", ") + " and \(names.count - 3) more"
    }
}

extension WorkflowDifference {
    /// The longest value that a phrase quotes.
    private static let longestQuoted = 24

    /// What changed in the subject: `retry 3 → 5`, `add timeout`; nil for the subject as a whole.
    var detail: String? {
        guard let key else { return nil }
        let name = key == "retry.max-attempts" ? "retry" : key
        switch kind {
        case .added: return "add \(name)"
        case .removed: return "remove \(name)"
        case .renamed, .changed, .moved:
            guard let old, let new, max(old.count, new.count) <= Self.longestQuoted else { return name }
            return "\(name) \(old) → \(new)"
        }
    }
}

extension WorkflowDifference.Subject {
    /// What stands before the name of anything but a step.
    fileprivate var prefix: String {
        switch self {
        case .step, .workflow, .dependency: ""
        case .input, .secret, .trigger: "\(kind) "
        }
    }

    /// The thing as a phrase names it; nil for the workflow, and for edges, which follow from what is said of steps.
    var noun: String? {
        switch self {
        case .workflow, .dependency: nil
        default: name.map { prefix + $0 }
        }
    }
}
