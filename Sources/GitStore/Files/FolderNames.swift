internal import Glibc

/// What is in a folder.
public enum FolderNames {
    /// The names, sorted, without `.` and `..`; none where there is no such folder.
    public static func all(in path: String) throws(GitError) -> [String] {
        do throws(SystemFailure) {
            return try unsorted(in: path).sorted()
        } catch {
            if error.isAbsence { return [] }
            throw GitError.system(error.number, "list folder", path)
        }
    }

    /// The names in the order in which the system gives them, without `.` and `..`.
    ///
    /// Source: readdir(3), which tells its failure from the folder's end by `errno` alone.
    public static func unsorted(in path: String) throws(SystemFailure) -> [String] {
        guard let folder = opendir(path) else { throw SystemFailure(number: errno) }
        defer { closedir(folder) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(folder) else {
                guard errno == 0 else { throw SystemFailure(number: errno) }
                return names
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }
}
