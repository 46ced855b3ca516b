import ArgumentParser
import DocumentTree
import GitStore
import StructuralDiff
import WorkflowHistory
import WorkflowLanguage
import WorkflowTemplates

struct TemplateUpdateCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "update",
        abstract: "Bring a newer version of a workflow's template in, and keep your own changes.",
        discussion: """
            The template is filled in with the values that the workflow was made with, and merged by structure: what it was \
            made as, what it is now, what the template makes today. A conflict is marked in the file, which is not saved then: mend it, and save it with --continue.
            """)

    @Argument(help: "The workflow.", completion: .workflows)
    var workflow: String

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Set a parameter of the template anew; repeat for more.", valueName: "name=value"))
    var settings: [String] = []

    @Flag(name: [.customShort("n"), .customLong("dry-run")], help: "Show what would change.")
    var dryRun = false

    @Flag(name: .customLong("continue"), help: "Save the file as it is, with its conflicts mended, as up to date.")
    var continues = false

    func validate() throws {
        if continues, dryRun { throw ValidationError("Give --continue or --dry-run.") }
    }

    func run(in context: CommandContext) throws {
        let workflows = try context.openWorkflows()
        let name = try context.workflowName(workflow)
        guard let origin = try TemplateOrigin(of: name, in: workflows) else {
            throw CommandFailure("\(name) was not made from a template", status: .negative)
        }
        let catalog = try TemplateCatalog.all(context)
        let template = try catalog.template(named: origin.template)
        let version = catalog.version(of: template)
        guard origin.version != version || !settings.isEmpty || continues else {
            return context.output.writeLine("\(name) has the newest version of \(template.name): \(version)")
        }
        let known = Set(template.parameters.map(\.name))
        var values = (origin.values ?? [:]).filter { known.contains($0.key) }
        values.merge(try TemplateSetting.values(settings)) { $1 }
        let instance = try template.instantiate(values)
        let draft = NewWorkflow(name: name, template: template, version: version, instance: instance)
        if continues { return try finish(draft, workflows, context) }
        let merge = try merge(draft, origin, workflows, name)
        if dryRun { return try show(merge, name, context) }
        try save(merge, draft, workflows, context)
    }

    private func merge(
        _ draft: NewWorkflow, _ origin: TemplateOrigin, _ workflows: WorkflowRepository, _ name: WorkflowName
    ) throws -> ThreeWayMerge {
        let base = try base(origin, workflows, name)
        let current = try workflows.resolve(RevisionSpec(name: name, selector: .tip))
        return try ThreeWayMerge(
            base: try DocumentStream.parse(base, name: name.path),
            ours: try DocumentStream.parse(current.bytes, name: name.path),
            theirs: try DocumentStream.parse(draft.content, name: name.path), labels: MergeLabels())
    }

    /// What the template alone made last: as this clone keeps it, or else made anew from the template as it was then; where that can't
    /// be had, what the workflow was made as.
    private func base(
        _ origin: TemplateOrigin, _ workflows: WorkflowRepository, _ name: WorkflowName
    ) throws -> [UInt8] {
        let repository = workflows.repository
        if let blob = try repository.resolve(TemplateOrigin.baseReference(name)) {
            return try repository.blob(BlobID(blob))
        }
        let catalog = try TemplateCatalog.asOf(origin.told.commit, in: repository)
        if origin.told.commit != origin.made.commit, let version = origin.version, let values = origin.values,
            let template = catalog.templates.first(where: { $0.name == origin.template }),
            catalog.version(of: template) == version
        {
            return NewWorkflow(
                name: name, template: template, version: version, instance: try template.instantiate(values)
            ).content
        }
        let made = RevisionSpec(name: name, selector: .commit(origin.made.commit.description))
        return try workflows.resolve(made).bytes
    }

    private func show(_ merge: ThreeWayMerge, _ name: WorkflowName, _ context: CommandContext) throws {
        context.output.write(visible(String(decoding: merge.bytes, as: UTF8.self)))
        if !merge.isClean { throw Ended(status: .negative) }
    }

    private func save(
        _ merge: ThreeWayMerge, _ draft: NewWorkflow, _ workflows: WorkflowRepository, _ context: CommandContext
    ) throws {
        let current = try workflows.resolve(RevisionSpec(name: draft.name, selector: .tip))
        let place = try root(of: workflows) + current.path
        guard try workflows.worktreeContent(at: current.path) == current.bytes else {
            throw CommandFailure(
                "\(current.path) has edits that are not saved",
                hint:
                    "save them: wfrepo commit \(draft.name); where they mend the conflicts of an update: \(finishing(draft.name))"
            )
        }
        guard merge.bytes != current.bytes else { return try settle(draft, workflows, context) }
        let before = try DurableFile.read(place)
        try DurableFile.write(try workflows.repository.workTreeForm(of: merge.bytes, at: current.path), to: place)
        guard merge.isClean else {
            for conflict in merge.conflicts {
                context.errors.writeLine(
                    "CONFLICT: \(visibleLine(conflict.path.description)): \(conflict.reason.rawValue)")
            }
            throw CommandFailure(
                "\(current.path) has conflicts, which are marked in it",
                hint: "mend them, then: \(finishing(draft.name))",
                status: .negative)
        }
        do {
            try commit(draft, workflows, context)
        } catch {
            if let before { try DurableFile.write(before, to: place) }
            throw error
        }
    }

    private func root(of workflows: WorkflowRepository) throws(CommandFailure) -> String {
        guard let root = workflows.repository.workTree else {
            throw CommandFailure(
                "a bare repository has no work tree to write to", hint: "update it in a clone, and push")
        }
        return root
    }

    /// The command that ends an update with conflicts.
    private func finishing(_ name: WorkflowName) -> String {
        let settings = settings.map { " --set \(ShellWord.quoted($0))" }.joined()
        return "wfrepo template update \(name)\(visible(settings)) --continue"
    }

    /// Saves what a person made of the conflicts.
    private func finish(_ draft: NewWorkflow, _ workflows: WorkflowRepository, _ context: CommandContext) throws {
        _ = try root(of: workflows)
        let current = try workflows.resolve(RevisionSpec(name: draft.name, selector: .tip))
        guard try workflows.worktreeContent(at: current.path) != current.bytes else {
            return try settle(draft, workflows, context)
        }
        try commit(draft, workflows, context)
    }

    private func commit(_ draft: NewWorkflow, _ workflows: WorkflowRepository, _ context: CommandContext) throws {
        let trailers = TemplateOrigin.trailers(
            draft.template.name, version: draft.version, values: draft.instance.values)
        let message = "Update \(draft.name) from template \(draft.template.name)\n\n\(trailers)"
        let saved = try context.audited("wfrepo template update", of: [draft.name], in: workflows) {
            try workflows.commit(
                CommitRequest(.only([draft.name], paths: []), message: message),
                context: try context.saveContext(workflows.repository))
        }
        try keepBase(draft, workflows)
        context.report(saved)
    }

    /// What the template brings is in the workflow, or is not wanted: there is nothing to save.
    private func settle(_ draft: NewWorkflow, _ workflows: WorkflowRepository, _ context: CommandContext) throws {
        try keepBase(draft, workflows)
        context.output.writeLine(
            "\(draft.name) stays as it is, and has what it takes of \(draft.template.name) \(draft.version)")
    }

    private func keepBase(_ draft: NewWorkflow, _ workflows: WorkflowRepository) throws {
        let blob = try workflows.repository.writeBlob(draft.content)
        try workflows.repository.updateReference(
            TemplateOrigin.baseReference(draft.name), to: blob.object, expecting: .any, message: "template update")
    }
}

/// `--set NAME=VALUE`.
enum TemplateSetting {
    static func values(_ settings: [String]) throws(CommandFailure) -> [String: String] {
        var values: [String: String] = [:]
        for setting in settings {
            let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw CommandFailure("--set \(setting): not of the form NAME=VALUE", status: .usage)
            }
            values[parts[0]] = parts[1]
        }
        return values
    }
}
