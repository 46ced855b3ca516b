import Crypto
import DocumentTree
import GitStore
import Glibc
import WorkflowLanguage

/// Where the backups of a repository are: outside it, so that they outlive it.
struct BackupShelf {
    /// A backup on the shelf.
    struct Item: Hashable {
        /// `20261101T183000Z-4f2a`
        var id: String
        var path: String
        var size: Int
        /// Its day and month, as the id has them.
        var day: Substring { id.prefix(8) }
        var month: Substring { id.prefix(6) }
    }

    static let ending = ".wfbackup"
    let folder: String

    /// The shelf of a repository: `~/.local/share/wfrepo/backups/<name>-<digits of its path>`, or a folder that was named.
    init(_ context: CommandContext, _ repository: Repository, named: String?) throws(CommandFailure) {
        if let named {
            folder = context.absolute(named)
            return
        }
        let data: String
        if let folder = context.variable("XDG_DATA_HOME"), folder.hasPrefix("/") {
            data = folder
        } else {
            guard let home = context.variable("HOME") else {
                throw CommandFailure("neither HOME nor XDG_DATA_HOME is set", hint: "name a folder: --folder DIR")
            }
            data = "\(home)/.local/share"
        }
        let path = repository.workTree ?? repository.gitDirectory
        let name = path.split(separator: "/").last.map(String.init) ?? "repository"
        let digits = SHA256.hash(data: Array(repository.commonDirectory.utf8)).hexadecimal.prefix(8)
        folder = "\(data)/wfrepo/backups/\(name)-\(digits)"
    }

    /// The backups, newest first.
    func items() throws -> [Item] {
        var found: [Item] = []
        for name in try FolderNames.all(in: folder) where name.hasSuffix(Self.ending) && !name.hasPrefix(".") {
            var status = stat()
            guard lstat("\(folder)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            found.append(
                Item(id: String(name.dropLast(Self.ending.count)), path: "\(folder)/\(name)", size: Int(status.st_size))
            )
        }
        return found.sorted { $0.id > $1.id }
    }

    /// The path of the backup that a person means: an id, the beginning of one, a file, or the latest where nil.
    func path(of text: String?, _ context: CommandContext) throws -> String {
        let items = try items()
        guard let text else {
            guard let first = items.first else {
                throw CommandFailure("there is no backup yet", hint: "make one: wfrepo backup create")
            }
            return first.path
        }
        let matching = items.filter { $0.id == text || $0.id.hasPrefix(text) }
        if matching.count == 1 { return matching[0].path }
        if access(context.absolute(text), F_OK) == 0 { return context.absolute(text) }
        throw CommandFailure(
            matching.isEmpty ? "there is no backup '\(text)'" : "'\(text)' means \(matching.count) backups",
            hint: "list them: wfrepo backup list")
    }

    /// A new id.
    static func newID(_ context: CommandContext) -> String {
        let stamp = RFC3339.text(seconds: context.now.seconds).filter { $0 != "-" && $0 != ":" }
        let digits = String(UInt16.random(in: 0 ... .max), radix: 16)
        return "\(stamp)-\(String(repeating: "0", count: 4 - digits.count))\(digits)"
    }
}

extension BackupKeeping {
    /// Those that stay, of a list that begins with the newest.
    func kept(of items: [BackupShelf.Item]) -> Set<BackupShelf.Item> {
        var kept = Set(items.prefix(last))
        func keepNewest(_ count: Int, of period: (BackupShelf.Item) -> Substring) {
            var seen: Set<Substring> = []
            for item in items where seen.count < count || seen.contains(period(item)) {
                if seen.insert(period(item)).inserted { kept.insert(item) }
            }
        }
        keepNewest(daily) { $0.day }
        keepNewest(monthly) { $0.month }
        return kept
    }
}

extension BackupShelf {
    /// Takes away the backups that don't stay; returns those that went, or would.
    func prune(_ keeping: BackupKeeping, dryRun: Bool = false) throws -> (gone: [Item], kept: Int) {
        let items = try items()
        let kept = keeping.kept(of: items)
        let gone = items.filter { !kept.contains($0) }
        for item in gone where !dryRun {
            guard unlink(item.path) == 0 || errno == ENOENT else {
                throw CommandFailure("cannot remove \(item.path): \(String(cString: strerror(errno)))")
            }
        }
        return (gone, kept.count)
    }
}
