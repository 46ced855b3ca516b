internal import CLibgit2
internal import Glibc

extension Repository {
    /// A work tree file's bytes as git stores them: line endings and `$Id$` converted as attributes and configuration say.
    ///
    /// libgit2 runs no external filter (`filter.<name>.clean`); a path that has one is refused, since other bytes than git's
    /// would be stored.
    public func storedForm(of bytes: [UInt8], at path: String) throws(GitError) -> [UInt8] {
        // What the conversions change on the way in is a carriage return or an expanded `$Id: …$`. Looking for attributes
        // makes libgit2 read the whole index, so it is done only where it can matter.
        let isPlain = !bytes.contains(0x0D) && !Self.holdsIdent(bytes)
        if isPlain, try !hasFilterSettings() { return bytes }
        return try filtered(bytes, at: path, GIT_FILTER_TO_ODB)
    }

    /// A blob's bytes as git writes them to the work tree.
    public func workTreeForm(of bytes: [UInt8], at path: String) throws(GitError) -> [UInt8] {
        try filtered(bytes, at: path, GIT_FILTER_TO_WORKTREE)
    }

    private func filtered(_ bytes: [UInt8], at path: String, _ mode: git_filter_mode_t) throws(GitError) -> [UInt8] {
        if bytes.isEmpty { return bytes }
        try refuseExternalFilter(at: path)
        var filters: OpaquePointer?
        try GitError.check(git_filter_list_load(&filters, handle, nil, path, mode, 0), "load filters", path)
        guard let filters else { return bytes }
        defer { git_filter_list_free(filters) }
        var result = git_buf()
        defer { git_buf_dispose(&result) }
        let status = bytes.withUnsafeBytes { content in
            git_filter_list_apply_to_buffer(
                &result, filters, content.baseAddress?.assumingMemoryBound(to: CChar.self), content.count)
        }
        try GitError.check(status, "filter file", path)
        return Array(UnsafeRawBufferPointer(start: result.ptr, count: result.size))
    }

    private func refuseExternalFilter(at path: String) throws(GitError) {
        var value: UnsafePointer<CChar>?
        try GitError.check(git_attr_get(&value, handle, 0, path, "filter"), "read attributes", path)
        guard let value, git_attr_value(value) == GIT_ATTR_VALUE_STRING else { return }
        let name = String(cString: value)
        guard try configuration.string("filter.\(name).clean") != nil else { return }
        throw GitError(
            .unsupported, "filter file", path, "the attribute filter=\(name) wants an external program",
            hint: "exempt it in .gitattributes: \(path) -filter")
    }

    private static func holdsIdent(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while let start = rest.firstIndex(of: 0x24) {
            if rest[start...].starts(with: "$Id".utf8) { return true }
            rest = rest[(start + 1)...]
        }
        return false
    }

    /// Whether a setting such as `filter.lfs.clean` is there.
    private func hasFilterSettings() throws(GitError) -> Bool {
        var configuration: OpaquePointer?
        try GitError.check(git_repository_config(&configuration, handle), "open configuration", gitDirectory)
        defer { git_config_free(configuration) }
        var iterator: OpaquePointer?
        // libgit2's own search by pattern takes a hundred kilobytes anew for each setting that it looks at.
        try GitError.check(git_config_iterator_new(&iterator, configuration), "read settings", gitDirectory)
        defer { git_config_iterator_free(iterator) }
        var entry: UnsafeMutablePointer<git_config_entry>?
        while git_config_next(&entry, iterator) == 0 {
            if let name = entry?.pointee.name, strncmp(name, "filter.", 7) == 0 { return true }
        }
        return false
    }
}
