import DocumentTree

/// Reads the steps of a workflow and the order between them.
struct StepReader {
    private let workReader: WorkReader
    /// What every step's hash covers besides the step itself.
    private let surroundings: String
    private let file: String

    init(root: Node, defaults: WorkReader.Defaults, scope: Scope, file: String) {
        workReader = WorkReader(defaults: defaults, scope: scope)
        self.file = file
        surroundings = ["env", "defaults"].map { key in
            (try? root[key]?.value(name: file))?.canonicalText ?? "null"
        }.joined(separator: "\n")
    }

    /// The ids of the steps, written or derived, in written order.
    func ids(of nodes: [Node], _ reader: inout NodeReader) -> [StepID] {
        var seen: [String: Int] = [:]
        var ids: [StepID] = []
        for (index, node) in nodes.enumerated() {
            let id = reader.text(node["id"]).flatMap(StepID.init) ?? StepID(place: index)
            if let first = seen.updateValue(index, forKey: id.description.lowercased()) {
                reader.report(
                    .duplicateID, at: node["id"] ?? node,
                    node["id"] == nil
                        ? "the step has no id, and `\(id)`, which it would get, is taken by step \(first + 1)"
                        : "the id `\(id)` is taken by step \(first + 1)",
                    hint: "ids are compared without regard to case; give it another")
            }
            ids.append(id)
        }
        return ids
    }

    /// For each step the numbers of those that it waits for.
    func graph(of nodes: [Node], ids: [StepID], _ reader: inout NodeReader) -> StepGraph {
        let numbers = Dictionary(
            ids.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
        let choosers = ChoiceReader().choosers(of: nodes, ids: ids, &reader)
        var predecessors: [[Int]] = []
        for (index, node) in nodes.enumerated() {
            guard let needs = node["needs"] else {
                predecessors.append(index == 0 ? [] : [index - 1])
                continue
            }
            var found: [Int] = []
            for item in needs.items ?? [needs] {
                guard let name = reader.text(item), let id = StepID(name) else { continue }
                if let number = numbers[id] {
                    found.append(number)
                } else {
                    reader.report(
                        .needs, at: item, "`needs` names the step `\(name)`, which is not there",
                        hint: NearestName.hint(for: name, among: ids.map(\.description)))
                }
            }
            predecessors.append(found)
        }
        for number in nodes.indices {
            predecessors[number] += choosers[number].filter { !predecessors[number].contains($0) }
        }
        return StepGraph(predecessors: predecessors, choosers: choosers)
    }

    /// Reports a circle of steps; whether there is one.
    func reportCycle(of graph: StepGraph, nodes: [Node], ids: [StepID], _ reader: inout NodeReader) -> Bool {
        guard let cycle = graph.cycle(), let first = cycle.first else { return false }
        if cycle.count == 2 {
            reader.report(.needs, at: nodes[first]["needs"] ?? nodes[first], "the step `\(ids[first])` needs itself")
            return true
        }
        let names = cycle.map { "`\(ids[$0])`" }
        let shown = names.count > 12 ? Array(names.prefix(6)) + ["…"] + Array(names.suffix(6)) : names
        let path = shown.joined(separator: " → ")
        let implicit = cycle.first { nodes[$0]["needs"] == nil }
        reader.report(
            .needs, at: nodes[first]["needs"] ?? nodes[first], "steps wait for each other in a circle: \(path)",
            hint: implicit.map {
                "`\(ids[$0])` has no `needs`, so it waits for the step above it; `needs: []` starts it at once"
            }
                ?? "remove one of these `needs`")
        return true
    }

    /// A step; nil where what it does can't be told.
    func step(_ node: Node, number: Int, ids: [StepID], graph: StepGraph, _ reader: inout NodeReader) -> Step? {
        let place = ExpressionUse.Place.step(number)
        let title = reader.template(node["name"], place: place)
        let condition = reader.condition(node["if"], place: .condition(number))
        let work = workReader.work(node, place: place, &reader)
        let environment = reader.environment(node["env"], place: place)
        let folder = workReader.workingDirectory(node, place: place, &reader)
        let retry = workReader.retry(node["retry"], &reader)
        let timeout = reader.duration(node["timeout"], key: "timeout", isPositive: true)
        let total = reader.duration(node["total-timeout"], key: "total-timeout", isPositive: true)
        let grace = reader.duration(node["grace"], key: "grace")
        let compensation = compensation(node["compensate"], number: number, &reader)
        let limits = workReader.limits(node["limits"], &reader)
        LimitRules().check(node, &reader)
        let cache = CacheReader().cache(node, number: number, &reader)
        let fanOut = FanOutReader().fanOut(node, number: number, &reader)
        let circuitBreaker = reader.circuitPolicy(node)
        let outputs = reader.outputDeclarations(node["outputs"])
        let calls = [node, node["compensate"]].compactMap { CallReader().call($0, reader) }
        WaitingRules().check(node, &reader)
        guard let work else { return nil }
        return Step(
            id: ids[number], title: title, needs: graph.predecessors[number].map { ids[$0] },
            hasWrittenNeeds: node["needs"] != nil, condition: condition, work: work, environment: environment,
            workingDirectory: folder, retry: retry, timeout: timeout ?? workReader.defaults.timeout,
            totalTimeout: total, grace: grace ?? workReader.defaults.grace,
            limits: limits, cache: cache, fanOut: fanOut,
            choosers: graph.choosers[number].map { ids[$0] }, circuitBreaker: circuitBreaker, outputs: outputs,
            calls: calls,
            continueOnError: reader.bool(node["continue-on-error"], default: false), compensation: compensation,
            onInterrupt: reader.choice(node["on-interrupt"]) ?? .retry, hash: hash(of: node, id: ids[number]),
            range: node.range)
    }

    private func compensation(_ node: Node?, number: Int, _ reader: inout NodeReader) -> Compensation? {
        guard let node else { return nil }
        WaitingRules().check(compensation: node, &reader)
        let place = ExpressionUse.Place.compensation(number)
        let work = workReader.work(node, place: place, &reader)
        let environment = reader.environment(node["env"], place: place)
        let folder = workReader.workingDirectory(node, place: place, &reader)
        let retry = workReader.retry(node["retry"], &reader)
        let timeout = reader.duration(node["timeout"], key: "timeout", isPositive: true) ?? workReader.defaults.timeout
        return work.map {
            Compensation(
                work: $0, environment: environment, workingDirectory: folder, retry: retry, timeout: timeout,
                when: reader.choice(node["when"]) ?? .succeeded)
        }
    }

    private func hash(of node: Node, id: StepID) -> DefinitionHash {
        let value = (try? node.value(name: file)) ?? .null
        return DefinitionHash(ofText: "\(id)\n\(value.canonicalText)\n\(surroundings)")
    }
}
