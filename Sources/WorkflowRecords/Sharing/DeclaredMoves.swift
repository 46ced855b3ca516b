internal import GitStore
internal import Glibc

/// Moves references on behalf of a synchronisation, which first writes into its own lock which ones it moves where. So the lock of
/// git's that a killed one leaves is known for its, and stops nobody for good; and where one was killed between two moves that
/// belong together, as of an audit and the runs that it tells of, the next one makes the others, and `verify` knows of them.
struct DeclaredMoves {
    /// A move that was checked.
    struct Move {
        var reference: String
        /// Where it was; nil where it is new.
        var old: ObjectID?
        var new: ObjectID
    }

    let repository: Repository
    /// The synchronisation's own lock.
    let lock: FileLock

    /// Removes what a synchronisation that was killed has left, and makes the moves that it had begun: it had our lock, and nobody
    /// else writes these.
    ///
    /// - Parameter incoming: the references that only synchronisations write.
    func clearLeftovers(_ incoming: String) throws {
        let declaration = Declaration(text: String(decoding: try lock.content(), as: UTF8.self))
        for intent in declaration.intents {
            try StaleReferenceLock(repository, reference: intent.reference).removeIfLeft(by: intent)
        }
        for move in try declaration.unfinished(in: repository) {
            try update(move, message: "wfrepo sync: what an interrupted one had checked")
        }
        try lock.clear()
        try repository.removeStalePackedReferencesLock()
        try removeLocks(below: repository.commonDirectory + incoming)
    }

    /// The moves that a synchronisation has declared and not made: one that was killed, or that is just at it. What this clone itself
    /// writes is no part of them: nobody takes some of it away and says so here.
    static func unfinished(in repository: Repository) throws -> [Move] {
        // A file of tips that is damaged is a finding of its own.
        guard repository.showsOwnFolder,
            let own = try? WrittenTips(of: repository).all
        else { return [] }
        let text = try DurableFile.read(repository.commonDirectory + "wfrepo/" + fileName) ?? []
        return try Declaration(text: String(decoding: text, as: UTF8.self)).unfinished(in: repository)
            .filter { own[$0.reference] == nil }
    }

    /// The lock's file in wfrepo's own folder.
    static let fileName = "sync.lock"

    /// Makes moves that belong together.
    func perform(_ moves: [Move], message: String) throws {
        guard !moves.isEmpty else { return }
        try declare(moves.map { ($0.reference, $0.new, $0.old ?? .zero) })
        for move in moves { try update(move, message: message) }
        try lock.clear()
    }

    /// Points a reference at an object; see ``Repository/updateReference(_:to:expecting:message:)``.
    func update(
        _ reference: String, to id: ObjectID, expecting expected: Expected = .any, message: String
    ) throws {
        try declare([(reference, id, nil)])
        try repository.updateReference(reference, to: id, expecting: expected, message: message)
        try lock.clear()
    }

    private func declare(_ moves: [(reference: String, new: ObjectID, old: ObjectID?)]) throws {
        try lock.setContent(Array(Declaration(moves: moves).text.utf8))
    }

    private func update(_ move: Move, message: String) throws {
        try repository.updateReference(
            move.reference, to: move.new, expecting: move.old.map { .exactly($0) } ?? .absent, message: message)
    }

    private func removeLocks(below folder: String) throws {
        for name in try FolderNames.all(in: folder) {
            let path = folder + name
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                try removeLocks(below: path + "/")
            } else if name.hasSuffix(".lock"), unlink(path) != 0, errno != ENOENT {
                throw RecordsError.system("remove stale lock", path)
            }
        }
    }
}

/// What stands in a synchronisation's lock: a line a move, `<new> <reference>`, and `<old>` where the move may be made by others, too;
/// then `end`. Nothing was moved before all of that was on disk.
private struct Declaration {
    var moves: [(reference: String, new: ObjectID, old: ObjectID?)] = []
    private var isWhole = true

    init(moves: [(reference: String, new: ObjectID, old: ObjectID?)]) { self.moves = moves }

    init(text: String) {
        isWhole = false
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: " ")
            if fields == ["end"] { isWhole = true }
            guard fields.count >= 2, let new = ObjectID(String(fields[0])) else { continue }
            moves.append((String(fields[1]), new, fields.dropFirst(2).first.flatMap { ObjectID(String($0)) }))
        }
    }

    var text: String {
        moves.map { "\($0.new) \($0.reference)" + ($0.old.map { " \($0)" } ?? "") + "\n" }.joined() + "end\n"
    }

    var intents: [RecorderLock.Intent] {
        moves.map { RecorderLock.Intent(reference: $0.reference, tip: $0.new.description) }
    }

    /// The moves of segments that can still be made: the reference is where it was.
    func unfinished(in repository: Repository) throws -> [DeclaredMoves.Move] {
        guard isWhole else { return [] }
        return try moves.compactMap { move in
            guard let old = move.old, RecordSegment(reference: move.reference) != nil, repository.exists(move.new),
                try repository.resolve(move.reference) ?? .zero == old
            else { return nil }
            return DeclaredMoves.Move(reference: move.reference, old: old == .zero ? nil : old, new: move.new)
        }
    }
}
