internal import Crypto
internal import DocumentTree
internal import FoundationEssentials
public import GitStore
internal import Glibc
public import WorkflowEngine

/// The keys with which lines of the audit are sealed: one for each *subject*, which is a person by their address.
///
/// A key lies in a file of its own, `wfrepo/subjects/<subject>` in the common git folder, which its owner alone may read and which
/// no synchronisation copies. The subject's name is random, so that once the file is gone nothing leads from a line to the person.
/// Destroying the key erases what the person's lines say, in every clone and every copy of them; the chain of hashes stays whole,
/// because it is made over the sealed lines.
public struct SubjectKeys: Sendable {
    /// Names a subject: 32 hexadecimal digits.
    public typealias Subject = String

    /// A subject and what seals its lines.
    struct Sealer: Sendable {
        let subject: Subject
        fileprivate let key: SymmetricKey
    }

    private static let schema = "wfrepo.subject/1"
    private let folder: String
    private var sealers: [Subject: Sealer] = [:]
    private var subjects: [String: Subject] = [:]

    /// The keys that are here, and that this user may read.
    ///
    /// - Throws: `RecordsError.corrupt` where a file holds no key.
    public init(of repository: Repository) throws {
        folder = Self.folder(of: repository)
        guard repository.showsOwnFolder else { return }
        for name in try FolderNames.all(in: folder) where Self.isSubject(name) {
            let path = "\(folder)/\(name)"
            guard let bytes = try DurableFile.read(path), !Self.isDestroyed(bytes) else { continue }
            let value = try? Document.parseOne(bytes, name: name).value()
            guard let value, value["schema"]?.string == Self.schema, let address = value["address"]?.string,
                let key = value["key"]?.string.flatMap({ Data(base64Encoded: $0) }), key.count == 32
            else {
                throw RecordsError(
                    .corrupt, "read key", path, "it holds no key of a subject",
                    hint: "put a copy in its place; without it this person's lines can't be read")
            }
            keep(Sealer(subject: name, key: SymmetricKey(data: key)), of: address)
        }
    }

    /// The subject that a person is; nil where no line of theirs was sealed here, or the key was destroyed.
    public func subject(of address: String) -> Subject? { subjects[Self.normal(address)] }

    /// What seals a person's lines; a new key is on disk when this returns.
    mutating func sealer(for address: String) throws -> Sealer {
        if let known = subject(of: address).flatMap({ sealers[$0] }) { return known }
        let subject = (0..<16).map { _ in UInt8.random(in: 0 ... .max) }.hexadecimal
        let sealer = Sealer(subject: subject, key: SymmetricKey(size: .bits256))
        let key = sealer.key.withUnsafeBytes { Data($0).base64EncodedString() }
        let value: Value = [
            "schema": .string(Self.schema), "address": .string(Self.normal(address)), "key": .string(key),
        ]
        try DurableFile.makeFolders(folder, mode: 0o700)
        try DurableFile.write(Array((value.json() + "\n").utf8), to: "\(folder)/\(subject)", mode: 0o600)
        keep(sealer, of: Self.normal(address))
        return sealer
    }

    func sealer(of subject: Subject) -> Sealer? { sealers[subject] }

    /// Destroys a person's key by writing over it; on disk when this returns. The file stays, as a note that nobody was told yet:
    /// ``removeDestroyed(_:)`` takes it away.
    ///
    /// - Returns: the subject that the person was; nil where there is no key.
    public mutating func destroy(_ address: String) throws -> Subject? {
        guard let subject = subject(of: address) else { return nil }
        let path = "\(folder)/\(subject)"
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw RecordsError.system("destroy key", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw RecordsError.system("destroy key", path) }
        try SystemFile.write([UInt8](repeating: 0, count: Int(status.st_size)), to: descriptor, path: path)
        guard fsync(descriptor) == 0 else { throw RecordsError.system("destroy key", path) }
        sealers[subject] = nil
        subjects[Self.normal(address)] = nil
        return subject
    }

    /// The keys that were destroyed and that the audit may not know of yet, with the time of it.
    public static func destroyed(in repository: Repository) throws -> [(subject: Subject, time: Timestamp)] {
        let folder = Self.folder(of: repository)
        guard repository.showsOwnFolder else { return [] }
        return try FolderNames.all(in: folder).filter(isSubject).compactMap { name in
            let path = "\(folder)/\(name)"
            var status = stat()
            guard let bytes = try DurableFile.read(path), isDestroyed(bytes), stat(path, &status) == 0 else {
                return nil
            }
            return (name, Timestamp(milliseconds: ModificationTime(status).milliseconds))
        }
    }

    /// Takes away what is left of a destroyed key, once the audit knows of it.
    public static func removeDestroyed(_ subject: Subject, from repository: Repository) throws {
        let path = "\(folder(of: repository))/\(subject)"
        guard unlink(path) == 0 || errno == ENOENT else { throw RecordsError.system("remove destroyed key", path) }
        try DurableFile.syncFolder(of: path)
    }

    private mutating func keep(_ sealer: Sealer, of address: String) {
        sealers[sealer.subject] = sealer
        subjects[address] = sealer.subject
    }

    private static func folder(of repository: Repository) -> String { repository.commonDirectory + "wfrepo/subjects" }

    /// A key's file begins with a brace. A loss of power may have kept some of the zeros only.
    private static func isDestroyed(_ bytes: [UInt8]) -> Bool { bytes.isEmpty || bytes.contains(0) }

    private static func normal(_ address: String) -> String { address.lowercased() }

    private static func isSubject(_ name: String) -> Bool {
        name.utf8.count == 32 && name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}

extension SubjectKeys.Sealer {
    /// Nonce, ciphertext and tag in base 64 (AES-256-GCM, NIST SP 800-38D). It opens only in the line of this event.
    func seal(_ text: String, as event: AuditEventID) throws -> String {
        let box = try AES.GCM.seal(Array(text.utf8), using: key, authenticating: context(event))
        return Data(Array(box.nonce) + box.ciphertext + box.tag).base64EncodedString()
    }

    /// What was sealed; nil where it was not, or not for this event with this key.
    func open(_ sealed: String, as event: AuditEventID) -> [UInt8]? {
        guard let bytes = Data(base64Encoded: sealed), let box = try? AES.GCM.SealedBox(combined: bytes) else {
            return nil
        }
        return (try? AES.GCM.open(box, using: key, authenticating: context(event))).map { Array($0) }
    }

    private func context(_ event: AuditEventID) -> [UInt8] { Array("wfrepo.audit/1\n\(subject)\n\(event)".utf8) }
}
