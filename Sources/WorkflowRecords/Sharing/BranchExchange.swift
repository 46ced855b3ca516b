internal import GitStore
internal import WorkflowHistory

/// Brings the current branch and its counterpart at a remote together: fast-forward only, either way.
struct BranchExchange {
    let repository: Repository
    let remote: String
    let git: GitProgram
    let moves: DeclaredMoves

    /// Moves the branches of the remote that are kept here, and the current branch where it is behind.
    ///
    /// - Returns: the refspec that pushes the current branch, where it is ahead.
    func run(_ heads: [String: CommitID], into report: inout SyncReport) throws -> String? {
        let rewritten = try follow(heads)
        guard case .branch(let branch, let tip) = try repository.head else {
            report.notes.append("HEAD is detached, so no branch was synchronised")
            return nil
        }
        let other = try counterpart(of: branch)
        guard let theirs = heads[other] else { return tip == nil ? nil : "refs/heads/\(branch):refs/heads/\(other)" }
        if let tip {
            if rewritten.contains(other) {
                report.refused.append(
                    SyncReport.Refusal(
                        reference: "refs/heads/\(other)",
                        reason: "\(remote) has it rewritten: \(theirs) does not lead to where it was before",
                        hint:
                            "see what changed: git fetch \(remote), then git log --oneline \(branch)...\(remote)/\(other); "
                            + "to take theirs: git pull --rebase"))
                return nil
            }
            if theirs == tip { return nil }
            if try repository.isAncestor(theirs, of: tip) { return "refs/heads/\(branch):refs/heads/\(other)" }
            guard try repository.isAncestor(tip, of: theirs) else {
                report.refused.append(
                    SyncReport.Refusal(
                        reference: "refs/heads/\(branch)",
                        reason: "it and \(remote)/\(other) both went on since they were one",
                        hint: "put yours on top, then sync again: git pull --rebase \(remote) \(other)"))
                return nil
            }
        }
        try fastForward(branch, from: tip, to: theirs, of: other, &report)
        return nil
    }

    /// What `git pull` would take the branch for at the remote.
    private func counterpart(of branch: String) throws(GitError) -> String {
        let configuration = try repository.configuration
        guard try configuration.string("branch.\(branch).remote") == remote,
            let merge = try configuration.string("branch.\(branch).merge"), merge.hasPrefix("refs/heads/")
        else { return branch }
        return String(merge.dropFirst("refs/heads/".count))
    }

    /// Moves `refs/remotes/<remote>/*` on.
    ///
    /// - Returns: the branches that were rewritten at the remote. They are left as they were.
    private func follow(_ heads: [String: CommitID]) throws -> Set<String> {
        let refspecs = try repository.configuration.strings("remote.\(remote).fetch")
        guard refspecs.contains("+refs/heads/*:refs/remotes/\(remote)/*") else { return [] }
        var rewritten: Set<String> = []
        for (branch, tip) in heads {
            let reference = "refs/remotes/\(remote)/\(branch)"
            let old = try repository.resolve(reference).map { CommitID($0) }
            if let old, try !repository.isAncestor(old, of: tip) {
                rewritten.insert(branch)
            } else if old != tip {
                try moves.update(reference, to: tip.object, message: "wfrepo sync: from \(remote)")
            }
        }
        return rewritten
    }

    private func fastForward(
        _ branch: String, from old: CommitID?, to new: CommitID, of other: String, _ report: inout SyncReport
    ) throws {
        let reference = "refs/heads/\(branch)"
        let update = RefUpdate(reference: reference, old: old?.object, new: new.object)
        for refusal in try ReceiveGate(WorkflowRepository(repository)).refusals([update]) {
            report.refused.append(
                SyncReport.Refusal(
                    reference: reference, reason: "what \(remote) has does not pass the checks: \(refusal.description)",
                    hint: "look at it: git log -p \(branch)..\(remote)/\(other); to take it as it is: "
                        + "git merge --ff-only \(remote)/\(other)"))
            return
        }
        if repository.isBare {
            try moves.update(
                reference, to: new.object, expecting: old.map { .exactly($0.object) } ?? .absent,
                message: "wfrepo sync: fast-forward")
        } else {
            // The work tree and git's index move with it, and git refuses to lose edits.
            let outcome = try git.run(["merge", "--ff-only", "--quiet", new.description], settings: ["core.fsync=all"])
            guard outcome.status == 0 else {
                report.refused.append(
                    SyncReport.Refusal(
                        reference: reference, reason: GitProgram.complaint(outcome),
                        hint: "save or put aside what is edited: wfrepo commit, or git stash; then sync again"))
                return
            }
        }
        report.received.append(SyncReport.Received(reference: reference, old: old, new: new, count: nil))
    }
}
