/// What a tree's entry is. git knows no other modes.
public enum FileMode: UInt32, Hashable, Sendable {
    /// A folder.
    case tree = 0o040000
    /// A file.
    case blob = 0o100644
    /// A file that can be executed.
    case executable = 0o100755
    /// A symbolic link; the blob holds its target.
    case symlink = 0o120000
    /// A submodule's commit.
    case commit = 0o160000

    /// Reads a stored mode as git does: old permission bits of files do not matter but the owner's execute bit.
    init?(raw: UInt32) {
        switch raw & 0o170000 {
        case 0o040000: self = .tree
        case 0o100000: self = raw & 0o100 == 0 ? .blob : .executable
        case 0o120000: self = .symlink
        case 0o160000: self = .commit
        default: return nil
        }
    }

    /// Whether the entry is a file with bytes of its own, executable or not. A symbolic link is not.
    public var isRegularFile: Bool { self == .blob || self == .executable }

    /// The form in a tree object: octal without leading zeros.
    var octal: String { String(rawValue, radix: 8) }
}
