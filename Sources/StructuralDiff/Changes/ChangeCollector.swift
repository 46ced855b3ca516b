import DocumentTree

/// Turns a pairing into changes that a person reads.
struct ChangeCollector {
    private let old: Outline
    private let new: Outline
    /// A change, and the elements that it is about where it is a removal or an addition.
    private struct Draft {
        var change: Change
        var removed: Int?
        var added: Int?
    }

    private var drafts: [Draft] = []
    /// Old names of what was renamed, and where in the drafts the rename is.
    private var renames: [String: (name: String, draft: Int)] = [:]

    /// The changes of `pairing` between two outlines.
    static func changes(of pairing: Pairing, old: Outline, new: Outline, rule: ReferenceRule) -> [Change] {
        var collector = ChangeCollector(old: old, new: new)
        collector.collect(pairing, DocumentPath(), DocumentPath())
        collector.joinMoves()
        return collector.followRenames(rule)
    }

    private init(old: Outline, new: Outline) {
        self.old = old
        self.new = new
    }

    private mutating func collect(
        _ pairing: Pairing, _ oldPath: DocumentPath, _ newPath: DocumentPath, except key: String? = nil
    ) {
        switch pairing.content {
        case .equal: break
        case .replaced: replace(pairing, oldPath, newPath)
        case .mapping(let mapping): collect(mapping, oldPath, newPath, except: key)
        case .sequence(let sequence): collect(sequence, oldPath, newPath)
        }
    }

    private mutating func replace(_ pairing: Pairing, _ oldPath: DocumentPath, _ newPath: DocumentPath) {
        let (before, after) = (old.value(of: pairing.old), new.value(of: pairing.new))
        add(
            Change(
                kind: before.typeName == after.typeName ? .changed : .typeChanged, oldPath: oldPath, newPath: newPath,
                old: before, new: after, oldRange: old.range(of: pairing.old), newRange: new.range(of: pairing.new)))
    }

    private mutating func collect(
        _ mapping: MappingPairing, _ oldPath: DocumentPath, _ newPath: DocumentPath, except key: String?
    ) {
        let pairs = (mapping.changed + mapping.renamed).map { (old: $0.old, pairing: Optional($0)) }
        let removals = mapping.removed.map { (old: $0, pairing: Pairing?.none) }
        for item in (pairs + removals).sorted(by: { $0.old < $1.old }) {
            let from = oldPath.appending(.key(old[item.old].key ?? ""))
            guard let pairing = item.pairing else {
                remove(item.old, from)
                continue
            }
            let (oldKey, newKey) = (old[pairing.old].key ?? "", new[pairing.new].key ?? "")
            let to = newPath.appending(.key(newKey))
            if ExactString(oldKey) != ExactString(newKey) { rename(pairing, oldKey, newKey, from, to) }
            if newKey != key { collect(pairing, from, to) }
        }
        for element in mapping.added { add(element, newPath.appending(.key(new[element].key ?? ""))) }
    }

    private mutating func collect(_ sequence: SequencePairing, _ oldPath: DocumentPath, _ newPath: DocumentPath) {
        func oldItem(_ element: Int) -> DocumentPath {
            oldPath.appending(.item(old[element].index, name: old.name(of: element, key: sequence.identityKey)))
        }
        func newItem(_ element: Int) -> DocumentPath {
            newPath.appending(.item(new[element].index, name: new.name(of: element, key: sequence.identityKey)))
        }
        /// The last of the items that moved together, and the draft of their move.
        var block: (old: Int, new: Int, draft: Int)?
        for slot in sequence.slots(old: { old[$0].index }, new: { new[$0].index }) {
            switch slot {
            case .removed(let element): remove(element, oldItem(element))
            case .added(let element): add(element, newItem(element))
            case .movedAway: break
            case .movedHere(let match):
                let (from, to) = (match.pairing.old, match.pairing.new)
                if let last = block, old[from].index == last.old + 1, new[to].index == last.new + 1 {
                    drafts[last.draft].change.count += 1
                    block = (old[from].index, new[to].index, last.draft)
                } else {
                    block = (old[from].index, new[to].index, drafts.count)
                    add(
                        Change(
                            kind: .moved, oldPath: oldItem(from), newPath: newItem(to), oldRange: old.range(of: from),
                            newRange: new.range(of: to)))
                }
                collectItem(match.pairing, sequence.identityKey, oldItem(from), newItem(to))
            case .kept(let match):
                if case .equal = match.pairing.content { continue }
                collectItem(
                    match.pairing, sequence.identityKey, oldItem(match.pairing.old), newItem(match.pairing.new))
            }
        }
    }

    private mutating func collectItem(
        _ pairing: Pairing, _ identityKey: String?, _ oldPath: DocumentPath, _ newPath: DocumentPath
    ) {
        guard let identityKey, let oldName = old.name(of: pairing.old, key: identityKey),
            let newName = new.name(of: pairing.new, key: identityKey), ExactString(oldName) != ExactString(newName)
        else {
            collect(pairing, oldPath, newPath)
            return
        }
        rename(pairing, oldName, newName, oldPath, newPath)
        collect(pairing, oldPath, newPath, except: identityKey)
    }

