internal import CLibgit2

extension Repository {
    /// Reads a reference by its full name; `nil` where there is none.
    public func reference(_ name: String) throws(GitError) -> Reference? {
        guard let handle = try lookUp(name) else { return nil }
        defer { git_reference_free(handle) }
        return Reference(borrowing: handle)
    }

    /// The object that a full name leads to, through symbolic references; `nil` where it does not exist or is unborn.
    public func resolve(_ name: String) throws(GitError) -> ObjectID? {
        var raw = git_oid()
        let status = git_reference_name_to_id(&raw, handle, name)
        if status == GIT_ENOTFOUND.rawValue { return nil }
        try GitError.check(status, "read reference", name)
        return ObjectID(raw)
    }

    /// Every reference whose full name matches a pattern in which `*` stands for anything, `/` included. A pattern that
    /// ends in `/` stands for all below it. Sorted by name.
    public func references(matching pattern: String) throws(GitError) -> [Reference] {
        let glob = pattern.hasSuffix("/") ? pattern + "*" : pattern
        var iterator: OpaquePointer?
        try GitError.check(git_reference_iterator_glob_new(&iterator, handle, glob), "list references", pattern)
        defer { git_reference_iterator_free(iterator) }
        var found: [Reference] = []
        while true {
            var next: OpaquePointer?
            let status = git_reference_next(&next, iterator)
            if status == GIT_ITEROVER.rawValue { break }
            try GitError.check(status, "list references", pattern)
            guard let next else { break }
            defer { git_reference_free(next) }
            if let reference = Reference(borrowing: next) { found.append(reference) }
        }
        return found.sorted { $0.name < $1.name }
    }

    /// Points a reference at an object, if it holds what is expected: a compare-and-swap under git's own lock.
    ///
    /// - Parameters:
    ///   - name: the full name. A symbolic reference itself is replaced, not what it names.
    ///   - message: what the reflog says.
    /// - Throws: `stale` when the reference holds something else, `locked` when another process holds the lock for longer
    ///   than about two seconds, `exists` when a name in its way is a reference (`a` beside `a/b`).
    public func updateReference(
        _ name: String, to id: ObjectID, expecting expected: Expected = .any, message: String
    ) throws(GitError) {
        try WritePatience.retrying { () throws(GitError) in
            var target = id.raw
            var made: OpaquePointer?
            let status: Int32
            switch expected {
            case .any: status = git_reference_create(&made, handle, name, &target, 1, message)
            case .absent:
                // A zero id under force compares under the lock; without force libgit2 looks before it locks.
                var absent = ObjectID.zero.raw
                status = git_reference_create_matching(&made, handle, name, &target, 1, &absent, message)
            case .exactly(let old):
                var old = old.raw
                status = git_reference_create_matching(&made, handle, name, &target, 1, &old, message)
            }
            git_reference_free(made)
            if status < 0 { throw updateError(status, name, expected) }
        }
        try shareReference(name)
    }

    /// libgit2 leaves the permissions of a reference, its reflog and HEAD's to the umask.
    private func shareReference(_ name: String) throws(GitError) {
        if name.hasPrefix("refs/") {
            try share(name)
            try share("logs/" + name)
        } else {
            try sharedAccess.apply(to: gitDirectory + name)
        }
        try sharedAccess.apply(to: gitDirectory + "logs/HEAD")
    }

    private func updateError(_ status: Int32, _ name: String, _ expected: Expected) -> GitError {
        var error = GitError.last(status, "update reference", name)
        switch error.code {
        case .locked:
            error = .locked(error.operation, name, lock: lockPath(name))
        case .stale, .notFound:
            if error.isMissingFolder { break }
            // libgit2 says "not found" when a reference that must hold something is not there.
            if expected == .any { break }
            error.code = .stale
            error.message = expected == .absent ? "it exists by now" : "it has moved"
            error.hint = "somebody else wrote it: read it again and repeat the change on top"
        default: break
        }
        return error
    }

    /// Removes a reference, if it holds what is expected.
    ///
    /// libgit2 lets go of `packed-refs` before it removes the reference's own file: a `git pack-refs` at that very moment
    /// can bring the reference back. Where that matters, look again.
    ///
    /// - Throws: `notFound` where there is none, `stale` when it holds something else, `locked` as for an update.
    public func deleteReference(_ name: String, expecting expected: Expected = .any) throws(GitError) {
        try WritePatience.retrying { () throws(GitError) in
            guard let found = try lookUp(name) else {
                throw GitError(.notFound, "delete reference", name, "there is no such reference")
            }
            defer { git_reference_free(found) }
            switch (expected, Reference(borrowing: found)?.target) {
            case (.any, _): break
            case (.exactly(let old), .object(let now)) where old == now: break
            default: throw GitError(.stale, "delete reference", name, "it holds something else")
            }
            // The handle remembers what it read, and libgit2 compares under the lock.
            let status = git_reference_delete(found)
            if status < 0 { throw updateError(status, name, expected) }
        }
        try share("packed-refs")
    }

    /// Where HEAD is.
    public var head: Head {
        get throws(GitError) {
            guard let head = try reference("HEAD") else {
                throw GitError(.corrupt, "read HEAD", gitDirectory, "there is no HEAD")
            }
            switch head.target {
            case .object(let id): return .detached(CommitID(id))
            case .symbolic(let name):
                let branch = name.hasPrefix("refs/heads/") ? String(name.dropFirst("refs/heads/".count)) : name
                return .branch(name: branch, tip: try resolve(name).map { CommitID($0) })
            }
        }
    }

    /// Puts HEAD on a branch, which need not exist, without touching the work tree.
    public func setHead(toBranch name: String) throws(GitError) {
        try WritePatience.retrying { () throws(GitError) in
            try GitError.check(git_repository_set_head(handle, "refs/heads/" + name), "set HEAD", name)
        }
        try shareReference("HEAD")
    }

    /// Whether git accepts `name` as a reference's full name.
    public static func isValidReferenceName(_ name: String) -> Bool {
        var valid: Int32 = 0
        return git_reference_name_is_valid(&valid, name) == 0 && valid == 1
    }

    private func lookUp(_ name: String) throws(GitError) -> OpaquePointer? {
        var found: OpaquePointer?
        let status = git_reference_lookup(&found, handle, name)
        if status == GIT_ENOTFOUND.rawValue { return nil }
        try GitError.check(status, "read reference", name)
        return found
    }

    private func lockPath(_ name: String) -> String {
        (name.hasPrefix("refs/") ? commonDirectory : gitDirectory) + name + ".lock"
    }
}

extension Reference {
    /// Reads a handle, which stays the caller's.
    fileprivate init?(borrowing handle: OpaquePointer) {
        name = String(cString: git_reference_name(handle))
        if let target = git_reference_symbolic_target(handle) {
            self.target = .symbolic(String(cString: target))
        } else if let target = git_reference_target(handle) {
            self.target = .object(ObjectID(target.pointee))
        } else {
            return nil
        }
    }
}
