internal import GitStore
internal import WorkflowEngine

/// Names for objects that are to be packed, equal where objects resemble each other: `git pack-objects` compares those of equal
/// names with each other first, and stores what differs.
///
/// | object | what its name is made of |
/// |---|---|
/// | a run's commit, its record | the workflow |
/// | notes with audit lines | that they are |
/// | a digest | workflow and version |
/// | the trees of notes | runs or audit, the month, the folder |
/// | anything else | the last part of its path, as in git |
///
/// A name is given as a hash of that: git looks at the end of a name only, and ends with few different letters look alike to it.
struct PackingNames {
    private let repository: Repository
    private let packs: PackReader?
    private let objects: [(id: ObjectID, place: PackPlace?)]
    private var lines: [UInt8] = []
    private var trees: [ObjectID: PackPlace?] = [:]
    private var blobs: [ObjectID] = []
    /// What the names of trees, and of what stands in them, are made of.
    private var paths: [ObjectID: Path] = [:]

    private struct Path {
        var text: String
        /// Whether it leads to trees of notes, in which names are hashes.
        var isOfNotes = false
    }

    /// - Parameters:
    ///   - packs: those whose objects are packed.
    ///   - loose: further objects.
    init(_ packs: PackCatalog, _ loose: [ObjectID], in repository: Repository) {
        self.repository = repository
        self.packs = PackReader(packs)
        objects = packs.all().map { ($0.id, $0.place) } + loose.map { ($0, nil) }
    }

    /// How many objects there are; one that stands in several packs counts in each.
    var count: Int { objects.count }

    /// What `git pack-objects` reads: a line an object, `<id> <name>`.
    mutating func list() -> [UInt8] {
        lines.reserveCapacity(objects.count * 58)
        for (id, place) in objects {
            // What can't be read is for git to complain of.
            guard let object = object(id, at: place) else {
                add(id, nil)
                continue
            }
            switch object.kind {
            case .commit: add(id, name(ofCommit: object.bytes))
            case .blob: if let name = Self.name(ofNote: object.bytes) { add(id, name) } else { blobs.append(id) }
            case .tree: trees[id] = place
            default: add(id, nil)
            }
        }
        nameTrees()
        for (id, _) in objects where trees[id] != nil { add(id, paths[id]?.text) }
        for id in blobs { add(id, paths[id]?.text) }
        return lines
    }

    private func object(_ id: ObjectID, at place: PackPlace?) -> GitObject? {
        place.flatMap { packs?.object(at: $0) } ?? (try? repository.object(id))
    }

    private mutating func add(_ id: ObjectID, _ name: String?) {
        lines += Array(id.description.utf8)
        if let name, !name.isEmpty {
            lines.append(0x20)
            lines += Array(Self.hash(name).utf8)
        }
        lines.append(0x0A)
    }

    /// FNV-1a, 64 bits, in 16 hexadecimal digits.
    private static func hash(_ name: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Also keeps what the commit says of its tree.
    private mutating func name(ofCommit bytes: [UInt8]) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let header = text.firstRange(of: "\n\n") else { return nil }
        let words = text[header.upperBound...].prefix { $0 != "\n" }.split(separator: " ")
        let fields = text[..<header.lowerBound].split(separator: "\n")
        guard let tree = fields.first.flatMap({ ObjectID($0.dropFirst("tree ".count)) }) else { return nil }
        switch words.first {
        case "run" where words.count == 4: return "run \(words[1])"
        case "record" where words.count == 3, "audit" where words.count == 3:
            let seconds = fields.last { $0.hasPrefix("committer ") }?.split(separator: " ").dropLast().last
            let month = seconds.flatMap { Int($0) }.flatMap { Month(of: Timestamp(milliseconds: $0 &* 1000)) }
            guard let month else { return nil }
            paths[tree] = Path(text: "\(words[0]) \(month)", isOfNotes: true)
            return "\(words[0]) \(month)"
        default:
            if paths[tree] == nil { paths[tree] = Path(text: "") }
            return nil
        }
    }

    /// nil where it is no note of ours.
    private static func name(ofNote bytes: [UInt8]) -> String? {
        if AuditNote.isAudit(bytes) { return "audit lines" }
        let start = String(decoding: bytes.prefix(512), as: UTF8.self)
        if RunNote.isRecord(bytes) {
            guard let key = start.firstRange(of: "\n  \"workflow\": \"") else { return "record" }
            return "record \(start[key.upperBound...].prefix { $0 != "\"" })"
        }
        guard let summary = RunSummary(line: start.prefix { $0 != "\n" }) else { return nil }
        return "digest \(summary.workflow) \(summary.version)"
    }

    /// From the commits' trees down, a level at a time: what a folder is named tells what those in it are.
    private mutating func nameTrees() {
        var level = trees.keys.filter { paths[$0] != nil }
        while !level.isEmpty {
            var next: [ObjectID] = []
            for (tree, place) in level.map({ ($0, trees[$0] ?? nil) }).sorted(by: { Self.precedes($0.1, $1.1) }) {
                guard let path = paths[tree], let object = object(tree, at: place) else { continue }
                // A damaged tree is for git to complain of.
                try? TreeEntries.forEach(in: object.bytes, of: tree) { name, id, isTree in
                    guard paths[id] == nil, isTree || !path.isOfNotes else { return }
                    paths[id] =
                        path.isOfNotes ? Path(text: "\(path.text)/\(name)", isOfNotes: true) : Path(text: name)
                    if isTree, trees[id] != nil { next.append(id) }
                }
            }
            level = next
        }
    }

    private static func precedes(_ left: PackPlace?, _ right: PackPlace?) -> Bool {
        guard let left else { return false }
        return right.map { left < $0 } ?? true
    }
}