    private mutating func add(_ change: Change, removed: Int? = nil, added: Int? = nil) {
        drafts.append(Draft(change: change, removed: removed, added: added))
    }

    private mutating func remove(_ element: Int, _ path: DocumentPath) {
        add(
            Change(
                kind: .removed, oldPath: path, newPath: nil, old: old.value(of: element),
                oldRange: old.range(of: element), newRange: nil), removed: element)
    }

    private mutating func add(_ element: Int, _ path: DocumentPath) {
        add(
            Change(
                kind: .added, oldPath: nil, newPath: path, new: new.value(of: element), oldRange: nil,
                newRange: new.range(of: element)), added: element)
    }

    private mutating func rename(
        _ pairing: Pairing, _ oldName: String, _ newName: String, _ oldPath: DocumentPath, _ newPath: DocumentPath
    ) {
        renames[oldName] = (newName, drafts.count)
        add(
            Change(
                kind: .renamed, oldPath: oldPath, newPath: newPath, old: .string(oldName), new: .string(newName),
                oldRange: old.range(of: pairing.old), newRange: new.range(of: pairing.new)))
    }

    /// Makes one move of a removal and an addition of the same content, where the content is too particular to be
    /// there twice by accident.
    private mutating func joinMoves() {
        var removals: [Int: [Int]] = [:]
        var additions: [Int: [Int]] = [:]
        for (index, draft) in drafts.enumerated() {
            if let element = draft.removed, old.isParticular(element) {
                removals[old[element].fingerprint, default: []].append(index)
            }
            if let element = draft.added, new.isParticular(element) {
                additions[new[element].fingerprint, default: []].append(index)
            }
        }
        var joined: Set<Int> = []
        for (fingerprint, from) in removals {
            guard from.count == 1, let to = additions[fingerprint], to.count == 1 else { continue }
            let (removal, addition) = (drafts[from[0]].change, drafts[to[0]].change)
            joined.insert(from[0])
            drafts[to[0]].change = Change(
                kind: .moved, oldPath: removal.oldPath, newPath: addition.newPath, oldRange: removal.oldRange,
                newRange: addition.newRange)
        }
        guard !joined.isEmpty else { return }
        var places = [Int](repeating: 0, count: drafts.count)
        for index in drafts.indices.dropFirst() {
            places[index] = places[index - 1] + (joined.contains(index - 1) ? 0 : 1)
        }
        renames = renames.mapValues { ($0.name, places[$0.draft]) }
        drafts = drafts.indices.filter { !joined.contains($0) }.map { drafts[$0] }
    }

    /// The changes, those that only follow a rename put under it.
    private func followRenames(_ rule: ReferenceRule) -> [Change] {
        var changes = drafts.map(\.change)
        if renames.isEmpty { return changes }
        let names = renames.mapValues(\.name)
        var followed: Set<Int> = []
        for (index, change) in changes.enumerated() {
            guard change.kind == .changed, let before = change.old?.string, let after = change.new?.string,
                let oldPath = change.oldPath, let newPath = change.newPath, let oldRange = change.oldRange,
                let newRange = change.newRange, ExactString(rule.rewrite(before, names)) == ExactString(after),
                let rename = rename(in: before, after: after, rule)
            else { continue }
            followed.insert(index)
            changes[rename].references.append(
                Change.Reference(
                    oldPath: oldPath, newPath: newPath, oldRange: oldRange, newRange: newRange, old: before, new: after)
            )
        }
        return changes.indices.filter { !followed.contains($0) }.map { changes[$0] }
    }

    /// Beyond so many renames, a text that refers to one of them isn't asked for each which one it is.
    private static let maximumRenamesAsked = 32

    /// The draft of the first rename that `before` refers to.
    private func rename(in before: String, after: String, _ rule: ReferenceRule) -> Int? {
        if let exact = renames[before] { return exact.draft }
        if renames.count > Self.maximumRenamesAsked { return renames.values.map(\.draft).min() }
        return renames.filter { rule.rewrite(before, [$0.key: $0.value.name]) != before }.map(\.value.draft).min()
    }
}

extension Outline {
    /// The range of an element with the key in front of it.
    func range(of element: Int) -> SourceRange {
        let own = self[element]
        return SourceRange(start: own.keyRange?.start ?? own.node.range.start, end: own.node.range.end)
    }

    /// The name of an item.
    func name(of element: Int, key: String?) -> String? {
        key.flatMap { IdentityKey.name($0, of: element, in: self) }
    }

    /// Whether a subtree's content is so particular that two equal ones are the same thing.
    func isParticular(_ element: Int) -> Bool {
        if let scalar = self[element].node.scalar { return (scalar.value.string?.utf8.count ?? 0) >= 16 }
        return self[element].size >= 3
    }
}

extension Value {
    /// The type's name, as JSON Schema has it.
    var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .integer, .bigInteger, .double: "number"
        case .string: "string"
        case .sequence: "array"
        case .mapping: "object"
        }
    }
}
