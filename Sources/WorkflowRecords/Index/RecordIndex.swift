internal import GRDB
public import GitStore
internal import Glibc

/// What history, run records and the audit say, in a form that answers questions fast: `index.sqlite` in wfrepo's folder.
///
/// All of it is derived from git. It may be deleted at any time; one that is missing, damaged or of another version is made
/// anew, and each use first brings it up to date with the references. Readers do not stop writers, nor the other way round
/// (SQLite in WAL mode). It uses its `Repository`, and so belongs to the same thread or isolation domain.
public final class RecordIndex {
    /// How far the making of an index has come.
    public struct Progress: Hashable, Sendable {
        /// What is being read.
        public enum Part: String, Hashable, Sendable, CaseIterable { case history, runs, audit }

        /// What is being read.
        public var part: Part
        /// How many commits, runs or events of it have been read.
        public var done: Int
    }

    let repository: Repository
    /// The path of the file; nil where it could not be made, and the index lives in memory.
    public let path: String?
    /// Another one once the file was made anew.
    private(set) var database: DatabaseQueue
    /// The file that it has open.
    private var file: ino_t?
    /// Whether anything was written since it was opened, also in bringing it up to date then.
    public private(set) var hasWritten = false
    /// Where HEAD was when its history was last read; nil where nobody else can have read another one since.
    private var head: Head?
    let progress: (Progress) -> Void
    /// Told what SQLite finds damaged before the file is made anew.
    private let damaged: (String) -> Void
    /// What is read within ``inOneMoment(_:)``.
    private var moment: Database?

    private init(
        _ repository: Repository, path: String?, _ database: DatabaseQueue,
        _ progress: @escaping (Progress) -> Void, damaged: @escaping (String) -> Void = { _ in }
    ) {
        self.repository = repository
        self.path = path
        self.database = database
        file = path.flatMap(Self.number)
        self.progress = progress
        self.damaged = damaged
    }

    /// Where the index of a repository is.
    public static func path(in repository: Repository) -> String { repository.commonDirectory + "wfrepo/index.sqlite" }

    /// Whether there is an index of this repository, good or bad.
    public static func exists(in repository: Repository) -> Bool { access(path(in: repository), F_OK) == 0 }

    /// From this size on the index of a history answers faster than a walk over it.
    private static let largeBytes = 1 << 20

    /// Whether there is an index, and one of a long history.
    public static func isLarge(in repository: Repository) -> Bool {
        var status = stat()
        return stat(path(in: repository), &status) == 0 && status.st_size >= largeBytes
    }

    /// Opens the index, and brings it up to date with the repository as it is now. It is made anew where SQLite finds it damaged,
    /// be it only when a question is asked: of all else SQLite looks at nothing.
    ///
    /// - Parameters:
    ///   - isAnew: whether to make it anew although it is there.
    ///   - parts: what to bring up to date; the rest stays as it was read last.
    ///   - progress: told how far it has come.
    ///   - damaged: told what SQLite finds damaged, before the index is made anew for that.
    /// - Throws: `GitError` of what is read, `RecordsError.io` where the disk is full or the like.
    public static func open(
        _ repository: Repository, anew isAnew: Bool = false,
        reading parts: Set<Progress.Part> = Set(Progress.Part.allCases),
        progress: @escaping (Progress) -> Void = { _ in }, damaged: @escaping (String) -> Void = { _ in }
    ) throws -> RecordIndex {
        let path = path(in: repository)
        guard whyNotKept(in: repository) == nil else {
            // Nothing can be kept: it is made for this one use.
            let index = RecordIndex(repository, path: nil, try translating(nil) { try DatabaseQueue() }, progress)
            try index.fill()
            return index
        }
        if !isAnew, case .usable(let index) = try present(path, repository, parts, progress, damaged) { return index }
        try repository.makeOwnFolder()
        let lock = try FileLock(waitingFor: path + ".lock")
        return try withExtendedLifetime(lock) {
            // Another process may have made it while this one waited.
            if !isAnew {
                switch try present(path, repository, parts, progress, damaged) {
                case .usable(let index): return index
                case .damaged(let words): damaged(words)
                case .missing: break
                }
            }
            try make(at: path, repository, progress)
            let index = RecordIndex(repository, path: path, try connect(path), progress, damaged: damaged)
            try index.refresh()
            return index
        }
    }

    /// Why no index can be kept in the repository, in the system's words; nil where one can.
    public static func whyNotKept(in repository: Repository) -> String? {
        let folder = DurableFile.folder(of: path(in: repository))
        let isThere = access(folder, F_OK) == 0
        guard access(isThere ? folder : repository.commonDirectory, W_OK) != 0 else { return nil }
        return String(cString: strerror(errno))
    }

    /// What is where the index should be.
    private enum Present {
        /// An index, up to date.
        case usable(RecordIndex)
        /// None, or one of another version.
        case missing
        /// One that is damaged, in SQLite's words.
        case damaged(String)
    }

    private static func present(
        _ path: String, _ repository: Repository, _ parts: Set<Progress.Part>,
        _ progress: @escaping (Progress) -> Void, _ damaged: @escaping (String) -> Void
    ) throws -> Present {
        guard access(path, F_OK) == 0 else { return .missing }
        do {
            let index = RecordIndex(repository, path: path, try connect(path), progress, damaged: damaged)
            let version = try translating(path) { try index.inTransaction(IndexSchema.version) }
            guard version == IndexSchema.version else { return .missing }
            try index.refresh(parts)
            return .usable(index)
        } catch let error as RecordsError {
            guard error.code == .corrupt, error.object == path else { throw error }
            return .damaged(error.message)
        }
    }

