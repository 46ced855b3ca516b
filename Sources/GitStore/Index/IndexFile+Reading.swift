extension IndexFile {
    /// Reads the bytes of an index file.
    ///
    /// git does not check the file's checksum when reading, nor does this; malformed entries are found all the same.
    init(_ bytes: [UInt8], path: String, writtenAt: FileTime) throws(GitError) {
        var parser = IndexParser(bytes: bytes, path: path)
        self = try parser.parse()
        self.writtenAt = writtenAt
    }
}

/// Reads gitformat-index(5).
private struct IndexParser {
    let bytes: [UInt8]
    let path: String
    var position = 12

    init(bytes: [UInt8], path: String) {
        self.bytes = bytes
        self.path = path
    }

    mutating func parse() throws(GitError) -> IndexFile {
        guard bytes.count >= 12 + ObjectID.byteCount, bytes.starts(with: "DIRC".utf8) else {
            throw malformed("it is no index file")
        }
        let version = word(at: 4)
        guard (2...4).contains(version) else {
            throw GitError(.unsupported, "read index", path, "version \(version) of the index format is not known")
        }
        let count = Int(word(at: 8))
        guard count <= bytes.count / 62 + 1 else { throw malformed("it is cut short") }
        var file = IndexFile.empty
        file.version = version
        file.entries.reserveCapacity(count)
        file.fixedParts = bytes
        file.readCount = bytes.count
        // Versions 2 and 3 have whole names in place; version 4 has them cut by what they share with the one before.
        file.names = version == 4 ? [] : bytes
        for _ in 0..<count { try parseEntry(into: &file) }
        try parseExtensions(into: &file)
        // Only a split index, which has been refused by now, has entries without names.
        guard file.entries.allSatisfy({ !$0.name.isEmpty }) else { throw malformed("an entry has no name") }
        return file
    }

    private var contentEnd: Int { bytes.count - ObjectID.byteCount }

    private mutating func parseEntry(into file: inout IndexFile) throws(GitError) {
        let start = position
        guard start + 62 < contentEnd else { throw malformed("it is cut short") }
        let isExtended = bytes[start + 60] & 0x40 != 0
        let nameStart = start + (isExtended ? 64 : 62)
        if file.version == 4 {
            return try parseCompressedName(fixed: start..<nameStart, into: &file)
        }
        let length = Int(bytes[start + 60] & 0x0F) << 8 | Int(bytes[start + 61])
        var end = nameStart + length
        // Names of 4095 bytes and more only say that they are long.
        if length == 0xFFF { end = bytes[min(end, contentEnd)..<contentEnd].firstIndex(of: 0) ?? contentEnd }
        guard end < contentEnd, bytes[end] == 0, (end - start + 8) & ~7 <= contentEnd - start else {
            throw malformed("an entry is malformed")
        }
        position = start + (end - start + 8) & ~7
        file.entries.append(IndexFile.Entry(fixed: start..<nameStart, name: nameStart..<end))
    }

    private mutating func parseCompressedName(fixed: Range<Int>, into file: inout IndexFile) throws(GitError) {
        position = fixed.upperBound
        let previous = file.entries.last?.name ?? 0..<0
        let removed = try offsetNumber()
        guard removed <= previous.count, let end = bytes[min(position, contentEnd)..<contentEnd].firstIndex(of: 0)
        else {
            throw malformed("an entry is malformed")
        }
        let nameStart = file.names.count
        file.names.append(contentsOf: Array(file.names[previous.lowerBound..<(previous.upperBound - removed)]))
        file.names.append(contentsOf: bytes[position..<end])
        position = end + 1
        file.entries.append(IndexFile.Entry(fixed: fixed, name: nameStart..<file.names.count))
    }

    /// The number format of pack offsets: seven bits a byte, each continuation adding one.
    private mutating func offsetNumber() throws(GitError) -> Int {
        var value = 0
        for round in 0..<5 {
            guard position < contentEnd else { throw malformed("it is cut short") }
            let byte = bytes[position]
            position += 1
            value = (round == 0 ? 0 : (value + 1) << 7) | Int(byte & 0x7F)
            if byte & 0x80 == 0 { return value }
        }
        throw malformed("an entry is malformed")
    }

    private mutating func parseExtensions(into file: inout IndexFile) throws(GitError) {
        while position < contentEnd {
            guard contentEnd - position >= 8 else { throw malformed("an extension is cut short") }
            let name = String(decoding: bytes[position..<(position + 4)], as: UTF8.self)
            let size = Int(word(at: position + 4))
            let start = position + 8
            guard size <= contentEnd - start else { throw malformed("an extension is cut short") }
            position = start + size
            switch name {
            case "TREE": file.cacheTree = CacheTree(bytes[start..<position])
            case "REUC": file.resolveUndo = Array(bytes[start..<position])
            case "link":
                throw GitError(
                    .unsupported, "read index", path, "it is a split index",
                    hint: "git config core.splitIndex false && git update-index --no-split-index")
            case "sdir":
                throw GitError(
                    .unsupported, "read index", path, "it is a sparse index",
                    hint: "git sparse-checkout reapply --no-sparse-index")
            default:
                // Extensions in capitals may be left out: caches that git makes anew.
                guard name.utf8.first.map({ (0x41...0x5A).contains($0) }) == true else {
                    throw GitError(.unsupported, "read index", path, "extension '\(name)' is not known")
                }
            }
        }
    }

    private func word(at offset: Int) -> UInt32 {
        bytes.withUnsafeBytes { UInt32(bigEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
    }

    private func malformed(_ reason: String) -> GitError {
        GitError(.corrupt, "read index", path, reason, hint: "rebuild it: rm \(path) && git reset")
    }
}
