internal import GitStore
internal import WorkflowLanguage

/// A definition that only one of two states has: it may stand in the other under another name.
protocol MovableDefinition: Hashable {
    associatedtype Content: Equatable
    var name: WorkflowName { get }
    /// What is equal where the bytes are.
    var content: Content { get }
}

extension WorkflowFile: MovableDefinition {
    var content: BlobID { blob }
}

/// Created and removed definitions that are not paired yet, in the order of their names, and the pairs.
struct MovePairing<Definition: MovableDefinition> {
    private(set) var created: [Definition]
    private(set) var removed: [Definition]
    private(set) var sources: [WorkflowName: Definition] = [:]

    /// git's default for `-M`.
    private static var leastLikeness: Double { 0.5 }
    /// Beyond this many pairs content is not compared (git's `diff.renameLimit` does the same).
    private static var mostPairs: Int { 10_000 }

    init(created: [Definition], removed: [Definition]) {
        self.created = created.sorted { $0.name < $1.name }
        self.removed = removed.sorted { $0.name < $1.name }
    }

    mutating func pair(_ new: Definition, with old: Definition) {
        guard let newIndex = created.firstIndex(of: new), let oldIndex = removed.firstIndex(of: old) else { return }
        sources[new.name] = old
        created.remove(at: newIndex)
        removed.remove(at: oldIndex)
    }

    /// Trailers say what was the old name; with several moves in one commit, equal content tells which became which.
    mutating func pairStated(_ names: [String]) {
        for name in names {
            guard let old = removed.first(where: { $0.name.description == name }) else { continue }
            let target = created.first { $0.content == old.content } ?? (created.count == 1 ? created.first : nil)
            if let target { pair(target, with: old) }
        }
    }

    /// Pairs equal definitions, of those with an equal last part of the name first, then those that are alike.
    ///
    /// - Parameter bytes: The content of a definition; empty where it is not to be compared.
    mutating func pairByContent(_ bytes: (Definition) throws -> [UInt8]) rethrows {
        for sameLastPart in [true, false] {
            for new in created {
                let old = removed.first {
                    $0.content == new.content
                        && (!sameLastPart || Self.lastPart($0.name) == Self.lastPart(new.name))
                }
                if let old { pair(new, with: old) }
            }
        }
        if created.count * removed.count <= Self.mostPairs { try pairAlike(bytes) }
    }

    private mutating func pairAlike(_ bytes: (Definition) throws -> [UInt8]) rethrows {
        let new = try created.map { LineSet(try bytes($0)) }
        let old = try removed.map { LineSet(try bytes($0)) }
        var candidates: [(likeness: Double, created: Definition, removed: Definition)] = []
        for (created, lines) in zip(created, new) {
            for (removed, others) in zip(removed, old) {
                let likeness = lines.likeness(to: others)
                if likeness >= Self.leastLikeness { candidates.append((likeness, created, removed)) }
            }
        }
        candidates.sort {
            ($0.likeness, $1.created.name, $1.removed.name) > ($1.likeness, $0.created.name, $0.removed.name)
        }
        for candidate in candidates { pair(candidate.created, with: candidate.removed) }
    }

    private static func lastPart(_ name: WorkflowName) -> Substring? { name.description.split(separator: "/").last }
}

/// The lines of a text with their total length in bytes: what likeness is measured by.
struct LineSet {
    /// Larger definitions are not compared.
    static let largestCompared = 1 << 20

    private var sizes: [ArraySlice<UInt8>: Int] = [:]
    private let total: Int

    init(_ bytes: [UInt8]) {
        total = bytes.count
        for line in bytes.split(separator: 0x0A) { sizes[line, default: 0] += line.count + 1 }
    }

    /// The share of the larger text that stands in the other, from 0 to 1.
    func likeness(to other: LineSet) -> Double {
        guard total > 0, other.total > 0 else { return 0 }
        var common = 0
        for (line, size) in sizes { common += min(size, other.sizes[line] ?? 0) }
        return Double(common) / Double(max(total, other.total))
    }
}
