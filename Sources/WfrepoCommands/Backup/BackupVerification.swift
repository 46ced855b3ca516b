import GitStore
import Glibc
import WorkflowEngine

/// Restores a backup into a scratch folder, and compares what comes out with what the backup says it holds.
struct BackupVerification {
    let context: CommandContext
    let reader: BackupFileReader

    /// - Parameter folder: Where the scratch folder is made.
    /// - Throws: `CommandFailure` that names the first fault.
    func verify(in folder: String) throws {
        let scratch = "\(folder)/.verifying-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        // What can't be removed is only in the way.
        defer { try? SystemFile.removeAll(scratch) }
        try reader.extract(to: scratch)
        try RestoredRepository(context: context, manifest: reader.manifest, parts: scratch)
            .make(at: "\(scratch)/repository", isBare: true)
        let git = GitProgram(directory: "\(scratch)/repository", environment: context.environment)
        let listed = try git.output(["for-each-ref", "--format=%(refname) %(objectname)"])
        var found: [String: String] = [:]
        for line in listed.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            if words.count == 2 { found[words[0]] = words[1] }
        }
        guard found == reader.manifest.references else {
            throw CommandFailure("\(reader.path): the references that come out of it are others than it says")
        }
        let check = try git.run(["fsck", "--full", "--no-dangling", "--no-progress"])
        guard check.status == 0 else {
            throw CommandFailure("\(reader.path): git finds damage: \(GitProgram.complaint(check))")
        }
        let journal = "\(scratch)/state.sqlite"
        guard access(journal, F_OK) == 0 else { return }
        let faults = try StateStore(path: journal).integrityFaults()
        guard faults.isEmpty else {
            throw CommandFailure("\(reader.path): the journal is damaged: \(faults.joined(separator: "; "))")
        }
    }
}

/// A repository that is made from the parts of a backup.
struct RestoredRepository {
    let context: CommandContext
    let manifest: BackupManifest
    /// The folder of the parts.
    let parts: String

    /// Makes it in a folder that is empty or not there.
    func make(at folder: String, isBare: Bool) throws {
        try DurableFile.makeFolders(folder)
        let git = GitProgram(directory: folder, environment: context.environment)
        let branch = manifest.branch ?? "main"
        try git.output(["init", "--quiet", "--initial-branch=\(branch)"] + (isBare ? ["--bare"] : []))
        let inner = isBare ? folder : "\(folder)/.git"
        if access("\(parts)/repository.bundle", F_OK) == 0 {
            try git.output(
                [
                    "fetch", "--quiet", "--no-write-fetch-head", "--update-head-ok", "\(parts)/repository.bundle",
                    "+refs/*:refs/*",
                ], settings: ["fetch.fsckObjects=true", "gc.auto=0"])
            if !isBare, manifest.references["refs/heads/\(branch)"] != nil {
                try git.output(["reset", "--quiet", "--hard"])
            }
        }
        guard !isBare else { return }
        if let bytes = try DurableFile.read("\(parts)/config") { try DurableFile.write(bytes, to: "\(inner)/config") }
        for name in ["state.sqlite", "secrets/store.json", "secrets/store.json.sha256"] {
            guard let bytes = try DurableFile.read("\(parts)/\(name)") else { continue }
            try DurableFile.makeFolders(DurableFile.folder(of: "\(inner)/wfrepo/\(name)"), mode: 0o700)
            try DurableFile.write(bytes, to: "\(inner)/wfrepo/\(name)", mode: 0o600)
        }
    }
}
