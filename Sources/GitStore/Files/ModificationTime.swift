package import Glibc

/// When a file was last written, as far as its file system says: whoever owns a file may set that to any time, and tmpfs keeps any
/// number of seconds (utimensat(2)). What RFC 3339 has no year for counts as the nearest that it has, so that one can calculate with it.
package struct ModificationTime: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package let milliseconds: Int

    /// The time of a file.
    package init(_ status: stat) {
        let time = status.st_mtim
        let seconds = min(max(time.tv_sec, Self.first), Self.last)
        milliseconds = seconds * 1000 + (seconds == time.tv_sec ? time.tv_nsec / 1_000_000 : 0)
    }

    /// The time of what stands at a path, which may be a link; nil where nothing does, or it can't be looked at.
    package init?(ofFileAt path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// How many seconds lie between it and a moment, given in seconds since 1970; below zero where that is earlier.
    package func age(at now: Int) -> Int { now - milliseconds / 1000 }

    package static func < (left: ModificationTime, right: ModificationTime) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z.
    private static let (first, last) = (-62_167_219_200, 253_402_300_799)
}
