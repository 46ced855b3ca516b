internal import Glibc

/// Writes files below one folder and never outside of it: every step down is taken with `O_NOFOLLOW`.
final class FolderWriter {
    private let root: String
    /// The open folders from the top down to the one in use, so that neighbours need not be looked up again.
    private var stack: [(name: String, descriptor: Int32)] = []

    /// Opens the folder, and makes it and those above if they are not there.
    init(_ root: String) throws(GitError) {
        self.root = root
        try FolderWriter.makeFolders(root)
        let descriptor = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw GitError.system(errno, "open folder", root) }
        stack = [("", descriptor)]
    }

    deinit { for level in stack { close(level.descriptor) } }

    /// Puts a file in the place of whatever is there.
    func write(_ path: String, _ bytes: UnsafeRawBufferPointer, isExecutable: Bool) throws(GitError) {
        let (parent, name) = try parent(of: path)
        try clear(name, in: parent, path)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let descriptor = openat(parent, name, flags, isExecutable ? 0o777 : 0o666)
        guard descriptor >= 0 else { throw GitError.system(errno, "write file", root + "/" + path) }
        defer { close(descriptor) }
        try SystemFile.write(bytes, to: descriptor, path: root + "/" + path)
    }

    /// Puts a symbolic link in the place of whatever is there.
    func link(_ path: String, to target: [UInt8]) throws(GitError) {
        guard !target.isEmpty, !target.contains(0) else {
            throw GitError(.invalid, "check out", path, "the link has no target that a file system accepts")
        }
        let (parent, name) = try parent(of: path)
        try clear(name, in: parent, path)
        let status = (target + [0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { text in text.baseAddress.map { symlinkat($0, parent, name) } ?? -1
            }
        }
        guard status == 0 else { throw GitError.system(errno, "write link", root + "/" + path) }
    }

    /// Makes a folder, unless it is there.
    func makeFolder(_ path: String) throws(GitError) {
        _ = try parent(of: path + "/.")
    }

    /// Removes a file, and the folders that it leaves empty. One that is not there is no error.
    func remove(_ path: String) throws(GitError) {
        var components = path.split(separator: "/").map(String.init)
        guard let parent = try descend(components.dropLast(), making: false), let name = components.popLast() else {
            return
        }
        guard unlinkat(parent, name, 0) == 0 || errno == ENOENT || errno == EISDIR else {
            throw GitError.system(errno, "remove file", root + "/" + path)
        }
        while let folder = components.popLast() {
            guard let parent = try descend(components[...], making: false), unlinkat(parent, folder, AT_REMOVEDIR) == 0
            else { return }
        }
    }

    private func clear(_ name: String, in parent: Int32, _ path: String) throws(GitError) {
        if unlinkat(parent, name, 0) == 0 || errno == ENOENT { return }
        guard errno == EISDIR, unlinkat(parent, name, AT_REMOVEDIR) == 0 else {
            throw GitError.system(errno, "replace", root + "/" + path)
        }
    }

    private func parent(of path: String) throws(GitError) -> (descriptor: Int32, name: String) {
        let components = path.split(separator: "/").map(String.init)
        guard let name = components.last, let parent = try descend(components.dropLast(), making: true) else {
            throw GitError(.invalidName, "check out", path, "it is no path of a file")
        }
        return (parent, name)
    }

    /// Opens the folder with these components; `nil` when it is not there and is not to be made.
    private func descend(_ components: ArraySlice<String>, making: Bool) throws(GitError) -> Int32? {
        let wanted = Array(components)
        let shared = zip(stack.dropFirst(), wanted).prefix { $0.0.name == $0.1 }.count
        while stack.count > shared + 1 { if let level = stack.popLast() { close(level.descriptor) } }
        for name in wanted[shared...] {
            guard let parent = stack.last?.descriptor else { return nil }
            guard let descriptor = try openFolder(name, in: parent, making: making) else { return nil }
            stack.append((name, descriptor))
        }
        return stack.last?.descriptor
    }

    private func openFolder(_ name: String, in parent: Int32, making: Bool) throws(GitError) -> Int32? {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        var descriptor = openat(parent, name, flags)
        if descriptor >= 0 { return descriptor }
        let reason = errno
        guard reason == ENOENT || reason == ENOTDIR || reason == ELOOP else {
            throw GitError.system(reason, "open folder", root + "/…/" + name)
        }
        if !making { return nil }
        // A link or a file stands where the tree has a folder.
        if reason != ENOENT { unlinkat(parent, name, 0) }
        guard mkdirat(parent, name, 0o777) == 0 || errno == EEXIST else {
            throw GitError.system(errno, "make folder", root + "/…/" + name)
        }
        descriptor = openat(parent, name, flags)
        guard descriptor >= 0 else { throw GitError.system(errno, "open folder", root + "/…/" + name) }
        return descriptor
    }

    private static func makeFolders(_ path: String) throws(GitError) {
        var status = stat()
        if stat(path, &status) == 0 { return }
        for (offset, byte) in path.utf8.enumerated() where byte == 0x2F && offset > 0 {
            mkdir(String(decoding: path.utf8.prefix(offset), as: UTF8.self), 0o777)
        }
        guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw GitError.system(errno, "make folder", path) }
    }
}