    /// Asks or writes, once more where SQLite finds the file damaged only then: it is made anew in between.
    private func mending<R>(_ body: () throws -> R) throws -> R {
        do {
            return try Self.translating(path, body)
        } catch let error as RecordsError {
            guard let path, error.code == .corrupt, error.object == path else { throw error }
            damaged(error.message)
            try makeAnew(path)
            return try Self.translating(path, body)
        }
    }

    private func makeAnew(_ path: String) throws {
        let lock = try FileLock(waitingFor: path + ".lock")
        try withExtendedLifetime(lock) {
            // Another process may have made it while this one waited.
            if Self.number(path) == file { try Self.make(at: path, repository, progress) }
        }
        database = try Self.connect(path)
        file = Self.number(path)
    }

    /// The file system's number of a file: as long as one is open, no other has it.
    private static func number(_ path: String) -> ino_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_ino : nil
    }

    /// Makes a new file beside the old one and puts it in its place: others read the old one meanwhile.
    private static func make(
        at path: String, _ repository: Repository, _ progress: @escaping (Progress) -> Void
    ) throws {
        let draft = path + ".new"
        try makeDraft(at: draft, repository, progress) { _ in }
        for suffix in ["-wal", "-shm"] { unlink(path + suffix) }
        // SQLite gives the files beside it what this one has.
        try SharedAccess.asFolder(of: path).apply(to: draft)
        guard rename(draft, path) == 0 else { throw RecordsError.system("put index in place", path) }
    }

    /// Makes an index in a file that nobody else reads.
    static func makeDraft(
        at draft: String, _ repository: Repository, _ progress: @escaping (Progress) -> Void,
        _ body: (RecordIndex) throws -> Void
    ) throws {
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(draft + suffix) }
        var configuration = Configuration()
        configuration.label = "wfrepo.index.new"
        let database = try translating(draft) {
            let database = try DatabaseQueue(path: draft, configuration: configuration)
            try database.inDatabase { database in
                // Nobody needs a half-made index after a crash.
                try database.execute(
                    sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000")
            }
            return database
        }
        let index = RecordIndex(repository, path: draft, database, progress)
        try Library.mapPacksPiecemeal()
        try index.fill()
        try body(index)
        try translating(draft) {
            try database.inDatabase { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
            try database.close()
        }
    }

    private static func connect(_ path: String) throws -> DatabaseQueue {
        try translating(path) {
            var configuration = Configuration()
            configuration.busyMode = .timeout(30)
            configuration.label = "wfrepo.index"
            configuration.prepareDatabase { database in
                // In WAL mode NORMAL never damages the file, and what is lost in a power failure is read from git again.
                // GRDB's own setting of that mode writes to the log whenever it is empty: then every question would.
                try database.execute(
                    sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY")
            }
            return try DatabaseQueue(path: path, configuration: configuration)
        }
    }

    private func fill() throws {
        try write { database in
            try IndexSchema.create(in: database)
            try IndexUpdate(self, database).run(Set(Progress.Part.allCases))
            // What follows sorts, within as much memory as the cache of pages has.
            Library.giveBackPackIndexes()
            try database.execute(sql: IndexSchema.queries)
        }
    }

    /// Reads what has come into the repository since the last time. Where nothing has, nothing is written.
    public func update(_ parts: Set<Progress.Part> = Set(Progress.Part.allCases)) throws {
        try mending { try refresh(parts) }
    }

    private func refresh(_ parts: Set<Progress.Part> = Set(Progress.Part.allCases)) throws {
        let sources = try IndexUpdate.Sources(of: repository, parts)
        if try Self.translating(path, { try inTransaction(sources.differ) }) {
            try write { try IndexUpdate(self, $0).run(parts) }
        }
        if parts.contains(.history) { head = Head(sources) }
    }

    /// Asks several questions of the index as it is at one moment, whoever writes meanwhile. Each alone would be a transaction,
    /// which costs about as much as a short answer.
    ///
    /// - Parameter body: asks; it does not bring the index up to date.
    public func inOneMoment<R>(_ body: () throws -> R) throws -> R {
        try read { database in
            moment = database
            defer { moment = nil }
            return try body()
        }
    }

    /// Reads within one transaction, beside the history of HEAD as it is in this work tree: linked ones share the index, and one on
    /// another branch may have read its own into it meanwhile.
    func read<R>(_ body: (Database) throws -> R) throws -> R {
        if let moment { return try body(moment) }
        return try mending {
            let answers = try inTransaction { database in
                try head?.isRead(in: database) ?? true ? [body(database)] : []
            }
            if let answer = answers.first { return answer }
            head = Head(try IndexUpdate.Sources(of: repository, [.history]))
            hasWritten = true
            return try database.write { database in
                try IndexUpdate(self, database).run([.history])
                return try body(database)
            }
        }
    }

    /// Not by GRDB's `read`: that switches `query_only` on and off, after which SQLite compiles each statement anew that was kept.
    private func inTransaction<R>(_ read: (Database) throws -> R) throws -> R {
        try database.inDatabase { database in
            try database.beginTransaction(.deferred)
            // It has nothing to lose, and what failed may have ended it.
            defer { if (try? database.commit()) == nil { try? database.rollback() } }
            return try read(database)
        }
    }

    func write<R>(_ body: (Database) throws -> R) throws -> R {
        hasWritten = true
        return try Self.translating(path) { try database.write(body) }
    }
}
