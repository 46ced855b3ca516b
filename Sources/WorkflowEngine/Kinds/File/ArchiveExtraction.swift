internal import CKinds
internal import CLinux
internal import DocumentTree
internal import Glibc

/// `action: extract`: unpacks an archive, or a single compressed file, into a folder that appears whole or not at all.
///
/// Entries are written into a new folder that nobody else knows; links are made last, so that no entry is ever written
/// through one. What the bytes and names of the archive say is bounded and checked as it is read.
struct ArchiveExtraction {
    let parameters: Parameters
    let folder: WorkFolder

    /// How much an archive may hold unless the step says otherwise, in bytes.
    static let standardLimit = 1 << 30
    static let largestLimit = 1 << 44
    static let standardEntries = 100_000

    func perform() throws -> ValueMapping {
        let shown = try parameters.required("path")
        let source = try folder.existing(shown)
        let target = try folder.target(try parameters.required("to"))
        let overwrites = parameters.flag("overwrite")
        if !overwrites, access(target, F_OK) == 0 {
            guard FileTree.isFolder(target), try FileTree.names(in: target).isEmpty else {
                throw AtomicFile.exists(target)
            }
        }
        let limit = try parameters.integer(
            "limit", default: Self.standardLimit, in: 1...Self.largestLimit)
        let entries = try parameters.integer("entries", default: Self.standardEntries, in: 1...100_000_000)
        let temporary = "\(target).\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
        guard mkdir(temporary, 0o777) == 0 else { throw WorkFolder.failure("make", target) }
        do {
            let library = try Archive()
            var writer = EntryWriter(
                root: temporary, room: limit, entriesLeft: entries, shown: shown, functions: library.functions)
            do {
                defer { writer.close() }
                try unpack(source, shown, library, &writer)
            }
            try writer.makeLinks()
            try Self.sync(temporary)
            try FileTree.replace(target, with: temporary)
            return [
                "path": .string(try parameters.required("to")), "files": .integer(writer.files),
                "bytes": .integer(writer.bytes),
            ]
        } catch {
            do throws(StepError) { try FileTree.remove(temporary) } catch {}
            throw error
        }
    }

    private func unpack(_ source: String, _ shown: String, _ library: Archive, _ writer: inout EntryWriter) throws {
        let functions = library.functions
        guard let archive = functions.read_new() else { throw StepError("archive", "no memory to read \(shown)") }
        defer { _ = functions.read_free(archive) }
        _ = functions.read_support_filter_all(archive)
        _ = functions.read_support_format_all(archive)
        _ = functions.read_support_format_raw(archive)
        guard functions.read_open_filename(archive, source, 1 << 18) == Archive.Status.fine else {
            throw library.failure(archive, shown)
        }
        while true {
            var entry: OpaquePointer?
            let status = functions.read_next_header(archive, &entry)
            if status == Archive.Status.endOfFile { return }
            guard status == Archive.Status.fine || status == Archive.Status.warning, let entry else {
                throw library.failure(archive, shown)
            }
            let isRaw = functions.format(archive) == Self.rawFormat
            if isRaw, functions.filter_code(archive, 0) == 0 {
                throw StepError("archive", "\(shown): is no archive, and no compressed file, of a known form")
            }
            let name =
                isRaw ? Self.nameWithoutEnding(shown) : functions.entry_pathname(entry).map { String(cString: $0) }
            guard let name else { throw StepError("archive", "\(shown): an entry has no name in UTF-8") }
            try writer.write(entry, named: name, from: archive, library)
        }
    }

    /// `ARCHIVE_FORMAT_RAW`: one compressed file without an archive around it.
    private static let rawFormat: Int32 = 0x90000

    /// `orders.csv` of `in/orders.csv.gz`.
    private static func nameWithoutEnding(_ path: String) -> String {
        let name = path.split(separator: "/").last ?? "data"
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "\(name).out" }
        return String(name[..<dot])
    }

    /// One call for all files: it costs what the slowest disk needs, not a wait a file.
    private static func sync(_ path: String) throws(StepError) {
        let handle = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { throw WorkFolder.failure("sync", path) }
        defer { close(handle) }
        guard clinux_sync_filesystem(handle) == 0 else { throw WorkFolder.failure("sync", path) }
    }
}

/// Writes the entries of an archive below a folder.
private struct EntryWriter {
    let root: String
    /// How many bytes may still be written.
    var room: Int
    var entriesLeft: Int
    let shown: String
    let functions: ckinds_archive
    private(set) var files = 0
    private(set) var bytes = 0
    private var links: [(path: [Substring], target: String)] = []
    /// Folders that were made. They stay what they are: nobody else writes here, and no entry takes a folder's place.
    private var made: Set<String> = []
    private var buffer = [UInt8](repeating: 0, count: 1 << 17)
    private var writing = EarlyWriting()

    init(root: String, room: Int, entriesLeft: Int, shown: String, functions: ckinds_archive) {
        self.root = root
        self.room = room
        self.entriesLeft = entriesLeft
        self.shown = shown
        self.functions = functions
    }

