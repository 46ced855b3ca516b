import GitStore

extension CommandContext {
    /// Opens the repository that the command works on, found as git finds it: `GIT_DIR`, or upwards from the folder.
    ///
    /// Source: git(1), "The Git Repository" and "ENVIRONMENT VARIABLES".
    func openRepository() throws(GitError) -> Repository {
        try withUserConfiguration { () throws(GitError) in try findRepository() }
    }

    /// A repository that `open` opens or makes, with the settings from outside it that git would read.
    ///
    /// Source: git(1), `GIT_CONFIG_GLOBAL` and `GIT_CONFIG_NOSYSTEM`.
    func withUserConfiguration(_ open: () throws(GitError) -> Repository) throws(GitError) -> Repository {
        if let value = variable("GIT_CONFIG_NOSYSTEM"), !["0", "false", "no", "off"].contains(value.lowercased()) {
            try Library.setConfigurationFolder("", for: .system)
        }
        guard let path = environment["GIT_CONFIG_GLOBAL"] else { return try open() }
        try Library.setConfigurationFolder("", for: .xdg)
        try Library.setConfigurationFolder("", for: .global)
        let repository = try open()
        if !path.isEmpty, path != "/dev/null" { try repository.useUserConfiguration(absolute(path)) }
        return repository
    }

    private func findRepository() throws(GitError) -> Repository {
        guard let gitDirectory = variable("GIT_DIR") else {
            let ceilings = variable("GIT_CEILING_DIRECTORIES")?.split(separator: ":").map(String.init) ?? []
            let found = try Repository.discover(from: directory, ceilings: ceilings)
            guard let index = variable("GIT_INDEX_FILE") else { return found }
            // git names the index of a partial commit to its hooks, without GIT_DIR.
            return try Repository.open(
                gitDirectory: found.gitDirectory, workTree: found.workTree, indexFile: absolute(index))
        }
        return try Repository.open(
            gitDirectory: absolute(gitDirectory), workTree: variable("GIT_WORK_TREE").map(absolute),
            indexFile: variable("GIT_INDEX_FILE").map(absolute),
            objectDirectory: variable("GIT_OBJECT_DIRECTORY").map(absolute),
            alternates: variable("GIT_ALTERNATE_OBJECT_DIRECTORIES")?.split(separator: ":").map(String.init) ?? [])
    }
}
