internal import Glibc

/// A lock file of git's (`NAME.lock`) that stands in the way: somebody is writing, or was killed while writing. Which of the two,
/// only a person can find out, so it is never removed unasked.
struct StandingLock {
    /// The path of the lock itself.
    let path: String

    /// What to look for, and the command that removes the lock.
    var hint: String {
        let age = age.map { "the lock is \($0) old; " } ?? ""
        return "\(age)if no git or wfrepo is running there, the lock is stale: rm \(shellWord)"
    }

    /// How long it has been there, for people; nil where it is gone by now.
    private var age: String? {
        guard let seconds = ModificationTime(ofFileAt: path).map({ max(0, $0.age(at: time(nil))) }) else { return nil }
        for (unit, length) in [("day", 86_400), ("hour", 3600), ("minute", 60)] where seconds >= 2 * length {
            return "\(seconds / length) \(unit)s"
        }
        return "\(seconds) second\(seconds == 1 ? "" : "s")"
    }

    /// The path as sh(1) takes it.
    private var shellWord: String {
        let isPlain = path.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || "/._-+@:,".utf8.contains(byte)
        }
        guard !isPlain else { return path }
        return "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}

extension GitError {
    /// The error for a file whose lock another process has.
    package static func locked(_ operation: String, _ object: String, lock: String) -> GitError {
        let file = lock.dropLast(".lock".count)
        return GitError(
            .locked, operation, object, "another process is writing \(file.hasSuffix(object) ? "it" : file)",
            hint: StandingLock(path: lock).hint)
    }
}
