internal import Glibc

/// A reference that nobody else can move while this is held, by git's own lock file.
///
/// ``Repository/updateReference(_:to:expecting:message:)`` fails when somebody was faster, and the change has to be made
/// anew on top: beside a writer that never rests it would fail for ever. This makes the others wait: git does for 100 ms,
/// then it gives up. So hold it briefly. It ends with the value; a process that is killed leaves the lock file behind.
public final class ReferenceLock {
    /// The reference's full name.
    public let name: String
    /// What the reference holds; nil where it does not exist.
    public let target: ObjectID?
    private let file: LockFile

    fileprivate init(_ name: String, target: ObjectID?, file: LockFile) {
        self.name = name
        self.target = target
        self.file = file
    }

    /// Points the reference at an object, durably, and gives the lock up. The reflog does not mention it.
    public func commit(_ id: ObjectID) throws(GitError) {
        try file.commit(Self.content(id))
    }

    /// Writes what the reference is to hold into git's lock file, to be waited for before ``replace()``.
    func fill(_ id: ObjectID) throws(GitError) -> UnsyncedFile { try file.fill(Self.content(id)) }

    /// Makes the reference hold that, and gives the lock up. It lasts once the folder was waited for.
    func replace() throws(GitError) -> UnsyncedFile { try file.replace() }

    /// A reference's file (gitrepository-layout(5)).
    private static func content(_ id: ObjectID) -> [UInt8] { Array("\(id)\n".utf8) }
}

extension Repository {
    /// Locks a reference, which need not exist, and reads what it holds.
    ///
    /// - Throws: `locked` when another process holds it for longer than about two seconds.
    public func lockReference(_ name: String) throws(GitError) -> ReferenceLock {
        guard Repository.isValidReferenceName(name), name.hasPrefix("refs/") else {
            throw GitError(.invalidName, "lock reference", name, "git does not allow that name")
        }
        let path = commonDirectory + name
        let file = try WritePatience.retrying { () throws(GitError) in
            try makeFolders(above: name)
            return try LockFile.take(for: path, sharedAccess)
        }
        return ReferenceLock(name, target: try resolve(name), file: file)
    }

    /// Locks a reference that must hold `old`.
    ///
    /// - Throws: `stale` where it holds something else.
    func lockReference(_ name: String, expecting old: ObjectID) throws(GitError) -> ReferenceLock {
        let lock = try lockReference(name)
        guard lock.target == old else {
            throw GitError(
                .stale, "move reference", name, lock.target == nil ? "it is gone" : "it has moved",
                hint: "somebody else wrote it: read it again and repeat the change on top")
        }
        return lock
    }

    private func makeFolders(above name: String) throws(GitError) {
        var path = commonDirectory
        for component in name.split(separator: "/").dropLast() {
            path += component + "/"
            if mkdir(path, 0o777) == 0 {
                try sharedAccess.apply(to: path)
            } else if errno != EEXIST {
                throw GitError.system(errno, "make folder", path)
            }
        }
    }
}
