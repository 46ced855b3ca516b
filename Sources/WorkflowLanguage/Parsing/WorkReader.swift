import DocumentTree

/// Reads what steps and compensations have in common.
struct WorkReader {
    /// What steps that say nothing else do.
    struct Defaults {
        var shell = "sh"
        var workingDirectory: Node?
        var timeout: Duration?
        var retry: Node?
    }

    let defaults: Defaults

    /// What a step or a compensation does; nil where it can't be told.
    func work(_ node: Node, place: ExpressionUse.Place, _ reader: inout NodeReader) -> Work? {
        if let run = node["run"] {
            return reader.script(run, shell: reader.text(node["shell"]) ?? defaults.shell, place: place).map(Work.shell)
        }
        guard let name = reader.text(node["uses"]) else { return nil }
        let parameters = node["with"].map { reader.templateValue($0, place: place) } ?? .mapping([])
        return .kind(KindName(name), with: parameters)
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
        default: return nil
        }
    }
}
