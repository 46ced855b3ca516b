import ArgumentParser
import DocumentTree
import GitStore
import Glibc
import WorkflowEngine
import WorkflowRecords

struct AuditExportCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "export", abstract: "Write the audit into a file for an auditor, with a manifest to check it by.",
        discussion: """
            Writes FILE and FILE.manifest.json. The lines of each segment follow each other in the order of the chain, none left \
            out in between, so 'wfrepo audit verify-export' can check them with nothing but the two files. Where git's settings \
            name an ssh key that signs (gpg.format, user.signingKey), it signs the manifest: FILE.manifest.json.sig. --since and \
            --until choose a span of each chain.

            Example: wfrepo audit export --format csv --since 2026-01-01 audit-2026.csv
            """)

    /// The forms of an export.
    enum Format: String, ExpressibleByArgument, CaseIterable { case jsonl, csv }

    @Argument(help: "The file; audit.jsonl or audit.csv where none is given.", completion: .file())
    var file: String?

    @Option(
        help:
            "The form: jsonl (lines as they are in git) or csv; where it is not said, csv for a file that is called so."
    )
    var format: Format?

    @Option(help: "Only from that day or time on.")
    var since: String?

    @Option(help: "Only up to that day or time.")
    var until: String?

    @Flag(help: "Replace files that are there.")
    var force = false

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let repository = try context.openRepository()
        let format = format ?? (file?.lowercased().hasSuffix(".csv") ?? false ? .csv : .jsonl)
        let name = file ?? "audit.\(format.rawValue)"
        guard name != "-" else {
            throw CommandFailure(
                "an export is a file and its manifest, so it can't go to standard output",
                hint: "name the file: wfrepo audit export audit.\(format.rawValue)", status: .usage)
        }
        let path = context.absolute(name)
        let manifestPath = path + ".manifest.json"
        for path in [path, manifestPath] where ![nil, S_IFREG].contains(context.kind(ofFileAt: path)) {
            throw CommandFailure(
                "\(path) is no regular file", hint: "An export is a file and its manifest: give another name.")
        }
        for path in [path, manifestPath] where !force && access(path, F_OK) == 0 {
            throw CommandFailure("\(path) is there already", hint: "give another name, or replace it: --force")
        }
        let isFolded = try fold(repository, context)
        let export = AuditExport(
            format: format == .csv ? .csv : .jsonl, since: try AuditFilterOptions.start(since, in: context),
            before: try AuditFilterOptions.end(until, in: context))
        let trail = context.auditTrail(repository, "wfrepo audit export")
        let base = path.split(separator: "/").last.map(String.init) ?? name
        let key = try repository.configuration.signingKey(home: context.variable("HOME"))
        let output = try FileDraft(path)
        let manifest = try export.run(
            repository, name: base, made: SystemClock().now, by: trail.actor, isSigned: key != nil
        ) { try output.write($0) }
        try output.finish()
        let text = try ExportManifest.text(of: manifest)
        let signature = try key?.sign(text, namespace: AuditExport.signatureNamespace, environment: context.environment)
        try DurableFile.write(text, to: manifestPath)
        if let signature {
            try DurableFile.write(Array(signature.utf8), to: manifestPath + ".sig")
        } else {
            // One of another manifest would only be wrong.
            unlink(manifestPath + ".sig")
        }
        if isFolded {
            context.tell(
                [
                    trail.event(
                        .exportMade,
                        [
                            "sha256": manifest["sha256"] ?? .null, "events": manifest["events"] ?? .null,
                            "file": .string(base),
                        ])
                ], to: trail, in: repository)
        }
        if form.json { return try context.output.writeJSON(manifest) }
        context.output.writeLine("\(manifest["events"]?.integer ?? 0) events written to \(visible(name))")
        context.output.writeLine("Check them anywhere: wfrepo audit verify-export \(visible(name))")
    }

    /// Puts what waits into git, and whether that could be tried: an auditor may have a copy that nobody can write to.
    private func fold(_ repository: Repository, _ context: CommandContext) throws -> Bool {
        guard let reason = RecordIndex.whyNotKept(in: repository) else {
            try context.foldAudit(in: repository)
            return true
        }
        context.errors.note(
            "the repository can't be written to (\(reason)): the export has what is in git, without the events that wait, and "
                + "the audit is not told of it")
        return false
    }
}

/// A file that is written piece by piece, and is there whole or not at all.
private final class FileDraft {
    private let path: String
    private let draft: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    init(_ path: String) throws(CommandFailure) {
        self.path = path
        draft = "\(path).\(getpid()).tmp"
        descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CommandFailure("cannot write \(path): \(String(cString: strerror(errno)))") }
    }

    deinit {
        close(descriptor)
        unlink(draft)
    }

    func write(_ bytes: [UInt8]) throws {
        buffer += bytes
        if buffer.count >= 1 << 16 { try flush() }
    }

    func finish() throws {
        try flush()
        guard fsync(descriptor) == 0, rename(draft, path) == 0 else {
            throw CommandFailure("cannot write \(path): \(String(cString: strerror(errno)))")
        }
        try DurableFile.syncFolder(of: path)
    }

    private func flush() throws {
        try SystemFile.write(buffer, to: descriptor, path: path)
        buffer.removeAll(keepingCapacity: true)
    }
}
