internal import CLibgit2

/// Objects written within a batch and not on disk yet, in the order of their writing.
struct PendingObjects {
    private var objects: [ObjectID: GitObject] = [:]
    private var order: [ObjectID] = []
    /// Up to how many objects stay loose.
    let limit: Int

    init(packAbove limit: Int) { self.limit = limit }

    var inOrder: [(id: ObjectID, object: GitObject)] {
        order.compactMap { id in objects[id].map { (id, $0) } }
    }

    func contains(_ id: ObjectID) -> Bool { objects[id] != nil }

    subscript(id: ObjectID) -> GitObject? { objects[id] }

    mutating func add(_ id: ObjectID, _ object: GitObject) {
        guard objects.updateValue(object, forKey: id) == nil else { return }
        order.append(id)
    }
}

/// What goes to the disk beside a batch of objects, and shares its waits.
struct BatchCompany {
    /// What is waited for with the bytes of the objects, before they have their names.
    var withBytes: [UnsyncedFile] = []
    /// Makes what is waited for with the names of the objects.
    var withNames: () throws(GitError) -> [UnsyncedFile] = { () throws(GitError) in [] }
}

extension Repository {
    /// Writes the objects that `body` makes all at once, at its end: one by one up to a number, as one pack above it.
    ///
    /// Loose objects share their waits for the disk; a pack costs a few for all of its objects. Within `body` this
    /// repository's own functions read what was written; other processes do not until ``writeBatch()``, nor does
    /// ``revparse(_:)``. So move references after this has returned, never in `body`. When `body` throws, nothing more is
    /// written. A batch in a batch is part of it.
    ///
    /// - Throws: what `body` throws, or a ``GitError``.
    /// - Parameter limit: up to how many objects stay loose.
    public func withObjectBatch<Result>(
        packAbove limit: Int, _ body: () throws -> Result
    ) throws -> Result {
        if pending != nil { return try body() }
        pending = PendingObjects(packAbove: limit)
        defer { pending = nil }
        let result = try body()
        try writeBatch()
        return result
    }

    /// Puts on disk what the batch holds so far, so that other processes can read it; outside of a batch it does nothing.
    public func writeBatch() throws(GitError) { try writeBatch(beside: BatchCompany()) }

    func writeBatch(beside company: BatchCompany) throws(GitError) {
        guard let batch = pending else { return }
        // From here on nothing may be found that is not on disk.
        pending = nil
        let written = batch.inOrder
        if written.count > batch.limit {
            try writePack(written, beside: company)
        } else {
            try writeLoose(written, beside: company)
        }
        writtenTrees = Self.trees(in: written)
        pending = PendingObjects(packAbove: batch.limit)
    }

    /// The trees of a batch, as long as they are few: a large batch is not kept in memory.
    private static func trees(in written: [(id: ObjectID, object: GitObject)]) -> [ObjectID: GitObject] {
        let trees = written.filter { $0.object.kind == .tree }
        guard trees.reduce(0, { $0 + $1.object.bytes.count }) <= Library.largestCachedTree else { return [:] }
        return Dictionary(trees, uniquingKeysWith: { first, _ in first })
    }

    private func writeLoose(
        _ objects: [(id: ObjectID, object: GitObject)], beside company: BatchCompany
    ) throws(GitError) {
        var missing = objects
        let split = missing.partition { isStored($0.id) }
        // libgit2 gives an object that is there the present time, which keeps `git prune` off it.
        for (_, object) in missing[split...] { _ = try writeLoose(object.kind, object.bytes) }
        missing.removeSubrange(split...)
        try LooseObjectWriter(folder: objectFolder, access: sharedAccess).write(missing, beside: company)
    }

    /// Whether an object is there, without looking for packs that came in the meantime: writing it again does no harm.
    private func isStored(_ id: ObjectID) -> Bool {
        var raw = id.raw
        return git_odb_exists_ext(objects, &raw, GIT_ODB_LOOKUP_NO_REFRESH.rawValue) == 1
    }

    private func writePack(
        _ objects: [(id: ObjectID, object: GitObject)], beside company: BatchCompany
    ) throws(GitError) {
        try PackWriter(folder: objectFolder + "pack/", access: sharedAccess)
            .write(try PackStream(objects), beside: company)
    }

    /// Where objects are put; ends in `/`.
    private var objectFolder: String { chosenObjectDirectory ?? commonDirectory + "objects/" }
}
