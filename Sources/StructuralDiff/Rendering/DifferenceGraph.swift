internal import DocumentTree

/// A graph of which some nodes and edges came, went or changed, for drawing.
public struct DifferenceGraph: Hashable, Sendable {
    /// What became of a node or an edge.
    public enum Status: String, Hashable, Sendable, CaseIterable {
        case same, added, removed, changed, moved, renamed
    }

    /// A node.
    public struct Node: Hashable, Sendable {
        /// What edges call it.
        public let id: String
        /// What is written on it; several lines are allowed.
        public let label: String
        /// What became of it.
        public let status: Status

        /// A node.
        public init(id: String, label: String, status: Status) {
            self.id = id
            self.label = label
            self.status = status
        }
    }

    /// An edge.
    public struct Edge: Hashable, Sendable {
        /// The node that it starts at.
        public let from: String
        /// The node that it ends at.
        public let to: String
        /// What became of it.
        public let status: Status

        /// An edge.
        public init(from: String, to: String, status: Status) {
            self.from = from
            self.to = to
            self.status = status
        }
    }

    /// The nodes, in the order in which they are drawn.
    public var nodes: [Node]
    /// The edges; one whose ends aren't among the nodes is left out.
    public var edges: [Edge]

    /// A graph.
    public init(nodes: [Node], edges: [Edge]) {
        self.nodes = nodes
        self.edges = edges
    }
}

extension DifferenceGraph {
    /// The graph as a flowchart of Mermaid. Its colours can be read on a dark and on a light ground.
    ///
    /// - Parameter direction: `TD` from top to bottom, `LR` from left to right.
    public func mermaid(direction: String = "LR") -> String {
        var text = "flowchart \(direction)\n"
        var numbers: [String: Int] = [:]
        for (index, node) in nodes.enumerated() {
            numbers[node.id] = index
            text += "  n\(index)[\"\(Self.escape(node.label))\"]:::\(node.status.rawValue)\n"
        }
        var drawn: [Edge] = []
        for edge in edges {
            guard let from = numbers[edge.from], let to = numbers[edge.to] else { continue }
            text += "  n\(from) \(edge.status == .removed ? "-.->" : "-->") n\(to)\n"
            drawn.append(edge)
        }
        for (index, edge) in drawn.enumerated() where edge.status != .same {
            text += "  linkStyle \(index) stroke:\(Self.stroke(edge.status)),stroke-width:2px\n"
        }
        for status in Status.allCases {
            let dashes = status == .removed ? ",stroke-dasharray:4 3" : ""
            text += "  classDef \(status.rawValue) stroke:\(Self.stroke(status)),stroke-width:2px\(dashes)\n"
        }
        return text
    }

    private static func stroke(_ status: Status) -> String {
        switch status {
        case .same: "#8b949e"
        case .added: "#2da44e"
        case .removed: "#cf222e"
        case .changed: "#bf8700"
        case .moved: "#1b7c83"
        case .renamed: "#8250df"
        }
    }

    /// A label's text, with Mermaid's own escapes for what would end or format it.
    private static func escape(_ text: String) -> String {
        var result = ""
        for scalar in PrintableText.escape(text, keepsLines: true).unicodeScalars {
            switch scalar {
            case "\n": result += "<br/>"
            case "\"", "#", ";", "<", ">", "&", "`", "\\", "[", "]", "{", "}", "*", "_", "$":
                result += "#\(scalar.value);"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension ChangeSet {
    /// The changes as a tree: the document, its parts, their changes.
    public var graph: DifferenceGraph {
        var graph = DifferenceGraph(
            nodes: [.init(id: "", label: newName, status: isEmpty ? .same : .changed)], edges: [])
        var parts: [DocumentPath: String] = [:]
        for part in summary.parts {
            let id = "part \(parts.count)"
            parts[part.path] = id
            let whole = changes.first { $0.path == part.path }
            graph.nodes.append(
                .init(id: id, label: part.path.description, status: whole.map { .init($0.kind) } ?? .changed))
            graph.edges.append(.init(from: "", to: id, status: .same))
        }
        for (index, change) in changes.enumerated() {
            guard let part = parts[ChangeSummary.part(of: change.path)] else { continue }
            let depth = ChangeSummary.part(of: change.path).elements.count
            if change.path.elements.count == depth { continue }
            let rest = DocumentPath(Array(change.path.elements[depth...])).description
            let detail = ChangeDescription(change: change).detail.map { "\n\($0)" } ?? ""
            graph.nodes.append(
                .init(id: "change \(index)", label: "\(change.kind.mark) \(rest)\(detail)", status: .init(change.kind)))
            graph.edges.append(.init(from: part, to: "change \(index)", status: .same))
        }
        return graph
    }

    /// The changes as a tree in Mermaid.
    public func mermaid() -> String { graph.mermaid() }
}

extension DifferenceGraph.Status {
    /// The status of what a change is about.
    public init(_ kind: Change.Kind) {
        switch kind {
        case .added: self = .added
        case .removed: self = .removed
        case .changed, .typeChanged: self = .changed
        case .moved: self = .moved
        case .renamed: self = .renamed
        }
    }
}
