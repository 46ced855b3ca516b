import ArgumentParser
import DocumentTree
import GitStore
import WorkflowRecords
import WorkflowSecrets

struct VerifyCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "verify", abstract: "Check that nothing that was recorded has been changed since.",
        discussion: """
            Looks at every object, every record and its run commit, the chains of the audit, checkpoints and their \
            signatures, the tips that were kept outside of the repository, and the files beside git. It only reads.

            It answers 'tampered' and names what is wrong (exit status 1), 'unproven' where nothing is wrong but nobody \
            would notice if everything had been made anew, or 'proven'.
            """)

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let repository = try context.openRepository()
        let git = context.git(repository)
        // That nothing could be looked at says nothing of what is recorded.
        guard try git.run(["version"]).status != 127 else {
            throw CommandFailure("git can't be run, so no object can be checked", hint: "apt-get install git")
        }
        let (seen, seenFindings) = context.readSeenTips(of: repository)
        let verification = RepositoryVerification(
            repository, git: git,
            signatures: try SignatureCheck(repository.configuration, environment: context.environment),
            seen: seen)
        var report = verification.report { step in
            guard context.terminal.errorIsTerminal else { return }
            context.errors.writeLine(context.errors.styled("checking \(visibleLine(step)) …", .dim))
            context.errors.flush()
        }
        report.findings += seenFindings + context.secretFindings(of: repository)
        report.findings += context.saveFindings(of: repository)
        if form.json {
            try context.output.writeJSON(report.value)
        } else {
            write(report, to: context.output)
        }
        if report.conclusion == .tampered { throw Ended(status: .negative) }
    }

    private func write(_ report: ProofReport, to output: TextOutput) {
        var table = Table()
        for standing in report.segments {
            let unit = standing.segment.kind == .runs ? "run" : "event"
            table.add(
                .init(standing.segment.reference), .init("\(standing.count)", alignsRight: true),
                .init("\(unit)\(standing.count == 1 ? "" : "s")"), .init(standing.evidenceText, .dim))
        }
        table.write(to: output)
        for finding in report.findings {
            let isFault = finding.severity == .fault
            output.writeLine(
                output.styled(isFault ? "fault:" : "note:", isFault ? .red : .yellow)
                    + " \(visible("\(finding.subject): \(finding.message)"))")
            if let hint = finding.hint { output.writeLine("  hint: \(visible(hint))") }
        }
        output.writeLine(report.sentence(styledBy: output))
    }
}

extension CommandContext {
    /// Where the segments were when this user last saw them. That this can't be read is a fault; that they have no place is not:
    /// then nothing is known of them.
    fileprivate func readSeenTips(of repository: Repository) -> (SeenTips?, [WorkflowRecords.Finding]) {
        let subject = "tips that were seen last"
        do {
            return (try seenTips(of: repository), [])
        } catch let error as CommandFailure {
            return (nil, [WorkflowRecords.Finding(.note, .lastSeen, subject, error.message)])
        } catch {
            return (nil, [WorkflowRecords.Finding(.lastSeen, subject, "they can't be read: \(error)")])
        }
    }

    /// Which saves the audit does not know. That this can't be told is no fault: whatever stops it was found before.
    fileprivate func saveFindings(of repository: Repository) -> [WorkflowRecords.Finding] {
        do {
            return try findingsOfMissingSaves(in: repository)
        } catch {
            return [
                WorkflowRecords.Finding(.note, .audit, "saves", "they can't be compared with the audit: \(error)")
            ]
        }
    }

    /// What is wrong with the store of secrets: by its checksum, and where the key needs no passphrase, by what only who has the
    /// key can make.
    fileprivate func secretFindings(of repository: Repository) -> [WorkflowRecords.Finding] {
        guard repository.showsOwnFolder else { return [] }
        var path = secretsFolder(of: repository)
        do {
            let store = try secretStore(of: repository)
            guard store.exists else { return [] }
            path = store.file.path
            if try store.file.read() != nil, try store.isProtectedByPassphrase() == false {
                _ = try store.verify { _ in [] }
            }
            return []
        } catch {
            // Who has no key, or no home to keep it in, can still look at everything else.
            if let error = error as? SecretsError, error.code == .missingKey { return [] }
            if let error = error as? CommandFailure {
                return [WorkflowRecords.Finding(.note, .files, path, error.message)]
            }
            return [
                WorkflowRecords.Finding(
                    .files, path, "\(error)",
                    hint: "look at it, and bring back its last good backup: wfrepo secret check")
            ]
        }
    }
}

extension ProofReport {
    fileprivate func sentence(styledBy output: TextOutput) -> String {
        switch conclusion {
        case .tampered:
            return output.styled("tampered", .red, .bold)
                + ": \(faults.count) thing\(faults.count == 1 ? " is" : "s are") not what was recorded"
        case .unproven:
            let open = segments.filter { !$0.isCovered }.count
            let reason =
                segments.isEmpty
                ? "nothing is recorded yet"
                : "nothing is wrong, but for \(open) of \(segments.count) segments neither a signature nor a tip that was "
                    + "kept elsewhere says that all of it was not made anew"
            return output.styled("unproven", .yellow, .bold) + ": \(reason)"
        case .proven:
            return output.styled("proven", .green, .bold) + ": every record is as it was written"
        }
    }

    /// The report as JSON.
    fileprivate var value: Value {
        [
            "conclusion": .string(conclusion.rawValue),
            "segments": .sequence(segments.map(\.value)),
            "findings": .sequence(
                findings.map { finding in
                    [
                        "severity": .string(finding.severity.rawValue), "check": .string(finding.check.rawValue),
                        "subject": .string(finding.subject), "message": .string(finding.message),
                        "hint": Value(finding.hint),
                    ]
                }),
        ]
    }
}

extension ProofReport.Standing {
    fileprivate var value: Value {
        [
            "reference": .string(segment.reference), "tip": .string(tip.description), "count": .integer(count),
            "covered": .bool(isCovered),
            "evidence": .sequence(
                evidence.map { evidence in
                    switch evidence.kind {
                    case .signature(let signer):
                        [
                            "kind": "signature", "signer": .string(signer), "tip": .string(evidence.tip.description),
                        ]
                    case .lastSeen(let since):
                        [
                            "kind": "last-seen", "since": .string(RFC3339.text(seconds: since)),
                            "tip": .string(evidence.tip.description),
                        ]
                    }
                }),
        ]
    }

    fileprivate var evidenceText: String {
        let texts = evidence.map { evidence in
            let reach = evidence.tip == tip ? "" : " up to \(evidence.tip.object.short())"
            switch evidence.kind {
            case .signature(let signer): return "signed by \(signer)\(reach)"
            case .lastSeen(let since): return "as seen since \(RFC3339.text(seconds: since))\(reach)"
            }
        }
        return texts.isEmpty ? "unproven" : texts.joined(separator: "; ")
    }
}
