internal import GitStore
internal import Glibc

/// Files and folders with all that is in them.
enum FileTree {
    /// How many levels folders may have.
    private static let deepest = 200

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The names in a folder, sorted by their bytes.
    static func names(in folder: String) throws(StepError) -> [String] {
        do throws(SystemFailure) {
            return try FolderNames.unsorted(in: folder).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        } catch {
            throw WorkFolder.failure("read", folder, error)
        }
    }

    /// Copies a file, a link or a folder; it appears whole under its new name. Returns the number of files.
    static func copy(_ source: String, to target: String, replaces: Bool) throws(StepError) -> Int {
        guard isFolder(source) else {
            try copyFile(source, to: target, replaces: replaces)
            return 1
        }
        if !replaces, access(target, F_OK) == 0 { throw AtomicFile.exists(target) }
        let temporary = "\(target).\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
        do throws(StepError) {
            let count = try copyFolder(source, to: temporary, depth: 0)
            try replace(target, with: temporary)
            return count
        } catch {
            do throws(StepError) { try remove(temporary) } catch {}
            throw error
        }
    }

    /// Puts a finished folder in the place of whatever is there.
    static func replace(_ target: String, with finished: String) throws(StepError) {
        var old: String?
        if access(target, F_OK) == 0 {
            let aside = "\(finished).old"
            guard rename(target, aside) == 0 else { throw WorkFolder.failure("replace", target) }
            old = aside
        }
        guard rename(finished, target) == 0 else {
            let error = WorkFolder.failure("write", target)
            if let old { rename(old, target) }
            throw error
        }
        try AtomicFile.syncFolder(of: target)
        if let old { try remove(old) }
    }

    private static func copyFolder(_ source: String, to target: String, depth: Int) throws(StepError) -> Int {
        guard depth < deepest else { throw StepError("file", "\(source): more than \(deepest) folders deep") }
        guard mkdir(target, 0o777) == 0 else { throw WorkFolder.failure("make", target) }
        var count = 0
        for name in try names(in: source) {
            var status = stat()
            guard lstat("\(source)/\(name)", &status) == 0 else { throw WorkFolder.failure("read", name) }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: count += try copyFolder("\(source)/\(name)", to: "\(target)/\(name)", depth: depth + 1)
            case S_IFLNK:
                try copyLink("\(source)/\(name)", to: "\(target)/\(name)")
                count += 1
            case S_IFREG:
                try copyFile("\(source)/\(name)", to: "\(target)/\(name)", replaces: false)
                count += 1
            default: throw StepError("file", "\(source)/\(name) is neither a file nor a folder nor a link")
            }
        }
        return count
    }

    private static func copyFile(_ source: String, to target: String, replaces: Bool) throws(StepError) {
        let reader = try FileReader(source)
        let file = try AtomicFile(target, replaces: replaces)
        while true {
            let piece = try reader.next()
            if piece.isEmpty { break }
            try file.write(piece)
        }
        try file.finish(mode: reader.mode)
    }

    private static func copyLink(_ source: String, to target: String) throws(StepError) {
        guard symlink(try linkTarget(source), target) == 0 else { throw WorkFolder.failure("write", target) }
    }

    /// Where a link leads, as it is written.
    static func linkTarget(_ path: String) throws(StepError) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &buffer, buffer.count)
        guard count >= 0 else { throw WorkFolder.failure("read", path) }
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Removes a file, a link or a folder with all that is in it. Links are not followed.
    static func remove(_ path: String) throws(StepError) {
        guard isFolder(path) else {
            guard unlink(path) == 0 || errno == ENOENT else { throw WorkFolder.failure("delete", path) }
            return
        }
        for name in try names(in: path) { try remove("\(path)/\(name)") }
        guard rmdir(path) == 0 else { throw WorkFolder.failure("delete", path) }
    }
}
