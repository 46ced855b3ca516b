internal import DocumentTree
internal import GitStore
internal import StructuralDiff
internal import WorkflowLanguage

/// Tells which later version is in the way of undoing an earlier one, and what both did.
struct FieldHistory {
    private let repository: WorkflowRepository
    private let undone: WorkflowVersion
    /// The versions after it, oldest first.
    private let since: [WorkflowVersion]
    private let before: Value?
    private let after: Value?
    private let now: Value?

    init(
        _ repository: WorkflowRepository, undone: WorkflowVersion, since: [WorkflowVersion],
        states: (before: [UInt8], after: [UInt8], now: [UInt8])
    ) {
        self.repository = repository
        self.undone = undone
        self.since = since
        before = Self.value(states.before)
        after = Self.value(states.after)
        now = Self.value(states.now)
    }

    /// A conflict of the merge, explained.
    func conflict(_ conflict: ThreeWayMerge.Conflict) -> RevertConflict {
        let path = conflict.path
        let other = latestChange(at: path)
        let (before, after, now) = (before?.part(at: path), after?.part(at: path), now?.part(at: path))
        return RevertConflict(
            place: path.description,
            reason: Self.undoneWords(undone.label, before, after) + ", and "
                + Self.laterWords(other?.label ?? "a later version", after, now),
            version: other)
    }

    private static func undoneWords(_ label: String, _ before: Value?, _ after: Value?) -> String {
        switch (before, after) {
        case (nil, _?): return "\(label) added it"
        case (_?, nil): return "\(label) removed it"
        case (let before?, let after?):
            guard let old = words(before), let new = words(after), before != after else { return "\(label) changed it" }
            return "\(label) made it \(new) (\(old) before)"
        default: return "\(label) changed it"
        }
    }

    private static func laterWords(_ label: String, _ after: Value?, _ now: Value?) -> String {
        guard let now else { return "\(label) removed it" }
        guard after != nil else { return "\(label) added something there" }
        return words(now).map { "\(label) made it \($0)" } ?? "\(label) changed it"
    }

    /// The latest version that changed what stands at a path.
    private func latestChange(at path: DocumentPath) -> WorkflowVersion? {
        since.last { version in
            guard let new = version.file, let old = version.previous, new.blob != old.blob else { return false }
            // Only words depend on it: a version that can't be read is passed over.
            guard let after = try? repository.definition(new), let before = try? repository.definition(old) else {
                return false
            }
            return Self.value(after)?.part(at: path) != Self.value(before)?.part(at: path)
        }
    }

    private static func value(_ bytes: [UInt8]) -> Value? {
        guard let document = try? Document.parseOne(bytes, name: "definition", limits: Workflow.limits) else {
            return nil
        }
        return try? document.expanded()?.value()
    }

    /// A value that a sentence can hold.
    private static func words(_ value: Value) -> String? {
        switch value {
        case .mapping, .sequence: return nil
        default:
            let text = value.string ?? value.canonicalText
            return text.count <= 40 && !text.contains(where: \.isNewline) ? text : nil
        }
    }
}

extension Value {
    /// What stands at a path; items with a name are found by it, others by their place.
    fileprivate func part(at path: DocumentPath) -> Value? {
        path.elements.reduce(Optional(self)) { value, element in
            switch element {
            case .key(let key): return value?[key]
            case .item(let place, name: nil):
                guard let items = value?.items, items.indices.contains(place) else { return nil }
                return items[place]
            case .item(_, let name?):
                return value?.items?.first { item in
                    item.mapping?.entries.contains { $0.value.string == name } ?? false
                }
            }
        }
    }
}
