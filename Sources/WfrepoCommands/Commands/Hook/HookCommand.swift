import ArgumentParser
import GitStore
import WorkflowHistory

/// What git's hooks call: `wfrepo hook NAME`, with the hook's own arguments and input.
struct HookCommand: WfrepoCommand {
    static let configuration = CommandConfiguration(
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
        case .preCommit, .preMergeCommit:
            let workflows = try context.openWorkflows()
            do {
                try CommitGate(workflows).checkIndex()
            } catch let refusal as HistoryError {
                audit.tell([refusal], in: workflows)
                throw refusal
            }
        case .postCommit:
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

    private func receive(_ updates: [RefUpdate], _ context: CommandContext) throws {
        let workflows = try context.openWorkflows()
        let refusals = try ReceiveGate(workflows).refusals(updates)
        HookAudit(.preReceive, context).tell(refusals, in: workflows)
        for refusal in refusals.dropLast() {
            context.errors.write(
                (CommandFailure(describing: refusal) ?? CommandFailure(refusal.description)).rendered(
                    for: context.errors))
        }
        if let last = refusals.last { throw last }
    }
}
