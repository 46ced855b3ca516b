/// The index's `TREE` extension: the ids of folders whose entries have not changed since the tree was written.
struct CacheTree {
    /// The folder's name; empty at the top.
    var name: [UInt8]
    /// How many entries of the index are below it, or -1 when it has changed.
    var entryCount: Int
    /// The folder's tree, when it has not changed.
    var id: ObjectID?
    var children: [CacheTree]

    /// Reads the extension; `nil` when it is malformed: it is a cache, git rebuilds it.
    init?(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        self.init(consuming: &rest, depth: 0)
        guard rest.isEmpty else { return nil }
    }

    private init?(consuming rest: inout ArraySlice<UInt8>, depth: Int) {
        guard depth < 4096, let nameEnd = rest.firstIndex(of: 0) else { return nil }
        name = Array(rest[..<nameEnd])
        rest = rest[(nameEnd + 1)...]
        guard let lineEnd = rest.firstIndex(of: 0x0A) else { return nil }
        let numbers = String(decoding: rest[..<lineEnd], as: UTF8.self).split(separator: " ").map { Int($0) }
        rest = rest[(lineEnd + 1)...]
        guard numbers.count == 2, let entryCount = numbers[0], let childCount = numbers[1], childCount >= 0 else {
            return nil
        }
        self.entryCount = entryCount
        if entryCount >= 0 {
            guard rest.count >= ObjectID.byteCount else { return nil }
            id = rest.prefix(ObjectID.byteCount).withUnsafeBytes { ObjectID(rawBytes: $0) }
            rest = rest.dropFirst(ObjectID.byteCount)
        }
        children = []
        for _ in 0..<childCount {
            guard let child = CacheTree(consuming: &rest, depth: depth + 1) else { return nil }
            children.append(child)
        }
    }

    /// Says that something at this path has changed.
    mutating func invalidate(_ path: ArraySlice<[UInt8]>) {
        entryCount = -1
        id = nil
        guard let name = path.first, let child = children.firstIndex(where: { $0.name == name }) else { return }
        if path.count == 1 {
            // A file stands where a folder was.
            children.remove(at: child)
        } else {
            children[child].invalidate(path.dropFirst())
        }
    }

    /// The extension's bytes.
    func appendTo(_ bytes: inout [UInt8]) {
        bytes += name
        bytes.append(0)
        bytes += "\(entryCount) \(children.count)\n".utf8
        if entryCount >= 0, let id { bytes += id.bytes }
        for child in children { child.appendTo(&bytes) }
    }
}
