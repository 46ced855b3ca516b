internal import CKinds
internal import DocumentTree
internal import Glibc

/// `action: compress` and `action: optimise`: packs a file or a folder. Equal content makes equal bytes: entries are sorted,
/// and belong to nobody.
struct ArchiveCreation {
    let parameters: Parameters
    let folder: WorkFolder

    /// The forms that can be written.
    enum Format: String, CaseIterable {
        case tar, gz, xz, zst, zip
        case tarGz = "tar.gz"
        case tarXz = "tar.xz"
        case tarZst = "tar.zst"

        /// The form that a file's name ends with, the longest first.
        init?(ofFile name: String) {
            let name = name.hasSuffix(".tgz") ? name.dropLast(4) + ".tar.gz" : name[...]
            let known = Self.allCases.sorted { $0.rawValue.count > $1.rawValue.count }
            guard let found = known.first(where: { name.hasSuffix(".\($0.rawValue)") }) else { return nil }
            self = found
        }

        /// Whether it holds one file without a name.
        var isSingle: Bool { self == .gz || self == .xz || self == .zst }

        /// Source: archive.h, `ARCHIVE_FORMAT_TAR_PAX_RESTRICTED`, `ARCHIVE_FORMAT_ZIP`, `ARCHIVE_FORMAT_RAW`.
        fileprivate var container: Int32 { isSingle ? 0x90000 : self == .zip ? 0x50000 : 0x30003 }

        /// Source: archive.h, `ARCHIVE_FILTER_GZIP`, `ARCHIVE_FILTER_XZ`, `ARCHIVE_FILTER_ZSTD`.
        fileprivate var filter: Int32? {
            switch self {
            case .gz, .tarGz: 1
            case .xz, .tarXz: 6
            case .zst, .tarZst: 14
            case .tar, .zip: nil
            }
        }

        fileprivate var filterName: String? {
            switch self {
            case .gz, .tarGz: "gzip"
            case .xz, .tarXz: "xz"
            case .zst, .tarZst: "zstd"
            case .tar, .zip: nil
            }
        }
    }

