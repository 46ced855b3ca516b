internal import CLibgit2

extension Repository {
    /// A setting of the repository's own configuration file, without the user's and the system's; nil where it is not there.
    public func localSetting(_ key: String) throws(GitError) -> String? {
        for path in [gitDirectory + "config.worktree", commonDirectory + "config"] {
            var configuration: OpaquePointer?
            try GitError.check(git_config_open_ondisk(&configuration, path), "open configuration", path)
            defer { git_config_free(configuration) }
            var entry: UnsafeMutablePointer<git_config_entry>?
            let status = git_config_get_entry(&entry, configuration, key)
            if status == GIT_ENOTFOUND.rawValue { continue }
            try GitError.check(status, "read setting", key)
            defer { git_config_entry_free(entry) }
            return entry?.pointee.value.map { String(cString: $0) } ?? ""
        }
        return nil
    }
}
