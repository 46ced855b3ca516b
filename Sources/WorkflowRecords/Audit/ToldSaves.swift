public import GitStore

/// Up to where the audit was told of saves: a file beside its queue, `wfrepo/told` in the common git folder (`told-<name>` of a
/// linked work tree), with HEAD's commit and the time from which on saves are told, `<commit> <seconds since 1970>`.
///
/// Who saves holds it, shared with others who do, from before the branch moves until the audit knows. So whoever gets it alone
/// and finds HEAD elsewhere knows that a save may have been killed in between. It is not waited for to be on disk: what is told
/// already is found in the audit.
public struct ToldSaves: Sendable {
    /// What the file says.
    public struct Standing: Equatable, Sendable {
        /// The commit that HEAD was at; nil on a branch without commits.
        public var tip: CommitID?
        /// From when on saves are told, in seconds since 1970.
        public var since: Int

        /// A standing.
        public init(tip: CommitID?, since: Int) {
            self.tip = tip
            self.since = since
        }
    }

    private let lock: FileLock

    /// Holds the file, which is made where it is missing.
    ///
    /// - Parameter isAlone: whether nobody else may hold it; then it is nil where somebody does.
    public static func hold(of repository: Repository, isAlone: Bool) throws -> ToldSaves? {
        let path = path(in: repository)
        try DurableFile.makeFolders(DurableFile.folder(of: path), mode: 0o700, sharing: repository.sharedAccess)
        let lock = isAlone ? try FileLock(path) : try FileLock(sharing: path)
        return lock.map { ToldSaves(lock: $0) }
    }

    /// What the file says, looked at without holding it; nil where there is none, or nothing is known.
    public static func standing(in repository: Repository) throws -> Standing? {
        try DurableFile.read(path(in: repository)).flatMap(Standing.init)
    }

    /// What the file says; nil where nothing is known.
    public func standing() throws -> Standing? { Standing(try lock.content()) }

    /// Says that all up to a commit was told.
    public func keep(_ standing: Standing) throws {
        try lock.overwrite(Array("\(standing.tip?.object ?? .zero) \(standing.since)\n".utf8))
    }

    /// Each work tree has a HEAD and a reflog of its own.
    private static func path(in repository: Repository) -> String {
        let isLinked = repository.gitDirectory != repository.commonDirectory
        let name = isLinked ? repository.gitDirectory.split(separator: "/").last.map { "-\($0)" } : nil
        return repository.commonDirectory + "wfrepo/told" + (name ?? "")
    }
}

extension ToldSaves.Standing {
    fileprivate init?(_ bytes: [UInt8]) {
        let words = String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }
        guard words.count == 2, let tip = ObjectID(String(words[0])), let since = Int(words[1]) else { return nil }
        self.init(tip: tip == .zero ? nil : CommitID(tip), since: since)
    }

    /// The saves that HEAD's reflog tells of beyond this, the oldest first: commits made in this work tree, but not those of a rebase,
    /// which ends with new ones.
    ///
    /// - Parameters:
    ///   - reflog: the last entry first.
    ///   - tip: where HEAD is.
    public func savesSince(_ reflog: [ReflogEntry], tip: CommitID?) -> [CommitID] {
        var found: [CommitID] = []
        // What the entry after it says that it began from: git notes a move before it makes it.
        var next = tip?.object
        var isWithinRebase = false
        for entry in reflog {
            if entry.new == next, entry.new == self.tip?.object || entry.seconds < since { break }
            let verb = entry.message.prefix { $0 != ":" }
            if verb.hasSuffix("(finish)") || verb.hasSuffix("(abort)") { isWithinRebase = true }
            let isSave = ["commit", "revert", "cherry-pick", "am"].contains(verb.prefix { $0 != " " })
            if isSave, !isWithinRebase, entry.new == next { found.append(CommitID(entry.new)) }
            if verb.hasSuffix("(start)") { isWithinRebase = false }
            next = entry.old
        }
        return found.reversed()
    }
}
