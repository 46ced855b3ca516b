import GitStore
import Glibc
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage
import WorkflowSecrets

/// Looks at a repository and at what is around it. A part that cannot be looked at is a finding, too.
struct Examination {
    let context: CommandContext
    let repository: Repository

    init(_ context: CommandContext) throws {
        self.context = context
        repository = try context.openRepository()
    }

    /// wfrepo's own folder.
    var folder: String { repository.commonDirectory + "wfrepo" }

    func findings() throws -> [Finding] {
        let parts: [(Finding.Area, () throws -> [Finding])] = [
            (.versions, versions), (.configuration, definitions), (.hooks, setup), (.trust, trust),
            (.permissions, PermissionCheck(self).findings), (.secrets, secrets),
            (.locks, LockCheck(self).findings), (.runs, runs), (.disk, disk), (.clock, clock),
            (.git, GitSettingsCheck(self).findings),
        ]
        return parts.flatMap { area, examine in
            do {
                let found = try examine()
                return found.isEmpty ? [Finding(area, .good, "as it should be")] : found
            } catch {
                let failure = CommandFailure(for: error)
                return [Finding(area, .error, failure.message, command: failure.hint)]
            }
        }
    }

    /// What git prints, without the line's end; nil where it fails.
    func git(_ arguments: String...) throws -> String? {
        let call = ProgramCall(
            arguments: ["/usr/bin/env", "git"] + arguments, environment: context.environment,
            directory: repository.workTree ?? repository.gitDirectory)
        let outcome = try call.runBlocking(for: .seconds(20))
        guard outcome.exit == 0 else { return nil }
        return String(decoding: outcome.output, as: UTF8.self).trimmed()
    }

    /// The oldest git whose behaviour the tests rely on (Debian 11's).
    private static let oldestGit = [2, 30]

    private func versions() throws -> [Finding] {
        guard let text = try git("--version") else {
            return [Finding(.versions, .error, "git is not found", command: "apt-get install git")]
        }
        let numbers = text.split(whereSeparator: { !$0.isNumber && $0 != "." }).first ?? ""
        let version = numbers.split(separator: ".").compactMap { Int($0) }
        guard !version.lexicographicallyPrecedes(Self.oldestGit) else {
            return [
                Finding(
                    .versions, .warning, "\(text) is older than 2.30, with which wfrepo is tried",
                    command: "apt-get install git")
            ]
        }
        return [Finding(.versions, .good, "\(Version.text), \(text)")]
    }

    private func definitions() throws -> [Finding] {
        var findings: [Finding] = []
        if let root = repository.workTree, let bytes = try? context.readFile(root + Settings.path) {
            findings += Settings.parse(bytes).problems.map {
                Finding(.configuration, .error, $0.description, command: "$EDITOR \(Settings.path)")
            }
        }
        guard let tip = try repository.head.tip else {
            return findings + [Finding(.configuration, .note, "nothing is saved yet", command: "wfrepo new NAME")]
        }
        let workflows = WorkflowRepository(repository)
        let listing = try workflows.workflows(in: repository.commit(tip).tree)
        for file in listing.files {
            let errors = Workflow.parse(try workflows.definition(file), name: file.name, file: file.path).errors
            guard let first = errors.first else { continue }
            let more = errors.count > 1 ? " (and \(errors.count - 1) more)" : ""
            findings.append(
                Finding(.configuration, .error, "\(first.description)\(more)", command: "wfrepo check \(file.name)"))
        }
        findings += listing.problems.map {
            Finding(.configuration, .error, $0.description, command: "wfrepo check")
        }
        guard findings.isEmpty else { return findings }
        let count = listing.files.count
        return [Finding(.configuration, .good, "\(count) workflow\(count == 1 ? "" : "s") without a fault")]
    }

    private func setup() throws -> [Finding] {
        let branch = try repository.head.branchName ?? "main"
        return try RepositorySetup(context.setupOptions(initialBranch: branch)).plan(repository)
            .filter { !$0.isDone }
            .map { Finding(.hooks, .warning, "not done yet: \($0.description)", command: "wfrepo init") }
    }

    private func trust() throws -> [Finding] {
        guard try context.trustStore().trusts(repository) else {
            return [
                Finding(
                    .trust, .note, "commits and pushes start no runs here, and stored secrets are not read",
                    command: "wfrepo trust")
            ]
        }
        return []
    }

    private func secrets() throws -> [Finding] {
        let store = try context.secretStore(of: repository)
        guard store.exists else { return [Finding(.secrets, .good, "none are kept")] }
        let count: Int
        do {
            count = try store.listings().count
        } catch {
            guard let error = error as? SecretsError, error.code == .damaged else { throw error }
            return [Finding(.secrets, .error, error.description, command: "wfrepo secret check --auto-restore")]
        }
        if let path = try store.keyPath(), access(path, R_OK) != 0 {
            return [
                Finding(
                    .secrets, .error, "the key \(path) is not here, so \(count) secrets can't be read",
                    command: "cp COPY-OF-THE-KEY \(path) && chmod 600 \(path)")
            ]
        }
        return [Finding(.secrets, .good, "\(count) kept, as wfrepo wrote them")]
    }

    private func runs() throws -> [Finding] {
        guard access(folder + "/state.sqlite", F_OK) == 0 else { return [] }
        let session = try RunSession(context, workflows: WorkflowRepository(repository))
        let interrupted = try session.engine.interruptedRuns().count
        return interrupted == 0
            ? []
            : [
                Finding(
                    .runs, .warning, "\(interrupted) run\(interrupted == 1 ? " was" : "s were") interrupted",
                    command: "wfrepo runs resume --all")
            ]
    }

    private func disk() throws -> [Finding] {
        var status = statvfs()
        guard statvfs(repository.commonDirectory, &status) == 0 else {
            return [Finding(.disk, .error, "cannot be looked at: \(String(cString: strerror(errno)))")]
        }
        let free = Int(clamping: status.f_bavail) * Int(clamping: status.f_frsize)
        let whole = max(1, Int(clamping: status.f_blocks) * Int(clamping: status.f_frsize))
        var findings: [Finding] = []
        let text = "\(free >> 20) MiB free (\(free * 100 / whole) %)"
        if free < 256 << 20 {
            findings.append(
                Finding(.disk, .error, "\(text): saves and runs will fail", command: "wfrepo doctor; df -h ."))
        } else if free < 1 << 30 {
            findings.append(Finding(.disk, .warning, text, command: "df -h .; git gc"))
        }
        if status.f_files > 0, status.f_favail < 10_000 {
            findings.append(
                Finding(.disk, .warning, "only \(status.f_favail) files can still be made", command: "git gc"))
        }
        return findings.isEmpty ? [Finding(.disk, .good, text)] : findings
    }

    /// How far a clock may be behind what was recorded, in seconds.
    private static let clockTolerance = 300

    private func clock() throws -> [Finding] {
        let now = context.now.seconds
        // 2026-01-01: before this program was written.
        guard now > 1_767_225_600 else {
            return [
                Finding(
                    .clock, .error, "the clock says \(RFC3339.text(seconds: now))", command: "timedatectl set-ntp true")
            ]
        }
        guard let tip = try repository.head.tip else { return [] }
        let ahead = try repository.commit(tip).committer.seconds - now
        guard ahead > Self.clockTolerance else { return [] }
        return [
            Finding(
                .clock, .warning,
                "the last commit is \(ahead / 60) minutes in the future: this clock or another is wrong",
                command: "timedatectl status")
        ]
    }
}
