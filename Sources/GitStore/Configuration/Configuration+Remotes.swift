internal import CLibgit2

extension Configuration {
    /// The names of the remotes that have an address, sorted.
    public func remoteNames() throws(GitError) -> [String] {
        try keys(matching: "^remote\\..*\\.url$").map { String($0.dropFirst("remote.".count).dropLast(".url".count)) }
    }

    /// The keys, each once and sorted, that a regular expression matches (git-config(1), `--get-regexp`).
    func keys(matching pattern: String) throws(GitError) -> [String] {
        var iterator: OpaquePointer?
        try GitError.check(
            git_config_iterator_glob_new(&iterator, handle, pattern), "read settings", pattern)
        defer { git_config_iterator_free(iterator) }
        var keys: Set<String> = []
        var entry: UnsafeMutablePointer<git_config_entry>?
        while git_config_next(&entry, iterator) == 0 {
            if let name = entry?.pointee.name { keys.insert(String(cString: name)) }
        }
        return keys.sorted()
    }
}
