public import GitStore
internal import Glibc

/// Makes a folder a repository of workflows: what `wfrepo init` does. It may be repeated at any time.
public struct RepositorySetup {
    /// What the setup is given; nothing is read from the process.
    public struct Options: Sendable {
        /// The content of each git hook.
        public var hooks: [HookName: [UInt8]]
        /// The program that hooks call, recorded as `wfrepo.program`; nil leaves it to `PATH`.
        public var program: String?
        /// The user's home folder.
        public var home: String?
        /// What tells this machine from others.
        public var machine: String
        /// The name of the first branch of a new repository.
        public var initialBranch: String
        /// Further settings of the repository, such as git's diff driver: key and value.
        public var settings: [(key: String, value: String)]
        /// Lines for `.gitattributes`, each of which is added where it is missing.
        public var attributes: [String]

        /// Options.
        public init(
            hooks: [HookName: [UInt8]], program: String? = nil, home: String?, machine: String,
            initialBranch: String = "main", settings: [(key: String, value: String)] = [], attributes: [String] = []
        ) {
            self.hooks = hooks
            self.program = program
            self.home = home
            self.machine = machine
            self.initialBranch = initialBranch
            self.settings = settings
            self.attributes = attributes
        }
    }

    /// Where plain `git log` finds the results of runs.
    public static let displayRef = "refs/notes/wfrepo/runs/*"

    private let options: Options

    /// A setup.
    public init(_ options: Options) { self.options = options }

    /// What is to be done in a repository, and what is done already. Nothing is changed.
    public func plan(_ repository: Repository) throws -> [SetupStep] {
        try steps(repository).map { SetupStep($0.subject, $0.description, isDone: $0.isDone) }
    }

    /// Sets up a folder, which becomes a git repository where it is none yet, and is made where it is missing.
    ///
    /// - Returns: the repository, and every step with whether it had been done before.
    public func apply(to path: String) throws -> (repository: Repository, steps: [SetupStep]) {
        let (repository, first) = try openOrInitialize(path)
        return (repository, [first] + (try apply(repository)))
    }

    /// Sets up a repository. Where git looks for hooks in a folder that serves other repositories, too, hooks are left out and all
    /// else is done.
    ///
    /// - Returns: every step with whether it had been done before, or why it was left out.
    public func apply(_ repository: Repository) throws -> [SetupStep] {
        try steps(repository).map { step in
            var obstacle: HistoryError?
            do {
                if !step.isDone { try step.perform() }
            } catch let error as HistoryError where error.code == .notOurs {
                obstacle = error
            }
            return SetupStep(step.subject, step.description, isDone: step.isDone, obstacle: obstacle)
        }
    }

    private struct Step {
        var subject: SetupStep.Subject
        var description: String
        var isDone: Bool
        var perform: () throws -> Void
    }

    private func openOrInitialize(_ path: String) throws -> (Repository, SetupStep) {
        try DurableFile.makeFolders(path)
        do throws(GitError) {
            return (try Repository.discover(from: path), SetupStep(.repository, "use the git repository", isDone: true))
        } catch {
            guard error.code == .notARepository else { throw error }
        }
        let repository = try Repository.initialize(at: path, bare: false, initialBranch: options.initialBranch)
        return (
            repository,
            SetupStep(.repository, "make a git repository with the branch \(options.initialBranch)", isDone: false)
        )
    }

    private func steps(_ repository: Repository) throws -> [Step] {
        var steps: [Step] = []
        if let workTree = repository.workTree {
            let folder = workTree + WorkflowRepository.folder
            steps.append(
                Step(
                    subject: .folder, description: "make the folder \(WorkflowRepository.folder)/",
                    isDone: access(folder, F_OK) == 0, perform: { try DurableFile.makeFolders(folder) }))
            if !options.attributes.isEmpty { steps.append(try attributesStep(workTree)) }
        }
        steps.append(try displayStep(repository))
        steps += try options.settings.map { try settingStep(repository, .diffDriver, $0.key, $0.value) }
        steps.append(try hooksStep(repository))
        if let program = options.program {
            steps.append(try settingStep(repository, .hooks, "wfrepo.program", program))
        }
        steps.append(try cloneStep(repository))
        return steps
    }

    private func displayStep(_ repository: Repository) throws -> Step {
        let key = "notes.displayRef"
        return Step(
            subject: .notes, description: "show results of runs in git log (\(key)=\(Self.displayRef))",
            isDone: try repository.configuration.strings(key).contains(Self.displayRef),
            perform: { try repository.configuration.addIfMissing(key, Self.displayRef) })
    }

    private func settingStep(
        _ repository: Repository, _ subject: SetupStep.Subject, _ key: String, _ value: String
    ) throws -> Step {
        Step(
            subject: subject, description: "set \(key)=\(value)", isDone: try repository.localSetting(key) == value,
            perform: { try repository.configuration.set(key, to: value) })
    }

    private func hooksStep(_ repository: Repository) throws -> Step {
        let installer = try HookInstaller(repository, files: options.hooks, home: options.home)
        let waiting = try installer.status().filter { $0.state != .installed && options.hooks[$0.hook] != nil }
        let names = waiting.map(\.hook.rawValue).joined(separator: ", ")
        return Step(
            subject: .hooks,
            description: waiting.isEmpty ? "install git hooks" : "install the git hooks \(names)",
            isDone: waiting.isEmpty,
            perform: { _ = try installer.install() })
    }

    private func cloneStep(_ repository: Repository) throws -> Step {
        let machine = options.machine
        return Step(
            subject: .cloneID, description: "name this clone's records",
            isDone: try CloneID.existing(in: repository, machine: machine) != nil,
            perform: { _ = try CloneID.ensure(in: repository, machine: machine) })
    }

    private func attributesStep(_ workTree: String) throws -> Step {
        let path = workTree + ".gitattributes"
        let content = try DurableFile.read(path) ?? []
        let wanted = Self.adding(options.attributes, to: content)
        return Step(
            subject: .attributes, description: "add to .gitattributes: \(options.attributes.joined(separator: "; "))",
            isDone: wanted == content, perform: { try DurableFile.write(wanted, to: path) })
    }

    /// A file with those of `lines` at its end that it does not have; as it is where none is missing.
    public static func adding(_ lines: [String], to content: [UInt8]) -> [UInt8] {
        let present = Set(
            content.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).map { String(decoding: $0, as: UTF8.self) })
        let missing = lines.filter { !present.contains($0) }
        guard !missing.isEmpty else { return content }
        let separator: [UInt8] = content.isEmpty || content.last == 0x0A ? [] : [0x0A]
        return content + separator + Array(missing.map { $0 + "\n" }.joined().utf8)
    }
}
