internal import Glibc

extension Repository {
    /// Removes a reference for good, with its reflog, if it holds what is expected; durably, and so that no
    /// `git pack-refs` can bring it back.
    ///
    /// libgit2 lets go of `packed-refs` before it removes the reference's own file. Here both are locked until neither
    /// has it: git packs a reference only under `packed-refs.lock`, and moves it only under the reference's own.
    ///
    /// - Parameter isTransient: whether it does no harm if the reference comes back. Then `packed-refs` is locked only where it has it.
    /// - Throws: `notFound` where there is none, `stale` when it holds something else, `locked` as for an update.
    public func removeReference(
        _ name: String, expecting expected: ObjectID, isTransient: Bool = false
    ) throws(GitError) {
        let lock = try lockReference(name)
        guard let target = lock.target else {
            throw GitError(.notFound, "delete reference", name, "there is no such reference")
        }
        guard target == expected else {
            throw GitError(
                .stale, "delete reference", name, "it has moved",
                hint: "somebody else wrote it: read it again and repeat")
        }
        let isPacked = isTransient ? try self.isPacked(name) : true
        if isPacked { try removePacked(name) } else { try removeFile(commonDirectory + name) }
        try withExtendedLifetime(lock) { () throws(GitError) in
            try removeFile(commonDirectory + "logs/" + name)
        }
    }

    /// Removes the reflog that a removal has left which was killed; nothing where there is such a reference.
    public func removeReflog(ofRemoved name: String) throws(GitError) {
        guard try resolve(name) == nil else { return }
        try removeFile(commonDirectory + "logs/" + name)
    }

    private func removePacked(_ name: String) throws(GitError) {
        let path = commonDirectory + "packed-refs"
        let lock = try WritePatience.retrying { () throws(GitError) in try HeldLockFile(for: path, sharedAccess) }
        defer { withExtendedLifetime(lock) {} }
        if let bytes = try DurableFile.read(path), let rest = Self.packedReferences(bytes, without: name) {
            // Not through the lock file: it has to stay until the reference's own file is gone, too.
            try DurableFile.write(rest, to: path, sharing: sharedAccess)
        }
        try removeFile(commonDirectory + name)
    }

    private func isPacked(_ name: String) throws(GitError) -> Bool {
        try DurableFile.read(commonDirectory + "packed-refs").flatMap { Self.packedReferences($0, without: name) }
            != nil
    }

    private func removeFile(_ path: String) throws(GitError) {
        guard unlink(path) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return }
            throw GitError.system(errno, "delete file", path)
        }
        try DurableFile.syncFolder(of: path)
    }

    /// The lines of `packed-refs` without one reference and what its tag peels to; nil where it is not there.
    private static func packedReferences(_ bytes: [UInt8], without name: String) -> [UInt8]? {
        let suffix = Array(" \(name)".utf8)
        var kept: [ArraySlice<UInt8>] = []
        var isDropped = false
        var found = false
        for line in bytes.split(separator: 0x0A) {
            if line.first == UInt8(ascii: "^"), isDropped { continue }
            isDropped =
                line.count == ObjectID.hexCount + suffix.count && line.suffix(suffix.count).elementsEqual(suffix)
            if isDropped { found = true } else { kept.append(line) }
        }
        return found ? kept.flatMap { Array($0) + [0x0A] } : nil
    }
}
