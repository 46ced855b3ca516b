internal import DocumentTree
public import GitStore
public import WorkflowHistory

/// Who pushed each clone's segments first, on a server: nobody else may push them. A line a clone, `<clone> <pusher>`, in
/// `wfrepo/pushers` of the git folder; whoever runs the server may edit it.
public struct SegmentOwners {
    /// The file.
    public let path: String
    private let sharedAccess: SharedAccess
    private var owners: [CloneID: String]

    /// Reads who owns what.
    public init(of repository: Repository) throws {
        path = repository.commonDirectory + "wfrepo/pushers"
        sharedAccess = try repository.sharedAccess
        owners = try Self.read(path)
    }

    /// Who pushes a clone's segments; nil where nobody has yet.
    public subscript(clone: CloneID) -> String? { owners[clone] }

    /// Notes, durably, that a pusher began the segments that some updates move.
    public mutating func note(_ pusher: String, pushing updates: [RefUpdate]) throws {
        let clones = Set(updates.compactMap { RecordSegment(reference: $0.reference)?.clone })
        guard clones.contains(where: { owners[$0] == nil }) else { return }
        try DurableFile.makeFolders(DurableFile.folder(of: path), mode: 0o700, sharing: sharedAccess)
        try FileLock.holding(path + ".lock") {
            owners = try Self.read(path)
            for clone in clones where owners[clone] == nil { owners[clone] = pusher }
            let lines = owners.sorted { $0.key.description < $1.key.description }.map { "\($0.key) \($0.value)\n" }
            try DurableFile.write(Array(lines.joined().utf8), to: path, mode: 0o600, sharing: sharedAccess)
        }
    }

    private static func read(_ path: String) throws -> [CloneID: String] {
        var owners: [CloneID: String] = [:]
        for line in String(decoding: try DurableFile.read(path) ?? [], as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: " ", maxSplits: 1).map(String.init)
            guard fields.count == 2, let clone = CloneID(fields[0]) else {
                throw RecordsError(
                    .corrupt, "read", path, "this is no line of it: \(PrintableText.escape(String(line)))",
                    hint: "each line is a clone's id and its pusher's name")
            }
            owners[clone] = fields[1]
        }
        return owners
    }
}
