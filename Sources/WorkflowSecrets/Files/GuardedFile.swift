internal import GitStore
internal import Glibc

/// A file of secrets that only wfrepo changes: whole or not at all, with its SHA-256 kept beside it and looked at before
/// each use, and a backup of what it held.
///
/// The sum's file is of sha256sum(1)'s form and names one file, for a moment with two sums: while a change is under way
/// both the old and the new content count, so that a crash at any point leaves one that is good. Calls that write belong
/// under the caller's lock.
public struct GuardedFile: Sendable {
    /// The file.
    public let path: String
    /// The folder of its sum and its backups.
    public let folder: String
    /// Whether a file without a sum is taken as it is the first time, as one that its user has written by hand.
    let takesFirst: Bool

    /// A file and what belongs to it.
    public init(_ path: String, folder: String, takesFirst: Bool = false) {
        self.path = path
        self.folder = folder
        self.takesFirst = takesFirst
    }

    private var name: String { path.split(separator: "/").last.map(String.init) ?? path }
    /// What its sum and backups are called by: several files may share a folder.
    private var label: String { takesFirst ? "\(name)-\(sha256Text(Array(path.utf8)).prefix(12))" : name }
    private var sumPath: String { "\(folder)/\(label).sha256" }

    /// What the file holds, as wfrepo last wrote it; nil where there is none.
    ///
    /// - Throws: ``SecretsError`` `damaged` where it is not what it was.
    public func read() throws -> [UInt8]? {
        let bytes = try readUnchecked()
        let sums = try sums()
        switch (bytes, sums.isEmpty) {
        case (nil, true): return nil
        case (nil, false): throw damaged("is gone")
        case (let bytes?, true):
            guard takesFirst else { throw damaged("its checksum is gone") }
            try accept()
            return bytes
        case (let bytes?, false):
            guard sums.contains(sha256Text(bytes)) else { throw damaged("was changed, and not by wfrepo") }
            return bytes
        }
    }

    /// What the file holds, whether it was tampered with or not; nil where there is none.
    public func readUnchecked() throws -> [UInt8]? {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw SecretsError(.io, path, "cannot be looked at: \(String(cString: strerror(errno)))")
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw SecretsError(.damaged, path, "is no plain file") }
        guard status.st_size <= Self.maximumSize else { throw SecretsError(.damaged, path, "is larger than 64 MiB") }
        return try DurableFile.read(path)
    }

    private static let maximumSize = 64 << 20

    /// Replaces what the file holds, and keeps both the old and the new content as backups.
    ///
    /// - Parameter now: seconds since 1970, the name of the backups.
    public func write(_ bytes: [UInt8], now: Int) throws {
        try DurableFile.makeFolders(folder, mode: 0o700)
        let old = try readUnchecked()
        if let old { try backUp(old, now: now) }
        try writeSums([sha256Text(bytes)] + (old.map { [sha256Text($0)] } ?? []))
        try DurableFile.write(bytes, to: path, mode: 0o600)
        try writeSums([sha256Text(bytes)])
        try backUp(bytes, now: now)
    }

    /// Takes what the file holds now as good.
    public func accept() throws {
        guard let bytes = try readUnchecked() else { throw damaged("is gone") }
        try DurableFile.makeFolders(folder, mode: 0o700)
        try writeSums([sha256Text(bytes)])
    }

    private func sums() throws -> [String] {
        guard let bytes = try DurableFile.read(sumPath) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { String($0.prefix(64)) }
    }

    private func writeSums(_ sums: [String]) throws {
        let text = sums.map { "\($0)  \(name)\n" }.joined()
        try DurableFile.write(Array(text.utf8), to: sumPath, mode: 0o600)
    }

    func damaged(_ reason: String) -> SecretsError {
        SecretsError(
            .damaged, path, reason, hint: "bring the last good one back: wfrepo secret check --auto-restore")
    }
}

extension GuardedFile {
    /// A content that the file had.
    public struct Backup: Hashable, Sendable {
        /// The file's name in the backups' folder: label, time, number, SHA-256.
        public let name: String
        /// When it was made, `20261101T183000Z`.
        public let time: String
        /// Which of the backups of that second it is.
        let number: Int
        let sum: String
    }

    private static let keptBackups = 20
    private var backupFolder: String { "\(folder)/backups" }

    /// The backups, newest first.
    public func backups() throws -> [Backup] {
        var found: [Backup] = []
        for file in try backupNames() where file.hasPrefix("\(label).") {
            let parts = file.dropFirst(label.count + 1).split(separator: ".")
            guard parts.count == 3, parts[2].count == 64, let number = Int(parts[1]) else { continue }
            found.append(Backup(name: file, time: String(parts[0]), number: number, sum: String(parts[2])))
        }
        return found.sorted { $0.name > $1.name }
    }

    private func backupNames() throws(SecretsError) -> [String] {
        do throws(SystemFailure) {
            return try FolderNames.unsorted(in: backupFolder)
        } catch {
            if error.number == ENOENT { return [] }
            throw SecretsError(.io, backupFolder, "cannot be read: \(error)")
        }
    }

    /// The newest backup that is what it was when it was made, with its content.
    public func latestGoodBackup(where isGood: ([UInt8]) -> Bool = { _ in true }) throws -> (Backup, [UInt8])? {
        for backup in try backups() {
            guard let bytes = try DurableFile.read("\(backupFolder)/\(backup.name)"), sha256Text(bytes) == backup.sum,
                isGood(bytes)
            else { continue }
            return (backup, bytes)
        }
        return nil
    }

    /// Brings the newest good backup back. What stood in its place is kept beside the backups, with the ending
    /// `.damaged`.
    ///
    /// - Returns: The backup, and the path of what was put aside.
    public func restore(now: Int, where isGood: ([UInt8]) -> Bool = { _ in true }) throws -> (Backup, aside: String?) {
        guard let (backup, bytes) = try latestGoodBackup(where: isGood) else {
            throw SecretsError(.notFound, path, "there is no good backup of it", hint: "set the secrets anew")
        }
        var aside: String?
        if let damaged = try? readUnchecked() {
            let place = "\(backupFolder)/\(label).\(Self.stamp(now)).damaged"
            try DurableFile.write(damaged, to: place, mode: 0o600)
            aside = place
        }
        try writeSums([backup.sum])
        try DurableFile.write(bytes, to: path, mode: 0o600)
        return (backup, aside)
    }

    /// Takes all backups away: after a change of key they would be read with the old one.
    public func removeBackups() throws {
        for backup in try backups() { unlink("\(backupFolder)/\(backup.name)") }
        if access(backupFolder, F_OK) == 0 { try DurableFile.syncFolder(of: backupFolder + "/x") }
    }

    private func backUp(_ bytes: [UInt8], now: Int) throws {
        let sum = sha256Text(bytes)
        let known = try backups()
        if known.first?.sum == sum { return }
        try DurableFile.makeFolders(backupFolder, mode: 0o700)
        let stamp = Self.stamp(now)
        let number = 1 + (known.first { $0.time == stamp }?.number ?? 0)
        let digits = String(repeating: "0", count: max(0, 4 - String(number).utf8.count)) + String(number)
        try DurableFile.write(bytes, to: "\(backupFolder)/\(label).\(stamp).\(digits).\(sum)", mode: 0o600)
        for old in known.dropFirst(Self.keptBackups - 1) { unlink("\(backupFolder)/\(old.name)") }
    }

    /// `20261101T183000Z`
    private static func stamp(_ seconds: Int) -> String {
        RFC3339.text(seconds: seconds).filter { $0 != "-" && $0 != ":" }
    }
}
