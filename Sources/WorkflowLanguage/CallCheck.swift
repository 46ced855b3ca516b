import DocumentTree

/// Checks the calls from workflow to workflow: that what is called is there, takes what it is given, and does not come back
/// to its caller.
public struct CallCheck {
    /// A called workflow.
    public enum Callee {
        case missing
        /// It is there, and its definition has a fault.
        case faulty
        case workflow(Workflow)
    }

    /// How many workflows may be called one by another.
    public static let maximumDepth = 16

    private let find: (WorkflowName) throws -> Callee

    /// A check that finds workflows by name, all of the same commit.
    public init(find: @escaping (WorkflowName) throws -> Callee) { self.find = find }

    /// What is wrong with the calls of a workflow.
    ///
    /// - Parameter file: What its file is called in problems.
    /// - Throws: What finding a workflow throws.
    public func problems(of workflow: Workflow, file: String) throws -> [Problem] {
        var problems = ProblemList(file: file)
        for call in workflow.steps.flatMap(\.calls) {
            switch try callee(call.workflow, caller: workflow) {
            case .missing:
                problems.report(
                    call.workflow.isKind ? .unknownKind : .call, at: call.position,
                    call.workflow.isKind
                        ? "there is no \(call.workflow.path) in this commit"
                        : "there is no workflow `\(call.workflow)` in this commit",
                    hint: "save it first, or together with this one")
            case .faulty:
                problems.report(
                    .call, at: call.position,
                    "the \(call.workflow.isKind ? "kind" : "workflow") `\(call.workflow)` has a fault",
                    hint: "look at it: wfrepo check "
                        + (call.workflow.isKind ? call.workflow.path : call.workflow.description))
            case .workflow(let callee):
                check(call, of: callee, into: &problems)
                if Self.waits(callee, for: workflow) {
                    problems.report(
                        .call, at: call.position,
                        "`\(callee.name)` would wait for ever for its caller, which has the place in their concurrency group",
                        hint: "give one of them a group of its own")
                }
                guard let circle = try circle(from: workflow, by: callee) else { continue }
                problems.report(
                    .call, at: call.position, circle.message,
                    hint: "a workflow can't wait for itself: take one call out")
            }
        }
        return problems.sorted
    }

    /// Whether both are of one group that has a single place, as far as can be told before a run.
    private static func waits(_ callee: Workflow, for caller: Workflow) -> Bool {
        guard callee.name != caller.name, let own = callee.concurrency, own.limit == 1, let group = own.group.literal
        else { return false }
        return caller.concurrency?.group.literal == group
    }

    private func callee(_ name: WorkflowName, caller: Workflow) throws -> Callee {
        name == caller.name ? .workflow(caller) : try find(name)
    }

    /// Checks what the call gives; the parameters of an own kind are its inputs.
    private func check(_ call: WorkflowCall, of callee: Workflow, into problems: inout ProblemList) {
        // What an expression will be is not known yet; whatever its value, it is given.
        let values = ValueMapping(
            call.inputs.compactMap { input in input.value.literal.map { (input.name, $0) } })
        let given = Set(call.inputs.filter { $0.value.literal == nil }.map { $0.name.lowercased() })
        for fault in InputResolver(callee.inputs).resolve(values: values).faults {
            let position = call.inputs.first { $0.name == fault.input }?.position
            if given.contains(fault.input.lowercased()) { continue }
            problems.report(
                .call, at: position ?? call.position, "`\(callee.name)`: input `\(fault.input)` \(fault.message)",
                hint: position == nil
                    ? "give it: `\(callee.name.isKind ? "with" : "inputs"): {\(fault.input): …}`" : fault.hint)
        }
        let known = callee.inputs.map { $0.name.lowercased() }
        for input in call.inputs where input.value.literal == nil && !known.contains(input.name.lowercased()) {
            problems.report(
                .call, at: input.position, "`\(callee.name)` has no input `\(input.name)`",
                hint: NearestName.hint(for: input.name, among: callee.inputs.map(\.name)))
        }
    }

    private struct Circle {
        var message: String
    }

    /// The way from `callee` back to `caller`, or one that is too long.
    private func circle(from caller: Workflow, by callee: Workflow) throws -> Circle? {
        var visited: Set<WorkflowName> = []
        var path = [(workflow: callee, next: 0)]
        while let (workflow, next) = path.last {
            if workflow.name == caller.name, next == 0 {
                let names = ([caller.name] + path.map(\.workflow.name)).map { "`\($0)`" }
                return Circle(message: "workflows call each other in a circle: \(names.joined(separator: " → "))")
            }
            guard path.count < Self.maximumDepth else {
                return Circle(message: "workflows call one another more than \(Self.maximumDepth) deep")
            }
            let calls = workflow.steps.flatMap(\.calls)
            guard next < calls.count else {
                path.removeLast()
                continue
            }
            path[path.count - 1].next += 1
            let name = calls[next].workflow
            guard visited.insert(name).inserted, case .workflow(let called) = try self.callee(name, caller: caller)
            else { continue }
            path.append((called, 0))
        }
        return nil
    }
}

extension TemplateValue {
    /// The value, where there is no expression in it.
    var literal: Value? {
        guard expressions.isEmpty else { return nil }
        return try? evaluate(in: ConstantContext())
    }
}
