import GitStore
import WorkflowHistory
import WorkflowRecords

extension CommandContext {
    /// Where what belongs to this user and to no repository is kept: `$XDG_STATE_HOME/wfrepo` (XDG Base Directory
    /// Specification).
    func stateFolder() throws(CommandFailure) -> String {
        if let state = variable("XDG_STATE_HOME") { return "\(state)/wfrepo" }
        guard let home = variable("HOME") else {
            throw CommandFailure(
                "neither HOME nor XDG_STATE_HOME is set, so what this user knows is not found",
                hint: "name a folder for it: export XDG_STATE_HOME=DIR")
        }
        return "\(home)/.local/state/wfrepo"
    }

    /// The repositories that this user trusts.
    func trustStore() throws(CommandFailure) -> TrustStore {
        TrustStore(path: "\(try stateFolder())/trust.json")
    }

    /// Where the segments of a repository were when this user last saw them.
    func seenTips(of repository: Repository) throws -> SeenTips {
        try SeenTips(repository, folder: "\(try stateFolder())/seen")
    }

    /// Keeps where the segments of a repository are now. That it fails harms no record: `verify` then knows less.
    ///
    /// - Parameter dropped: what went by right just now: it begins anew where it comes again.
    func keepSeenTips(of repository: Repository, without dropped: [String] = []) {
        do {
            var seen = try seenTips(of: repository)
            if !dropped.isEmpty { try seen.forget(dropped, of: repository) }
            try seen.advance(repository, now: now.seconds)
        } catch {
            errors.warning(CommandFailure(for: error).message)
        }
    }

    /// Forgets what was seen of a repository that is gone, where a new one is made in its place.
    func forgetSeenTips(of repository: Repository) throws {
        var seen = try seenTips(of: repository)
        if !seen.all.isEmpty { try seen.forget(Array(seen.all.keys), of: repository) }
    }

    /// The `git` program at work on a repository.
    func git(_ repository: Repository) -> GitProgram {
        GitProgram(repository, environment: environment)
    }
}
