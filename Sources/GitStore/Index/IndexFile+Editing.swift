extension IndexFile {
    /// An entry to put into the index, at stage 0.
    struct NewEntry {
        var path: [UInt8]
        var mode: FileMode
        var id: ObjectID
        /// The file's state, when the work tree has exactly this content; ``FileStat/unknown`` otherwise.
        var stat: FileStat
    }

    /// Puts an entry, in place of all stages of its path and of what it turns into a file or a folder.
    mutating func put(_ new: NewEntry) {
        remove(new.path)
        entries.removeSubrange(positions(below: new.path + [0x2F]))
        for slash in new.path.indices where new.path[slash] == 0x2F {
            entries.removeSubrange(positions(of: Array(new.path[..<slash])))
        }
        let fixedStart = fixedParts.count
        fixedParts.append(contentsOf: fixedPart(of: new))
        let nameStart = names.count
        names.append(contentsOf: new.path)
        let entry = Entry(fixed: fixedStart..<fixedParts.count, name: nameStart..<names.count)
        entries.insert(entry, at: position(of: new.path))
    }

    /// Removes all stages of a path. One that is not there is no error.
    mutating func remove(_ path: [UInt8]) {
        entries.removeSubrange(positions(of: path))
        cacheTree?.invalidate(path.split(separator: 0x2F).map(Array.init)[...])
    }

    private func fixedPart(of new: NewEntry) -> [UInt8] {
        var bytes: [UInt8] = []
        let stat = new.stat
        let words = [
            stat.changed.seconds, stat.changed.nanoseconds, stat.modified.seconds, stat.modified.nanoseconds,
            stat.device,
            stat.inode, new.mode.rawValue, stat.user, stat.group, stat.size,
        ]
        for word in words { bytes.appendBigEndian(word) }
        bytes += new.id.bytes
        let length = UInt16(min(new.path.count, 0xFFF))
        bytes += [UInt8(length >> 8), UInt8(length & 0xFF)]
        return bytes
    }

    /// The bytes of the file, with their checksum.
    ///
    /// An entry whose file changed at or after the time the old index was written may differ from it unseen: git can tell
    /// only until the index is written again. So such an entry loses its size, which makes git look at the content.
    func serialized() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entries.count * 8 + fixedParts.count + 1024)
        bytes += "DIRC".utf8
        bytes.appendBigEndian(version == 2 && entries.contains { $0.fixed.count == 64 } ? 3 : version)
        bytes.appendBigEndian(UInt32(truncatingIfNeeded: entries.count))
        var previous = 0..<0
        for entry in entries {
            let start = bytes.count
            if version != 4, entry.fixed.upperBound <= readCount {
                // In these versions the name and its padding stand right behind: one copy takes all.
                let length = (entry.name.upperBound - entry.fixed.lowerBound + 8) & ~7
                bytes.append(contentsOf: fixedParts[entry.fixed.lowerBound..<(entry.fixed.lowerBound + length)])
            } else {
                bytes.append(contentsOf: fixedParts[entry.fixed])
                if version == 4 {
                    appendCompressedName(entry.name, after: previous, to: &bytes)
                } else {
                    bytes.append(contentsOf: names[entry.name])
                    for _ in 0..<(8 - (bytes.count - start) % 8) { bytes.append(0) }
                }
            }
            if isRacy(entry) { bytes.replaceSubrange((start + 36)..<(start + 40), with: Self.unknownSize) }
            previous = entry.name
        }
        appendExtensions(to: &bytes)
        bytes += bytes.withUnsafeBytes { SHA1.digest($0) }
        return bytes
    }

    /// Whether the file may have changed unseen since the entry was made.
    func isRacy(_ entry: Entry) -> Bool {
        // Entries put since the index was read are compared with the time of the file that is written next.
        guard writtenAt != .zero, entry.fixed.upperBound <= readCount, modified(of: entry) >= writtenAt else {
            return false
        }
        return stat(of: entry) != .unknown
    }

    /// Takes the size from each entry whose file was changed since and which git would take for unchanged.
    ///
    /// Most builds of git compare whole seconds. They look at the content of what was changed in the second in which the index was
    /// written, or later; once the index is written anew, in another second, that edit would be seen by nobody.
    ///
    /// - Parameter stat: What the file at a path is now; nil where there is none.
    mutating func forgetUnseenEdits(_ stat: (String) -> FileStat?) {
        for entry in entries where mayHideAnEdit(entry) {
            guard stat(path(of: entry)) != self.stat(of: entry) else { continue }
            let size = entry.fixed.lowerBound + 36
            fixedParts.replaceSubrange(size..<(size + 4), with: Self.unknownSize)
        }
    }

    private func mayHideAnEdit(_ entry: Entry) -> Bool {
        guard modified(of: entry) != .zero, !isRacy(entry), mode(of: entry) != .commit else { return false }
        return entry.fixed.upperBound > readCount || modified(of: entry).seconds >= writtenAt.seconds
    }

    private static let unknownSize: [UInt8] = [0, 0, 0, 0]

    private func appendExtensions(to bytes: inout [UInt8]) {
        if let cacheTree {
            var content: [UInt8] = []
            cacheTree.appendTo(&content)
            bytes += "TREE".utf8
            bytes.appendBigEndian(UInt32(truncatingIfNeeded: content.count))
            bytes += content
        }
        if let resolveUndo {
            bytes += "REUC".utf8
            bytes.appendBigEndian(UInt32(truncatingIfNeeded: resolveUndo.count))
            bytes += resolveUndo
        }
    }

    private func appendCompressedName(_ name: Range<Int>, after previous: Range<Int>, to bytes: inout [UInt8]) {
        let shared = zip(names[previous], names[name]).prefix { $0 == $1 }.count
        var number = previous.count - shared
        var digits = [UInt8(number & 0x7F)]
        while number >= 0x80 {
            number = number >> 7 - 1
            digits.insert(0x80 | UInt8(number & 0x7F), at: 0)
        }
        bytes += digits
        bytes.append(contentsOf: names[(name.lowerBound + shared)..<name.upperBound])
        bytes.append(0)
    }
}

extension [UInt8] {
    mutating func appendBigEndian(_ word: UInt32) {
        append(contentsOf: [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) })
    }
}
