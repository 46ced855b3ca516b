internal import GitStore
internal import Glibc

/// The right to write this clone's records, held by one recorder at a time: an advisory lock (`flock`) on a file of our
/// own. It ends with the process, however that ends.
///
/// The file holds what its holder is about to do: the *intent*, which reference it will move to which commit. An intent
/// found by the next holder is therefore a dead one's, and tells whose a left-over `.lock` of git's is.
struct RecorderLock: ~Copyable {
    /// A move of a reference that was begun.
    struct Intent: Equatable {
        var reference: String
        var tip: String

        /// `<tip> <reference>` and a line break.
        var text: String { "\(tip) \(reference)\n" }

        /// Parses ``text``; nil for an empty or torn one.
        init?(text: String) {
            guard text.hasSuffix("\n") else { return nil }
            let fields = text.dropLast().split(separator: " ")
            guard fields.count == 2, fields[0].utf8.count == 40 else { return nil }
            tip = String(fields[0])
            reference = String(fields[1])
        }

        init(reference: String, tip: String) {
            self.reference = reference
            self.tip = tip
        }
    }

    private let file: FileLock

    /// Takes the lock, waiting for other recorders.
    ///
    /// - Throws: `busy` where others hold it for longer than `patience`.
    init(path: String, patience: Duration) throws {
        guard let file = try FileLock(path, patience: patience) else {
            throw RecordsError(
                .busy, "lock recorder", path, "another recorder holds it for longer than \(patience)",
                hint: "nothing is lost: finished runs wait in state.sqlite; see who holds it with: fuser \(path)")
        }
        self.file = file
    }

    /// What a dead holder was about to do; nil where the last one came to its end.
    func intent() throws(GitError) -> Intent? {
        Intent(text: String(decoding: try file.content(), as: UTF8.self))
    }

    /// Writes down, durably, what is about to be done.
    func declare(_ intent: Intent) throws(GitError) {
        try file.setContent(Array(intent.text.utf8))
    }

    /// Takes the intent back: it is done, or will not be.
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
