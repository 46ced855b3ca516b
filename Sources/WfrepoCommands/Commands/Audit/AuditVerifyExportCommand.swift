import ArgumentParser
import DocumentTree
import GitStore
import WorkflowRecords

struct AuditVerifyExportCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "verify-export", abstract: "Check an exported audit by its manifest; no repository is needed.",
        discussion: """
            Every byte, the number of events and (of JSON lines) the chain of hashes must be as the manifest says. That the manifest \
            itself is the one that was made is shown by a copy of its SHA-256, which the event export.made keeps, or by the tips that \
            it names, compared with those of a clone.
            """)

    @Argument(help: "The exported file; FILE.manifest.json must stand beside it.")
    var file: String

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let manifest = try context.readFile(file + ".manifest.json")
        var check = try AuditExportCheck(manifest: manifest, name: file + ".manifest.json")
        let bytes = try context.readFile(file, limit: .max)
        var start = bytes.startIndex
        while start < bytes.endIndex {
            let end = bytes[start...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.endIndex
            check.add(bytes[start..<end])
            start = end
        }
        let checkpoints = check.checkpoints
        let faults = check.finish()
        if form.json {
            try context.output.writeJSON([
                "whole": .bool(faults.isEmpty), "events": .integer(check.events),
                "faults": .sequence(faults.map(Value.string)),
                "checkpoints": .sequence(
                    checkpoints.map { ["reference": .string($0.reference), "tip": .string($0.tip)] }),
            ])
        } else {
            for fault in faults.prefix(20) { context.output.writeLine(visible(fault)) }
            if faults.count > 20 { context.output.writeLine("and \(faults.count - 20) more") }
            if faults.isEmpty {
                context.output.writeLine("\(check.events) events, as they were exported")
                for checkpoint in checkpoints {
                    context.output.writeLine(
                        "  \(checkpoint.events) of \(visible(checkpoint.reference)) at \(visible(checkpoint.tip))")
                }
            }
        }
        if !faults.isEmpty { throw Ended(status: .negative) }
    }
}
