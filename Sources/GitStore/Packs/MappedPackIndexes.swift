internal import Glibc

/// The indexes of packs that libgit2 has mapped, and keeps mapped, into this process.
///
/// Few look-ups in one of a hundred megabytes make nearly all of it count as memory of the process: each probe brings its
/// neighbours with it.
enum MappedPackIndexes {
    /// Gives back what was read of them; it is read again, from the page cache, where it is needed (madvise(2)). Only a hint, for
    /// whoever reads all of a large repository. Source of the list: proc(5), `/proc/self/maps`.
    static func giveBackMemory() {
        guard let maps = try? SystemFile.read("/proc/self/maps")?.bytes else { return }
        for line in String(decoding: maps, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
            // A private mapping that nobody may write holds nothing but the file's bytes.
            guard fields.count == 6, fields[1] == "r--p",
                fields[5].hasSuffix(".idx") || fields[5].hasSuffix("/multi-pack-index")
            else { continue }
            let ends = fields[0].split(separator: "-").compactMap { UInt(String($0), radix: 16) }
            guard ends.count == 2, ends[0] < ends[1], let start = UnsafeMutableRawPointer(bitPattern: ends[0]) else {
                continue
            }
            madvise(start, Int(ends[1] - ends[0]), MADV_DONTNEED)
        }
    }
}
