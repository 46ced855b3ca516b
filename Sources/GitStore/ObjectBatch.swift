internal import CLibgit2

/// Objects written within a batch and not on disk yet, in the order of their writing.
struct PendingObjects {
    private var objects: [ObjectID: GitObject] = [:]
    private var order: [ObjectID] = []

    var inOrder: [GitObject] { order.compactMap { objects[$0] } }

    func contains(_ id: ObjectID) -> Bool { objects[id] != nil }

    subscript(id: ObjectID) -> GitObject? { objects[id] }

    mutating func add(_ id: ObjectID, _ object: GitObject) {
        guard objects.updateValue(object, forKey: id) == nil else { return }
        order.append(id)
    }
}

extension Repository {
    /// Writes the objects that `body` makes all at once, at its end: one by one up to a number, as one pack above it.
    ///
    /// A loose object costs two fsyncs, a pack a few for all of its objects. Within `body` this repository's own
    /// functions read what was written; other processes do not, nor does ``revparse(_:)``. So move references after
    /// this has returned, never in `body`. When `body` throws, nothing is written. A batch in a batch is part of it.
    ///
    /// - Throws: what `body` throws, or a ``GitError``.
    /// - Parameter limit: up to how many objects stay loose.
    public func withObjectBatch<Result>(
        packAbove limit: Int, _ body: () throws -> Result
    ) throws -> Result {
        if pending != nil { return try body() }
        pending = PendingObjects()
        let result: Result
        do {
            result = try body()
        } catch {
            pending = nil
            throw error
        }
        let written = pending?.inOrder ?? []
        // From here on nothing may be found that is not on disk.
        pending = nil
        if written.count > limit {
            try writePack(written)
        } else {
            for object in written { _ = try writeLoose(object.kind, object.bytes) }
        }
        return result
    }

    private func writePack(_ objects: [GitObject]) throws(GitError) {
        let pack = try PackStream(objects).bytes
        var writer: UnsafeMutablePointer<git_odb_writepack>?
        try GitError.check(git_odb_write_pack(&writer, self.objects, nil, nil), "write pack", commonDirectory)
        guard let writer, let append = writer.pointee.append, let commit = writer.pointee.commit else {
            throw GitError(.other, "write pack", commonDirectory, "the object database takes no packs")
        }
        defer { writer.pointee.free?(writer) }
        var progress = git_indexer_progress()
        let status = pack.withUnsafeBytes { append(writer, $0.baseAddress, $0.count, &progress) }
        try GitError.check(status, "write pack", commonDirectory)
        try GitError.check(commit(writer, &progress), "write pack", commonDirectory)
    }
}
