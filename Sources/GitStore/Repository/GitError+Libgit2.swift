internal import CLibgit2
internal import Glibc

extension GitError {
    /// Throws what libgit2 says about `status`, when it is an error (below zero).
    ///
    /// libgit2 keeps its last message for each thread, so this must run on the thread of the failed call, right after it.
    @inline(__always)
    static func check(
        _ status: Int32, _ operation: String, _ object: @autoclosure () -> String? = nil
    ) throws(GitError) {
        if status < 0 { throw last(status, operation, object()) }
    }

    /// The error that stands for libgit2's `status` and its message on this thread.
    static func last(_ status: Int32, _ operation: String, _ object: String?) -> GitError {
        var message = "libgit2 error \(status)"
        var category = GIT_ERROR_NONE.rawValue
        if let error = git_error_last() {
            if let text = error.pointee.message { message = String(cString: text) }
            category = UInt32(bitPattern: error.pointee.klass)
        }
        let code = code(status: status, category: category, message: message)
        if code == .locked, let lock = lockPath(in: message) {
            return locked(operation, object ?? String(lock.dropLast(".lock".count)), lock: lock)
        }
        return GitError(code, operation, object, message, hint: hint(for: code, object: object, message: message))
    }

    private static func code(status: Int32, category: UInt32, message: String) -> Code {
        switch status {
        case GIT_ENOTFOUND.rawValue: .notFound
        case GIT_EEXISTS.rawValue, GIT_EDIRECTORY.rawValue: .exists
        case GIT_EAMBIGUOUS.rawValue: .ambiguous
        case GIT_EBAREREPO.rawValue, GIT_EPEEL.rawValue, GIT_EINVALID.rawValue: .invalid
        case GIT_EUNBORNBRANCH.rawValue: .unborn
        case GIT_EUNMERGED.rawValue, GIT_ECONFLICT.rawValue, GIT_EMERGECONFLICT.rawValue, GIT_EUNCOMMITTED.rawValue:
            .conflict
        case GIT_EINVALIDSPEC.rawValue: .invalidName
        case GIT_ELOCKED.rawValue: .locked
        case GIT_EMODIFIED.rawValue, GIT_ENONFASTFORWARD.rawValue: .stale
        case GIT_EMISMATCH.rawValue: .corrupt
        case GIT_EOWNER.rawValue: .notOwned
        case GIT_EINDEXDIRTY.rawValue: .busy
        default: code(category: category, message: message)
        }
    }

    /// libgit2 gives a bare -1 for what the system refuses; only its message, which ends in `strerror`, tells them apart.
    private static func code(category: UInt32, message: String) -> Code {
        let systemReasons: [(String, Code)] = [
            ("Permission denied", .permissionDenied), ("Operation not permitted", .permissionDenied),
            ("Read-only file system", .permissionDenied), ("No space left on device", .diskFull),
            ("Disk quota exceeded", .diskFull), ("unsupported extension", .unsupported),
            ("unsupported repository version", .unsupported), ("unsupported mandatory extension", .unsupported),
            ("failed to lock file", .locked),
        ]
        if let reason = systemReasons.first(where: { contains(message, $0.0) }) { return reason.1 }
        switch category {
        case GIT_ERROR_OS.rawValue, GIT_ERROR_FILESYSTEM.rawValue: return .io
        case GIT_ERROR_ZLIB.rawValue, GIT_ERROR_INDEXER.rawValue, GIT_ERROR_OBJECT.rawValue, GIT_ERROR_TREE.rawValue:
            return .corrupt
        case GIT_ERROR_INVALID.rawValue: return .invalid
        default: return .other
        }
    }

    private static func hint(for code: Code, object: String?, message: String) -> String? {
        switch code {
        case .locked:
            "another process is writing there; if none is running, one that was killed has left its lock: wfrepo doctor"
        case .notOwned:
            "if you trust it: git config --global --add safe.directory \(object.map(ShellWord.quoted) ?? "<path>")"
        case .unsupported where contains(message, "objectformat"):
            "SHA-256 repositories are not supported: create the repository with git init --object-format=sha1"
        case .unsupported where contains(message, "refstorage"):
            "reftable is not supported: git refs migrate --ref-format=files"
        case .diskFull: "free some space, then repeat the command; nothing was half written"
        case .permissionDenied:
            object.flatMap { path in
                guard path.hasPrefix("/") else { return nil }
                let paths = [path, DurableFile.folder(of: path)].map(ShellWord.quoted)
                return "see who may write there: ls -ld \(paths.joined(separator: " "))"
            }
        default: nil
        }
    }

    /// The lock that libgit2 could not make: `failed to lock file '/srv/x.git/config.lock' for writing: `.
    private static func lockPath(in message: String) -> String? {
        let quoted = message.split(separator: "'", omittingEmptySubsequences: false)
        return quoted.count == 3 && quoted[1].hasSuffix(".lock") ? String(quoted[1]) : nil
    }

    /// Whether `text` holds `part`, without Foundation.
    static func contains(_ text: String, _ part: String) -> Bool {
        let haystack = Array(text.utf8)
        let needle = Array(part.utf8)
        guard !needle.isEmpty, haystack.count >= needle.count else { return needle.isEmpty }
        return (0...(haystack.count - needle.count)).contains {
            haystack[$0..<($0 + needle.count)].elementsEqual(needle)
        }
    }

    /// The error of a system call that left its reason in `errno`.
    static func system(_ errno: Int32, _ operation: String, _ object: String?) -> GitError {
        let message = String(cString: strerror(errno))
        let code: Code =
            switch errno {
            case EACCES, EPERM, EROFS: .permissionDenied
            case ENOSPC, EDQUOT: .diskFull
            case ENOENT: .notFound
            case EEXIST: .exists
            default: .io
            }
        return GitError(code, operation, object, message, hint: hint(for: code, object: object, message: message))
    }
}
