import GitStore

extension CommandContext {
    /// Opens the repository that the command works on, found as git finds it: `GIT_DIR`, or upwards from the folder.
    ///
    /// Source: git(1), "The Git Repository" and "ENVIRONMENT VARIABLES".
    func openRepository() throws(GitError) -> Repository {
        let repository = try withUserConfiguration { () throws(GitError) in try findRepository() }
        repository.fetchPromisedObjects(environment: environment)
        return repository
    }

    /// A repository that `open` opens or makes, with the settings from outside it that git would read.
    ///
    /// Source: git(1), `GIT_CONFIG_GLOBAL` and `GIT_CONFIG_NOSYSTEM`.
    func withUserConfiguration(_ open: () throws(GitError) -> Repository) throws(GitError) -> Repository {
        if skipsSystemSettings {
            try Library.setConfigurationFolder("", for: .system)
        }
        guard let path = environment["GIT_CONFIG_GLOBAL"] else {
            return try Repository.opening(safe: safeDirectories, open)
        }
        try Library.setConfigurationFolder("", for: .xdg)
        try Library.setConfigurationFolder("", for: .global)
        let repository = try Repository.opening(safe: safeDirectories, open)
        if !path.isEmpty, path != "/dev/null" { try repository.useUserConfiguration(absolute(path)) }
        return repository
    }

    /// The repositories of others that this user has said to be safe. Source: git-config(1), `safe.directory` and FILES;
    /// git(1), `GIT_CONFIG_COUNT`.
    private func safeDirectories() throws(GitError) -> SafeDirectories {
        var files: [String] = []
        if !skipsSystemSettings { files.append(variable("GIT_CONFIG_SYSTEM").map(absolute) ?? "/etc/gitconfig") }
        if let path = environment["GIT_CONFIG_GLOBAL"] {
            if !path.isEmpty { files.append(absolute(path)) }
        } else if let home = variable("HOME") {
            files.append("\(variable("XDG_CONFIG_HOME") ?? home + "/.config")/git/config")
            files.append(home + "/.gitconfig")
        }
        let count = min(variable("GIT_CONFIG_COUNT").flatMap { Int($0) } ?? 0, 1_000)
        let given = (0..<max(0, count)).compactMap { number in
            variable("GIT_CONFIG_KEY_\(number)")?.lowercased() == "safe.directory"
                ? environment["GIT_CONFIG_VALUE_\(number)"] : nil
        }
        return try SafeDirectories(files: files, given: given, home: variable("HOME"))
    }

    private var skipsSystemSettings: Bool {
        variable("GIT_CONFIG_NOSYSTEM").map { !["0", "false", "no", "off"].contains($0.lowercased()) } ?? false
    }

    private func findRepository() throws(GitError) -> Repository {
        let workTree = variable("GIT_WORK_TREE").map(absolute)
        let index = variable("GIT_INDEX_FILE").map(absolute)
        guard let gitDirectory = variable("GIT_DIR") else {
            let ceilings = variable("GIT_CEILING_DIRECTORIES")?.split(separator: ":").map(String.init) ?? []
            let found = try Repository.discover(from: directory, ceilings: ceilings)
            guard workTree != nil || index != nil else { return found }
            // git names the index of a partial commit to its hooks, without GIT_DIR.
            return try Repository.open(
                gitDirectory: found.gitDirectory, workTree: workTree ?? found.workTree, indexFile: index)
        }
        return try Repository.open(
            gitDirectory: absolute(gitDirectory), workTree: workTree, indexFile: index,
            objectDirectory: variable("GIT_OBJECT_DIRECTORY").map(absolute),
            alternates: variable("GIT_ALTERNATE_OBJECT_DIRECTORIES")?.split(separator: ":").map(String.init) ?? [])
    }
}
