extension Repository {
    /// Whether objects may be missing on purpose, because a remote has promised to give them: a partial clone
    /// (`git clone --filter`; git-config(1), `remote.<name>.promisor`).
    public func isPromised(by remote: String) throws(GitError) -> Bool {
        try configuration.bool("remote.\(remote).promisor") ?? false
    }

    /// Has objects that a remote has promised fetched when they are read, one by one, as git itself does.
    ///
    /// - Parameter environment: the user's variables, for the transport.
    public func fetchPromisedObjects(environment: [String: String]) { promiseEnvironment = environment }

    /// Fetches an object that is not here, where a remote has promised it.
    ///
    /// - Returns: whether it is here now.
    func fetchPromised(_ id: ObjectID) throws(GitError) -> Bool {
        guard let promiseEnvironment else { return false }
        for remote in try configuration.remoteNames() where try isPromised(by: remote) {
            let git = GitProgram(self, environment: promiseEnvironment)
            return try git.run(["cat-file", "-e", id.description]).status == 0
        }
        return false
    }
}
