import DocumentTree

/// Reads a workflow out of a tree whose shape was checked, and checks what no shape can say.
struct WorkflowReader {
    private let root: Node
    private let name: WorkflowName
    private let scope: Scope
    private var reader: NodeReader

    init(root: Node, name: WorkflowName, scope: Scope, bytes: [UInt8], problems: ProblemList) {
        self.root = root
        self.name = name
        self.scope = scope
        reader = NodeReader(problems: problems, bytes: bytes)
    }

    /// The problems that were found, by the check of the shape and here.
    var problems: ProblemList { reader.problems }

    /// The workflow as far as it can be told; meaningful where there is no error.
    mutating func read() -> Workflow {
        let inputs = InputReader().inputs(root["inputs"], &reader)
        let secrets = SecretReader().secrets(root["secrets"], &reader)
        let environment = reader.environment(root["env"], place: .workflow)
        let outputs = name.isKind ? kindOutputs() : reader.templateValues(root["outputs"], place: .outputs)
        let kind = name.isKind ? readKind() : nil
        let notices = NoticeReader(scope: scope).notices(root["notify"], &reader)
        let steps = readSteps(inputs: inputs.map(\.name), secrets: secrets.map(\.name))
        return Workflow(
            name: name,
            title: reader.text(root["name"]),
            description: reader.text(root["description"]),
            isEnabled: reader.bool(root["enabled"], default: true),
            triggers: TriggerReader().triggers(root["on"], &reader),
            inputs: inputs,
            environment: environment,
            secrets: secrets,
            concurrency: concurrency(root["concurrency"]),
            timeout: reader.duration(root["timeout"], key: "timeout", isPositive: true),
            workspace: reader.choice(root["workspace"]) ?? .checkout,
            onFailure: reader.choice(root["on-failure"]) ?? .stop,
            steps: steps,
            outputs: outputs, notices: notices, kind: kind,
            hash: DefinitionHash(of: (try? root.value()) ?? .null))
    }

    private mutating func readSteps(inputs: [String], secrets: [String]) -> [Step] {
        let nodes = (root["steps"]?.items ?? []).filter { $0.entries != nil }
        let stepReader = StepReader(root: root, defaults: defaults(), scope: scope, file: problems.file)
        let ids = stepReader.ids(of: nodes, &reader)
        let graph = stepReader.graph(of: nodes, ids: ids, &reader)
        let hasCycle = stepReader.reportCycle(of: graph, nodes: nodes, ids: ids, &reader)
        let steps = nodes.indices.compactMap {
            stepReader.step(nodes[$0], number: $0, ids: ids, graph: graph, &reader)
        }
        let concurrencyGroup = root["concurrency"]?.scalar == nil ? root["concurrency"]?["group"] : root["concurrency"]
        _ = reader.template(concurrencyGroup, place: .group)
        let check = NameCheck(
            inputs: inputs, secrets: secrets, steps: ids, items: nodes.map(FanOutReader.names),
            ancestors: hasCycle ? nil : graph.ancestors(),
            alignment: reader.alignment)
        for use in reader.uses { check.check(use, into: &reader.problems) }
        return steps
    }

    /// What makes the definition a kind of step.
    private mutating func readKind() -> OwnKind {
        OwnKind(
            program: reader.text(root["program"]).map { $0.hasPrefix("./") ? String($0.dropFirst(2)) : $0 },
            outputs: reader.outputDeclarations(root["outputs"], besides: ["value"]))
    }

    /// The values of a kind's outputs, which stand beside their schemas.
    private mutating func kindOutputs() -> [(name: String, value: TemplateValue)] {
        var outputs: [(name: String, value: TemplateValue)] = []
        for entry in root["outputs"]?.entries ?? [] {
            guard let name = entry.key.scalar?.text else { continue }
            if let value = entry.value["value"] {
                if root["steps"] == nil {
                    reader.report(
                        .rule, at: value, "`value` is for kinds that have steps: a program writes its outputs")
                }
                outputs.append((name, reader.templateValue(value, place: .outputs)))
            } else if root["steps"] != nil {
                reader.report(
                    .missingKey, at: entry.value, "the output `\(name)` needs `value`",
                    hint: "say where it comes from: `value: ${{ steps.ID.outputs.\(name) }}`")
            }
        }
        return outputs
    }

    private mutating func defaults() -> WorkReader.Defaults {
        let node = root["defaults"]
        return WorkReader.Defaults(
            shell: reader.text(node?["shell"]) ?? "sh",
            workingDirectory: node?["working-directory"],
            timeout: reader.duration(node?["timeout"], key: "timeout", isPositive: true),
            grace: reader.duration(node?["grace"], key: "grace"),
            retry: node?["retry"], limits: defaultLimits(node?["limits"]))
    }

    private mutating func defaultLimits(_ node: Node?) -> StepLimits {
        let limits = StepLimits(node, &reader)
        limits.check(against: scope.limits, at: node, &reader)
        return limits
    }

    private func concurrency(_ node: Node?) -> Concurrency? {
        guard let node else { return nil }
        let group = reader.text(node.entries == nil ? node : node["group"]) ?? name.description
        return Concurrency(
            group: (try? Template.parse(group)) ?? Template(parts: [.text(group)]),
            limit: reader.integer(node["limit"]) ?? 1,
            policy: reader.choice(node["policy"]) ?? .queue)
    }
}
