import GitStore
import Glibc

/// Settings of git that would hurt a repository of workflows.
struct GitSettingsCheck {
    private let examination: Examination
    private var repository: Repository { examination.repository }

    init(_ examination: Examination) { self.examination = examination }

    func findings() throws -> [Finding] {
        let configuration = try repository.configuration
        return try identity() + durability(configuration) + content(configuration) + hooks(configuration)
            + notes(configuration) + collection(configuration) + remotes() + shallow()
    }

    private func identity() -> [Finding] {
        let context = examination.context
        guard let configuration = try? repository.configuration,
            (try? configuration.identity(.author, environment: context.environment, now: context.now)) != nil
        else {
            return [
                Finding(
                    .git, .error, "git knows no name and address of yours, so nothing can be saved",
                    command: "git config --global user.name NAME && git config --global user.email ADDRESS")
            ]
        }
        return []
    }

    private func durability(_ configuration: Configuration) throws -> [Finding] {
        var findings: [Finding] = []
        if try configuration.bool("core.fsyncObjectFiles") == false {
            findings.append(
                Finding(
                    .git, .warning, "core.fsyncObjectFiles is off: plain git's commits may not outlive a power cut",
                    command: "git config --unset core.fsyncObjectFiles"))
        }
        let parts = try configuration.string("core.fsync")?.split(separator: ",").map { $0.trimmed() } ?? []
        if parts.contains(where: { ["none", "-loose-object", "-reference", "-committed"].contains($0) }) {
            findings.append(
                Finding(
                    .git, .warning,
                    "core.fsync leaves objects or references out: plain git's commits may not outlive a power cut",
                    command: "git config core.fsync committed"))
        }
        return findings
    }

    private func content(_ configuration: Configuration) throws -> [Finding] {
        guard try configuration.string("core.autocrlf")?.lowercased() == "true" else { return [] }
        return [
            Finding(
                .git, .warning, "core.autocrlf changes the line ends of scripts in the work tree",
                command: "git config core.autocrlf input")
        ]
    }

    private func hooks(_ configuration: Configuration) throws -> [Finding] {
        guard let path = try configuration.string("core.hooksPath") else { return [] }
        return [
            Finding(
                .git, .note, "core.hooksPath is \(path): hooks there run in place of .git/hooks",
                command: "wfrepo hooks status")
        ]
    }

    private func notes(_ configuration: Configuration) throws -> [Finding] {
        let hidden = try configuration.strings("transfer.hideRefs") + configuration.strings("receive.hideRefs")
        guard hidden.contains(where: { "refs/notes/wfrepo/".hasPrefix($0.hasSuffix("/") ? $0 : $0 + "/") }) else {
            return []
        }
        return [
            Finding(
                .git, .warning, "records are hidden from those who fetch and push",
                command: "git config --unset-all transfer.hideRefs '^refs/notes'")
        ]
    }

    private func collection(_ configuration: Configuration) throws -> [Finding] {
        let expiry = try configuration.string("gc.pruneExpire")?.lowercased()
        guard expiry == "now" || expiry == "all" else { return [] }
        return [
            Finding(
                .git, .warning,
                "gc.pruneExpire is \(expiry ?? ""): 'git gc' may take objects away that are being written",
                command: "git config --unset gc.pruneExpire")
        ]
    }

    /// `remote.*.push` would stop `git push` from pushing branches, and a forced fetch would overwrite our records.
    private func remotes() throws -> [Finding] {
        let pattern = #"^remote\..*\.(push|fetch|mirror)$"#
        guard let text = try examination.git("config", "--get-regexp", pattern) else { return [] }
        return text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { return nil }
            let (key, value) = (parts[0], parts[1])
            let takesNotes = value.hasPrefix("+refs/notes/") || value.hasPrefix("+refs/*:")
            if key.hasSuffix(".push"), value.contains("refs/notes/") {
                return Finding(
                    .git, .warning, "\(key) = \(value): 'git push' no longer pushes branches",
                    command: "git config --unset-all \(key)")
            }
            if key.hasSuffix(".fetch"), takesNotes {
                return Finding(
                    .git, .warning, "\(key) = \(value): a fetch overwrites records that are not pushed yet",
                    command: "git config --unset-all \(key) '^\\+refs/(notes|\\*)'")
            }
            if key.hasSuffix(".mirror"), value == "true" {
                return Finding(
                    .git, .warning, "\(key): a push removes there what others have recorded",
                    command: "git config --unset \(key)")
            }
            return nil
        }
    }

    private func shallow() -> [Finding] {
        guard access(repository.commonDirectory + "shallow", F_OK) == 0 else { return [] }
        return [
            Finding(
                .git, .note, "this clone is shallow: the numbers of versions are not known",
                command: "git fetch --unshallow")
        ]
    }
}
