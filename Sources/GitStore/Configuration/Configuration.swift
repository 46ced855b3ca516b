internal import CLibgit2

/// git's configuration as one repository sees it: system, user, repository. Keys are git's: `user.name`,
/// `remote.origin.fetch`. Reading sees what other processes write.
public struct Configuration {
    private let storage: Storage
    /// Where ``set(_:to:)`` writes.
    private let localPath: String

    private final class Storage {
        let handle: OpaquePointer
        init(owning handle: OpaquePointer) { self.handle = handle }
        deinit { git_config_free(handle) }
    }

    var handle: OpaquePointer { storage.handle }

    /// The value of a key, the last one where there are several; `nil` where it is not set.
    public func string(_ key: String) throws(GitError) -> String? {
        var entry: UnsafeMutablePointer<git_config_entry>?
        let status = git_config_get_entry(&entry, storage.handle, key)
        if status == GIT_ENOTFOUND.rawValue { return nil }
        try GitError.check(status, "read setting", key)
        defer { git_config_entry_free(entry) }
        return entry?.pointee.value.map { String(cString: $0) } ?? ""
    }

    /// A value that git takes for true or false; `nil` where it is not set.
    public func bool(_ key: String) throws(GitError) -> Bool? {
        var value: Int32 = 0
        let status = git_config_get_bool(&value, storage.handle, key)
        if status == GIT_ENOTFOUND.rawValue { return nil }
        try GitError.check(status, "read setting", key)
        return value != 0
    }

    /// A number, which may end in `k`, `m` or `g`; `nil` where it is not set.
    public func integer(_ key: String) throws(GitError) -> Int? {
        var value: Int64 = 0
        let status = git_config_get_int64(&value, storage.handle, key)
        if status == GIT_ENOTFOUND.rawValue { return nil }
        try GitError.check(status, "read setting", key)
        return Int(value)
    }

    /// Every value of a key that may stand several times, the widest level first.
    public func strings(_ key: String) throws(GitError) -> [String] {
        try Self.values(of: key, in: storage.handle, naming: key)
    }

    /// - Parameter object: what an error is about.
    static func values(
        of key: String, in configuration: OpaquePointer?, naming object: String
    ) throws(GitError) -> [String] {
        var iterator: OpaquePointer?
        try GitError.check(
            git_config_multivar_iterator_new(&iterator, configuration, key, nil), "read settings", object)
        defer { git_config_iterator_free(iterator) }
        var values: [String] = []
        var entry: UnsafeMutablePointer<git_config_entry>?
        while git_config_next(&entry, iterator) == 0 {
            values.append(entry?.pointee.value.map { String(cString: $0) } ?? "")
        }
        return values
    }

    /// Sets a key in the repository's own file.
    public func set(_ key: String, to value: String) throws(GitError) {
        try writing(key) { git_config_set_string($0, key, value) }
    }

    /// Adds a value to a key that may stand several times, in the repository's own file, unless it is there.
    public func addIfMissing(_ key: String, _ value: String) throws(GitError) {
        guard try !strings(key).contains(value) else { return }
        // A pattern that no value matches makes libgit2 add a line instead of replacing one.
        try writing(key) { git_config_set_multivar($0, key, "^$.", value) }
    }

    /// Removes a key from the repository's own file, and all its values with it. One that is not there is no error.
    public func unset(_ key: String) throws(GitError) {
        try writing(key) { local in
            let status = git_config_delete_multivar(local, key, ".*")
            return status == GIT_ENOTFOUND.rawValue ? 0 : status
        }
    }

    /// Removes one of the values of a key from the repository's own file. One that is not there is no error.
    public func remove(_ key: String, value: String) throws(GitError) {
        let literal = "^" + value.map { $0.isLetter || $0.isNumber ? String($0) : "\\\($0)" }.joined() + "$"
        try writing(key) { local in
            let status = git_config_delete_multivar(local, key, literal)
            return status == GIT_ENOTFOUND.rawValue ? 0 : status
        }
    }

    private func writing(_ key: String, _ body: (OpaquePointer?) -> Int32) throws(GitError) {
        try WritePatience.retrying { () throws(GitError) in
            var local: OpaquePointer?
            try GitError.check(git_config_open_ondisk(&local, localPath), "open configuration", localPath)
            defer { git_config_free(local) }
            try GitError.check(body(local), "write setting", key)
        }
        // libgit2 puts a new file in the place of the old one, with what the umask leaves.
        try SharedAccess(setting: string("core.sharedrepository")).apply(to: localPath)
    }

    init(of repository: Repository) throws(GitError) {
        var handle: OpaquePointer?
        let status = git_repository_config(&handle, repository.handle)
        guard status >= 0, let handle else {
            throw GitError.last(status, "open configuration", repository.gitDirectory)
        }
        storage = Storage(owning: handle)
        localPath = repository.commonDirectory + "config"
    }
}

extension Repository {
    /// The configuration that holds here.
    public var configuration: Configuration {
        get throws(GitError) { try Configuration(of: self) }
    }
}
