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
    private let before: Snapshot?
    private let after: Snapshot?
    private let now: Snapshot?

    init(
        _ repository: WorkflowRepository, undone: WorkflowVersion, since: [WorkflowVersion],
        states: (before: [UInt8], after: [UInt8], now: [UInt8])
    ) {
        self.repository = repository
        self.undone = undone
        self.since = since
        before = Snapshot(states.before)
        after = Snapshot(states.after)
        now = Snapshot(states.now)
    }

    /// A conflict of the merge, explained.
    func conflict(_ conflict: ThreeWayMerge.Conflict) -> RevertConflict {
        let other = latestChange(at: conflict.path)
        let then = Snapshot.path(conflict.path, in: after, comingFrom: now)
        let (old, new) = (before?.part(at: Snapshot.path(then, in: before, comingFrom: after)), after?.part(at: then))
        return RevertConflict(
            place: conflict.path.description,
            reason: Self.undoneWords(undone.label, old, new) + ", and "
                + Self.laterWords(other?.label ?? "a later version", new, now?.part(at: conflict.path)),
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
        guard after != nil else { return "\(label) added it again" }
        return words(now).map { "\(label) made it \($0)" } ?? "\(label) changed it"
    }

    /// The latest version that changed what stands at a path of the present definition.
    private func latestChange(at path: DocumentPath) -> WorkflowVersion? {
        var path = path
        return since.last { version in
            // Only words depend on it: a version that can't be read is passed over.
            guard let new = version.file, let old = version.previous, new.blob != old.blob,
                let newer = (try? repository.definition(new)).flatMap(Snapshot.init),
                let older = (try? repository.definition(old)).flatMap(Snapshot.init)
            else { return false }
            let oldPath = Snapshot.path(path, in: older, comingFrom: newer)
            defer { path = oldPath }
            return newer.part(at: path) != older.part(at: oldPath)
        }
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

/// A definition at one time: what it means, and its steps.
private struct Snapshot {
    private let value: Value
    private let state: DefinitionState

    init?(_ bytes: [UInt8]) {
        guard let state = DefinitionState(bytes, name: "definition"),
            let value = try? state.document.expanded()?.value()
        else { return nil }
        self.state = state
        self.value = value
    }

    /// What stands at a path; items with a name are found by it, others by their place.
    func part(at path: DocumentPath) -> Value? {
        path.elements.reduce(Optional(value)) { value, element in
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

    /// A path of the newer definition as it reads in the older one, where its step may have had another name.
    static func path(_ path: DocumentPath, in older: Snapshot?, comingFrom newer: Snapshot?) -> DocumentPath {
        guard let older, let newer, path.elements.count > 1, path.elements[0] == .key("steps"),
            case .item(_, let name?) = path.elements[1],
            let place = newer.state.steps.firstIndex(where: { $0.id == name }),
            let oldPlace = StateComparison(older: older.state, newer: newer.state).olderPlaces[place]
        else { return path }
        var elements = path.elements
        elements[1] = .item(oldPlace, name: older.state.steps[oldPlace].id)
        return DocumentPath(elements)
    }
}
