import ArgumentParser
import DocumentTree
import GitStore
import WorkflowRecords

struct AuditVerifyExportCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "verify-export", abstract: "Check an exported audit by its manifest; no repository is needed.",
        discussion: """
            Every byte, the number of events and (of JSON lines) the chain of hashes must be as the manifest says. That the manifest \
            itself is the one that was made is shown by its signature, where FILE.manifest.json.sig is there; by the SHA-256 of the \
            lines, which the event export.made keeps; or by the tips that it names, compared with those of a clone. With \
            --allowed-signers only the signature counts: one that is missing or of another key is a fault.
            """)

    @Argument(help: "The exported file; FILE.manifest.json must stand beside it.", completion: .file())
    var file: String

    @Option(
        help: ArgumentHelp(
            "The keys that are trusted (ssh-keygen(1), ALLOWED SIGNERS); else those of gpg.ssh.allowedSignersFile.",
            valueName: "file"), completion: .file())
    var allowedSigners: String?

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let manifest = try context.readFile(file + ".manifest.json")
        var check = try AuditExportCheck(manifest: manifest, name: file + ".manifest.json")
        try context.forEachLine(of: file) { line in
            check.add(line)
            return !check.isTooLong
        }
        let checkpoints = check.checkpoints
        var faults = check.finish()
        let verdict = try verdict(on: manifest, in: context)
        faults = [fault(of: verdict, saidToBeSigned: check.isSigned)].compactMap { $0 } + faults
        if form.json {
            try context.output.writeJSON([
                "whole": .bool(faults.isEmpty), "events": .integer(check.events),
                "faults": .sequence(faults.map(Value.string)), "signature": .string(verdict.words),
                "checkpoints": .sequence(
                    checkpoints.map { ["reference": .string($0.reference), "tip": .string($0.tip)] }),
            ])
        } else {
            for fault in faults.prefix(20) { context.output.writeLine(visible(fault)) }
            if faults.count > 20 { context.output.writeLine("and \(faults.count - 20) more") }
            if faults.isEmpty {
                context.output.writeLine("\(check.events) events, as the manifest says; \(visible(verdict.words))")
                for checkpoint in checkpoints {
                    context.output.writeLine(
                        "  \(checkpoint.events) of \(visible(checkpoint.reference)) at \(visible(checkpoint.tip))")
                }
                if !verdict.isGood {
                    context.output.writeLine(
                        "unproven: who had both files could have made them anew; compare the tips with a clone's, or the SHA-256 of the "
                            + "lines with the event export.made")
                }
            }
        }
        if !faults.isEmpty { throw Ended(status: .negative) }
    }

    /// Why a manifest can't be taken for the one that was made.
    private func fault(of verdict: SignatureVerdict, saidToBeSigned: Bool) -> String? {
        switch verdict {
        case .good: nil
        case .bad(let reason): "the manifest is not the one that was signed: \(reason)"
        case .unsigned:
            saidToBeSigned || allowedSigners != nil
                ? "the signature of the manifest is missing: \(file).manifest.json.sig" : nil
        case .unknownKey(let fingerprint):
            allowedSigners.map { "the manifest was signed with the key \(fingerprint), which \($0) does not have" }
        }
    }

    /// What the signature beside the manifest is worth.
    private func verdict(on manifest: [UInt8], in context: CommandContext) throws -> SignatureVerdict {
        let path = context.absolute(file) + ".manifest.json.sig"
        guard let signature = try DurableFile.read(path) else { return .unsigned }
        let signers: String?
        if let allowedSigners {
            signers = context.absolute(allowedSigners)
        } else {
            // Outside of a repository only the option names the keys.
            signers = try (try? context.openRepository())?.configuration.path(
                "gpg.ssh.allowedSignersFile", home: context.variable("HOME"))
        }
        return try SignatureCheck(allowedSigners: signers, environment: context.environment)
            .verdict(of: signature, on: manifest, namespace: AuditExport.signatureNamespace)
    }
}

extension SignatureVerdict {
    /// Whether a trusted key has made it.
    fileprivate var isGood: Bool {
        if case .good = self { true } else { false }
    }

    /// For a person and for scripts.
    fileprivate var words: String {
        switch self {
        case .unsigned: "not signed"
        case .good(let signer): "signed by \(signer)"
        case .unknownKey(let fingerprint): "signed with the key \(fingerprint), for which nobody vouches"
        case .bad(let reason): "the signature does not fit: \(reason)"
        }
    }
}