    mutating func write(
        _ entry: OpaquePointer, named name: String, from archive: OpaquePointer, _ library: Archive
    ) throws(StepError) {
        entriesLeft -= 1
        guard entriesLeft >= 0 else {
            throw StepError("too-large", "\(shown): has more entries than 'entries' allows")
        }
        let parts = try safeParts(name)
        guard !parts.isEmpty else { return }
        if let original = functions.entry_hardlink(entry).map({ String(cString: $0) }) {
            return try link(parts, to: safeParts(original))
        }
        let kind = functions.entry_filetype(entry)
        switch kind {
        case S_IFDIR: try makeFolders(parts[...])
        case S_IFLNK:
            guard let target = functions.entry_symlink(entry).map({ String(cString: $0) }) else {
                throw StepError("archive", "\(shown): the link \(name) leads nowhere")
            }
            try checkLink(parts, target)
            links.append((parts, target))
        case S_IFREG, 0: try writeFile(parts, entry, archive, library)
        default:
            throw StepError("unsafe-archive", "\(shown): \(name) is a device, a pipe or a socket, and is not unpacked")
        }
    }

    /// The parts of a name that stays below the folder.
    private func safeParts(_ name: String) throws(StepError) -> [Substring] {
        let parts = name.split(separator: "/").filter { $0 != "." }
        let isSafe =
            !name.hasPrefix("/") && !parts.contains("..") && name.utf8.count < 4096 && parts.count <= 100
            && parts.allSatisfy { $0.utf8.count <= 255 }
        guard isSafe else {
            throw StepError("unsafe-archive", "\(shown): the name '\(name.prefix(200))' would leave the folder")
        }
        return parts
    }

    /// A link may lead to what is in the folder only.
    private func checkLink(_ parts: [Substring], _ target: String) throws(StepError) {
        var depth = parts.count - 1
        var isSafe = !target.hasPrefix("/") && !target.isEmpty
        for part in target.split(separator: "/") where part != "." {
            depth += part == ".." ? -1 : 1
            if depth < 0 { isSafe = false }
        }
        guard isSafe else {
            throw StepError(
                "unsafe-archive", "\(shown): the link \(parts.joined(separator: "/")) would lead out of the folder")
        }
    }

    private func path(_ parts: some Sequence<Substring>) -> String { root + "/" + parts.joined(separator: "/") }

    /// Why the system's last call could not make an entry, by the entry's own name.
    private func failure(_ parts: ArraySlice<Substring>) -> StepError {
        let name = parts.joined(separator: "/")
        guard errno != EEXIST, errno != EISDIR, errno != ENOTDIR else {
            return StepError("archive", "\(shown): \(name) is in it both as a folder and as something else")
        }
        return WorkFolder.failure("write", name)
    }

    /// Makes a folder and those above it.
    private mutating func makeFolders(_ parts: ArraySlice<Substring>) throws(StepError) {
        guard !parts.isEmpty else { return }
        let folder = path(parts)
        guard !made.contains(folder) else { return }
        try makeFolders(parts.dropLast())
        guard mkdir(folder, 0o777) == 0 || (errno == EEXIST && FileTree.isFolder(folder)) else {
            throw failure(parts)
        }
        made.insert(folder)
    }

    private mutating func writeFile(
        _ parts: [Substring], _ entry: OpaquePointer, _ archive: OpaquePointer, _ library: Archive
    ) throws(StepError) {
        try makeFolders(parts.dropLast())
        let path = path(parts)
        let mode = functions.entry_perm(entry) & 0o777
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        var descriptor = open(path, flags, mode | 0o200)
        // A later entry of the same name counts, as with tar(1).
        if descriptor < 0, errno == EEXIST, unlink(path) == 0 { descriptor = open(path, flags, mode | 0o200) }
        guard descriptor >= 0 else { throw failure(parts[...]) }
        defer { writing.add(descriptor) }
        while true {
            let count = buffer.withUnsafeMutableBytes { functions.read_data(archive, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw library.failure(archive, shown) }
            if count == 0 { break }
            room -= count
            bytes += count
            guard room >= 0 else {
                throw StepError("too-large", "\(shown): holds more bytes than 'limit' allows")
            }
            try put(count, to: descriptor, path)
        }
        files += 1
        guard functions.entry_mtime_is_set(entry) != 0 else { return }
        let time = timespec(tv_sec: functions.entry_mtime(entry), tv_nsec: 0)
        _ = [time, time].withUnsafeBufferPointer { futimens(descriptor, $0.baseAddress) }
    }

    private func put(_ count: Int, to descriptor: Int32, _ path: String) throws(StepError) {
        var start = 0
        while start < count {
            let written = buffer[start..<count].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw WorkFolder.failure("write", path) }
            start += written
        }
    }

    private mutating func link(_ parts: [Substring], to original: [Substring]) throws(StepError) {
        try makeFolders(parts.dropLast())
        let (old, new) = (path(original), path(parts))
        var status = stat()
        guard lstat(old, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw StepError("unsafe-archive", "\(shown): a hard link leads to no file that came before it")
        }
        unlink(new)
        guard Glibc.link(old, new) == 0 else { throw failure(parts[...]) }
        files += 1
    }

    /// Closes the files.
    mutating func close() { writing.finish() }

    /// Makes the symbolic links, when nothing is written any more.
    mutating func makeLinks() throws(StepError) {
        for (parts, target) in links {
            try makeFolders(parts.dropLast())
            let place = path(parts)
            unlink(place)
            guard symlink(target, place) == 0 else { throw failure(parts[...]) }
            files += 1
        }
    }
}
