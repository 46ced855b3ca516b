internal import DocumentTree
internal import GitStore

/// The last commit that this clone wrote to each of its segments.
///
/// A segment's reference can be moved by anybody; this tells whether somebody did. `<common git folder>/wfrepo/tips` has a line a
/// reference, as in git's `packed-refs`: `<commit> <reference>`. The latest move of all stands in the recorder's lock
/// (``RecorderLock/Intent``), where it costs no wait for the disk of its own, and goes into the file before another reference is moved.
struct WrittenTips {
    /// The file.
    private let path: String
    private var kept: [String: CommitID]
    /// The latest move; that of a reference that the file does not have was of one that was removed since.
    private var latest: (reference: String, tip: CommitID)?

    /// Every reference with its tip.
    var all: [String: CommitID] {
        guard let latest, kept[latest.reference] != nil else { return kept }
        return kept.merging([latest.reference: latest.tip]) { $1 }
    }

    /// The file of a repository.
    static func path(in repository: Repository) -> String { repository.commonDirectory + "wfrepo/tips" }

    /// Reads the tips of a repository. Whoever does not hold the recorder's lock may find a move of this very moment, or not.
    init(of repository: Repository) throws {
        // Before the file: what is taken out of the lock is in the file by then.
        let lock = String(decoding: try DurableFile.read(RecorderLock.path(in: repository)) ?? [], as: UTF8.self)
        if let move = RecorderLock.Intent(text: lock), let last = move.last { latest = (move.reference, last) }
        path = Self.path(in: repository)
        kept = [:]
        let text = String(decoding: try DurableFile.read(path) ?? [], as: UTF8.self)
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: " ", maxSplits: 1)
            guard fields.count == 2, let tip = CommitID(String(fields[0])) else {
                throw RecordsError(
                    .corrupt, "read", path, "this is no line of it: \(PrintableText.escape(String(line)))",
                    hint: "move the file away; the next record accepts the segments as they are")
            }
            kept[String(fields[1])] = tip
        }
    }

    /// The last commit written to a reference.
    subscript(reference: String) -> CommitID? { all[reference] }

    /// Takes a move in that is over and stands in the lock.
    mutating func follow(_ tip: CommitID, of reference: String) throws(GitError) {
        if kept[reference] == nil { try keep(tip, of: reference) }
        latest = (reference, tip)
    }

    /// Puts the latest move into the file, where it is one of another reference: that one's is about to take its place in the lock.
    mutating func makeWay(for reference: String) throws(GitError) {
        guard let latest, latest.reference != reference, kept[latest.reference] != nil else { return }
        try keep(latest.tip, of: latest.reference)
    }

    /// Keeps a tip in the file, durably; nil forgets the reference.
    mutating func keep(_ tip: CommitID?, of reference: String) throws(GitError) {
        guard kept[reference] != tip else { return }
        kept[reference] = tip
        let lines = kept.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)\n" }
        try DurableFile.write(Array(lines.joined().utf8), to: path, sharing: .asFolder(of: path))
    }
}
