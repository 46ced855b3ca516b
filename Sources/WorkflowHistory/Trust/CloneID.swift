public import GitStore

/// Names one clone's records: 16 hexadecimal digits, chosen at random.
///
/// The id is bound to the machine and to the inode of the common git folder; a folder that was copied, with the file in it,
/// gets a new one, so that two clones never write one segment of records. Linked work trees share it.
public struct CloneID: Hashable, Sendable, CustomStringConvertible {
    /// The digits.
    public let description: String

    /// The id of these digits, as they stand in references; nil for anything else.
    public init?(_ text: String) {
        guard text.utf8.count == 16, text.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) }) else { return nil }
        description = text
    }

    /// The clone's id, where it has one that is bound to this machine and this folder.
    ///
    /// - Parameter machine: what tells this machine from others (machine-id(5)). Only a hash of it is stored.
    public static func existing(in repository: Repository, machine: String) throws -> CloneID? {
        try read(file(of: repository), boundTo: Binding(of: repository, machine: machine))
    }

    /// The clone's id; makes one where it has none that is bound to this machine and this folder.
    public static func ensure(
        in repository: Repository, machine: String, using generator: inout some RandomNumberGenerator
    ) throws -> CloneID {
        let binding = try Binding(of: repository, machine: machine)
        let path = file(of: repository)
        if let id = try read(path, boundTo: binding) { return id }
        let hex = String(UInt64.random(in: 0 ... .max, using: &generator), radix: 16)
        let text = String(repeating: "0", count: 16 - hex.utf8.count) + hex
        guard let new = CloneID(text) else { throw HistoryError(.io, path, "cannot make an id") }
        try repository.makeOwnFolder()
        return try FileLock.holding(path + ".lock") {
            // Another process may have made it while this one waited.
            if let id = try read(path, boundTo: binding) { return id }
            let text = "\(new)\n\(binding.machine)\n\(binding.folder)\n"
            try DurableFile.write(
                Array("\(text)\(try sum(of: text))\n".utf8), to: path, sharing: .asFolder(of: path))
            return new
        }
    }

    private static func read(_ path: String, boundTo binding: Binding) throws -> CloneID? {
        guard let bytes = try DurableFile.read(path) else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        guard lines.count >= 3, lines[1] == binding.machine, lines[2] == binding.folder, try hasRightSum(lines)
        else { return nil }
        return CloneID(lines[0])
    }

    /// Whether the file with the id, where there is one, is as it was written. One that an earlier version wrote has no sum.
    public static func isIntact(in repository: Repository) throws -> Bool {
        guard let bytes = try DurableFile.read(file(of: repository)) else { return true }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        return try lines.count >= 3 && CloneID(lines[0]) != nil && hasRightSum(lines)
    }

    private static func hasRightSum(_ lines: [String]) throws -> Bool {
        if lines.count == 3 { return lines[2].hasPrefix("folder ") && !lines[2].contains("sum ") }
        return try lines.count == 4 && lines[3] == sum(of: lines.prefix(3).map { $0 + "\n" }.joined())
    }

    /// The file's last line.
    private static func sum(of text: String) throws -> String { "sum \(try Repository.hash(.blob, Array(text.utf8)))" }

    /// As ``ensure(in:machine:using:)``, with the system's randomness.
    public static func ensure(in repository: Repository, machine: String) throws -> CloneID {
        var generator = SystemRandomNumberGenerator()
        return try ensure(in: repository, machine: machine, using: &generator)
    }

    private static func file(of repository: Repository) -> String { repository.commonDirectory + "wfrepo/clone-id" }

    /// What the id is bound to, as two lines of its file.
    private struct Binding {
        let machine: String
        let folder: String

        init(of repository: Repository, machine: String) throws {
            // machine-id(5) asks not to show the id itself; git's own hash is at hand.
            self.machine = "machine \(try Repository.hash(.blob, Array("wfrepo clone-id\n\(machine)".utf8)))"
            let identity = try FolderIdentity(repository.commonDirectory)
            folder = "folder \(identity.device):\(identity.inode)"
        }
    }
}