    func perform() throws -> ValueMapping {
        let shown = try parameters.required("path")
        let source = try folder.existing(shown)
        let name = try parameters.required("to")
        let format = try parameters.text("format").map { text throws(StepError) in
            guard let format = Format(rawValue: text) else {
                throw Parameters.fault("format: is none of \(Format.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return format
        }
        guard let format = format ?? Format(ofFile: name) else {
            throw Parameters.fault("to: does not say the form; give 'format'")
        }
        let target = try folder.target(name)
        let file = try AtomicFile(target, replaces: parameters.flag("overwrite"))
        let count = try write(source, format, to: file)
        let size = file.size
        try file.finish()
        return [
            "path": .string(name), "format": .string(format.rawValue), "files": .integer(count), "size": .integer(size),
        ]
    }

    /// Packs the file in each of the compressed forms, and keeps the smallest.
    func optimise() throws -> ValueMapping {
        let shown = try parameters.required("path")
        let source = try folder.existing(shown)
        guard !FileTree.isFolder(source) else { throw Parameters.fault("path: is a folder; 'compress' packs those") }
        let base = try parameters.text("to") ?? shown
        var best: (file: AtomicFile, format: Format, name: String)?
        var sizes: ValueMapping = [:]
        for format in [Format.gz, .xz, .zst] {
            let name = "\(base).\(format.rawValue)"
            let file = try AtomicFile(try folder.target(name), replaces: parameters.flag("overwrite"))
            _ = try write(source, format, to: file, level: 9)
            sizes[format.rawValue] = .integer(file.size)
            if best.map({ file.size < $0.file.size }) ?? true { best = (file, format, name) }
        }
        guard let best else { throw StepError("archive", "\(shown): nothing could be written") }
        let size = best.file.size
        try best.file.finish()
        return [
            "path": .string(best.name), "format": .string(best.format.rawValue), "size": .integer(size),
            "sizes": .mapping(sizes),
        ]
    }

    private func write(_ source: String, _ format: Format, to file: AtomicFile, level: Int? = nil) throws -> Int {
        let library = try Archive()
        let functions = library.functions
        guard let archive = functions.write_new() else { throw StepError("archive", "no memory to write an archive") }
        defer { _ = functions.write_free(archive) }
        _ = functions.write_set_format(archive, format.container)
        if let filter = format.filter { _ = functions.write_add_filter(archive, filter) }
        // No time of day in the head of gzip's form.
        if let name = format.filterName {
            if name == "gzip" { _ = functions.write_set_options(archive, "gzip:!timestamp") }
            let wanted =
                try level ?? (parameters["level"] == nil ? nil : parameters.integer("level", default: 6, in: 1...19))
            if let wanted {
                let most = name == "zstd" ? 19 : 9
                _ = functions.write_set_options(archive, "\(name):compression-level=\(min(wanted, most))")
            }
        }
        guard functions.write_open_fd(archive, file.descriptor) == Archive.Status.fine else {
            throw library.failure(archive, file.path)
        }
        var packer = Packer(archive: archive, library: library, exclude: file.path)
        if format.isSingle {
            guard !FileTree.isFolder(source) else {
                throw Parameters.fault(
                    "format: \(format.rawValue) holds one file; write tar.\(format.rawValue) for a folder")
            }
            try packer.add(source, as: "data")
        } else if FileTree.isFolder(source) {
            for name in try FileTree.names(in: source) { try packer.add("\(source)/\(name)", as: name) }
        } else {
            try packer.add(source, as: source.split(separator: "/").last.map(String.init) ?? "data")
        }
        guard functions.write_close(archive) == Archive.Status.fine else { throw library.failure(archive, file.path) }
        return packer.count
    }
}

/// Writes files into an archive.
private struct Packer {
    let archive: OpaquePointer
    let library: Archive
    /// The archive itself, which may lie in the folder that it packs.
    let exclude: String
    private(set) var count = 0

    init(archive: OpaquePointer, library: Archive, exclude: String) {
        self.archive = archive
        self.library = library
        self.exclude = exclude
    }

    mutating func add(_ path: String, as name: String) throws {
        guard path != exclude, !(path.hasPrefix(exclude + ".") && path.hasSuffix(".tmp")) else { return }
        var status = stat()
        guard lstat(path, &status) == 0 else { throw WorkFolder.failure("read", path) }
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            try writeHeader(name + "/", status, kind: S_IFDIR, size: 0)
            for child in try FileTree.names(in: path) { try add("\(path)/\(child)", as: "\(name)/\(child)") }
        case S_IFLNK:
            try writeHeader(name, status, kind: S_IFLNK, size: 0, link: try FileTree.linkTarget(path))
            count += 1
        case S_IFREG:
            let reader = try FileReader(path)
            try writeHeader(name, status, kind: S_IFREG, size: reader.size)
            try writeContent(reader)
            count += 1
        default: throw StepError("file", "\(path) is neither a file nor a folder nor a link")
        }
    }

    private func writeHeader(_ name: String, _ status: stat, kind: mode_t, size: Int, link: String? = nil) throws {
        let functions = library.functions
        guard let entry = functions.entry_new() else { throw StepError("archive", "no memory to write an archive") }
        defer { functions.entry_free(entry) }
        functions.entry_set_pathname(entry, name)
        functions.entry_set_filetype(entry, UInt32(kind))
        functions.entry_set_perm(entry, status.st_mode & 0o777)
        functions.entry_set_size(entry, Int64(size))
        functions.entry_set_mtime(entry, status.st_mtim.tv_sec, 0)
        if let link { functions.entry_set_symlink(entry, link) }
        guard functions.write_header(archive, entry) == Archive.Status.fine else {
            throw library.failure(archive, name)
        }
    }

    private func writeContent(_ reader: FileReader) throws {
        var left = reader.size
        while left > 0 {
            let piece = try reader.next(min(1 << 20, left))
            guard !piece.isEmpty else { throw StepError("file", "\(reader.path) became shorter while it was read") }
            let written = piece.withUnsafeBytes { library.functions.write_data(archive, $0.baseAddress, $0.count) }
            guard written == piece.count else { throw library.failure(archive, reader.path) }
            left -= piece.count
        }
    }
}
