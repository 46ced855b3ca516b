internal import DocumentTree
internal import WorkflowLanguage

/// The environment that a step's process is started with.
struct StepEnvironment {
    /// What every step gets, as `NAME=value`.
    private let shared: [String]
    private let sharedNames: Set<String>
    /// The same by name.
    let variables: [String: String]
    /// The names of what the engine says of the run; the others are the caller's.
    let ownNames: Set<String>

    /// The caller's environment, without what would make git or the shell look elsewhere than in the step's folder.
    init(caller: [String: String], common: [String: String]) {
        var variables = caller.filter { !$0.key.hasPrefix("GIT_") && $0.key != "PWD" && $0.key != "OLDPWD" }
        variables.merge(common) { $1 }
        self.variables = variables
        ownNames = Set(common.keys)
        shared = variables.map { "\($0.key)=\($0.value)" }
        sharedNames = Set(variables.keys)
    }

    /// The search path for programs, given a step's own variables.
    func searchPath(with own: [String: String]) -> String {
        own["PATH"] ?? variables["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    }

    /// The whole environment with a step's own variables, as `NAME=value`.
    func entries(with own: [String: String]) -> [String] {
        let replaced = own.keys.filter(sharedNames.contains)
        let kept =
            replaced.isEmpty ? shared : shared.filter { entry in !replaced.contains { entry.hasPrefix("\($0)=") } }
        return kept + own.map { "\($0.key)=\($0.value)" }
    }
}

extension [String: String] {
    /// The most that Linux takes of a variable, with its name, `=` and the end (`MAX_ARG_STRLEN`).
    private static var longestVariable: Int { 128 << 10 }

    /// Refuses variables that no program can be started with; the system would cut one off at a NUL.
    func requirePassable() throws(StepError) {
        guard let fault = compactMap({ Self.fault(of: $0.key, $0.value) }).min() else { return }
        throw StepError(StepError.expressionKind, "env: \(fault)")
    }

    private static func fault(of name: String, _ value: String) -> String? {
        guard !value.utf8.contains(0) else {
            return "\(name): the value holds the character NUL, which can't be passed to a program"
        }
        guard name.utf8.count + 1 + value.utf8.count >= longestVariable else { return nil }
        return "\(name): the value has \(value.utf8.count) bytes, and a program takes no variable of 128 KiB or more;"
            + " an expression in `run:` may be longer"
    }
}

extension ValueMapping {
    /// The entries as variables: texts as they are, other values as JSON.
    var variables: [String: String] {
        Dictionary(
            entries.map { ($0.key, $0.value.string ?? $0.value.canonicalText) }, uniquingKeysWith: { $1 })
    }
}
