internal import CLibgit2

extension Repository {
    /// Reads the user's settings from this file, as `GIT_CONFIG_GLOBAL` asks for (git(1)): libgit2 1.5 doesn't know it.
    ///
    /// The usual files are read no more where ``Library/setConfigurationFolder(_:for:)`` has switched them off before the
    /// repository was opened. A file that isn't there has no settings.
    public func useUserConfiguration(_ path: String) throws(GitError) {
        var configuration: OpaquePointer?
        // The repository's own object, which everything that libgit2 does here asks.
        try GitError.check(git_repository_config(&configuration, handle), "open configuration", gitDirectory)
        defer { git_config_free(configuration) }
        try GitError.check(
            git_config_add_file_ondisk(configuration, path, GIT_CONFIG_LEVEL_GLOBAL, handle, 1),
            "open configuration", path)
    }
}
