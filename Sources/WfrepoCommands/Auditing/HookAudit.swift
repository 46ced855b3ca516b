import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowHistory
import WorkflowRecords

/// What git's hooks tell the audit: the saves that plain git made, received or refused.
///
/// A hook that can't tell it must not stop git: the failure is said, and what git did stands in its history all the same.
struct HookAudit {
    private let hook: HookName
    private let context: CommandContext

    init(_ hook: HookName, _ context: CommandContext) {
        self.hook = hook
        self.context = context
    }

    /// The commit that git just made, unless a command that came by has found it untold. During a rebase nothing: `post-rewrite`
    /// follows.
    func tellCommit(in workflows: WorkflowRepository) {
        let repository = workflows.repository
        guard repository.state != .rebase, let tip = try? repository.head.tip else { return }
        let isFirst = (try? ToldSaves.standing(in: repository)) == nil
        let told = context.holdToldSaves(of: repository)
        if !isFirst, (try? told?.standing())?.tip == tip { return }
        let move = try? repository.headReflog(upTo: 1 << 12).first
        defer { if let move { context.advance(told, from: move.old == .zero ? nil : CommitID(move.old), to: tip) } }
        tell(in: workflows) { trail in
            try entries(of: tip, branch: workflows.base().branch, workflows, trail)
        }
    }

    /// The commits that a rebase made in place of others.
    func tell(_ rewritten: [RewrittenCommit], in workflows: WorkflowRepository) {
        tell(in: workflows) { trail in
            let branch = try workflows.base().branch
            return try rewritten.flatMap { commit -> [AuditLog.Entry] in
                try entries(of: commit.new, branch: branch, workflows, trail).map { entry in
                    var entry = entry
                    entry.event.details["rewrites"] = .string(commit.old.description)
                    return entry
                }
            }
        }
    }

    /// What a push brought. Who pushed is the login that runs the hook; who made the last commit is told, too.
    func tell(_ updates: [RefUpdate], in workflows: WorkflowRepository) {
        tell(in: workflows) { trail in
            try updates.flatMap { update -> [AuditLog.Entry] in
                try workflows.changes(in: update).compactMap { change in
                    var entry = trail.event(of: change, branch: update.branch)
                    let author = try workflows.repository.commit(change.commit).author
                    entry?.event.details["author"] = .string("\(author.name) <\(author.email)>")
                    return entry
                }
            }
        }
    }

    /// What was refused.
    func tell(_ refusals: [HistoryError], in workflows: WorkflowRepository) {
        tell(in: workflows) { trail in refusals.flatMap { trail.refusals($0) } }
    }

    private func entries(
        of commit: CommitID, branch: String?, _ workflows: WorkflowRepository, _ trail: AuditTrail
    ) throws -> [AuditLog.Entry] {
        let (author, committer) = try { ($0.author, $0.committer) }(workflows.repository.commit(commit))
        return try workflows.changes(in: commit).compactMap { change in
            var entry = trail.event(of: change, branch: branch)
            // Anybody can be named as the author: of a commit that was picked or rebased, and by --author.
            entry?.event.actor = Actor(name: committer.name, email: committer.email)
            if (author.name, author.email) != (committer.name, committer.email) {
                entry?.event.details["author"] = .string("\(author.name) <\(author.email)>")
            }
            return entry
        }
    }

    private func tell(in workflows: WorkflowRepository, _ entries: (AuditTrail) throws -> [AuditLog.Entry]) {
        let trail = context.auditTrail(workflows.repository, hook.rawValue, .hook)
        do {
            context.tell(try entries(trail), to: trail, in: workflows.repository)
        } catch {
            let failure = CommandFailure(for: error)
            context.errors.writeLine("wfrepo: the audit does not know of it: \(visible(failure.message))")
        }
    }
}
