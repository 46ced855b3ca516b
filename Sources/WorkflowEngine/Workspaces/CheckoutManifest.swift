internal import GitStore

/// What a pooled checkout held when it had been brought to a tree.
///
/// A file is taken as untouched where inode, size and time of change are as they were, and the change is older than the
/// manifest by more than the file system's clock ticks; otherwise its content is looked at, as git does with its index
/// (git documentation, "racy-git").
struct CheckoutManifest {
    /// How much older than the manifest a change must be to be told apart from a later one, in nanoseconds.
    private static let tick = 20_000_000

    var tree: TreeID
    /// When the manifest was made, in nanoseconds since 1970.
    var made: Int
    var files: [String: FolderListing.FileState]

    func isCertainlyUntouched(_ path: String, _ state: FolderListing.FileState) -> Bool {
        files[path] == state && state.changed < made - Self.tick
    }

    /// The manifest as it is kept: a line with tree and time, then for each file a line of three numbers and the path, each
    /// closed by NUL, as a path may hold a line break.
    var bytes: [UInt8] {
        var text = "\(tree) \(made)\0"
        for (path, state) in files { text += "\(state.inode) \(state.size) \(state.changed) \(path)\0" }
        return Array(text.utf8)
    }

    /// Reads a manifest; nil where it is damaged, which costs no more than a new checkout.
    init?(bytes: [UInt8]) {
        guard bytes.last == 0 else { return nil }
        let lines = bytes.split(separator: 0)
        guard let head = lines.first else { return nil }
        let fields = head.split(separator: UInt8(ascii: " "))
        guard fields.count == 2, let tree = TreeID(String(decoding: fields[0], as: UTF8.self)),
            let made = Int(decimal: fields[1])
        else { return nil }
        var files: [String: FolderListing.FileState] = [:]
        for line in lines.dropFirst() {
            let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 3)
            guard fields.count == 4, let inode = Int(decimal: fields[0]), let size = Int(decimal: fields[1]),
                let changed = Int(decimal: fields[2])
            else { return nil }
            files[String(decoding: fields[3], as: UTF8.self)] = FolderListing.FileState(
                inode: inode, size: size, changed: changed)
        }
        self.init(tree: tree, made: made, files: files)
    }

    init(tree: TreeID, made: Int, files: [String: FolderListing.FileState]) {
        self.tree = tree
        self.made = made
        self.files = files
    }
}
