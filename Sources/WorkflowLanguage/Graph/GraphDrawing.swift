internal import StructuralDiff

/// A graph of steps as it is to be drawn: what each node says, and how it stands.
///
/// Writers of several forms read it: text for a terminal, Mermaid, Graphviz's DOT, SVG. It knows neither runs nor versions:
/// who makes it says what the marks mean.
public struct GraphDrawing: Hashable, Sendable {
    /// How a node or an edge stands: after a run, or between two versions.
    public enum Mark: String, Hashable, Sendable, CaseIterable {
        /// Nothing is known of it, or it is as it was.
        case plain
        case succeeded, failed, skipped, cancelled, running, waiting, undone
        case added, removed, changed, renamed, moved
    }

    /// A step.
    public struct Node: Hashable, Sendable {
        /// What it is called.
        public var name: String
        /// What it does, in a word or two (`shell`, `http`).
        public var kind: String
        /// What else there is to say: a condition, a time, what changed.
        public var note: String
        /// How it stands.
        public var mark: Mark
        /// What undoes it (`shell`); nil where nothing does.
        public var undo: String?

        /// A step.
        public init(_ name: String, kind: String = "", note: String = "", mark: Mark = .plain, undo: String? = nil) {
            self.name = name
            self.kind = kind
            self.note = note
            self.mark = mark
            self.undo = undo
        }
    }

    /// An edge from a step to one that waits for it, by their places in ``nodes``.
    public struct Edge: Hashable, Sendable {
        /// The step that must have ended.
        public var from: Int
        /// The step that waits for it.
        public var to: Int
        /// How it stands.
        public var mark: Mark

        /// An edge.
        public init(from: Int, to: Int, mark: Mark = .plain) {
            self.from = from
            self.to = to
            self.mark = mark
        }
    }

    /// What the whole is called.
    public var title: String
    /// The steps.
    public var nodes: [Node]
    /// Their edges. There is no circle among them, and none names a node that is not there.
    public private(set) var edges: [Edge]

    /// A drawing. Edges that would close a circle, as those of two versions together can, are left out.
    public init(title: String, nodes: [Node], edges: [Edge]) {
        self.title = title
        self.nodes = nodes
        self.edges = GraphOrder.withoutCircles(edges, count: nodes.count)
    }

    /// For each node how many steps, one behind the other, must end before it at least.
    public var layers: [Int] { GraphOrder.layers(predecessors) }

    /// For each node the places of those that it waits for, in order.
    var predecessors: [[Int]] {
        var found = [[Int]](repeating: [], count: nodes.count)
        for edge in edges { found[edge.to].append(edge.from) }
        return found.map { $0.sorted() }
    }
}

extension GraphDrawing {
    /// The drawing of a workflow as it is written.
    public init(_ workflow: Workflow, title: String) {
        let places = Dictionary(
            workflow.steps.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
        let edges = workflow.steps.enumerated().flatMap { place, step in
            step.needs.compactMap { needed in places[needed].map { Edge(from: $0, to: place) } }
        }
        self.init(title: title, nodes: workflow.steps.map(Node.init), edges: edges)
    }

    /// The drawing of what differs between two versions.
    public init(_ comparison: WorkflowComparison, title: String) {
        let graph = comparison.graph
        var places: [String: Int] = [:]
        let nodes = graph.nodes.enumerated().map { place, node in
            places[node.id] = place
            let lines = node.label.split(separator: "\n").map(String.init)
            let step = comparison.step(named: lines[0])
            return Node(
                lines[0], kind: step?.work.kindName ?? "", note: lines.dropFirst().joined(separator: " "),
                mark: Mark(node.status), undo: step?.compensation?.work.kindName)
        }
        let edges = graph.edges.compactMap { edge -> Edge? in
            guard let from = places[edge.from], let to = places[edge.to] else { return nil }
            return Edge(from: from, to: to, mark: Mark(edge.status))
        }
        self.init(title: title, nodes: nodes, edges: edges)
    }
}

extension GraphDrawing.Node {
    fileprivate init(_ step: Step) {
        self.init(
            step.id.description, kind: step.work.kindName, note: step.condition.map { "if \($0.source.clipped)" } ?? "",
            undo: step.compensation?.work.kindName)
    }
}

extension GraphDrawing.Mark {
    fileprivate init(_ status: DifferenceGraph.Status) {
        self = GraphDrawing.Mark(rawValue: status.rawValue) ?? .plain
    }
}

extension Work {
    /// What does the work, in a word: the kind, or the interpreter.
    public var kindName: String {
        switch self {
        case .shell(let script): script.shell
        case .kind(let name, _): name.description
        }
    }
}

extension WorkflowComparison {
    fileprivate func step(named name: String) -> Step? {
        steps.new.first { $0.id.description == name } ?? steps.old.first { $0.id.description == name }
    }
}
