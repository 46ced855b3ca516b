internal import DocumentTree
public import GitStore
internal import Glibc
public import WorkflowLanguage

/// Which repositories a user has allowed to start runs.
///
/// An entry names the common git folder by its canonical path, its device and inode, and its owner: a folder that was
/// copied, replaced or moved there by somebody else is not trusted because another one once was. It also keeps what the
/// repository's settings allowed at that time: settings that allow more are for the user to judge anew. The file belongs to
/// one user; it is replaced whole, under a lock, and is on disk when a call returns.
public struct TrustStore: Sendable {
    /// A repository that is trusted.
    public struct Entry: Hashable, Sendable {
        /// The canonical path of the common git folder.
        public let path: String
        /// The folder's device and inode.
        public let device: Int
        /// The folder's inode.
        public let inode: Int
        /// The folder's owner.
        public let owner: Int
        /// When it was trusted, in seconds since 1970.
        public let since: Int
        /// What the repository's settings allowed then.
        public let allowing: AllowLists
    }

    private static let schema = "wfrepo.trust/1"
    /// The file's path.
    public let path: String

    /// The store in a file, which need not exist: `$XDG_STATE_HOME/wfrepo/trust.json`.
    public init(path: String) { self.path = path }

    /// Whether the repository is trusted.
    ///
    /// - Throws: `invalidDefinition` where the file is damaged: then nothing is trusted, and the user should know.
    public func trusts(_ repository: Repository) throws -> Bool {
        let folder = try FolderIdentity(repository.commonDirectory)
        return try entries().contains { folder.matches($0) }
    }

    /// How a user stands to a repository.
    public enum Standing: Hashable, Sendable {
        case trusted
        case untrusted
        /// It was trusted when it allowed less: what it allows besides.
        case widened([String])
    }

    /// Whether the repository is trusted with what its settings allow now.
    ///
    /// - Throws: As ``trusts(_:)`` does.
    public func standing(of repository: Repository, allowing: AllowLists) throws -> Standing {
        let folder = try FolderIdentity(repository.commonDirectory)
        guard let entry = try entries().first(where: { folder.matches($0) }) else { return .untrusted }
        let excess = allowing.excess(over: entry.allowing)
        return excess.isEmpty ? .trusted : .widened(excess)
    }

    /// Every trusted repository, by path.
    public func entries() throws -> [Entry] {
        guard let bytes = try DurableFile.read(path) else { return [] }
        return try parse(bytes).sorted { $0.path < $1.path }
    }

    /// Trusts a repository.
    ///
    /// - Parameters:
    ///   - allowing: what its settings allow now; more than that is not trusted.
    ///   - now: seconds since 1970.
    /// - Returns: false where it was trusted already.
    /// - Throws: `notOurs` where the git folder belongs to another user; a `GitError` for a file that cannot be written.
    @discardableResult
    public func trust(_ repository: Repository, allowing: AllowLists = .everything, now: Int) throws -> Bool {
        let folder = try FolderIdentity(repository.commonDirectory)
        guard folder.owner == Int(geteuid()) else {
            throw HistoryError(
                .notOurs, folder.path, "the git folder belongs to another user, who could change what would run",
                hint: "work in a clone of your own: git clone \(folder.path)")
        }
        return try change { entries in
            if entries.contains(where: { folder.matches($0) && $0.allowing == allowing }) { return false }
            entries.removeAll { $0.path == folder.path }
            entries.append(
                Entry(
                    path: folder.path, device: folder.device, inode: folder.inode, owner: folder.owner, since: now,
                    allowing: allowing))
            return true
        }
    }

    /// Takes the trust away.
    ///
    /// - Returns: false where it was not trusted.
    @discardableResult
    public func distrust(_ repository: Repository) throws -> Bool {
        let folder = try FolderIdentity(repository.commonDirectory)
        return try change { entries in
            let count = entries.count
            entries.removeAll { $0.path == folder.path }
            return entries.count < count
        }
    }

    private func change(_ body: (inout [Entry]) -> Bool) throws -> Bool {
        try DurableFile.makeFolders(DurableFile.folder(of: path), mode: 0o700)
        return try FileLock.holding(path + ".lock") {
            var entries = try entries()
            guard body(&entries) else { return false }
            try DurableFile.write(serialized(entries), to: path, mode: 0o600)
            return true
        }
    }

    private func serialized(_ entries: [Entry]) throws(HistoryError) -> [UInt8] {
        let list = entries.sorted { $0.path < $1.path }.map { entry in
            Value.mapping(
                ValueMapping([
                    ("path", .string(entry.path)), ("device", .integer(entry.device)), ("inode", .integer(entry.inode)),
                    ("owner", .integer(entry.owner)), ("since", .integer(entry.since)),
                    ("allowing", entry.allowing.value),
                ]))
        }
        let document = Value.mapping(
            ValueMapping([("schema", .string(Self.schema)), ("repositories", .sequence(list))]))
        do throws(DocumentError) {
            return try document.jsonBytes(.pretty) + [0x0A]
        } catch {
            throw HistoryError(.io, path, "cannot write: \(error.message)")
        }
    }

    private func parse(_ bytes: [UInt8]) throws(HistoryError) -> [Entry] {
        let root: Value?
        do throws(DocumentError) {
            root = try Document.parseOne(bytes, name: path + ".json").root?.value()
        } catch {
            throw damaged(error.message)
        }
        guard case .mapping(let document) = root, document["schema"] == .string(Self.schema),
            case .sequence(let list) = document["repositories"]
        else { throw damaged("it is not of the schema \(Self.schema)") }
        return try list.map { item throws(HistoryError) in
            guard case .mapping(let fields) = item, case .string(let path) = fields["path"],
                case .integer(let device) = fields["device"], case .integer(let inode) = fields["inode"],
                case .integer(let owner) = fields["owner"], case .integer(let since) = fields["since"]
            else { throw damaged("an entry is incomplete") }
            guard let allowing = fields["allowing"].map({ AllowLists($0) }) ?? .everything else {
                throw damaged("what an entry allows can't be read")
            }
            return Entry(
                path: path, device: device, inode: inode, owner: owner, since: since, allowing: allowing)
        }
    }

    private func damaged(_ reason: String) -> HistoryError {
        HistoryError(
            .invalidDefinition, path, "the list of trusted repositories can't be read (\(reason)), so none is trusted",
            hint: "remove it and trust again: rm \(path) && wfrepo trust")
    }
}

/// What tells one folder from another, also from one of the same path.
struct FolderIdentity: Hashable {
    let path: String
    let device: Int
    let inode: Int
    let owner: Int

    init(_ folder: String) throws(HistoryError) {
        guard let canonical = realpath(folder, nil) else { throw WorkTree.failure("find", folder) }
        defer { free(canonical) }
        path = String(cString: canonical)
        var information = stat()
        guard stat(path, &information) == 0 else { throw WorkTree.failure("look at", folder) }
        device = Int(truncatingIfNeeded: information.st_dev)
        inode = Int(truncatingIfNeeded: information.st_ino)
        owner = Int(information.st_uid)
    }

    func matches(_ entry: TrustStore.Entry) -> Bool {
        (path, device, inode, owner) == (entry.path, entry.device, entry.inode, entry.owner)
    }
}
