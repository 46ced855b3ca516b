public import GitStore
internal import Glibc
public import WorkflowEngine
public import WorkflowLanguage

/// Audit events that wait to be put into git: lines of a file, `wfrepo/audit.queue` in the common git folder.
///
/// What ``append(_:)`` has taken is on disk, at the cost of one fsync, so a save or a run waits for no git objects. Many
/// processes may append at once. ``fold(into:)`` puts what waits into git; a crash at any point loses nothing and doubles
/// nothing, because the audit log leaves alone what it has already.
///
/// A line that was changed since it was taken goes not into git but into a file beside the queue, `audit.queue.damaged`, where
/// `verify` finds it.
public struct AuditQueue: Sendable {
    /// From this size on it is worth a commit of its own.
    private static let dueBytes = 48 << 10
    /// After so long what waits is put into git by the next command.
    private static let dueAge = Duration.seconds(60)

    /// The file.
    let path: String
    private let sharedAccess: SharedAccess
    /// Where lines go that were changed after they had been written.
    var damagedPath: String { path + ".damaged" }

    /// The queue of a repository.
    public init(of repository: Repository) {
        path = repository.commonDirectory + "wfrepo/audit.queue"
        // A setting that git refuses is said by whatever writes an object.
        sharedAccess = (try? repository.sharedAccess) ?? .byUmask
    }

    /// Takes events in; when it returns they are on disk.
    ///
    /// - Throws: `GitError.io` where the file can't be written.
    public func append(_ entries: [AuditLog.Entry]) throws {
        try UnsyncedFile.wait(for: enqueue(entries))
    }

    /// Takes events in that are on disk once that was waited for; others who use the queue wait until then.
    func enqueue(_ entries: [AuditLog.Entry]) throws -> [UnsyncedFile] {
        guard !entries.isEmpty else { return [] }
        var bytes: [UInt8] = []
        for entry in entries { bytes += Array(try QueuedAuditLine.text(of: entry).utf8) + [0x0A] }
        try DurableFile.makeFolders(DurableFile.folder(of: path), mode: 0o700, sharing: sharedAccess)
        guard let file = try QueueFile(path, creating: true) else { return [] }
        // What a crash tore was never acknowledged; it must not run into the next line.
        if let last = try file.lastByte(), last != 0x0A { bytes.insert(0x0A, at: 0) }
        return try file.append(bytes)
    }

    /// The events that wait, in the order in which they were taken, each once.
    public func waiting() throws -> [AuditLog.Entry] {
        try Self.entries(of: Self.lines(in: DurableFile.read(path) ?? []))
    }

    /// Whether it is time to put what waits into git: it is much, or has waited for a minute.
    public func isDue(at now: Timestamp) throws -> Bool {
        guard let file = try QueueFile(path, creating: false), file.size > 0 else { return false }
        if file.size >= Self.dueBytes { return true }
        let first = String(decoding: try file.bytes(upTo: QueuedAuditLine.idEnd), as: UTF8.self)
        guard let oldest = QueuedAuditLine.id(in: first)?.time else { return true }
        return now.since(oldest) >= Self.dueAge
    }

    /// Puts what waits into git, and takes it off the queue once it is on disk there.
    ///
    /// What somebody else did to the audit's reference is told in the queue.
    ///
    /// - Parameter number: the version of a workflow that is in force at a commit; see ``AuditLog/Entry/numbered(_:)``.
    /// - Returns: how many events were taken off the queue.
    @discardableResult
    public func fold(
        into log: AuditLog, numbering number: (WorkflowName, CommitID) -> Int? = { _, _ in nil },
        telling foreign: (ForeignWrite) throws -> AuditLog.Entry
    ) throws -> Int {
        let taken = try DurableFile.read(path) ?? []
        let lines = Self.lines(in: taken)
        let entries = Self.entries(of: lines).map { $0.numbered(number) }
        guard !taken.isEmpty else { return 0 }
        let write = try log.append(entries)
        try putAside(Self.damaged(of: lines).map { Array($0.bytes) })
        try remove(taken)
        if let write { try append([try foreign(write)]) }
        return entries.count
    }

