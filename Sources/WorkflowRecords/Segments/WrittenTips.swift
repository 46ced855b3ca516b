internal import DocumentTree
internal import GitStore

/// The last commit that this clone wrote to each of its segments, kept in `<common git folder>/wfrepo/tips`.
///
/// A segment's reference can be moved by anybody; this file tells whether somebody did. A line a reference, as in git's
/// `packed-refs`: `<commit> <reference>`.
struct WrittenTips {
    private let path: String
    private var tips: [String: CommitID]
    /// Every reference with its tip.
    var all: [String: CommitID] { tips }

    /// Reads the file; one that is missing holds nothing.
    init(path: String) throws {
        self.path = path
        tips = [:]
        let text = String(decoding: try DurableFile.read(path) ?? [], as: UTF8.self)
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: " ", maxSplits: 1)
            guard fields.count == 2, let tip = CommitID(String(fields[0])) else {
                throw RecordsError(
                    .corrupt, "read", path, "this is no line of it: \(PrintableText.escape(String(line)))",
                    hint: "move the file away; the next record accepts the segments as they are")
            }
            tips[String(fields[1])] = tip
        }
    }

    /// The last commit written to a reference.
    subscript(reference: String) -> CommitID? { tips[reference] }

    /// Keeps a tip, durably; nil forgets the reference.
    mutating func keep(_ tip: CommitID?, of reference: String) throws(GitError) {
        guard tips[reference] != tip else { return }
        tips[reference] = tip
        let lines = tips.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)\n" }
        try DurableFile.write(Array(lines.joined().utf8), to: path, sharing: .asFolder(of: path))
    }
}
