internal import GitStore
internal import Glibc

/// The folder that a step works in, and the paths in it: no parameter gets out of it, unless the step says that it may.
///
/// Links are followed before it is judged where a path leads.
struct WorkFolder {
    /// The folder, without links in it.
    let root: String
    private let allowsOutside: Bool

    init(_ path: String, allowsOutside: Bool) throws(StepError) {
        guard let real = realpath(path, nil) else { throw WorkFolder.failure("look at", path) }
        defer { free(real) }
        root = String(cString: real)
        self.allowsOutside = allowsOutside
    }

    /// The path of something that is there; what it leads to must lie in the folder, too.
    func existing(_ path: String) throws(StepError) -> String {
        let joined = try joined(path)
        guard let real = realpath(joined, nil) else { throw Self.failure("read", path) }
        defer { free(real) }
        return try confined(String(cString: real), path)
    }

    /// The path of something that is made or replaced. Folders to it are made.
    func target(_ path: String) throws(StepError) -> String {
        let joined = try joined(path)
        var trimmed = joined[...]
        while trimmed.count > 1, trimmed.last == "/" { trimmed.removeLast() }
        guard let slash = trimmed.lastIndex(of: "/") else { throw Self.fault(path, "is no path") }
        let name = trimmed[trimmed.index(after: slash)...]
        guard !name.isEmpty, name != ".", name != ".." else { throw Self.fault(path, "names no file") }
        let folder = slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
        let real = try realFolder(folder, path)
        return "\(real == "/" ? "" : real)/\(name)"
    }

    /// The folder without links; made where it is missing, as far as it stays within.
    private func realFolder(_ folder: String, _ shown: String) throws(StepError) -> String {
        if let real = realpath(folder, nil) {
            defer { free(real) }
            return try confined(String(cString: real), shown)
        }
        guard errno == ENOENT, let slash = folder.lastIndex(of: "/"), slash != folder.startIndex else {
            throw Self.failure("make", shown)
        }
        let name = folder[folder.index(after: slash)...]
        guard name != "..", name != "." else { throw Self.failure("make", shown) }
        let path = "\(try realFolder(String(folder[..<slash]), shown))/\(name)"
        guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw Self.failure("make", shown) }
        return path
    }

    private func joined(_ path: String) throws(StepError) -> String {
        guard !path.isEmpty else { throw Self.fault(path, "is no path") }
        guard !path.utf8.contains(0) else { throw Self.fault(path, "holds the character NUL") }
        guard path.utf8.count < Int(PATH_MAX) else { throw Self.fault(path, "is too long for a path") }
        return path.hasPrefix("/") ? path : "\(root)/\(path)"
    }

    private func confined(_ real: String, _ shown: String) throws(StepError) -> String {
        guard allowsOutside || real == root || real.hasPrefix(root == "/" ? "/" : root + "/") else {
            throw StepError(
                "outside", "\(shown) leads out of the step's folder; 'outside: true' allows that")
        }
        return real
    }

    /// What is wrong with a path, whichever parameter it is of.
    private static func fault(_ path: String, _ reason: String) -> StepError {
        StepError("parameters", "'\(path.prefix(80))' \(reason)")
    }

    /// The failure of the system's last call, or of another one.
    static func failure(
        _ operation: String, _ path: String, _ reason: SystemFailure = SystemFailure(number: errno)
    ) -> StepError {
        let number = reason.number
        let kind = number == ENOENT ? "missing" : number == EEXIST ? "exists" : number == ENOSPC ? "disk-full" : "file"
        return StepError(kind, "cannot \(operation) \(path): \(reason)")
    }
}
