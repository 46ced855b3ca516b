import ArgumentParser
import GitStore
import WorkflowHistory
import WorkflowRecords

/// What git's hooks call: `wfrepo hook NAME`, with the hook's own arguments and input.
struct HookCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "hook", abstract: "Do what a git hook of this name is for.", shouldDisplay: false)

    @Argument(help: "The hook's name.")
    var name: String

    @Argument(parsing: .captureForPassthrough, help: "The hook's arguments.")
    var arguments: [String] = []

    func run(in context: CommandContext) throws {
        guard let hook = HookName(rawValue: name) else {
            throw CommandFailure("'\(name)' is not a hook of wfrepo's", status: .usage)
        }
        let audit = HookAudit(hook, context)
        switch hook {
        case .preCommit, .preMergeCommit, .preApplypatch:
            let workflows = try context.openWorkflows()
            context.holdToldSaves(of: workflows.repository)
            do {
                warn(of: try CommitGate(workflows).checkIndex(), context)
            } catch let refusal as HistoryError {
                audit.tell([refusal], in: workflows)
                throw refusal
            }
        case .postCommit, .postApplypatch:
            audit.tellCommit(in: try context.openWorkflows())
            try TriggeredRuns(context).start { try $0.afterCommit() }
        case .postRewrite:
            let rewritten = try RewrittenCommit.parse(try input(context))
            if arguments.first == "rebase" { audit.tell(rewritten, in: try context.openWorkflows()) }
            try TriggeredRuns(context).start { try $0.afterRewrite(arguments.first ?? "", rewritten) }
        case .preReceive: try receive(try RefUpdate.parse(try input(context)), context)
        case .postReceive:
            let updates = try RefUpdate.parse(try input(context))
            audit.tell(updates, in: try context.openWorkflows())
            try TriggeredRuns(context).start { try $0.afterReceive(updates) }
        }
    }

    private func input(_ context: CommandContext) throws -> String {
        String(decoding: try context.readFile("-"), as: UTF8.self)
    }

    private func warn(of problems: [DefinitionProblem], _ context: CommandContext) {
        for problem in problems { context.errors.warning(problem.description) }
    }

    private func receive(_ updates: [RefUpdate], _ context: CommandContext) throws {
        let workflows = try context.openWorkflows()
        var owners = try SegmentOwners(of: workflows.repository)
        let pusher = context.pusher
        let records = RecordsGate(workflows.repository, owners: owners, pusher: pusher)
        let gate = ReceiveGate(workflows, mayRemove: { try records.mayRemove($0, with: updates) })
        let refusals = try gate.refusals(updates)
        HookAudit(.preReceive, context).tell(refusals, in: workflows)
        // What leads on from nothing that is here has all its lines at odds with it, and that says nothing more.
        let refused = Set(refusals.map(\.subject))
        let all = try refusals as [any Error] + records.refusals(updates.filter { !refused.contains($0.reference) })
        guard let last = all.last else {
            // What can't be looked for is no reason to refuse a push that all else lets in.
            warn(of: (try? gate.warnings(updates)) ?? [], context)
            return try owners.note(pusher, pushing: updates)
        }
        for refusal in all.dropLast() {
            context.errors.report(CommandFailure(for: refusal))
        }
        throw last
    }
}
