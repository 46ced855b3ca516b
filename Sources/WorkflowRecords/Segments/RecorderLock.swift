internal import GitStore
internal import Glibc

/// The right to write this clone's records, held by one recorder at a time: an advisory lock (`flock`) on a file of our
/// own. It ends with the process, however that ends.
///
/// The file holds the last move of a reference that a holder made, or was about to make: the *intent*. One that is not over
/// when the next holder finds it is a dead one's, and tells whose a left-over `.lock` of git's is.
struct RecorderLock: ~Copyable {
    /// A move of a reference.
    struct Intent: Equatable {
        var reference: String
        /// What the reference is to hold, in hexadecimal.
        var tip: String
        /// How far the move has come.
        var progress: Progress

        enum Progress: Equatable {
            /// It was begun; this is the commit, if any, that we had written to the reference before.
            case begun(after: CommitID?)
            /// It is over, and on disk.
            case over
        }

        init(reference: String, tip: String, _ progress: Progress = .begun(after: nil)) {
            self.reference = reference
            self.tip = tip
            self.progress = progress
        }

        /// The commit of ours that the reference led to for certain.
        var last: CommitID? {
            switch progress {
            case .begun(let last): last
            case .over: CommitID(tip)
            }
        }

        /// `<tip> <reference>`, then `after <commit>` or `over`, and a line break. Blanks make all of one length: what is written over
        /// something of the same length is whole after a power failure, or not there at all.
        var text: String {
            let rest =
                switch progress {
                case .begun(let last): last.map { " after \($0)" } ?? ""
                case .over: " over"
                }
            let line = "\(tip) \(reference)\(rest)"
            return line + String(repeating: " ", count: max(0, Self.length - 1 - line.utf8.count)) + "\n"
        }

        /// Bytes; less than a disk writes at once.
        private static let length = 256

        /// Parses ``text``; nil for an empty or torn one.
        init?(text: String) {
            guard text.hasSuffix("\n") else { return nil }
            let fields = text.dropLast().split(separator: " ").map(String.init)
            guard fields.count >= 2, fields[0].utf8.count == 40 else { return nil }
            switch (fields.count, fields.dropFirst(2).first) {
            case (2, _): progress = .begun(after: nil)
            case (3, "over"): progress = .over
            case (4, "after"): progress = .begun(after: CommitID(fields[3]))
            default: return nil
            }
            tip = fields[0]
            reference = fields[1]
        }
    }

    private let file: FileLock

    /// The lock's file.
    static func path(in repository: Repository) -> String { repository.commonDirectory + "wfrepo/recorder.lock" }

    /// Takes the lock of a repository, waiting for other recorders.
    ///
    /// - Throws: `busy` where others hold it for longer than `patience`.
    init(of repository: Repository, patience: Duration) throws {
        let path = Self.path(in: repository)
        guard let file = try FileLock(path, patience: patience) else {
            throw RecordsError(
                .busy, "lock recorder", path, "another recorder holds it for longer than \(patience)",
                hint: "nothing is lost: finished runs wait in state.sqlite; see who holds it with: fuser \(path)")
        }
        self.file = file
    }

    /// What a dead holder was about to do; nil where the last one came to its end.
    func intent() throws(GitError) -> Intent? {
        let move = Intent(text: String(decoding: try file.content(), as: UTF8.self))
        return move?.progress == .over ? nil : move
    }

    /// Removes git's lock of the reference that a dead holder was about to move, where it is that one's.
    ///
    /// - Returns: the lock's path; nil where nothing was left.
    @discardableResult
    func removeReferenceLock(in repository: Repository) throws -> String? {
        guard let intent = try intent() else { return nil }
        let stale = StaleReferenceLock(repository, reference: intent.reference)
        return try stale.removeIfLeft(by: intent) ? stale.path : nil
    }

    /// Writes down what is about to be done. It has to be waited for before that is begun.
    func declare(_ intent: Intent) throws(GitError) -> UnsyncedFile {
        try file.overwrite(Array(intent.text.utf8))
    }

    /// Writes down that a move is over. After a power failure it may be as if this had not been written.
    func end(_ intent: Intent) throws(GitError) {
        var over = intent
        over.progress = .over
        try file.overwrite(Array(over.text.utf8))
    }

    /// Takes the intent back: it will not be done, or what it removed is gone.
    func clear() throws(GitError) {
        try file.clear()
    }
}

extension RecordsError {
    /// What the operating system says of the last call.
    static func system(_ operation: String, _ path: String, code: CInt = errno) -> RecordsError {
        let hint: String? =
            switch code {
            case ENOSPC, EDQUOT: "free some space; finished runs wait in state.sqlite until they are recorded"
            case EACCES, EPERM, EROFS: "see who may write there: ls -ld \(path)"
            default: nil
            }
        return RecordsError(.io, operation, path, String(cString: strerror(code)), hint: hint)
    }
}
