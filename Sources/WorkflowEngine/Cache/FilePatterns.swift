internal import Glibc

/// Patterns of paths, as `hashFiles` and `cache.paths` have them.
///
/// A `*` stands for anything but `/`, `**` for any folders, and a pattern that starts with `!` takes matches away.
struct FilePatterns {
    private let patterns: [(isExclusion: Bool, parts: [String])]

    /// - Parameter coversFolders: Whether a pattern that names a folder stands for all that is in it.
    init(_ patterns: [String], coversFolders: Bool = false) {
        self.patterns = patterns.flatMap { pattern in
            let parts = pattern.drop { $0 == "!" }.split(separator: "/").filter { $0 != "." }.map(String.init)
            let isExclusion = pattern.hasPrefix("!")
            return coversFolders ? [(isExclusion, parts), (isExclusion, parts + ["**", "*"])] : [(isExclusion, parts)]
        }
    }

    /// Whether a path is meant; the last pattern that fits decides.
    func match(_ path: String) -> Bool {
        let parts = path.split(separator: "/").map(String.init)
        var isWanted = false
        for (isExclusion, pattern) in patterns where Self.matches(pattern[...], parts[...]) { isWanted = !isExclusion }
        return isWanted
    }

    private static func matches(_ pattern: ArraySlice<String>, _ path: ArraySlice<String>) -> Bool {
        guard let first = pattern.first else { return path.isEmpty }
        if first == "**" {
            return matches(pattern.dropFirst(), path) || (!path.isEmpty && matches(pattern, path.dropFirst()))
        }
        guard let name = path.first, fnmatch(first, name, 0) == 0 else { return false }
        return matches(pattern.dropFirst(), path.dropFirst())
    }
}
