internal import GitStore
internal import WorkflowEngine

/// Names for objects that are to be packed, equal where objects resemble each other: `git pack-objects` compares those of equal
/// names with each other first, and stores what differs.
///
/// | object | what its name is made of |
/// |---|---|
/// | a run's commit, its record | the workflow |
/// | notes with audit lines | that they are |
/// | a digest | workflow and version, and how many came before it |
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
    private var digests: [String: [Digest]] = [:]
    /// What the names of trees, and of what stands in them, are made of.
    private var paths: [ObjectID: Path] = [:]

    private struct Path {
        var text: String
        /// Whether it leads to trees of notes, in which names are hashes.
        var isOfNotes = false
    }

    /// A digest, and what tells which came before it: its oldest run, or as long as that stays the same, its length.
    private struct Digest {
        let id: ObjectID
        let oldest: Timestamp
        let length: Int
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
            case .blob: add(blob: id, object.bytes)
            case .tree: trees[id] = place
            default: add(id, nil)
            }
        }
        nameTrees()
        for (id, _) in objects where trees[id] != nil { add(id, paths[id]?.text) }
        for id in blobs { add(id, paths[id]?.text) }
        nameDigests()
        return lines
    }

    private mutating func add(blob id: ObjectID, _ bytes: [UInt8]) {
        let start = String(decoding: bytes.prefix(512), as: UTF8.self)
        if let name = Self.name(ofNote: bytes, start) {
            add(id, name)
        } else if let summary = RunSummary(line: start.prefix { $0 != "\n" }) {
            digests["digest \(summary.workflow) \(summary.version)", default: []]
                .append(Digest(id: id, oldest: summary.ended, length: bytes.count))
        } else {
            blobs.append(id)
        }
    }

    /// A digest differs by a few lines from the one before it, and by most of them from one of the same length, with which git would
    /// compare it among those of one name.
    private mutating func nameDigests() {
        for (name, digests) in digests {
            let inOrder = digests.sorted { ($0.oldest, $0.length) < ($1.oldest, $1.length) }
            let group = Self.hash(name) & 0x3FF
            for (place, digest) in inOrder.enumerated() {
                add(
                    digest.id,
                    naming: Self.name(sortedAs: UInt32(group) << 16 | UInt32(place * 0x10000 / inOrder.count)))
            }
        }
    }

    /// A name after which git sorts what it compares by a number of 26 bits.
    ///
    /// Source: git, `pack_name_hash` of pack-objects.h: the sum of a name's letters, of which each counts four times as much as the one
    /// before it.
    static func name(sortedAs number: UInt32) -> String {
        String((0..<13).map { digit in Character(UnicodeScalar(UInt8(ascii: "0") + UInt8(number >> (2 * digit) & 3))) })
    }

    private func object(_ id: ObjectID, at place: PackPlace?) -> GitObject? {
        place.flatMap { packs?.object(at: $0) } ?? (try? repository.object(id))
    }

    private mutating func add(_ id: ObjectID, _ name: String?) {
        guard let name, !name.isEmpty else { return add(id, naming: "") }
        let digits = String(Self.hash(name), radix: 16)
        add(id, naming: String(repeating: "0", count: 16 - digits.count) + digits)
    }

    private mutating func add(_ id: ObjectID, naming name: String) {
        lines += Array((name.isEmpty ? "\(id)\n" : "\(id) \(name)\n").utf8)
    }

    /// FNV-1a, 64 bits.
    private static func hash(_ name: String) -> UInt64 {
        name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
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

    /// nil where it is neither audit lines nor a record.
    private static func name(ofNote bytes: [UInt8], _ start: String) -> String? {
        if AuditNote.isAudit(bytes) { return "audit lines" }
        guard RunNote.isRecord(bytes) else { return nil }
        guard let key = start.firstRange(of: "\n  \"workflow\": \"") else { return "record" }
        return "record \(start[key.upperBound...].prefix { $0 != "\"" })"
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
