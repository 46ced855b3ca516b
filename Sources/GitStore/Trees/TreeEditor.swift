internal import Glibc

/// Applies changes to a tree and writes only the folders along their paths.
///
/// Entries that no change names are copied as bytes, so a folder of many files costs one read, one copy and one write.
struct TreeEditor {
    let repository: Repository

    /// A change on its way down: the components of its path and what happens at its end.
    struct Step {
        let components: [[UInt8]]
        let action: TreeChange.Action
    }

    /// What a name in a folder becomes: an entry, or nothing.
    private typealias Outcome = (name: [UInt8], entry: (mode: FileMode, id: ObjectID)?)

    /// The tree after the changes, or `nil` when it has no entries any more.
    ///
    /// - Parameter steps: sorted by their components.
    func edit(_ base: TreeID?, _ steps: ArraySlice<Step>, depth: Int) throws(GitError) -> TreeID? {
        let old = try existing(of: base, names: names(in: steps, depth: depth))
        var outcomes: [Outcome] = []
        var rest = steps
        while let first = rest.first {
            let name = first.components[depth]
            let group = rest.prefix { $0.components[depth] == name }
            rest = rest.dropFirst(group.count)
            outcomes.append((name, try outcome(of: group, at: depth, replacing: old[name])))
        }
        return try splice(outcomes, into: base)
    }

    private func names(in steps: ArraySlice<Step>, depth: Int) -> Set<[UInt8]> {
        Set(steps.map { $0.components[depth] })
    }

    private func outcome(
        of group: ArraySlice<Step>, at depth: Int, replacing old: (mode: FileMode, id: ObjectID)?
    ) throws(GitError) -> (mode: FileMode, id: ObjectID)? {
        let ending = group.last { $0.components.count == depth + 1 }
        let deeper = group.filter { $0.components.count > depth + 1 }
        if case .put(let mode, let id)? = ending?.action {
            guard !deeper.contains(where: { $0.action != .remove }) else {
                throw GitError(
                    .conflict, "edit tree", path(of: group, to: depth), "it can't be a file and a folder at once")
            }
            return (mode, id)
        }
        if deeper.isEmpty { return nil }
        let isFolder = old?.mode == .tree && ending == nil
        // Removing below something that is no folder leaves it as it is.
        if !isFolder, ending == nil, deeper.allSatisfy({ $0.action == .remove }) { return old }
        // What is in a submodule is the history of another repository; a file of that path would take the submodule away.
        guard old?.mode != .commit || ending != nil else {
            let path = path(of: group, to: depth)
            throw GitError(
                .conflict, "edit tree", path, "it is a submodule, a repository of its own",
                hint: "save what is in it there: cd \(path)")
        }
        let subtree = isFolder ? old.map { TreeID($0.id) } : nil
        return try edit(subtree, deeper[...], depth: depth + 1).map { (.tree, $0.object) }
    }

    /// The path that the changes have in common.
    private func path(of group: ArraySlice<Step>, to depth: Int) -> String {
        String(
            decoding: group.first.map { Array($0.components[...depth].joined(separator: [0x2F])) } ?? [], as: UTF8.self)
    }

    /// The entries of these names.
    private func existing(
        of base: TreeID?, names: Set<[UInt8]>
    ) throws(GitError) -> [[UInt8]: (mode: FileMode, id: ObjectID)] {
        guard let base else { return [:] }
        var found: [[UInt8]: (mode: FileMode, id: ObjectID)] = [:]
        let matches = NameMatcher(names)
        try repository.forEachEntry(of: base) { entry, bytes in
            guard let name = matches(UnsafeRawBufferPointer(rebasing: bytes[entry.name])) else { return }
            found[name] = (entry.mode, entry.id)
        }
        return found
    }

    /// Copies the folder without the names of the outcomes, and puts those that stay where git's order wants them.
    private func splice(_ outcomes: [Outcome], into base: TreeID?) throws(GitError) -> TreeID? {
        var inserts = outcomes.compactMap { outcome in outcome.entry.map { (outcome.name, $0.mode, $0.id) } }[...]
        inserts.sort { TreeOrder.precedes($0.0, isTree: $0.1 == .tree, $1.0, isTree: $1.1 == .tree) }
        let matches = NameMatcher(Set(outcomes.map(\.name)))
        var result: [UInt8] = []
        if let base {
            try repository.forEachEntry(of: base) { entry, bytes in
                let name = UnsafeRawBufferPointer(rebasing: bytes[entry.name])
                while let next = inserts.first,
                    next.0.withUnsafeBytes({
                        TreeOrder.precedes($0, isTree: next.1 == .tree, name, isTree: entry.mode == .tree)
                    })
                {
                    result.appendTreeEntry(name: next.0, mode: next.1, id: next.2)
                    inserts.removeFirst()
                }
                if result.isEmpty { result.reserveCapacity(bytes.count + 256) }
                if matches(name) == nil { result.append(contentsOf: bytes[entry.range]) }
            }
        }
        for (name, mode, id) in inserts { result.appendTreeEntry(name: name, mode: mode, id: id) }
        return result.isEmpty ? nil : TreeID(try repository.write(.tree, result))
    }
}

/// Finds out whether bytes are one of a few names, without making an array of every name that is asked.
private struct NameMatcher {
    private let all: Set<[UInt8]>
    private let byLength: [Int: [[UInt8]]]

    init(_ names: Set<[UInt8]>) {
        all = names
        byLength = Dictionary(grouping: names, by: \.count)
    }

    func callAsFunction(_ name: UnsafeRawBufferPointer) -> [UInt8]? {
        guard let candidates = byLength[name.count] else { return nil }
        if candidates.count > 8 {
            let copy = Array(name)
            return all.contains(copy) ? copy : nil
        }
        return candidates.first { candidate in
            candidate.withUnsafeBytes { stored in
                guard let stored = stored.baseAddress, let name = name.baseAddress else { return false }
                return memcmp(stored, name, candidate.count) == 0
            }
        }
    }
}
