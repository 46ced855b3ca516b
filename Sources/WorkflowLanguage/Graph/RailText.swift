/// A graph as text, the way `git log --graph` draws history: one line a step, rails on its left, top to bottom.
///
/// A rail belongs to a step that others still wait for, so that the width depends on how many of those there are at a time,
/// not on the number of steps.
public struct RailText: Sendable {
    /// A line of the text.
    public struct Line: Hashable, Sendable {
        /// The rails, each a character and a blank or a stroke wide.
        public var rails: String
        /// The step that the line is about; nil where it only joins rails.
        public var node: Int?
        /// The column of the step's own sign in ``rails``.
        public var column: Int
    }

    /// The lines, from top to bottom.
    public let lines: [Line]
    /// The width of the widest rails, in columns.
    public var width: Int { lines.map { $0.rails.count }.max() ?? 0 }
    /// What stands in ``Line/rails`` where the step's sign goes.
    public static let sign: Character = "●"

    /// Draws a graph.
    public init(_ drawing: GraphDrawing) {
        let predecessors = drawing.predecessors
        var open = [Int](repeating: 0, count: predecessors.count)
        for needed in predecessors { for other in needed { open[other] += 1 } }
        var rails: [Int?] = []
        var lines: [Line] = []
        for node in GraphOrder.topological(predecessors) {
            let needed = predecessors[node]
            for other in needed { open[other] -= 1 }
            let sources = needed.compactMap { rails.firstIndex(of: $0) }.sorted()
            let ending = sources.filter { column in rails[column].map { open[$0] == 0 } ?? false }
            let column = ending.first ?? rails.firstIndex(of: nil) ?? rails.count
            if column == rails.count { rails.append(nil) }
            if sources != [column], !sources.isEmpty {
                lines.append(
                    Line(
                        rails: Self.joint(rails, from: sources, ending: Set(ending), to: column), node: nil,
                        column: column))
            }
            for end in ending { rails[end] = nil }
            var row = rails.map { $0 == nil ? " " : "│" }
            row[column] = String(Self.sign)
            lines.append(Line(rails: Self.trimmed(row.joined(separator: " ")), node: node, column: 2 * column))
            rails[column] = open[node] > 0 ? node : nil
            while let last = rails.last, last == nil { rails.removeLast() }
        }
        self.lines = lines
    }

    /// The line that leads from the rails of `sources` to the column of the next step.
    private static func joint(_ rails: [Int?], from sources: [Int], ending: Set<Int>, to target: Int) -> String {
        let joined = sources + [target]
        guard let left = joined.min(), let right = joined.max() else { return "" }
        var text = ""
        for column in rails.indices {
            let isInside = column > left && column < right
            switch (sources.contains(column), column == target) {
            case (true, false) where ending.contains(column):
                text += column == left ? "╰" : column == right ? "╯" : "┴"
            case (true, _): text += column == left ? "├" : column == right ? "┤" : "┼"
            case (false, true): text += column == left ? "╭" : column == right ? "╮" : "┬"
            case (false, false): text += rails[column] != nil ? "│" : isInside ? "─" : " "
            }
            if column < rails.count - 1 { text += column >= left && column < right ? "─" : " " }
        }
        return trimmed(text)
    }

    private static func trimmed(_ text: String) -> String {
        var rest = text[...]
        while rest.last == " " { rest.removeLast() }
        return String(rest)
    }
}
