import DocumentTree

/// Reads what steps and compensations have in common.
struct WorkReader {
    /// What steps that say nothing else do.
    struct Defaults {
        var shell = "sh"
        var workingDirectory: Node?
        var timeout: Duration?
        var grace: Duration?
        var retry: Node?
        var limits = StepLimits.none
    }

    let defaults: Defaults
    /// What the workflow may use.
    let scope: Scope

    /// What a step or a compensation does; nil where it can't be told.
    func work(_ node: Node, place: ExpressionUse.Place, _ reader: inout NodeReader) -> Work? {
        if let run = node["run"] {
            let shell = reader.text(node["shell"]) ?? defaults.shell
            checkProgram(shell, at: node["shell"] ?? run, &reader)
            return reader.script(run, shell: shell, place: place).map(Work.shell)
        }
        guard let name = reader.text(node["uses"]) else { return nil }
        guard let with = node["with"] else { return .kind(KindName(name), with: .mapping([])) }
        checkHosts(with, of: name, &reader)
        let parameters =
            name == ChoiceReader.kind
            ? ChoiceReader().parameters(with, place: place, &reader) : reader.templateValue(with, place: place)
        return .kind(KindName(name), with: parameters)
    }

    /// Reports a program that the workflow may not start.
    private func checkProgram(_ shell: String, at node: Node, _ reader: inout NodeReader) {
        guard !scope.allows(program: shell) else { return }
        let allowed = scope.programs ?? []
        reader.report(
            .forbidden, at: node, "the program `\(shell.clipped)` is not allowed here",
            hint: allowed.isEmpty
                ? "`programs` in \(Settings.path) allows none"
                : "`programs` in \(Settings.path) allows \(allowed.joined(separator: ", "))")
    }

    /// Reports addresses whose host is written out, and that the workflow may not connect to.
    private func checkHosts(_ with: Node, of kind: String, _ reader: inout NodeReader) {
        for key in KindCatalog.standard[kind]?.addresses ?? [] {
            guard let node = with[key], let text = reader.text(node) else { continue }
            let written = text.firstRange(of: "{{").map { String(text[..<$0.lowerBound]) } ?? text
            let isWhole = written.count == text.count || written.split(separator: "/").count > 2
            guard isWhole, let host = HostPattern.host(of: written), !scope.allows(host: host) else { continue }
            reader.report(
                .forbidden, at: node, "the host `\(host.clipped)` is not allowed here",
                hint: "`hosts` in \(Settings.path) says which are")
        }
    }

    /// The limits of a step, what it leaves out taken from the defaults, within those of the settings.
    func limits(_ node: Node?, _ reader: inout NodeReader) -> StepLimits {
        let limits = StepLimits(node, &reader)
        limits.check(against: scope.limits, at: node, &reader)
        return limits.completed(from: defaults.limits).bounded(by: scope.limits)
    }

    /// The folder that a step runs in.
    func workingDirectory(_ node: Node, place: ExpressionUse.Place, _ reader: inout NodeReader) -> Template? {
        guard let folder = node["working-directory"] ?? (node["run"] == nil ? nil : defaults.workingDirectory) else {
            return nil
        }
        let template = reader.template(folder, place: place)
        if let text = template?.literal, text.hasPrefix("/") || text.split(separator: "/").contains("..") {
            reader.report(
                .rule, at: folder, "`working-directory` must lie in the workspace, not at `\(text.clipped)`",
                hint: "write a path relative to the workspace, or `cd` in the script")
        }
        return template
    }

    /// The policy of `retry`, each key it leaves out taken from the defaults.
    func retry(_ node: Node?, _ reader: inout NodeReader) -> RetryPolicy {
        guard node != nil || defaults.retry != nil else { return .never }
        func value(_ key: String) -> Node? { node?[key] ?? defaults.retry?[key] }
        let strategy: RetryPolicy.Strategy = reader.choice(value("strategy")) ?? .exponential
        guard strategy != .none else { return .never }
        let policy = RetryPolicy(
            strategy: strategy,
            maxAttempts: reader.integer(value("max-attempts")) ?? 3,
            delay: strategy == .immediate ? .zero : reader.duration(value("delay"), key: "delay") ?? .seconds(1),
            factor: reader.number(value("factor")) ?? 2,
            maxDelay: reader.duration(value("max-delay"), key: "max-delay"),
            jitter: reader.number(value("jitter")) ?? 0,
            on: (value("on")?.items ?? []).compactMap { failureClass($0, reader) })
        if let longest = policy.maxDelay, longest < policy.delay, let place = node?["max-delay"] {
            reader.report(.rule, at: place, "`max-delay` is shorter than `delay`")
        }
        return policy
    }

    private func failureClass(_ node: Node, _ reader: NodeReader) -> FailureClass? {
        if let statuses = node["exit"]?.items { return .exit(statuses.compactMap(reader.integer)) }
        switch reader.text(node) {
        case "timeout": return .timeout
        case "http-5xx": return .http5xx
        case "http-429": return .http429
        case "network": return .network
        case "circuit-open": return .circuitOpen
        case "limit": return .limit
        default: return nil
        }
    }
}
