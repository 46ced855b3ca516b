import DocumentTree
import GitStore
import Glibc

/// Locks of git that whoever made them left behind: a crash, or a power cut.
struct LockCheck {
    private let examination: Examination
    /// How long a lock may stand before nobody can be holding it.
    private static let patience = 600

    init(_ examination: Examination) { self.examination = examination }

    func findings() -> [Finding] {
        let repository = examination.repository
        var paths = [repository.gitDirectory + "index.lock", repository.gitDirectory + "HEAD.lock"]
        for name in ["config.lock", "packed-refs.lock", "shallow.lock"] {
            paths.append(repository.commonDirectory + name)
        }
        paths += locks(below: repository.commonDirectory + "refs", depth: 0)
        return paths.compactMap { path in
            guard let age = ModificationTime(ofFileAt: path)?.age(at: examination.context.now.seconds) else {
                return nil
            }
            guard age > Self.patience else {
                return Finding(.locks, .note, "\(path) is held, since \(max(0, age)) seconds")
            }
            return Finding(
                .locks, .warning, "\(path) was left behind \(age / 60) minutes ago, and stops whoever writes there",
                command: "rm \(ShellWord.quoted(path))")
        }
    }

    private func locks(below folder: String, depth: Int) -> [String] {
        guard depth < 16, let names = try? FolderNames.unsorted(in: folder) else { return [] }
        return names.flatMap { name in
            let path = "\(folder)/\(name)"
            var status = stat()
            guard lstat(path, &status) == 0 else { return [String]() }
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            return (name.hasSuffix(".lock") ? [path] : []) + (isFolder ? locks(below: path, depth: depth + 1) : [])
        }
    }
}
