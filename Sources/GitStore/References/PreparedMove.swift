/// A reference that is about to move: what it will lead to is on disk, and git's lock on it, where one is held, has the new content.
///
/// Objects and the move of a reference to them wait for the disk three times in all, whoever else has files to put there meanwhile
/// included: for the objects' bytes; for their names and the lock file; for the reference. One after the other these are four for git
/// itself and two for each further file.
public struct PreparedMove {
    fileprivate let repository: Repository
    /// The full name of the reference.
    public let reference: String
    fileprivate let old: ObjectID?
    /// What the reference is to hold.
    public let new: ObjectID
    /// nil for a reference that is to be made, since libgit2 knows which others stand in its way, and for a detached HEAD.
    fileprivate let lock: ReferenceLock?

    /// Moves the reference, and notes it in its reflog and, where HEAD is on it, in HEAD's. It is on disk when this returns. The reflogs
    /// are written before it, but as with git the disk is not waited for; where libgit2 makes the move, it is.
    ///
    /// - Parameters:
    ///   - actor: whom the reflogs name, and when.
    ///   - message: what the reflogs say; line breaks become spaces.
    ///   - follow: called once the reference has moved: what it writes lasts no sooner than that, and when this returns.
    public func perform(
        as actor: Signature, message: String, then follow: () throws -> [UnsyncedFile] = { [] }
    ) throws {
        guard let lock else {
            try repository.updateReference(
                reference, to: new, expecting: old.map { .exactly($0) } ?? .absent, message: message)
            return try UnsyncedFile.wait(for: follow())
        }
        try repository.log(ReferenceChange(name: reference, old: old, new: new), as: actor, message: message)
        let moved = try lock.replace()
        try UnsyncedFile.wait(for: [moved] + follow())
    }
}

extension Repository {
    /// Writes the objects that `body` makes, as ``withObjectBatch(packAbove:_:)`` does, and prepares the move of a reference to the last
    /// one of them.
    ///
    /// - Parameters:
    ///   - name: the full name of the reference.
    ///   - old: what it must hold now; nil where it must not be there.
    ///   - held: git's lock on it, where the caller has that already.
    ///   - limit: up to how many objects stay loose.
    ///   - declare: writes down, before anything is on disk, what the reference is to hold. That is on disk before git's lock is taken.
    ///   - body: makes the objects; nil where there is nothing to do.
    /// - Throws: what the closures throw, or a ``GitError``: `stale` when the reference holds something else, `locked` when another
    ///   process holds it for longer than about two seconds.
    public func prepareMove(
        of name: String, from old: ObjectID?, holding held: ReferenceLock? = nil, packAbove limit: Int,
        declaring declare: (ObjectID) throws -> [UnsyncedFile] = { _ in [] }, _ body: () throws -> ObjectID?
    ) throws -> PreparedMove? {
        pending = PendingObjects(packAbove: limit)
        defer { pending = nil }
        guard let new = try body() else { return nil }
        var lock = held
        try writeBatch(
            beside: BatchCompany(withBytes: declare(new)) { () throws(GitError) in
                if lock == nil, let old, name != "HEAD" { lock = try self.lockReference(name, expecting: old) }
                return try lock.map { lock throws(GitError) in [try lock.fill(new)] } ?? []
            })
        return PreparedMove(repository: self, reference: name, old: old, new: new, lock: lock)
    }
}