    /// Takes the first lines off the file; what was appended meanwhile stays.
    private func remove(_ taken: [UInt8]) throws {
        guard let file = try QueueFile(path, creating: false) else { return }
        let all = try file.bytes()
        // Another process may have put the same into git and removed it.
        guard all.starts(with: taken) else { return }
        if all.count == taken.count { return try file.empty() }
        try DurableFile.write(Array(all[taken.count...]), to: path, mode: 0o600, sharing: sharedAccess)
    }

    /// The numbers, from 1 on, of the lines that were changed after they had been written.
    func damagedLines() throws -> [Int] {
        try Self.damaged(of: Self.lines(in: DurableFile.read(path) ?? [])).map(\.number)
    }

    /// Keeps lines that can't be put into git. A crash may let them stand there twice.
    private func putAside(_ lines: [[UInt8]]) throws {
        guard !lines.isEmpty else { return }
        guard let file = try QueueFile(damagedPath, creating: true) else { return }
        try UnsyncedFile.wait(for: file.append(lines.flatMap { $0 + [0x0A] }))
    }

    /// A line that was read: its number, from 1 on, and what it turned out to be.
    private typealias Line = (number: Int, bytes: ArraySlice<UInt8>, reading: QueuedAuditLine.Reading)

    private static func lines(in bytes: [UInt8]) -> [Line] {
        bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated().compactMap { index, line in
            line.isEmpty ? nil : (index + 1, line, QueuedAuditLine.reading(line))
        }
    }

    private static func entries(of lines: [Line]) -> [AuditLog.Entry] {
        var seen: Set<AuditEventID> = []
        return lines.compactMap { line in
            guard case .event(let entry) = line.reading, seen.insert(entry.event.id).inserted else { return nil }
            return entry
        }
    }

    private static func damaged(of lines: [Line]) -> [Line] {
        lines.filter { if case .damaged = $0.reading { true } else { false } }
    }
}

/// The queue's file, locked (flock(2)): whoever holds it sees no half line of another.
private final class QueueFile {
    private let path: String
    private let descriptor: Int32
    private let isNew: Bool
    private(set) var size: Int

    /// nil where there is none and none is to be made.
    init?(_ path: String, creating: Bool) throws(GitError) {
        while true {
            let descriptor = open(path, O_RDWR | O_APPEND | O_CLOEXEC | (creating ? O_CREAT : 0), 0o600)
            guard descriptor >= 0 else {
                if !creating, errno == ENOENT { return nil }
                throw Self.failure(path)
            }
            while flock(descriptor, LOCK_EX) != 0 {
                guard errno == EINTR else {
                    defer { close(descriptor) }
                    throw Self.failure(path)
                }
            }
            var (mine, present) = (stat(), stat())
            // While this one waited another may have replaced the file.
            if fstat(descriptor, &mine) == 0, stat(path, &present) == 0, mine.st_ino == present.st_ino,
                mine.st_dev == present.st_dev
            {
                self.path = path
                self.descriptor = descriptor
                size = Int(mine.st_size)
                isNew = size == 0
                if isNew { try SharedAccess.asFolder(of: path).apply(to: descriptor, path) }
                return
            }
            close(descriptor)
        }
    }

    deinit { close(descriptor) }

    private static func failure(_ path: String) -> GitError {
        GitError(
            .io, "write audit queue", path, String(cString: strerror(errno)),
            hint: "see who may write there: ls -ld \(path)")
    }

    func bytes(upTo limit: Int = .max) throws(GitError) -> [UInt8] {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw Self.failure(path) }
        return try SystemFile.readAll(descriptor, path: path, expecting: min(size, limit), limit: limit)
    }

    /// The last byte; nil of an empty file.
    func lastByte() throws(GitError) -> UInt8? {
        guard size > 0 else { return nil }
        var byte: UInt8 = 0
        guard pread(descriptor, &byte, 1, size - 1) == 1 else { throw Self.failure(path) }
        return byte
    }

    /// - Returns: what has to be waited for; the file is locked meanwhile.
    func append(_ bytes: [UInt8]) throws(GitError) -> [UnsyncedFile] {
        try SystemFile.write(bytes, to: descriptor, path: path)
        let file = UnsyncedFile(descriptor, "write audit queue", path, openIn: self)
        return isNew ? [file, try UnsyncedFile(folder: DurableFile.folder(of: path))] : [file]
    }

    /// After a power failure the file may hold what it held; that is harmless.
    func empty() throws(GitError) {
        guard ftruncate(descriptor, 0) == 0 else { throw Self.failure(path) }
    }
}
