public import GitStore

/// Keeps a repository with many records fast and small: packs grow in a geometric row, and what crashes left is cleared away.
///
/// It removes no object that is not in a pack as well, so it may run beside any writer.
public struct Maintenance {
    /// What was done.
    public struct Outcome: Hashable, Sendable {
        /// Loose objects and packs before.
        public var before: ObjectCounts
        /// Loose objects and packs afterwards.
        public var after: ObjectCounts
        /// Files that crashes had left, which were removed.
        public var cleared: [String]
    }

    private static let durably = ["core.fsync=all", "core.fsyncMethod=fsync"]

    private let repository: Repository
    private let git: GitProgram
    private let patience: Duration
    private let largestIndexes: Int

    /// A maintenance of one repository.
    public init(_ repository: Repository, git: GitProgram, patience: Duration = .seconds(10)) {
        self.init(repository, git: git, patience: patience, largestIndexes: MultiPackIndex.most)
    }

    /// - Parameter largestIndexes: Bytes. Where the packs' indexes have more, there is no index of all of them.
    init(_ repository: Repository, git: GitProgram, patience: Duration, largestIndexes: Int) {
        self.repository = repository
        self.git = git
        self.patience = patience
        self.largestIndexes = largestIndexes
    }

    /// Whether there is so much to do that it pays.
    public var isDue: Bool {
        get throws { try ObjectCounts.isMuch(in: repository) || !Leftovers(repository).found().isEmpty }
    }

    /// Repacks and clears up.
    ///
    /// - Parameter isFull: whether all packs become one, and what resembles what in them is looked for anew.
    /// - Returns: nil where another maintenance, or `git gc`, is at work.
    public func run(isFull: Bool = false) throws -> Outcome? {
        let folder = try repository.makeOwnFolder()
        guard let lock = try FileLock(folder + "/maintenance.lock"), try !CollectionByGit(repository).isUnderWay else {
            return nil
        }
        return try withExtendedLifetime(lock) {
            let before = try ObjectCounts(repository)
            let cleared = try clearLeftovers()
            try Repacking(repository, git: git, settings: Self.durably).run(isFull: isFull)
            let index = MultiPackIndex(of: repository)
            if try index.isWorthWriting(upTo: largestIndexes) {
                try git.output(["multi-pack-index", "write", "--no-progress"], settings: Self.durably)
            } else {
                try index.removeIfUseless()
            }
            return Outcome(before: before, after: try ObjectCounts(repository), cleared: cleared)
        }
    }

    /// Under the recorder's lock, so that nothing of a recorder that is at work is taken for left behind.
    private func clearLeftovers() throws -> [String] {
        let lock = try RecorderLock(of: repository, patience: patience)
        var cleared: [String] = []
        if let path = try lock.removeReferenceLock(in: repository) { cleared.append(path) }
        if let path = try repository.removeStalePackedReferencesLock() { cleared.append(path) }
        return try cleared + Leftovers(repository).clear()
    }
}
