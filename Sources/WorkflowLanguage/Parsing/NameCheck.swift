import DocumentTree

/// Checks the names in a workflow's expressions against what there will be when they are evaluated.
struct NameCheck {
    let inputs: [String]
    let secrets: [String]
    let steps: [StepID]
    /// For each step what its items are called.
    let items: [FanOutReader.Names]
    /// For each step those that have ended when it starts; nil where the graph is broken.
    let ancestors: [BitSet]?
    let alignment: TextAlignment

    private let stepNumbers: [String: Int]

    init(
        inputs: [String], secrets: [String], steps: [StepID], items: [FanOutReader.Names], ancestors: [BitSet]?,
        alignment: TextAlignment
    ) {
        self.inputs = inputs
        self.secrets = secrets
        self.steps = steps
        self.items = items
        self.ancestors = ancestors
        self.alignment = alignment
        stepNumbers = Dictionary(
            steps.enumerated().map { ($0.element.description.lowercased(), $0.offset) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Reports the names of one expression that will not be there.
    func check(_ use: ExpressionUse, into problems: inout ProblemList) {
        for reference in use.expression.references {
            guard let fault = fault(of: reference, at: use.place) else { continue }
            let offset =
                use.expression.offset + (fault.part.flatMap { reference.pathOffsets[safe: $0] } ?? reference.offset)
            problems.report(
                .name, at: alignment.position(of: offset, in: use.node), fault.message, hint: fault.hint)
        }
    }

    private struct Fault {
        var message: String
        var hint: String?
        /// Which of the reference's properties is meant; nil for its context.
        var part: Int?
    }

    private func fault(of reference: ExpressionReference, at place: ExpressionUse.Place) -> Fault? {
        guard let context = ContextName(reference.context) else {
            return Fault(
                message: "unknown name `\(reference.context)`", hint: hint(forUnknown: reference.context))
        }
        switch context {
        case .inputs: return member(of: reference, among: inputs, what: "input", hint: "declare it under `inputs:`")
        case .secrets:
            switch place {
            case .condition:
                return Fault(
                    message: "`secrets` can't be used in `if`: a condition is recorded in clear text",
                    hint: "test a value that is not secret")
            case .items:
                return Fault(
                    message: "`secrets` can't be used in the items of a step: they are recorded in clear text",
                    hint: "use it in what the step does")
            case .group:
                return Fault(
                    message: "`secrets` can't be used in `concurrency`: the name of the group is shown",
                    hint: "use `inputs`, `trigger` or `workflow`")
            case .outputs:
                return Fault(
                    message: "`secrets` can't be used in `outputs`: they are recorded in clear text")
            default: break
            }
            return member(of: reference, among: secrets, what: "secret", hint: "declare it under `secrets:`")
        case .run:
            let others = place == .notice ? ["status", "seconds", "error"] : []
            return member(of: reference, among: ["id", "attempt"] + others, what: "property of `run`", hint: nil)
        case .workflow:
            return member(
                of: reference, among: ["name", "title", "version", "commit", "branch"], what: "property of `workflow`",
                hint: nil)
        case .trigger:
            return member(
                of: reference, among: ["event", "source", "run", "data"], what: "property of `trigger`", hint: nil)
        case .matrix, .item, .itemIndex: return itemFault(of: reference, context, at: place)
        case .steps: return stepFault(of: reference, at: place)
        case .env where place == .group:
            return Fault(
                message: "`env` can't be used in `concurrency`: the group is told before there are variables",
                hint: "use `inputs`, `trigger` or `workflow`")
        case .env, .executionID, .correlationID: return nil
        }
    }

    /// What somebody may have meant by a name that is no context.
    private func hint(forUnknown name: String) -> String {
        let members = [("inputs", inputs), ("secrets", secrets), ("steps", steps.map(\.description))]
        for (context, names) in members where names.contains(where: { $0.lowercased() == name.lowercased() }) {
            return "write `\(context).\(name)`"
        }
        let known = ContextName.allCases.map(\.rawValue)
        if let hint = NearestName.hint(for: name, among: known) { return hint }
        for (context, names) in members {
            if let near = NearestName.nearest(to: name, among: names) { return "did you mean `\(context).\(near)`?" }
        }
        return Self.actionsNames[name.lowercased()] ?? "the names are \(known.joined(separator: ", "))"
    }

    /// Contexts of GitHub Actions that are called otherwise here.
    private static let actionsNames = [
        "needs": "what a step hands on is `steps.ID.outputs`, how it ended `steps.ID.outcome`",
        "github": "what is known of the run is in `workflow`, `run` and `trigger`",
        "vars": "write `env.NAME`, or `inputs.NAME` for what a caller gives",
    ]

    private func member(of reference: ExpressionReference, among known: [String], what: String, hint: String?) -> Fault?
    {
        guard let name = reference.path.first, !known.contains(where: { $0.lowercased() == name.lowercased() }) else {
            return nil
        }
        let list = known.isEmpty ? nil : "there are \(known.prefix(20).joined(separator: ", "))"
        return Fault(
            message: "there is no \(what) `\(name)`", hint: NearestName.hint(for: name, among: known) ?? hint ?? list,
            part: 0)
    }

    private func itemFault(
        of reference: ExpressionReference, _ context: ContextName, at place: ExpressionUse.Place
    ) -> Fault? {
        let names: FanOutReader.Names =
            switch place {
            case .step(let number), .compensation(let number): items[safe: number] ?? .none
            default: .none
            }
        switch (names, context) {
        case (.item, .item), (.item, .itemIndex), (.matrix, .itemIndex), (.matrix(nil), .matrix): return nil
        case (.matrix(let members?), .matrix):
            return member(of: reference, among: members, what: "value of the matrix", hint: nil)
        case (.item, _):
            return Fault(message: "there is no `matrix` here", hint: "the items of `foreach` are `item`")
        case (.matrix, _): return Fault(message: "there is no `item` here", hint: "write `matrix.NAME`")
        case (.none, _):
            let key = context == .matrix ? "matrix" : "foreach"
            return Fault(
                message: "`\(context.rawValue)` can't be used here",
                hint: "it is there in what a step with `\(key)` does: its `run`, `with`, `env`, `name`, `compensate`")
        }
    }

    private func stepFault(of reference: ExpressionReference, at place: ExpressionUse.Place) -> Fault? {
        if place == .workflow || place == .group {
            return Fault(message: "`steps` can't be used here: no step has run yet")
        }
        guard let name = reference.path.first else { return nil }
        guard let number = stepNumbers[name.lowercased()] else {
            return Fault(
                message: "there is no step `\(name)`",
                hint: NearestName.hint(for: name, among: steps.map(\.description)), part: 0)
        }
        if let fault = orderFault(step: number, at: place) { return fault }
        let properties = ["outputs", "result", "outcome", "conclusion", "error"]
        if let property = reference.path.dropFirst().first, !properties.contains(property.lowercased()) {
            return Fault(
                message: "a step has no `\(property)`",
                hint: NearestName.hint(for: property, among: properties)
                    ?? "write `steps.\(name).outputs.\(property)` for one of its outputs", part: 1)
        }
        return nil
    }

    private func orderFault(step number: Int, at place: ExpressionUse.Place) -> Fault? {
        let step = steps[number]
        switch place {
        case .workflow, .group, .outputs, .notice: return nil
        case .compensation(let own) where own == number: return nil
        case .condition(let own), .items(let own), .step(let own), .compensation(let own):
            if own == number {
                return Fault(
                    message: "the step `\(step)` can't use its own results", hint: "they are there in later steps",
                    part: 0)
            }
            guard let ancestors, !ancestors[own].contains(number) else { return nil }
            return Fault(
                message: "the step `\(steps[own])` doesn't wait for `\(step)`, whose results it uses",
                hint: "add `\(step)` to its `needs`", part: 0)
        }
    }
}

extension Array {
    subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
