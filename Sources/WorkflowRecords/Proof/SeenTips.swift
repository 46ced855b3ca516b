internal import DocumentTree
public import GitStore

/// Where the segments of a repository were when this user last saw them, kept outside of the repository: whoever can
/// write only there can't hide that it was rewritten.
///
/// One file a repository, named for the canonical path of the common git folder: a line a reference, `<tip> <first tip>
/// <since> <reference>`, with the time of the first look in seconds since 1970.
public struct SeenTips {
    /// A reference as it was seen.
    public struct Seen: Hashable, Sendable {
        /// Its last tip.
        public var tip: CommitID
        /// Its tip when it was seen for the first time.
        public var first: CommitID
        /// When that was, in seconds since 1970.
        public var since: Int
    }

    /// The file.
    public let path: String
    /// The references that were seen, by their names.
    public private(set) var all: [String: Seen]

    /// Reads what was seen of a repository.
    ///
    /// - Parameter folder: where such files are kept: `$XDG_STATE_HOME/wfrepo/seen`.
    /// - Throws: `corrupt` where the file can't be understood.
    public init(_ repository: Repository, folder: String) throws {
        let name = try Repository.hash(.blob, Array(repository.commonDirectory.utf8))
        path = "\(folder)/\(name)"
        all = [:]
        for line in String(decoding: try DurableFile.read(path) ?? [], as: UTF8.self).split(separator: "\n") {
            if line.hasPrefix("#") { continue }
            let words = line.split(separator: " ")
            guard words.count == 4, let tip = CommitID(String(words[0])), let first = CommitID(String(words[1])),
                let since = Int(words[2])
            else {
                throw RecordsError(
                    .corrupt, "read", path, "this is no line of it: \(PrintableText.escape(String(line)))",
                    hint: "move the file away; what was seen so far is then unknown")
            }
            all[String(words[3])] = Seen(tip: tip, first: first, since: since)
        }
    }

    /// Keeps where the segments are now. One that no longer leads to what was seen stays as it was seen: `verify` tells
    /// of it.
    ///
    /// - Parameter now: seconds since 1970.
    public mutating func advance(_ repository: Repository, now: Int) throws {
        try FileLock.holding(lockPath()) {
            // Another process may have seen more meanwhile.
            let written = try SeenTips(repository, path: path)
            var next = written.all
            for kind in RecordSegment.Kind.allCases {
                for (segment, tip) in try SegmentCatalog(kind, in: repository).months.joined() {
                    guard var seen = next[segment.reference] else {
                        next[segment.reference] = Seen(tip: tip, first: tip, since: now)
                        continue
                    }
                    guard seen.tip != tip, try Self.leads(tip, to: seen.tip, in: repository) else { continue }
                    seen.tip = tip
                    next[segment.reference] = seen
                }
            }
            if next != written.all { try write(next, of: repository) }
            all = next
        }
    }

    /// Forgets references that are gone by right.
    public mutating func forget(_ references: [String], of repository: Repository) throws {
        try FileLock.holding(lockPath()) {
            var next = try SeenTips(repository, path: path).all
            for reference in references { next[reference] = nil }
            try write(next, of: repository)
            all = next
        }
    }

    private init(_ repository: Repository, path: String) throws {
        try self.init(repository, folder: DurableFile.folder(of: path))
    }

    private func lockPath() throws(GitError) -> String {
        try DurableFile.makeFolders(DurableFile.folder(of: path), mode: 0o700)
        return path + ".lock"
    }

    private func write(_ tips: [String: Seen], of repository: Repository) throws {
        let lines = tips.sorted { $0.key < $1.key }.map { "\($1.tip) \($1.first) \($1.since) \($0)\n" }
        let title = "# \(PrintableText.escape(repository.commonDirectory))\n"
        // Where a loss of power takes the new file back, the old one is there, which is as good.
        try DurableFile.write(Array((title + lines.joined()).utf8), to: path, mode: 0o600, syncingFolder: false)
    }

    /// Whether a commit leads to an earlier one of its segment. Mostly that is a few steps back; where ours and somebody else's
    /// were united, it is not among the first parents.
    static func leads(_ tip: CommitID, to earlier: CommitID, in repository: Repository) throws -> Bool {
        guard repository.exists(earlier.object) else { return false }
        var commit = tip
        for _ in 0..<64 {
            if commit == earlier { return true }
            guard let parent = try repository.links(of: commit).parents.first else { break }
            commit = parent
        }
        return try repository.isAncestor(earlier, of: tip)
    }
}
